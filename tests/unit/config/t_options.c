/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "config/options.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"
#include "os/file.h"

#include <stdlib.h>
#include <string.h>

static const char *env_retries, *env_wait;

static const char *getvar(const char *name)
{
	if (str_eq(name, "STEADY_RETRIES")) {
		return env_retries;
	}
	return str_eq(name, "STEADY_WAIT") ? env_wait : NULL;
}

struct loaded {
	struct options options;
	struct strv words, command;
	struct err err;
	int rc;
};

static void loaded_release(struct loaded *loaded)
{
	options_release(&loaded->options);
	strv_release(&loaded->words);
	strv_release(&loaded->command);
}

static void load(struct loaded *out, const char *root, const char *const *argv, size_t argc)
{
	struct options_request request = {
		.command = FOR_RUN,
		.argc = argc,
		.getvar = getvar,
		.root = root,
	};
	CLEANUP(strv_release) struct strv list = {0};

	for (size_t i = 0; i < argc; i++) {
		strv_add(&list, argv[i]);
	}
	request.argv = strv_argv(&list);
	options_init(&out->options);
	out->rc = options_load(&request, &out->options, &out->words, &out->command, &out->err);
}

#define LOAD(out, root, ...) \
	load(out, root, (const char *const[]){__VA_ARGS__}, \
	     ARRAY_LEN(((const char *const[]){__VA_ARGS__})))

static void test_defaults_and_flags(void **state)
{
	CLEANUP(loaded_release) struct loaded got = {0};

	(void)state;
	LOAD(&got, "/nonexistent", "--timeout", "1h30m", "--junit=a.xml", "--junit", "b.xml", "--",
	     "pytest", "--retries", "9");
	assert_int_equal(got.rc, 0);
	assert_int_equal(got.options.retries, 2);
	assert_true(got.options.timeout_us == INT64_C(5400000000));
	assert_true(got.options.grace_us == 5000000);
	assert_string_equal(got.options.rerun, "auto");
	assert_int_equal(got.options.junit.len, 2);
	assert_int_equal(got.command.len, 3);
	assert_string_equal(got.command.items[1], "--retries");
}

static void test_precedence(void **state)
{
	AUTO_FREE char *folder = mem_str("/tmp/steady-options-XXXXXX");
	AUTO_FREE char *path = NULL;
	struct err err = ERR_INIT;
	static const char text[] =
		"run:\n  retries: 4\n  wait:\n    - tcp://a:1\n    - tcp://b:2\n";

	(void)state;
	assert_non_null(mkdtemp(folder));
	path = path_join(folder, ".steady.yml");
	assert_int_equal(file_write(path, text, sizeof(text) - 1, &err), 0);
	{
		CLEANUP(loaded_release) struct loaded got = {0};

		LOAD(&got, folder, "--", "true");
		assert_int_equal(got.rc, 0);
		assert_int_equal(got.options.retries, 4);
		assert_int_equal(got.options.waits.len, 2);
	}
	env_retries = "5";
	env_wait = "tcp://c:3\n";
	{
		CLEANUP(loaded_release) struct loaded got = {0};

		LOAD(&got, folder, "--", "true");
		assert_int_equal(got.options.retries, 5);
		assert_int_equal(got.options.waits.len, 1);
	}
	{
		CLEANUP(loaded_release) struct loaded got = {0};

		LOAD(&got, folder, "--retries=6", "--wait", "tcp://d:4", "--wait", "tcp://e:5",
		     "--", "true");
		assert_int_equal(got.options.retries, 6);
		assert_int_equal(got.options.waits.len, 2);
		assert_string_equal(got.options.waits.items[1], "tcp://e:5");
	}
	env_retries = env_wait = NULL;
	file_remove_tree(folder);
}

static void test_errors(void **state)
{
	static const struct {
		const char *flag, *value, *message;
	} rows[] = {
		{"--retrys", "3", "unknown option --retrys (did you mean --retries?)"},
		{"--zzzzzzzzzzzz", "3", "unknown option --zzzzzzzzzzzz"},
		{"--retries", "many", "--retries: 'many' is not a number from 0 to 20"},
		{"--timeout", "90", "--timeout: '90' is not a duration such as 90s or 1h30m"},
		{"--flaky", "jest", "--flaky: 'jest' is not one of pass|warn|fail"},
		{"--no-inject=yes", "", "--no-inject takes no value"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(loaded_release) struct loaded got = {0};

		LOAD(&got, "/nonexistent", rows[i].flag, rows[i].value);
		assert_int_equal(got.rc, -1);
		assert_int_equal(got.err.code, ERR_USAGE);
		assert_string_equal(got.err.msg, rows[i].message);
	}
}

static void test_missing_value(void **state)
{
	CLEANUP(loaded_release) struct loaded got = {0};

	(void)state;
	LOAD(&got, "/nonexistent", "--timeout");
	assert_int_equal(got.rc, -1);
	assert_string_equal(got.err.msg, "--timeout needs a value: DUR");
}

static void test_bad_files(void **state)
{
	static const struct {
		const char *text, *message;
	} rows[] = {
		{"run:\n  retires: 3\n",
		 "line 2: unknown key 'run.retires' (did you mean 'run.retries'?)"},
		{"run:\n  retries: many\n",
		 "line 2: run.retries: 'many' is not a number from 0 to 20"},
		{"run:\n  retries: [1]\n", "line 2: run.retries: one value is expected"},
		{"- a\n", "line 1: keys and values are expected"},
	};
	AUTO_FREE char *folder = mem_str("/tmp/steady-options-XXXXXX");
	AUTO_FREE char *path = NULL;

	(void)state;
	assert_non_null(mkdtemp(folder));
	path = path_join(folder, ".steady.yml");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(loaded_release) struct loaded got = {0};
		AUTO_FREE char *expected = mem_fmt("%s: %s", path, rows[i].message);
		struct err err = ERR_INIT;

		assert_int_equal(file_write(path, rows[i].text, strlen(rows[i].text), &err), 0);
		LOAD(&got, folder, "--", "true");
		assert_int_equal(got.rc, -1);
		assert_string_equal(got.err.msg, expected);
	}
	file_remove_tree(folder);
}

/* A team says once how its history is kept; where it lies stands alone, or beside that. */
static void test_history(void **state)
{
	static const struct {
		const char *text, *path;
		int64_t max_bytes, results_us;
		const char *message;
	} rows[] = {
		{"history: a.db\n", "a.db", 0, 0, NULL},
		{"history:\n  path: a.db\n  max-size: 1.5GB\n  keep-results: 30d\n", "a.db",
		 1500000000, INT64_C(30) * 86400 * 1000000, NULL},
		{"history:\n  max-size: 64KiB\n", NULL, 65536, 0, NULL},
		{"history:\n  max-size: 500\n", NULL, 0, 0,
		 "line 2: history.max-size: '500' is not a size such as 500MB or 2GiB"},
		{"history:\n  max-sise: 1GB\n", NULL, 0, 0,
		 "line 2: unknown key 'history.max-sise' (did you mean 'history.max-size'?)"},
	};
	AUTO_FREE char *folder = mem_str("/tmp/steady-options-XXXXXX");
	AUTO_FREE char *path = NULL;

	(void)state;
	assert_non_null(mkdtemp(folder));
	path = path_join(folder, ".steady.yml");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(options_release) struct options got = {0};
		struct err err = ERR_INIT;

		assert_int_equal(file_write(path, rows[i].text, strlen(rows[i].text), &err), 0);
		assert_int_equal(options_load_file(path, FOR_HISTORY, &got, &err),
				 rows[i].message ? -1 : 0);
		if (rows[i].message) {
			assert_string_equal(err.msg + strlen(path) + 2, rows[i].message);
			continue;
		}
		assert_true(str_eq(got.history, rows[i].path));
		assert_int_equal(got.max_bytes, rows[i].max_bytes);
		assert_int_equal(got.keep_results_us, rows[i].results_us);
	}
	file_remove_tree(folder);
}

/* One row is the only place: its default must be a value it accepts, its name unique per command. */
static void test_table(void **state)
{
	size_t count = 0;
	const struct option *rows = option_table(&count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		CLEANUP(options_release) struct options options = {0};
		struct err err = ERR_INIT;

		assert_true(!rows[i].fallback ||
			    option_store(&rows[i], rows[i].fallback, &options, &err) == 0);
		assert_true(rows[i].type == OPTION_FLAG || rows[i].metavar);
		for (size_t k = i + 1; k < count; k++) {
			assert_false(str_eq(rows[i].name, rows[k].name) &&
				     (rows[i].commands & rows[k].commands));
		}
	}
}

static void test_help(void **state)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);

	(void)state;
	options_help(FOR_RUN, &text);
	assert_non_null(strstr(buf_str(&text), "--wait-timeout DUR"));
	assert_non_null(strstr(buf_str(&text), "[60s]  $STEADY_WAIT_TIMEOUT"));
	assert_null(strstr(buf_str(&text), "--manifest"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults_and_flags),
		cmocka_unit_test(test_precedence),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_missing_value),
		cmocka_unit_test(test_bad_files),
		cmocka_unit_test(test_history),
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_help),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
