/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "rerun/witness.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"
#include "os/file.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define GOOD "\"version\":1,\"untouched\":true,\"collected\":9,\"failures\":1,\"counted\":1"
#define ONE  "\"failed\":[{\"id\":\"a.py::t\",\"class\":\"a\",\"name\":\"t\"}]"

static struct json *parse(const char *text)
{
	struct json *seen = NULL;
	struct err err = ERR_INIT;

	if (json_parse(text, strlen(text), &seen, &err) < 0) {
		fail_msg("%s: %s", text, err.msg);
	}
	return seen;
}

static void test_doubts(void **state)
{
	static const struct {
		const char *seen;
		size_t failed;
		const char *doubt;
	} rows[] = {
		{"{" GOOD "," ONE "}", 1, NULL},
		{"{" GOOD "," ONE ",\"not_run\":3}", 1, "3 of 9 collected tests did not run"},
		{"{" GOOD "," ONE ",\"stopped\":\"no more\"}", 1,
		 "pytest was told to end: no more"},
		{"{" GOOD "," ONE ",\"late_errors\":1}", 1,
		 "an error while tearing down may come from what other tests did"},
		{"{" GOOD "," ONE ",\"own_skips\":1}", 1,
		 "1 test or module was skipped by a decision at run time, which may have had the "
		 "same reason as the failure"},
		{"{" GOOD "," ONE ",\"gates\":[\"conftest.pytest_sessionfinish\"]}", 1,
		 "conftest.pytest_sessionfinish can make the run fail for more than its tests"},
		{"{" GOOD "," ONE "}", 2, "pytest counts 1 failed tests and its results 2"},
		{"{\"untouched\":false,\"failures\":1,\"counted\":1," ONE "}", 1,
		 "something beside the tests made the run fail"},
		{"{\"untouched\":true,\"failures\":1,\"counted\":2," ONE "}", 1,
		 "something beside the tests made the run fail"},
		{"{}", 0, "something beside the tests made the run fail"},
		{"[]", 0, "something beside the tests made the run fail"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO_JSON struct json *seen = parse(rows[i].seen);
		AUTO_FREE char *doubt = witness_doubt(seen, rows[i].failed);

		if (!str_eq(doubt, rows[i].doubt)) {
			fail_msg("%s: %s", rows[i].seen, str_or(doubt, "(none)"));
		}
	}
}

static void test_node_id(void **state)
{
	static const struct {
		const char *failed, *class_name, *id;
	} rows[] = {
		{"{\"id\":\"p/a.py::t\",\"class\":\"p.a\",\"name\":\"t\"}", "p.a", "p/a.py::t"},
		{"{\"id\":\"p/a.py::t\",\"class\":\"p.a\",\"name\":\"t\"}", "prefix.p.a",
		 "p/a.py::t"},
		{"{\"id\":\"p/a.py::t\",\"class\":\"p.a\",\"name\":\"t\"}", "xp.a", NULL},
		{"{\"id\":\"p/a.py::u\",\"class\":\"p.a\",\"name\":\"u\"}", "p.a", NULL},
		/* v1.0/a.py and v1/0/a.py are one class: which of them is not known */
		{"{\"id\":\"v1.0/a.py::t\",\"class\":\"v1.0.a\",\"name\":\"t\"},"
		 "{\"id\":\"v1/0/a.py::t\",\"class\":\"v1.0.a\",\"name\":\"t\"}",
		 "v1.0.a", NULL},
		{"{\"id\":\"v1.0/a.py::t\",\"class\":\"v1.0.a\",\"name\":\"t\"}", "v1.0.a",
		 "v1.0/a.py::t"},
		{"", "p.a", NULL},
	};
	AUTO_FREE char *here = path_cwd();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO_FREE char *text =
			mem_fmt("{\"rootdir\":\"%s\",\"failed\":[%s]}", here, rows[i].failed);
		AUTO_JSON struct json *seen = parse(text);
		struct result test = {
			.test = {.class_name = mem_str(rows[i].class_name), .name = mem_str("t")}};
		AUTO_FREE char *id = witness_node_id(seen, NULL, &test);

		result_release(&test);
		if (!str_eq(id, rows[i].id)) {
			fail_msg("row %zu: %s", i, str_or(id, "(none)"));
		}
	}
}

/* Ids are relative to the root, arguments to where we are. */
static void test_node_id_from_elsewhere(void **state)
{
	static const struct {
		const char *root, *id;
	} rows[] = {
		{"/", "../../a.py::t"},
		{"/usr", "../a.py::t"},
		{"/usr/bi", "/usr/bi/a.py::t"},
		{"/elsewhere", "/elsewhere/a.py::t"},
	};
	AUTO_FREE char *back = path_cwd();

	(void)state;
	assert_int_equal(chdir("/usr/lib"), 0);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO_FREE char *text = mem_fmt("{\"rootdir\":\"%s\"," ONE "}", rows[i].root);
		AUTO_JSON struct json *seen = parse(text);
		struct result test = {.test = {.class_name = mem_str("a"), .name = mem_str("t")}};
		AUTO_FREE char *id = witness_node_id(seen, NULL, &test);

		result_release(&test);
		assert_string_equal(id, rows[i].id);
	}
	assert_int_equal(chdir(back), 0);
}

/* Of the words "--lang de de" only those go that pytest took for paths. */
static void test_options(void **state)
{
	static const struct {
		const char *seen;
		const char *kept; /* NULL: not known */
	} rows[] = {
		{"{\"args\":[\"--ours\",\"--lang\",\"de\",\"de\"],\"paths\":[3]}", "--lang de"},
		{"{\"args\":[\"--lang\",\"de\",\"de\"],\"paths\":[]}", "--lang de de"},
		{"{\"args\":[\"--lang\",\"de\",\"de\"],\"paths\":null}", NULL},
		{"{\"args\":[\"--lang\",\"de\",\"de\"]}", NULL},
		{"{\"args\":[\"--lang\",\"en\",\"de\"],\"paths\":[2]}", NULL},
		{"{\"args\":[\"de\"],\"paths\":[0]}", NULL},
		{"{}", NULL},
	};
	char *words[] = {mem_str("--lang"), mem_str("de"), mem_str("de")};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO_JSON struct json *seen = parse(rows[i].seen);
		CLEANUP(strv_release) struct strv out = {0};
		CLEANUP(buf_release) struct buf kept = BUF_INIT(BUF_OWN_MAX);
		bool known = witness_options(seen, words, ARRAY_LEN(words), &out);

		VEC_EACH (char *, word, &out) {
			buf_fmt(&kept, "%s%s", kept.len ? " " : "", *word);
		}
		if (known != (rows[i].kept != NULL) ||
		    strcmp(buf_str(&kept), str_or(rows[i].kept, "")) != 0) {
			fail_msg("row %zu: %s", i, buf_str(&kept));
		}
	}
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		free(words[i]);
	}
}

static void test_place_and_read(void **state)
{
	char folder[] = "/tmp/steady-witness-XXXXXX";
	CLEANUP(strv_release) struct strv env = {0};
	struct err err = ERR_INIT;
	struct json *seen = NULL;
	AUTO_FREE char *report = NULL;
	AUTO_FREE char *first = NULL;

	(void)state;
	assert_non_null(mkdtemp(folder));
	setenv("PYTHONPATH", "/old:/older", 1);
	assert_int_equal(witness_place(folder, 1, &env, &err), 0);
	unsetenv("PYTHONPATH");
	first = mem_fmt("PYTHONPATH=%s/witness:/old:/older", folder);
	assert_string_equal(env.items[0], first);
	assert_null(witness_read(folder));
	report = path_join(folder, "witness.json");
	assert_int_equal(file_write(report, "{\"version\":2}", 13, &err), 0);
	assert_null(witness_read(folder));
	assert_int_equal(file_write(report, "{\"version\":1}", 13, &err), 0);
	seen = witness_read(folder);
	assert_non_null(seen);
	json_free(seen);
	file_remove_tree(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_doubts),
		cmocka_unit_test(test_node_id),
		cmocka_unit_test(test_node_id_from_elsewhere),
		cmocka_unit_test(test_options),
		cmocka_unit_test(test_place_and_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
