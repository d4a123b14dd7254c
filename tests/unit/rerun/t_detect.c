/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "rerun/preset.h"

#include "base/mem.h"
#include "base/str.h"

#include <string.h>

/* Commands are written as text with single spaces; a helper splits them. */
static void split(const char *text, struct strv *out)
{
	while (*text) {
		size_t len = strcspn(text, " ");

		strv_give(out, mem_strn(text, len));
		text += len + (text[len] == ' ');
	}
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
		{"python3 -m xmlrunner discover", "unittest"},
		{"gotestsum -- ./...", "gotestsum"},
		{"go test ./...", "go"},
		{"go test -c ./x", NULL},
		{"go vet test", NULL},
		{"cargo test", "cargo"},
		{"cargo t --workspace", "cargo"},
		{"cargo +nightly --color always test x", "cargo"},
		{"cargo --color=always -v test", "cargo"},
		{"cargo nextest run", "nextest"},
		{"cargo +nightly nextest r -p a", "nextest"},
		{"cargo nextest list", NULL},
		{"cargo nextest", NULL},
		{"cargo nextest run --no-run", NULL},
		{"cargo run test", NULL},
		{"cargo build --test a", NULL},
		{"cargo", NULL},
		{"cargo --color", NULL},
		{"cargo test --no-run", NULL},
		{"cargo test --doc", NULL},
		{"cargo test -- --list", NULL},
		{"cargo run pytest", NULL},
		{"npx jest --ci", "jest"},
		{"node node_modules/.bin/jest", "jest"},
		{"npx vitest run", "vitest"},
		{"npx mocha", "mocha"},
		{"npx playwright test", "playwright"},
		{"npx playwright install", NULL},
		{"bundle exec rspec spec", "rspec"},
		{"php vendor/bin/phpunit", "phpunit"},
		{"./mvnw -B verify", "maven"},
		{"mvn validate", NULL},
		{"gradle -q test", "gradle"},
		{"./gradlew :app:test --tests *x", "gradle"},
		{"./gradlew check", "gradle"},
		{"gradle -x test compileJava", NULL},
		{"gradle assemble", NULL},
		{"gradle --dry-run build", NULL},
		{"mvn org:test", NULL},
		{"dotnet test -c Release", "dotnet"},
		{"dotnet test --list-tests", NULL},
		{"dotnet build", NULL},
		{"bats test", "bats"},
		{"prove -r t", "prove"},
		{"busted", "busted"},
		{"node --test", "node"},
		{"node server.js", NULL},
		{"timeout 60s xvfb-run -a pytest", "pytest"},
		{"python3 -X dev -m pytest", "pytest"},
		{"python3 -c pass pytest", NULL},
		{"python3 -c pytest", NULL},
		{"env -S pytest", NULL},
		{"python3 -mgate pytest -q", "pytest"},
		{"env run pytest", NULL},
		{"2check pytest", NULL},
		{"env -u FOO A=1 pytest", "pytest"},
		{"timeout -s KILL 60 pytest", "pytest"},
		{"nice -n 5 xvfb-run -s -ac uv run --with x pytest", "pytest"},
		{"pytest --collect-only -q", NULL},
		{"ctest -N", NULL},
		{"npx jest --listTests", NULL},
		{"npm run jest", NULL}, /* its arguments would be npm's */
		{"yarn jest", "jest"},
		{"node cli.js --test", NULL},
		{"node --import x.mjs --test a.mjs", "node"},
		{"./run pytest", NULL},
		{"./python-ci.sh pytest", NULL},
		{"./pytest -q", "pytest"},
		{"/bin/true", NULL},
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

/* Is the program's exit code the command's own? */
static void test_direct(void **state)
{
	static const struct {
		const char *command;
		bool direct;
	} rows[] = {
		{"pytest -q", true},
		{"timeout 60s xvfb-run -a pytest", true},
		{"uv run pytest", true},
		{"python3 -m pytest", true},
		{"./gate pytest -q", false},
		{"./wrapper.sh -q", false},
		{"pdm run pytest", false},
		{"/usr/bin/pytest-3", true},
		{"./pytest", false},
		{"./run pytest", false},
		{"bin/pytest", false},
		{"/opt/x/bin/timeout 5 pytest", true},
		{"./timeout 5 pytest", false},
		{"make test", false},
		{"python3 -Im pytest", true},
		{"python3 -Werror -X dev -mpytest pytest", false},
		{"python3 -mgate pytest", false},
		{"env -Sgate pytest", false},
		{"env -vSgate pytest", false},
		{"env --split-string=./gate.sh pytest", false},
		{"env -uA -C sub A=1 B=2 -- pytest", true},
		{"env -i --unset=A pytest", true},
		{"env run pytest", false},
		{"uv run run pytest", false},
		{"uv run --with=x -p3.11 pytest", true},
		{"uv run --new-option pytest", false},
		{"uv run -m pytest", true},
		{"coverage run --branch -pm pytest", true},
		{"2check pytest", false},
		{"env 2check pytest", false},
		{"timeout -k5 1.5h pytest", true},
		{"timeout 5 2check pytest", false},
		{"timeout 5 6 pytest", false},
		{"A=1 pytest", false},
		{"stdbuf -oL nice -n5 pytest", true},
		{"nice -5 pytest", false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(strv_release) struct strv argv = {0};
		struct command command;

		split(rows[i].command, &argv);
		assert_true(preset_locate(preset_find("pytest"), argv.items, argv.len, &command));
		if (command.direct != rows[i].direct) {
			fail_msg("%s", rows[i].command);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_detect),
		cmocka_unit_test(test_direct),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
