/* SPDX-License-Identifier: Apache-2.0 */
#include "rerun/preset.h"

#include "base/mem.h"
#include "rerun/cargo.h"
#include "rerun/ctest.h"
#include "rerun/go.h"
#include "rerun/own_retries.h"
#include "rerun/pytest.h"
#include "rerun/reporters.h"
#include "rerun/running.h"
#include "rerun/spell.h"

#include <signal.h>

#define LIST(...) ((const char *const[]){__VA_ARGS__, NULL})

#define FILES(...) ((const struct embedded[]){__VA_ARGS__, {NULL, NULL}})

/* What reporters in JavaScript share. */
#define NOTES \
	{ \
		"steady_notes.js", embed_steady_notes_js \
	}

#define NO_CODE (-1)

/* A tool's configuration gives way to the project's. */
#define NEXTEST_CONFIG "[profile.default.junit]\npath = '{path}'\n"

/* The one key that fits every target of a build. */
#define CARGO_RUNNER "target.\"cfg(all())\".runner=[\"{private}/steady_cargo.sh\"]"

/* What has a meaning in a regex. CMake's dialect knows less and takes no other escapes. */
#define REGEX_CHARS "^$.[]|()*+?\\{}"
#define CMAKE_CHARS "^$.[]|()*+?\\"
#define PHP_CHARS   REGEX_CHARS "/#"
#define LUA_CHARS   "^$()%.[]*+-?"

extern const char embed_steady_notes_js[];
extern const char embed_steady_jest_js[];
extern const char embed_steady_vitest_mjs[];
extern const char embed_steady_vitest_setup_mjs[];
extern const char embed_steady_mocha_js[];
extern const char embed_steady_playwright_js[];
extern const char embed_steady_rspec_rb[];
extern const char embed_steady_busted_lua[];
extern const char embed_steady_bats_sh[];
extern const char embed_steady_cargo_sh[];
extern const char embed_steady_retry_gradle[];

/*
 * The order is that of recognition: `node node_modules/.bin/jest` is jest before it is node. Each
 * row was tried with the real program, for which tests/real has a test, or says that it was not.
 */
static const struct preset presets[] = {
	{
		.name = "pytest",
		.programs = LIST("pytest", "pytest-3", "py.test", "py.test-3"),
		.runs_none = LIST("--collect-only", "--co", "--fixtures", "--fixtures-per-test",
				  "--markers", "--setup-plan", "--cache-show", "-h", "--help",
				  "--version", "-V"),
		.results.options = LIST("--junitxml", "--junit-xml"),
		/* xunit1 keeps the file of a test, for naming it again without the witness */
		.results.args = LIST("--junitxml={path}", "-o", "junit_family=xunit1"),
		.results.bar = pytest_bar,
		/* in front of all options, so that none takes a name for its value */
		.naming = {.each = true,
			   .first = true,
			   .files = true,
			   .names_files = true,
			   .keeps_paths = true,
			   .values = pytest_values,
			   .spell = pytest_spell,
			   .file = pytest_file,
			   .also = pytest_also},
		.select = pytest_select,
		.running = running_noted,
		.one_report = true,
		.tests_failed_code = 1,
		.soft_signal = SIGINT,
		.stranger = pytest_stranger,
		.watch = pytest_watch,
		.proof = "a plugin writes down which tests ran and what can set the exit code",
		.doubt = pytest_doubt,
	},
	{
		.name = "ctest",
		.programs = LIST("ctest", "ctest3"),
		.runs_none = LIST("-N", "--show-only", "--print-labels", "--help", "-h",
				  "--version", "-S", "--script", "--build-and-test"),
		.results.options = LIST("--output-junit"),
		.results.base = LIST("--test-dir"),
		.results.keeps = LIST("Testing/Temporary/LastTest*.log", "Testing/*/Test.xml"),
		.results.keeps_of = LIST("-O", "--output-log"),
		.results.args = LIST("--output-junit", "{path}"),
		.naming = {.option = "-R",
			   .open = "^(",
			   .between = "|",
			   .close = ")$",
			   .special = CMAKE_CHARS,
			   .escape = '\\',
			   .spell = spell_name},
		.naming.replaces = LIST("-R", "--tests-regex", "-I", "--tests-information"),
		.naming.replaces_flag = LIST("--rerun-failed"),
		.stateful = LIST("--rerun-failed"),
		.running = running_ctest,
		.one_report = true,
		.tests_failed_code = 8,
		.soft_signal = SIGTERM,
		.proof = "ctest --show-only lists the tests that must have run",
		.doubt = ctest_doubt,
	},
	{
		/* python -m xmlrunner; -k keeps whatever else selects */
		.name = "unittest",
		.programs = LIST("xmlrunner"),
		.runs_none = LIST("-h", "--help"),
		.results.options = LIST("--output-file"),
		.results.args = LIST("--output-file", "{path}"),
		.results.at_end = true,
		.naming = {.option = "-k", .each = true, .spell = spell_unittest},
		.one_report = true,
		.tests_failed_code = 1,
		.soft_signal = SIGINT,
	},
	{
		.name = "gotestsum",
		.programs = LIST("gotestsum"),
		.runs_none = LIST("-h", "--help", "--version", "tool", "help"),
		.results.options = LIST("--junitfile"),
		.results.args =
			LIST("--junitfile={path}", "--jsonfile={private}/" RUNNING_GO_EVENTS),
		.select = gotestsum_select,
		.running = running_go,
		.tries_again = gotestsum_tries_again,
		.stranger = gotestsum_stranger,
		.one_report = true,
		.tests_failed_code = 1,
		.soft_signal = SIGINT,
	},
	{
		/* Known so that its user learns how to get results. */
		.name = "go",
		.programs = LIST("go"),
		.verbs = LIST("test"),
		.runs_none = LIST("-c", "-n", "-list", "-h", "-help"),
		.results.bar = go_bar,
		.tests_failed_code = NO_CODE,
		.soft_signal = SIGTERM,
	},
	{
		/* Stable cargo writes no report: what starts its test programs does. Its exit code
		 * also stands for a failed build and failed documentation tests, which no result
		 * names. */
		.name = "cargo",
		.programs = LIST("cargo"),
		.verbs = LIST("test", "t"),
		.runs_none = LIST("--no-run", "--doc", "--list", "-h", "--help"),
		.results.args = LIST("--config", CARGO_RUNNER),
		.results.env = LIST("STEADY_RESULTS={path}"),
		.results.probe = LIST("--config", CARGO_RUNNER, "version"),
		.results.yields_to = LIST("--format", "--logfile"),
		.results.bar = cargo_bar,
		.results.place = FILES({"steady_cargo.sh", embed_steady_cargo_sh}),
		.naming = {.each = true, .spell = spell_name, .also = cargo_also},
		.naming.values = LIST("--color", "--config", "-Z", "-C"),
		.tests_failed_code = 101,
		.soft_signal = SIGINT,
	},
	{
		/* From its documentation. 4 is "no tests to run". */
		.name = "nextest",
		.programs = LIST("cargo", "cargo-nextest"),
		.verbs = LIST("nextest run", "nextest r"),
		.runs_none = LIST("--no-run", "-h", "--help"),
		.results.args = LIST("--tool-config-file", "steady:{private}/steady_nextest.toml"),
		.results.yields_to = LIST("--config-file"),
		.results.bar = nextest_bar,
		.results.place = FILES({"steady_nextest.toml", NEXTEST_CONFIG}),
		.naming = {.option = "-E", .between = " | ", .first = true, .spell = nextest_spell},
		.naming.replaces = LIST("-E", "--filterset", "--filter-expr"),
		.naming.values = LIST("--color", "--config", "-Z", "-C"),
		.stateful = LIST("-R", "--rerun"),
		.tests_failed_code = 100,
		.soft_signal = SIGINT,
	},
	{
		.name = "jest",
		.programs = LIST("jest", "jest.js"),
		.runs_none = LIST("--listTests", "--showConfig", "--clearCache", "--init", "-h",
				  "--help", "--version"),
		.results.args = LIST("--reporters=default", "--reporters=jest-junit",
				     "--reporters={private}/steady_jest.js"),
		/* a suite's usual name is that of its first group, whichever that is */
		.results.env = LIST(
			"JEST_JUNIT_OUTPUT_FILE={path}", "JEST_JUNIT_CLASSNAME={filepath}",
			"JEST_JUNIT_TITLE={classname} {title}", "JEST_JUNIT_SUITE_NAME={filepath}",
			"JEST_JUNIT_ANCESTOR_SEPARATOR= ", "JEST_JUNIT_ADD_FILE_ATTRIBUTE=true"),
		.results.place = FILES({"steady_jest.js", embed_steady_jest_js}, NOTES),
		/* --reporters takes all words that follow */
		.results.at_end = true,
		.results.module = "jest-junit",
		.results.reporters = &jest_reporters,
		.results.yields_to = LIST("--reporters", "--json", "--outputFile"),
		.naming = {.option = "-t",
			   .open = "^(?:",
			   .between = "|",
			   .close = ")$",
			   .special = REGEX_CHARS,
			   .escape = '\\',
			   .files = true,
			   .spell = spell_trimmed,
			   .file = file_of_test},
		.naming.replaces = LIST("-t", "--testNamePattern", "--testPathPattern",
					"--testPathPatterns", "--findRelatedTests"),
		.naming.replaces_flag = LIST("-o", "--onlyChanged", "-f", "--onlyFailures"),
		.naming.values = LIST("-c", "--config", "--rootDir", "--roots", "--testMatch",
				      "--setupFiles", "--globalSetup", "--coverageDirectory",
				      "--maxWorkers", "-w", "--selectProjects", "--projects",
				      "--cacheDirectory", "--env", "--testEnvironment"),
		.stateful = LIST("-f", "--onlyFailures"),
		.running = running_noted,
		.report = "jest-junit",
		.one_report = true,
		.tests_failed_code = 1,
		.soft_signal = SIGINT,
	},
	{
		.name = "vitest",
		.programs = LIST("vitest", "vitest.mjs"),
		.runs_none = LIST("list", "init", "-h", "--help", "-v", "--version"),
		.results.options = LIST("--outputFile.junit"),
		.results.clashes = true,
		.results.args =
			LIST("--reporter=default", "--reporter=junit", "--outputFile.junit={path}",
			     "--reporter={private}/steady_vitest.mjs"),
		.results.at_end = true,
		.results.place = FILES({"steady_vitest.mjs", embed_steady_vitest_mjs},
				       {"steady_vitest_setup.mjs", embed_steady_vitest_setup_mjs}),
		.results.yields_to = LIST("--reporter", "--outputFile"),
		.results.reporters = &vitest_reporters,
		.naming = {.option = "-t",
			   .open = "^(?:",
			   .between = "|",
			   .close = ")$",
			   .special = REGEX_CHARS,
			   .escape = '\\',
			   .files = true,
			   .spell = spell_vitest,
			   .file = file_of_class},
		.naming.replaces = LIST("-t", "--testNamePattern"),
		.naming.values = LIST("-c", "--config", "-r", "--root", "--dir", "--project",
				      "--environment", "--mode", "--shard", "--exclude"),
		.running = running_noted,
		.one_report = true,
		.tests_failed_code = 1,
		.soft_signal = SIGINT,
	},
	{
		/* Its exit code is the number of failures, and it has one reporter only: ours shows
		 * what its default one shows and writes its XML too. */
		.name = "mocha",
		.programs = LIST("mocha", "_mocha", "mocha.js"),
		.runs_none = LIST("--dry-run", "--list-files", "--list-reporters",
				  "--list-interfaces", "-h", "--help", "-V", "--version"),
		.results.args = LIST("--reporter", "{private}/steady_mocha.js"),
		.results.env = LIST("STEADY_RESULTS={path}"),
		.results.at_end = true,
		.results.yields_to = LIST("--reporter", "-R"),
		.results.reporters = &mocha_reporters,
		.results.module = "mocha",
		.results.place = FILES({"steady_mocha.js", embed_steady_mocha_js}, NOTES),
		.naming = {.option = "-g",
			   .open = "^(?:",
			   .between = "|",
			   .close = ")$",
			   .special = REGEX_CHARS,
			   .escape = '\\',
			   .files = true,
			   .spell = spell_mocha,
			   .file = file_of_test},
		.naming.replaces = LIST("-g", "--grep", "-f", "--fgrep"),
		.naming.replaces_flag = LIST("-i", "--invert"),
		.naming.values = LIST("-r", "--require", "--config", "--ignore", "--exclude", "-O",
				      "--reporter-option", "--file", "--ui", "-u", "-t",
				      "--timeout", "--package", "--spec"),
		.running = running_noted,
		.report = "mocha-xunit",
		.one_report = true,
		.tests_failed_code = NO_CODE,
		.soft_signal = SIGINT,
	},
	{
		.name = "playwright",
		.programs = LIST("playwright"),
		.runs_none = LIST("--list", "-h", "--help"),
		.words = LIST("test"),
		.results.args = LIST("--reporter=list,junit,{private}/steady_playwright.js"),
		.results.env = LIST("PLAYWRIGHT_JUNIT_OUTPUT_FILE={path}"),
		.results.at_end = true,
		.results.place = FILES({"steady_playwright.js", embed_steady_playwright_js}, NOTES),
		.results.yields_to = LIST("--reporter"),
		.results.reporters = &playwright_reporters,
		/* grep sees "project file describe title" */
		.naming = {.option = "-g",
			   .open = "(?:^| )(?:",
			   .between = "|",
			   .close = ")$",
			   .special = REGEX_CHARS,
			   .escape = '\\',
			   .spell = spell_playwright,
			   .file = file_of_class},
		.naming.replaces = LIST("-g", "--grep"),
		.naming.replaces_flag = LIST("--last-failed"),
		.stateful = LIST("--last-failed"),
		.running = running_noted,
		.one_report = true,
		.tests_failed_code = 1,
		.soft_signal = SIGINT,
	},
	{
		.name = "rspec",
		.programs = LIST("rspec"),
		.runs_none = LIST("--dry-run", "--init", "-h", "--help", "-v", "--version"),
		.results.args = LIST("--require", "{private}/steady_rspec.rb"),
		.results.env = LIST("STEADY_RESULTS={path}"),
		.results.place = FILES({"steady_rspec.rb", embed_steady_rspec_rb}),
		.results.probe = LIST("ruby", "-rrspec_junit_formatter", "-e", "0"),
		.naming = {.option = "--example-matches",
			   .each = true,
			   .open = "^",
			   .close = "$",
			   .special = REGEX_CHARS,
			   .escape = '\\',
			   .files = true,
			   .spell = spell_name,
			   .file = file_of_test},
		.naming.replaces = LIST("-e", "--example", "-E", "--example-matches"),
		.naming.replaces_flag = LIST("--only-failures", "-n", "--next-failure"),
		.naming.values = LIST("-I", "-r", "--require", "-O", "--options", "-o", "--out",
				      "-P", "--pattern", "--exclude-pattern", "--default-path",
				      "-t", "--tag", "--order", "--seed"),
		.stateful = LIST("--only-failures", "-n", "--next-failure"),
		.running = running_noted,
		.one_report = true,
		.tests_failed_code = 1,
		.soft_signal = SIGINT,
	},
	{
		/* A program of the user's own: --rerun minitest. Its reporter's class is not the
		 * test's, so methods are named alone. */
		.name = "minitest",
		.programs = NULL,
		.naming = {.option = "-n",
			   .open = "/^(?:",
			   .between = "|",
			   .close = ")$/",
			   .special = REGEX_CHARS,
			   .escape = '\\',
			   .spell = spell_name},
		.naming.replaces = LIST("-n", "--name"),
		.tests_failed_code = 1,
		.soft_signal = SIGINT,
	},
	{
		.name = "phpunit",
		.programs = LIST("phpunit", "phpunit.phar"),
		.runs_none = LIST("--list-tests", "--list-suites", "--list-groups",
				  "--list-tests-xml", "-h", "--help", "--version",
				  "--generate-configuration", "--migrate-configuration"),
		.results.options = LIST("--log-junit"),
		.results.args =
			LIST("--log-junit", "{path}", "--log-teamcity", "{private}/teamcity.log"),
		.naming = {.option = "--filter",
			   .open = "/^(?:",
			   .between = "|",
			   .close = ")$/",
			   .special = PHP_CHARS,
			   .escape = '\\',
			   .spell = spell_phpunit,
			   .first = true},
		.naming.replaces = LIST("--filter"),
		.running = running_phpunit,
		.one_report = true,
		.tests_failed_code = NO_CODE, /* 1 failures, 2 errors */
		.forgives = LIST("PHPUnit\\Framework\\RiskyTestError"),
		.soft_signal = SIGINT,
	},
	{
		.name = "maven",
		.programs = LIST("mvn", "mvnw"),
		.words = LIST("test", "integration-test", "package", "verify", "install", "deploy",
			      "surefire:test", "failsafe:integration-test"),
		/* surefire-reports and failsafe-reports: one pattern, because each is a promise */
		.results.globs = LIST("**/target/*-reports/TEST-*.xml"),
		.naming = {.option = "-Dtest=",
			   .joined = true,
			   .between = ",",
			   .spell = spell_surefire,
			   .also = surefire_also},
		.tests_failed_code = 1,
		.soft_signal = SIGTERM,
	},
	{
		/* A task that seems up to date does not run, and --tests is for one task of which
		 * every project must have one of the tests: a script of ours changes both. */
		.name = "gradle",
		.programs = LIST("gradle", "gradlew"),
		.words = LIST("test", ":test", "check", ":check", "build", ":build"),
		.runs_none = LIST("-m", "--dry-run", "-h", "-?", "--help", "-v", "--version"),
		.results.globs = LIST("**/build/test-results/*/TEST-*.xml"),
		.tries_again = gradle_tries_again,
		.again.args = LIST("--init-script", "{private}/steady_retry.gradle"),
		.again.place = FILES({"steady_retry.gradle", embed_steady_retry_gradle}),
		.naming = {.option = "-Dsteady.tests=",
			   .joined = true,
			   .between = ";",
			   .first = true,
			   .spell = spell_gradle},
		.naming.values = LIST("-x", "--exclude-task", "-p", "--project-dir", "-b",
				      "--build-file", "-c", "--settings-file", "-g",
				      "--gradle-user-home", "-I", "--init-script", "--tests"),
		.tests_failed_code = 1,
		.soft_signal = SIGTERM,
	},
	{
		/* From its documentation. A report needs a logger that the project has as a package,
		 * so the user says where it is. */
		.name = "dotnet",
		.programs = LIST("dotnet"),
		.verbs = LIST("test"),
		.runs_none = LIST("-t", "--list-tests", "-h", "-?", "--help"),
		.naming = {.option = "--filter",
			   .between = "|",
			   .first = true,
			   .spell = spell_dotnet},
		.naming.replaces = LIST("--filter"),
		.tests_failed_code = 1,
		.soft_signal = SIGINT,
	},
	{
		.name = "bats",
		.programs = LIST("bats"),
		.runs_none = LIST("-c", "--count", "-h", "--help", "-v", "--version"),
		.results.args = LIST("--formatter", "{private}/steady_bats.sh"),
		.results.env = LIST("STEADY_RESULTS={path}"),
		.results.yields_to = LIST("-F", "--formatter", "-t", "--tap", "-p", "--pretty",
					  "--report-formatter"),
		.results.place = FILES({"steady_bats.sh", embed_steady_bats_sh}),
		.naming = {.option = "--filter",
			   .open = "^(",
			   .between = "|",
			   .close = ")$",
			   .special = REGEX_CHARS,
			   .escape = '\\',
			   .first = true,
			   .files = true,
			   .spell = spell_name,
			   .file = file_of_class},
		.naming.replaces = LIST("-f", "--filter", "--filter-status", "--filter-tags"),
		.naming.values = LIST("-o", "--output", "-j", "--jobs", "-F", "--formatter",
				      "--report-formatter", "--gather-test-outputs-in"),
		.stateful = LIST("--filter-status"),
		.running = running_bats,
		.one_report = true,
		.tests_failed_code = 1,
		.soft_signal = SIGTERM,
	},
	{
		/* Files are the least that it can run; its harness numbers names over all files. */
		.name = "prove",
		.programs = LIST("prove"),
		.runs_none = LIST("-D", "--dry", "-h", "--help", "-V", "--version"),
		.results.args = LIST("--harness", "TAP::Harness::JUnit"),
		.results.env = LIST("JUNIT_OUTPUT_FILE={path}", "JUNIT_NAME_MANGLE=none"),
		.results.probe = LIST("perl", "-MTAP::Harness::JUnit", "-e", "1"),
		.results.yields_to = LIST("--harness", "--formatter"),
		.naming = {.files = true, .file = file_of_class},
		.naming.replaces_flag = LIST("--state=failed", "--state=failed,save"),
		.naming.values = LIST("-I", "-P", "-M", "-e", "--exec", "-j", "--jobs", "--ext",
				      "--rc", "--rules", "-a", "--archive", "--source"),
		.stateful = LIST("--state"),
		.tests_failed_code = NO_CODE,
		.soft_signal = SIGINT,
	},
	{
		/* As mocha: the number of failures, and one output handler. */
		.name = "busted",
		.programs = LIST("busted"),
		.runs_none = LIST("-l", "--list", "-h", "--help", "--version"),
		.results.args = LIST("-o", "{private}/steady_busted.lua"),
		.results.env = LIST("STEADY_RESULTS={path}"),
		.results.yields_to = LIST("-o", "--output"),
		.results.reporters = &busted_reporters,
		.results.place = FILES({"steady_busted.lua", embed_steady_busted_lua}),
		.naming = {.option = "--filter=",
			   .joined = true,
			   .each = true,
			   .open = "^",
			   .close = "$",
			   .special = LUA_CHARS,
			   .escape = '%',
			   .first = true,
			   .files = true,
			   .spell = spell_name,
			   .file = file_of_place},
		.naming.replaces = LIST("--filter", "--name"),
		.naming.values = LIST("-p", "--pattern", "-f", "--config-file", "-m", "--lpath",
				      "--cpath", "--helper", "-C", "--directory", "-t", "--tags",
				      "-o", "--output", "--run", "-r", "--repeat", "--seed"),
		.running = running_noted,
		.one_report = true,
		.tests_failed_code = NO_CODE,
		.soft_signal = SIGINT,
	},
	{
		/* In version 20 a pattern sees a test's own title, later its parents' too. */
		.name = "node",
		.programs = LIST("node", "nodejs"),
		.words = LIST("--test"),
		.results.args = LIST("--test-reporter=spec", "--test-reporter-destination=stdout",
				     "--test-reporter=junit", "--test-reporter-destination={path}"),
		.results.probe = LIST("node", "-e",
				      "process.exit(require('node:test/reporters').junit ? 0 : 1)"),
		.results.yields_to = LIST("--test-reporter"),
		.naming = {.option = "--test-name-pattern=",
			   .joined = true,
			   .each = true,
			   .open = "/(?:^| )(?:",
			   .close = ")$/",
			   .special = REGEX_CHARS "/",
			   .escape = '\\',
			   .first = true,
			   .spell = spell_node},
		.naming.replaces_flag = LIST("--test-name-pattern"),
		.one_report = true,
		.tests_failed_code = 1,
		.soft_signal = SIGINT,
	},
	{
		.name = "googletest",
		.marks = LIST("tests written using Google% Test", "testing14Init%GoogleTest"),
		.runs_none = LIST("--gtest_list_tests", "--help", "-h"),
		.results.options = LIST("--gtest_output"),
		.results.prefix = "xml:",
		.results.variable = "GTEST_OUTPUT",
		.results.args = LIST("--gtest_output=xml:{path}"),
		.naming = {.option = "--gtest_filter=",
			   .joined = true,
			   .between = ":",
			   .spell = spell_googletest},
		.naming.replaces_flag = LIST("--gtest_filter"),
		.running = running_googletest,
		.one_report = true,
		.tests_failed_code = 1,
		.soft_signal = SIGTERM,
	},
	{
		/* Version 2 has one reporter, so the user says where the report goes; the exit code
		 * is the number of failures. */
		.name = "catch2",
		.marks = LIST("list all/matching test cases %names only"),
		.runs_none =
			LIST("-l", "--list-tests", "-t", "--list-tags", "--list-test-names-only",
			     "--list-reporters", "-h", "-?", "--help", "--libidentify"),
		.results.options = LIST("-o", "--out"),
		.naming = {.between = ",", .spell = spell_catch2},
		.one_report = true,
		.tests_failed_code = NO_CODE,
		.soft_signal = SIGTERM,
	},
};

const struct preset *preset_at(size_t index)
{
	return index < ARRAY_LEN(presets) ? &presets[index] : NULL;
}
