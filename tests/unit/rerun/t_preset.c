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

static void test_results_option(void **state)
{
	static const struct {
		const char *command, *path, *redirected;
	} rows[] = {
		{"pytest -q", NULL, "pytest --junitxml=/r -o junit_family=xunit1 -q"},
		{"pytest --junitxml=a.xml -q", "a.xml",
		 "pytest --junitxml=/r -o junit_family=xunit1 -q"},
		{"env -C s pytest --junitxml=a.xml", "s/a.xml",
		 "env -C s pytest --junitxml=/r -o junit_family=xunit1"},
		{"env --chdir=s pytest --junitxml=/a.xml", "/a.xml",
		 "env --chdir=s pytest --junitxml=/r -o junit_family=xunit1"},
		{"uv --directory s run pytest --junitxml=a.xml", "s/a.xml",
		 "uv --directory s run pytest --junitxml=/r -o junit_family=xunit1"},
		{"poetry -Cs run pytest --junitxml=a.xml", "s/a.xml",
		 "poetry -Cs run pytest --junitxml=/r -o junit_family=xunit1"},
		{"python -m pytest --junit-xml b.xml t", "b.xml",
		 "python -m pytest --junitxml=/r -o junit_family=xunit1 t"},
		{"ctest -j2", NULL, "ctest --output-junit /r -j2"},
		{"ctest --output-junit c.xml -j2", "c.xml", "ctest --output-junit /r -j2"},
		{"ctest --test-dir b --output-junit c.xml", "b/c.xml",
		 "ctest --output-junit /r --test-dir b"},
		{"ctest --test-dir=b --output-junit=/c.xml", "/c.xml",
		 "ctest --output-junit /r --test-dir=b"},
		{"gotestsum --junitfile=d.xml -- ./...", "d.xml",
		 "gotestsum --junitfile=/r --jsonfile=pkg/events.json -- ./..."},
		{"cargo +nightly test -p a -- b", NULL,
		 "cargo +nightly test --config "
		 "target.\"cfg(all())\".runner=[\"pkg/steady_cargo.sh\"] -p a -- b"},
		{"cargo nextest run --profile ci", NULL,
		 "cargo nextest run --tool-config-file steady:pkg/steady_nextest.toml --profile "
		 "ci"},
		{"npx vitest run a", NULL,
		 "npx vitest run a --reporter=default --reporter=junit --outputFile.junit=/r "
		 "--reporter=pkg/steady_vitest.mjs"},
		{"npx jest a", NULL,
		 "npx jest a --reporters=default --reporters=jest-junit "
		 "--reporters=pkg/steady_jest.js"},
		{"playwright test a", NULL,
		 "playwright test a --reporter=list,junit,pkg/steady_playwright.js"},
		{"rspec a", NULL, "rspec --require pkg/steady_rspec.rb a"},
		{"phpunit a", NULL, "phpunit --log-junit /r --log-teamcity pkg/teamcity.log a"},
		{"node --test a.mjs", NULL,
		 "node --test-reporter=spec --test-reporter-destination=stdout "
		 "--test-reporter=junit --test-reporter-destination=/r --test a.mjs"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(strv_release) struct strv argv = {0};
		CLEANUP(strv_release) struct strv out = {0};
		CLEANUP(strv_release) struct strv env = {0};
		AUTO_FREE char *path = NULL;
		AUTO_FREE char *text = NULL;
		struct err err = ERR_INIT;
		struct command command;
		const struct preset *preset = NULL;

		split(rows[i].command, &argv);
		preset = preset_detect(argv.items, argv.len, &command);
		assert_non_null(preset);
		path = preset_results_path(preset, &command);
		assert_true(str_eq(path, rows[i].path));
		assert_int_equal(preset_redirect(preset, &command,
						 &(struct redirection){"pkg", "/r"}, &out, &env,
						 &err),
				 0);
		text = joined(&out);
		assert_string_equal(text, rows[i].redirected);
	}
	/* what they name is there */
	assert_int_equal(access("pkg/steady_vitest.mjs", X_OK), 0);
	assert_int_equal(access("pkg/steady_vitest_setup.mjs", X_OK), 0);
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
		{"cargo nextest run", END_EXITED, 100, true, false},
		{"cargo nextest run", END_EXITED, 4, false, false},
		{"cargo nextest run -R latest", END_EXITED, 100, true, true},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(strv_release) struct strv argv = {0};
		AUTO_FREE char *doubt = NULL;
		struct attempt attempt = {.end = rows[i].end, .exit_code = rows[i].code};
		struct command command;
		struct first_run first = {&command, &attempt, ".", NULL};
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

struct select_row {
	const char *command, *class_name, *name, *file;
	const char *expected; /* NULL: cannot be named */
};

/* The command for one failed test; preset_name NULL: as it is recognised. The caller frees. */
static char *select_one(const struct select_row *row, const char *preset_name,
			enum rerun_level level)
{
	CLEANUP(strv_release) struct strv argv = {0};
	CLEANUP(strv_release) struct strv out = {0};
	struct result result = {.test = {.class_name = mem_str(row->class_name),
					 .name = mem_str(row->name),
					 .file = mem_str(row->file)}};
	const struct result *tests[] = {&result};
	struct selection selection = {tests, 1, level};
	struct command command;
	struct first_run first = {&command, NULL, ".", NULL};
	const struct preset *preset = NULL;
	int rc = 0;

	split(row->command, &argv);
	if (preset_name) {
		preset = preset_find(preset_name);
		preset_locate(preset, argv.items, argv.len, &command);
	} else {
		preset = preset_detect(argv.items, argv.len, &command);
	}
	rc = preset_select(preset, &first, &selection, &out);
	result_release(&result);
	return rc == 0 ? joined(&out) : NULL;
}

static void check_select(const struct select_row *rows, size_t count, const char *preset,
			 enum rerun_level level)
{
	for (size_t i = 0; i < count; i++) {
		AUTO_FREE char *text = select_one(&rows[i], preset, level);

		if (!str_eq(text, rows[i].expected)) {
			fail_msg("%s:\n %s, wanted\n %s", rows[i].command, str_or(text, "(none)"),
				 str_or(rows[i].expected, "(none)"));
		}
	}
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
	static const struct select_row rows[] = {
		{"pytest -q", "pkg.test_a", "test_x[a/b-c]", "pkg/test_a.py",
		 "pytest pkg/test_a.py::test_x[a/b-c] -q"},
		/* without the witness nothing tells a path from the value of an option */
		{"pytest pkg", "pkg.test_a.TestC.Inner", "test_y", "pkg/test_a.py",
		 "pytest pkg/test_a.py::TestC::Inner::test_y pkg"},
		{"pytest -k pkg --own pkg", "pkg.test_a", "test_x", "pkg/test_a.py",
		 "pytest pkg/test_a.py::test_x -k pkg --own pkg"},
		{"pytest --rootdir pkg", "pkg.sub.test_b", "test_x", "pkg/sub/test_b.py",
		 "pytest pkg/sub/test_b.py::test_x --rootdir pkg"},
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
	check_select(rows, ARRAY_LEN(rows), NULL, LEVEL_TEST);
}

static void test_pytest_select_below_rootdir(void **state)
{
	static const struct select_row rows[] = {
		{"pytest", "pkg.sub.test_b", "test_x", "pkg/sub/test_b.py",
		 "pytest ../../pkg/sub/test_b.py::test_x"},
	};

	(void)state;
	assert_int_equal(chdir("pkg/sub"), 0);
	check_select(rows, ARRAY_LEN(rows), NULL, LEVEL_TEST);
	assert_int_equal(chdir("../.."), 0);
}

/* Each framework's own way to name, and what it takes the place of. */
static void test_select(void **state)
{
	static const struct select_row rows[] = {
		{"ctest -j2 -R old -LE slow", "x", "q.push+pop(2)", NULL,
		 "ctest -j2 -LE slow -R ^(q\\.push\\+pop\\(2\\))$"},
		{"ctest --rerun-failed", "x", "a|b\\c", NULL, "ctest -R ^(a\\|b\\\\c)$"},
		{"python3 -m xmlrunner discover -s tests", "mod.A", "test_x (i=1)", NULL,
		 "python3 -m xmlrunner discover -s tests -k *mod.A.test_x"},
		{"python3 -m xmlrunner", "", "setUpClass (mod.A)", NULL,
		 "python3 -m xmlrunner -k *mod.A.*"},
		{"python3 -m xmlrunner", "", "odd", NULL, NULL},
		{"gotestsum --format dots -- -race -run Old -timeout 9s ./...", "example.com/m/s",
		 "TestA/x_y", NULL,
		 "gotestsum --format dots -- -race -timeout 9s -count=1 -run=^(?:TestA)$ "
		 "example.com/m/s"},
		{"gotestsum --packages=./...", "example.com/m", "TestA", NULL,
		 "gotestsum -- -count=1 -run=^(?:TestA)$ example.com/m"},
		{"gotestsum", "example.com/m", NULL, NULL, NULL},
		{"cargo +nightly test -p a old", "x", "m::r#fn", NULL,
		 "cargo +nightly test -p a old -- --exact m::r#fn"},
		{"cargo t -- --skip a", "x", "m::b", NULL, "cargo t -- --skip a --exact m::b"},
		{"cargo t -- old --exact", "x", "m::b", NULL, "cargo t -- old --exact m::b"},
		{"cargo nextest run -E all() -- a", "shop::zoo", "m::r#fn(1,\\)", NULL,
		 "cargo nextest run -E binary_id(=shop::zoo) & test(=m::r#fn(1\\,\\\\\\)) -- a"},
		{"cargo nextest run", "", "m::a", NULL, NULL},
		{"jest pkg --config pkg/test_a.py -t old --onlyChanged", "x", " top (1)",
		 "pkg/test_a.py", "jest --config pkg/test_a.py -t ^(?:top \\(1\\))$ pkg/test_a.py"},
		{"jest pkg", "x", "outer t", "gone.js", "jest pkg -t ^(?:outer t)$"},
		{"vitest run", "pkg/test_a.py", "a > b > c", NULL,
		 "vitest run -t ^(?:a b c)$ pkg/test_a.py"},
		{"mocha -g old", "outer", "t [x]", NULL, "mocha -g ^(?:outer t \\[x\\])$"},
		{"mocha", "", "t", NULL, "mocha -g ^(?:t)$"},
		{"mocha", "outer", "\"before all\" hook for \"t\"", NULL, NULL},
		{"playwright test --last-failed", "a.spec.js", "d › t", NULL,
		 "playwright test -g (?:^| )(?:d t)$"},
		{"rspec -e old", "spec.a", "A b?", "pkg/test_a.py",
		 "rspec --example-matches ^A b\\?$ pkg/test_a.py"},
		{"phpunit --filter old t", "App.Sub.ATest", "testD with data set \"a/b\"", NULL,
		 "phpunit --filter /^(?:App\\\\Sub\\\\ATest::testD with data set \"a\\/b\")$/ t"},
		{"mvn -q test", "p.ATest", "m(int)[1]", NULL,
		 "mvn -q test -Dsurefire.failIfNoSpecifiedTests=false -DfailIfNoTests=false "
		 "-Dtest=p.ATest#m*"},
		{"mvn test", "p.ATest", "p.ATest", NULL,
		 "mvn test -Dsurefire.failIfNoSpecifiedTests=false -DfailIfNoTests=false "
		 "-Dtest=p.ATest"},
		{"gradle check -q", "p.ATest", "m", NULL,
		 "gradle -Dsteady.tests=p.ATest.m check -q"},
		{"gradle test", "p.ATest", "adds two()", NULL,
		 "gradle -Dsteady.tests=p.ATest.adds two test"},
		{"gradle test", "p.ATest", "m(int)[1]", NULL,
		 "gradle -Dsteady.tests=p.ATest.m* test"},
		{"gradle test", "p.ATest", "[1] x", NULL, "gradle -Dsteady.tests=p.ATest test"},
		{"gradle test", "p.ATest", "initializationError", NULL,
		 "gradle -Dsteady.tests=p.ATest test"},
		{"gradle test", "", "m", NULL, NULL},
		{"dotnet test --filter Old -- RunConfiguration.X=1", "N.C", "M", NULL,
		 "dotnet test --filter FullyQualifiedName=N.C.M -- RunConfiguration.X=1"},
		{"dotnet test", "N.C", "Adds(1, \"a|b\")", NULL,
		 "dotnet test --filter FullyQualifiedName~N.C.Adds"},
		{"dotnet test", "N.C<A,B>", "a=b!~&|\\c", NULL,
		 "dotnet test --filter FullyQualifiedName=N.C<A%2CB>.a\\=b\\!\\~\\&\\|\\\\c"},
		{"dotnet test", "", "M", NULL, NULL},
		{"bats -f old pkg", "pkg/test_a.py", "a+b", NULL,
		 "bats --filter ^(a\\+b)$ pkg/test_a.py"},
		{"prove -r pkg", "pkg/test_a.py", "one", NULL, NULL},
		{"busted pkg", "pkg/test_a.py:7", "a [1]-b", NULL,
		 "busted --filter=^a %[1%]%-b$ pkg/test_a.py"},
		{"node --test pkg", "test", "a/b", NULL,
		 "node --test-name-pattern=/(?:^| )(?:a\\/b)$/ --test pkg"},
	};
	static const struct select_row files[] = {
		{"prove -r pkg", "pkg/test_a.py", "one", NULL, "prove -r pkg/test_a.py"},
		{"prove -r pkg", "gone.t", "one", NULL, NULL},
		{"ctest", "x", "t", NULL, NULL},
		{"pytest -q pkg", "pkg.test_a", "t", "pkg/test_a.py",
		 "pytest pkg/test_a.py -q pkg"},
	};
	static const struct select_row forced[] = {
		{"npm test --", "x", "outer t", NULL, "npm test -- -t ^(?:outer t)$"},
	};
	static const struct select_row googletest[] = {
		{"b/tests --gtest_filter=Old* --gtest_shuffle", "Inst/P", "m/1", NULL,
		 "b/tests --gtest_shuffle --gtest_filter=Inst/P.m/1"},
		{"b/tests", "P", "a*b", NULL, NULL},
	};
	static const struct select_row catch2[] = {
		{"b/tests -r junit -o r.xml", "t.global", "a, [1]/s1", NULL,
		 "b/tests -r junit a\\, \\[1\\]*"},
	};

	(void)state;
	check_select(rows, ARRAY_LEN(rows), NULL, LEVEL_TEST);
	check_select(files, ARRAY_LEN(files), NULL, LEVEL_FILE);
	check_select(forced, ARRAY_LEN(forced), "jest", LEVEL_TEST);
	check_select(googletest, ARRAY_LEN(googletest), "googletest", LEVEL_TEST);
	check_select(catch2, ARRAY_LEN(catch2), "catch2", LEVEL_TEST);
}

/* Names of several tests, each once. */
static void test_select_many(void **state)
{
	static const struct {
		const char *command, *expected;
	} rows[] = {
		{"ctest", "ctest -R ^(b|a)$"},
		{"prove", NULL},
		{"gotestsum", "gotestsum -- -count=1 -run=^(?:b|a)$ c"},
		{"cargo test", "cargo test -- --exact b a"},
		{"cargo nextest run", "cargo nextest run -E binary_id(=c) & test(=b) | "
				      "binary_id(=c) & test(=a)"},
		{"rspec", "rspec --example-matches ^b$ --example-matches ^a$"},
		{"gradle test", "gradle -Dsteady.tests=c.b;c.a test"},
		{"dotnet test",
		 "dotnet test --filter FullyQualifiedName=c.b|FullyQualifiedName=c.a"},
		{"mvn test", "mvn test -Dsurefire.failIfNoSpecifiedTests=false "
			     "-DfailIfNoTests=false -Dtest=c#b,c#a"},
	};
	static char c[] = "c", a[] = "a", b[] = "b";
	struct result results[] = {
		{.test = {.class_name = c, .name = b}},
		{.test = {.class_name = c, .name = a}},
		{.test = {.class_name = c, .name = b}},
	};
	const struct result *tests[] = {&results[0], &results[1], &results[2]};
	struct selection selection = {tests, ARRAY_LEN(tests), LEVEL_TEST};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(strv_release) struct strv argv = {0};
		CLEANUP(strv_release) struct strv out = {0};
		AUTO_FREE char *text = NULL;
		struct command command;
		struct first_run first = {&command, NULL, ".", NULL};
		const struct preset *preset = NULL;
		int rc = 0;

		split(rows[i].command, &argv);
		preset = preset_detect(argv.items, argv.len, &command);
		rc = preset_select(preset, &first, &selection, &out);
		text = rc == 0 ? joined(&out) : NULL;
		if (!str_eq(text, rows[i].expected)) {
			fail_msg("%s: %s", rows[i].command, str_or(text, "(none)"));
		}
	}
}

/* More names than an argument holds: the whole command must run. */
static void test_select_too_much(void **state)
{
	char name[4096];
	struct result results[30];
	const struct result *tests[ARRAY_LEN(results)];
	struct selection selection = {tests, ARRAY_LEN(tests), LEVEL_TEST};
	CLEANUP(strv_release) struct strv argv = {0};
	CLEANUP(strv_release) struct strv out = {0};
	struct command command;
	struct first_run first = {&command, NULL, ".", NULL};

	(void)state;
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	for (size_t i = 0; i < ARRAY_LEN(results); i++) {
		name[0] = (char)('A' + i);
		results[i] = (struct result){.test = {.name = mem_str(name)}};
		tests[i] = &results[i];
	}
	split("ctest", &argv);
	assert_int_equal(preset_select(preset_detect(argv.items, argv.len, &command), &first,
				       &selection, &out),
			 -1);
	for (size_t i = 0; i < ARRAY_LEN(results); i++) {
		result_release(&results[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_results_option),
		cmocka_unit_test(test_doubt),
		cmocka_unit_test(test_pytest_select),
		cmocka_unit_test(test_pytest_select_below_rootdir),
		cmocka_unit_test(test_select),
		cmocka_unit_test(test_select_many),
		cmocka_unit_test(test_select_too_much),
	};

	return cmocka_run_group_tests(tests, go_to_project, leave_project);
}
