/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "rerun/preset.h"

#include "base/mem.h"
#include "base/str.h"
#include "os/file.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Commands are written as text with single spaces; a helper splits them. */
static void split(const char *text, struct strv *out)
{
	while (*text) {
		size_t len = strcspn(text, " ");

		strv_give(out, mem_strn(text, len));
		text += len + (text[len] == ' ');
	}
}

static char *joined(const struct strv *list)
{
	struct buf text = BUF_INIT(BUF_OWN_MAX);

	VEC_EACH (char *, word, list) {
		buf_fmt(&text, "%s%s", text.len ? " " : "", *word);
	}
	return buf_take(&text);
}

static void test_detect(void **state)
{
	static const struct {
		const char *command, *preset;
	} rows[] = {
		{"pytest -q", "pytest"},
		{"/usr/bin/pytest-3 tests", "pytest"},
		{"python3 -m pytest -q", "pytest"},
		{"env A=1 python3.11 -m pytest", "pytest"},
		{"uv run pytest", "pytest"},
		{"coverage run -m pytest", "pytest"},
		{"ctest --test-dir build", "ctest"},
		{"docker exec web pytest", NULL}, /* writes where we cannot read */
		{"grep pytest README", NULL},
		{"make test", NULL},
		{"true", NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(strv_release) struct strv argv = {0};
		struct command command;
		const struct preset *preset = NULL;

		split(rows[i].command, &argv);
		preset = preset_detect(argv.items, argv.len, &command);
		if (!str_eq(preset ? preset->name : NULL, rows[i].preset)) {
			fail_msg("%s", rows[i].command);
		}
	}
}

static void test_results_option(void **state)
{
	static const struct {
		const char *command, *path, *redirected;
	} rows[] = {
		{"pytest -q", NULL, "pytest --junitxml=/r -o junit_family=xunit1 -q"},
		{"pytest --junitxml=a.xml -q", "a.xml",
		 "pytest --junitxml=/r -o junit_family=xunit1 -q"},
		{"python -m pytest --junit-xml b.xml t", "b.xml",
		 "python -m pytest --junitxml=/r -o junit_family=xunit1 t"},
		{"ctest -j2", NULL, "ctest --output-junit /r -j2"},
		{"ctest --output-junit c.xml -j2", "c.xml", "ctest --output-junit /r -j2"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(strv_release) struct strv argv = {0};
		CLEANUP(strv_release) struct strv out = {0};
		AUTO_FREE char *path = NULL;
		AUTO_FREE char *text = NULL;
		struct command command;
		const struct preset *preset = NULL;

		split(rows[i].command, &argv);
		preset = preset_detect(argv.items, argv.len, &command);
		assert_non_null(preset);
		path = preset_results_path(preset, &command);
		assert_true(str_eq(path, rows[i].path));
		preset_redirect(preset, &command, "/r", &out);
		text = joined(&out);
		assert_string_equal(text, rows[i].redirected);
	}
}

/* Only the code for failed tests asks for a proof; without a witness there is none. */
static void test_doubt(void **state)
{
	static const struct {
		const char *command;
		enum attempt_end end;
		int code;
		bool doubtful, stateful;
	} rows[] = {
		{"pytest -q", END_EXITED, 1, true, false},
		{"pytest -q", END_EXITED, 0, false, false},
		{"pytest -q", END_EXITED, 2, false, false},
		{"pytest -q", END_SIGNALLED, 1, false, false},
		{"ctest --test-dir nowhere", END_EXITED, 8, true, false},
		{"ctest --rerun-failed", END_EXITED, 8, true, true},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(strv_release) struct strv argv = {0};
		AUTO_FREE char *doubt = NULL;
		struct attempt attempt = {.end = rows[i].end, .exit_code = rows[i].code};
		struct command command;
		struct first_run first = {&command, &attempt, "."};
		const struct preset *preset = NULL;
		bool stateful = !rows[i].stateful;

		split(rows[i].command, &argv);
		preset = preset_detect(argv.items, argv.len, &command);
		doubt = preset_doubt(preset, &first, &stateful);
		if ((doubt != NULL) != rows[i].doubtful || stateful != rows[i].stateful) {
			fail_msg("%s, code %d: %s", rows[i].command, rows[i].code, doubt);
		}
	}
}

static char *select_one(const char *command_line, const char *class_name, const char *name,
			const char *file)
{
	CLEANUP(strv_release) struct strv argv = {0};
	CLEANUP(strv_release) struct strv out = {0};
	struct result result = {.test = {.class_name = mem_str(class_name),
					 .name = mem_str(name),
					 .file = mem_str(file)}};
	const struct result *tests[] = {&result};
	struct command command;
	struct first_run first = {&command, NULL, "."};
	const struct preset *preset = NULL;
	int rc = 0;

	split(command_line, &argv);
	preset = preset_detect(argv.items, argv.len, &command);
	rc = preset->select(&first, tests, 1, &out);
	result_release(&result);
	return rc == 0 ? joined(&out) : NULL;
}

static int go_to_project(void **state)
{
	struct err err = ERR_INIT;
	char *folder = mem_str("/tmp/steady-preset-XXXXXX");

	assert_non_null(mkdtemp(folder));
	assert_int_equal(chdir(folder), 0);
	assert_int_equal(file_make_dirs("pkg/sub", 0700, &err), 0);
	assert_int_equal(file_write("pkg/test_a.py", "", 0, &err), 0);
	assert_int_equal(file_write("pkg/sub/test_b.py", "", 0, &err), 0);
	assert_int_equal(file_make_dirs("v1.0", 0700, &err), 0);
	assert_int_equal(file_make_dirs("v1/0", 0700, &err), 0);
	assert_int_equal(file_write("v1.0/test_c.py", "", 0, &err), 0);
	assert_int_equal(file_write("v1/0/test_c.py", "", 0, &err), 0);
	assert_int_equal(file_make_dirs("test_d", 0700, &err), 0);
	assert_int_equal(file_write("test_d.py", "", 0, &err), 0);
	assert_int_equal(file_write("test_d/Test_test.py", "", 0, &err), 0);
	*state = folder;
	return 0;
}

static int leave_project(void **state)
{
	assert_int_equal(chdir("/"), 0);
	file_remove_tree(*state);
	free(*state);
	return 0;
}

static void test_pytest_select(void **state)
{
	static const struct {
		const char *command, *class_name, *name, *file, *expected;
	} rows[] = {
		{"pytest -q", "pkg.test_a", "test_x[a/b-c]", "pkg/test_a.py",
		 "pytest -q pkg/test_a.py::test_x[a/b-c]"},
		{"pytest pkg", "pkg.test_a.TestC.Inner", "test_y", "pkg/test_a.py",
		 "pytest pkg/test_a.py::TestC::Inner::test_y"},
		{"pytest -k pkg -q pkg/test_a.py::test_z", "pkg.test_a", "test_x", "pkg/test_a.py",
		 "pytest -k pkg -q pkg/test_a.py::test_x"},
		{"pytest --rootdir pkg", "pkg.sub.test_b", "test_x", "pkg/sub/test_b.py",
		 "pytest --rootdir pkg pkg/sub/test_b.py::test_x"},
		{"pytest", "elsewhere.test_q", "test_x", NULL, NULL},
		{"pytest", "", "pkg.test_a", NULL, NULL},
		{"pytest", "pkg.test_a", "test_x", "elsewhere.py", NULL},
		{"pytest", "pkg.test_ab", "test_x", "pkg/test_a.py", NULL},
		/* two files fit the class, and only the report's file attribute tells which */
		{"pytest", "test_d.Test_test", "test_x", NULL, NULL},
		{"pytest", "test_d.Test_test", "test_x", "test_d.py",
		 "pytest test_d.py::Test_test::test_x"},
		{"pytest", "test_d.Test_test", "test_x", "test_d/Test_test.py",
		 "pytest test_d/Test_test.py::test_x"},
		{"pytest", "v1.0.test_c", "test_x", NULL, NULL},
		{"pytest", "v1.0.test_c", "test_x", "v1.0/test_c.py",
		 "pytest v1.0/test_c.py::test_x"},
		{"pytest", "v1.0.test_c", "test_x", "v1/0/test_c.py",
		 "pytest v1/0/test_c.py::test_x"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO_FREE char *text =
			select_one(rows[i].command, rows[i].class_name, rows[i].name, rows[i].file);

		if (!str_eq(text, rows[i].expected)) {
			fail_msg("%s: %s", rows[i].command, str_or(text, "(none)"));
		}
	}
}

static void test_pytest_select_below_rootdir(void **state)
{
	AUTO_FREE char *text = NULL;

	(void)state;
	assert_int_equal(chdir("pkg/sub"), 0);
	text = select_one("pytest", "pkg.sub.test_b", "test_x", "pkg/sub/test_b.py");
	assert_string_equal(text, "pytest ../../pkg/sub/test_b.py::test_x");
	assert_int_equal(chdir("../.."), 0);
}

static void test_ctest_select(void **state)
{
	AUTO_FREE char *plain =
		select_one("ctest -j2 -R old -LE slow", "q.push+pop(2)", "q.push+pop(2)", NULL);
	AUTO_FREE char *again = select_one("ctest --rerun-failed", "a|b\\c", "a|b\\c", NULL);

	(void)state;
	assert_string_equal(plain, "ctest -j2 -LE slow -R ^(q\\.push\\+pop\\(2\\))$");
	assert_string_equal(again, "ctest -R ^(a\\|b\\\\c)$");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_detect),
		cmocka_unit_test(test_results_option),
		cmocka_unit_test(test_doubt),
		cmocka_unit_test(test_pytest_select),
		cmocka_unit_test(test_pytest_select_below_rootdir),
		cmocka_unit_test(test_ctest_select),
	};

	return cmocka_run_group_tests(tests, go_to_project, leave_project);
}
