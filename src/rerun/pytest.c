/* SPDX-License-Identifier: Apache-2.0 */
#include "rerun/pytest.h"

#include "base/buf.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/str.h"
#include "os/file.h"
#include "os/glob.h"
#include "rerun/internal.h"
#include "rerun/project.h"
#include "rerun/witness.h"
#include "text/escape.h"

#include <stdlib.h>
#include <string.h>

/*
 * pytest names a test by node id: "path/test_a.py::Class::test[param]". The witness wrote them
 * down. Without it there is only the report: it has "path.test_a.Class", "test[param]" and, as
 * xunit1, the file. The class alone would not do: it is the same for v1.0/test_a.py and
 * v1/0/test_a.py. Ids are relative to pytest's rootdir, which may lie above the current folder.
 */
#define ROOTDIR_LEVELS 16
#define ID_MAX         ((size_t)16384)

/* Options whose value is the next argument, so that it is not taken for a path. */
const char *const pytest_values[] = {
	"-k",
	"-m",
	"-c",
	"-o",
	"-n",
	"-p",
	"-r",
	"-W",
	"--rootdir",
	"--confcutdir",
	"--basetemp",
	"--ignore",
	"--ignore-glob",
	"--deselect",
	"--import-mode",
	"--tb",
	"--capture",
	"--color",
	"--durations",
	"--cov",
	"--cov-report",
	"--cov-config",
	"--log-level",
	"--log-file",
	"--override-ini",
	"--pythonwarnings",
	"--junit-prefix",
	"--junitprefix",
	"--dist",
	"--timeout",
	"--maxfail",
	"--config-file",
	"--numprocesses",
	NULL,
};

/* The path as seen from here or a folder above; NULL when there is no such file. Freed by the caller. */
static char *find_file(const char *path)
{
	CLEANUP(buf_release) struct buf found = BUF_INIT(ID_MAX);

	for (int level = 0; level < ROOTDIR_LEVELS; level++) {
		buf_clear(&found);
		for (int up = 0; up < level; up++) {
			buf_str_add(&found, "../");
		}
		buf_str_add(&found, path);
		if (file_exists(buf_str(&found))) {
			return buf_take(&found);
		}
	}
	return NULL;
}

/* What the class name starts with for tests of this file: "pkg.test_a" for pkg/test_a.py. */
static char *dotted(const char *path)
{
	char *text = mem_strn(path, strlen(path) - (str_ends(path, ".py") ? 3 : 0));

	for (char *c = text; *c; c++) {
		*c = *c == '/' ? '.' : *c;
	}
	return text;
}

/* What the report alone tells; NULL when that is not enough. The caller frees. */
static char *guess_id(const struct result *test)
{
	const char *path = str_or(test->test.file, ""), *class = str_or(test->test.class_name, "");
	AUTO_FREE char *start = dotted(path);
	AUTO_FREE char *file = find_file(path);
	CLEANUP(buf_release) struct buf id = BUF_INIT(ID_MAX);
	const char *rest = class + strlen(start);

	if (!*path || !file || !str_starts(class, start) || (*rest && *rest != '.')) {
		return NULL;
	}
	buf_str_add(&id, file);
	for (; *rest; rest++) {
		buf_str_add(&id, *rest == '.' ? "::" : (char[]){*rest, '\0'});
	}
	buf_fmt(&id, "::%s", str_or(test->test.name, ""));
	return id.cut ? NULL : buf_take(&id);
}

char *pytest_spell(const struct first_run *first, const struct result *test)
{
	return first->seen ? witness_node_id(first->seen, first->command->folder, test)
			   : guess_id(test);
}

/* A file with tests below the folder ("" here), as pytest looks for them by default: the one that
 * lies highest, because deep below are those of others. The caller frees. */
static char *test_file_below(const char *folder)
{
	static const char *const globs[] = {"**/test_*.py", "**/*_test.py"};
	CLEANUP(strv_release) struct strv found = {0};
	const char *best = NULL;
	size_t least = SIZE_MAX;

	for (size_t i = 0; i < ARRAY_LEN(globs); i++) {
		AUTO_FREE char *pattern = path_join(folder, globs[i]);

		glob_files(pattern, &found, NULL);
	}
	VEC_EACH (char *, path, &found) {
		size_t depth = 0;

		for (const char *c = *path; *c; c++) {
			depth += *c == '/';
		}
		if (depth < least) {
			least = depth;
			best = *path;
		}
	}
	return mem_str(best);
}

/* The first path of the command that leads to a file with tests; without any, one from here. */
bool pytest_stranger(const struct command *command, struct test_name *test)
{
	AUTO_FREE char *file = NULL;
	bool has_paths = false;

	for (size_t i = command->first; i < command->argc && !file; i++) {
		AUTO_FREE char *path = mem_strn(command->argv[i], strcspn(command->argv[i], ":"));

		if (is_listed(pytest_values, command->argv[i - 1])) {
			continue;
		}
		if (file_is_dir(path)) {
			has_paths = true;
			file = test_file_below(path);
		} else if (file_exists(path) && str_ends(path, ".py")) {
			file = TAKE(path);
		}
	}
	if (!file && !has_paths) {
		file = test_file_below("");
	}
	if (!file) {
		return false;
	}
	cleanup_free(&test->class_name);
	cleanup_free(&test->file);
	test->class_name = dotted(file);
	test->file = TAKE(file);
	return true;
}

char *pytest_file(const struct first_run *first, const struct result *test)
{
	char *id = pytest_spell(first, test);
	char *colons = id ? strstr(id, "::") : NULL;

	if (colons) {
		*colons = '\0';
	}
	return id;
}

static bool says(const struct command *command, const char *option)
{
	const char *const names[] = {option, NULL};

	for (size_t i = command->first; i < command->argc; i++) {
		if (names_option(names, command->argv[i])) {
			return true;
		}
	}
	return false;
}

/* What stands behind "--" is no option, and paths alone do not tell. */
static bool ends_options(const struct command *command)
{
	for (size_t i = command->first; i < command->argc; i++) {
		if (str_eq(command->argv[i], "--")) {
			return true;
		}
	}
	return false;
}

/* Other paths on the command line could lead pytest to another rootdir and another ini file. */
void pytest_also(const struct first_run *first, struct strv *out)
{
	const char *ini = json_get_str(first->seen, "inifile");
	const char *root = json_get_str(first->seen, "rootdir");

	if (root && !says(first->command, "--rootdir")) {
		strv_fmt(out, "--rootdir=%s", root);
	}
	if (!str_empty(ini) && !says(first->command, "-c")) {
		strv_add(out, "-c");
		strv_add(out, ini);
	}
	/* behind --cov, else it warns; the report of all tests stays the first attempt's */
	if (json_truth(json_get(first->seen, "measures"))) {
		strv_add(out, "--no-cov");
	}
}

/* The command without the words that pytest took for paths; the whole of it where that is not known:
 * more may run then, but no value of an option is lost. */
static void drop_paths(const struct command *command, const struct json *seen, struct strv *out)
{
	char *const *words = command->argv + command->first;
	size_t count = command->argc - command->first;

	for (size_t i = 0; i < command->first; i++) {
		strv_add(out, command->argv[i]);
	}
	if (!witness_options(seen, words, count, out)) {
		for (size_t i = 0; i < count; i++) {
			strv_add(out, words[i]);
		}
	}
}

int pytest_select(const struct preset *preset, const struct first_run *first,
		  const struct selection *selection, struct strv *out)
{
	AUTO_JSON struct json *seen = first->folder ? witness_read(first->folder) : NULL;
	CLEANUP(strv_release) struct strv argv = {0};
	struct command command = *first->command;
	struct first_run known = *first;

	if (ends_options(first->command)) {
		return -1;
	}
	if (!first->folder) {
		return naming_select(preset, first, selection, out);
	}
	drop_paths(first->command, seen, &argv);
	command.argv = argv.items;
	command.argc = argv.len;
	known.command = &command;
	known.seen = seen;
	return naming_select(preset, &known, selection, out);
}

/* pytest takes --junitxml then, and writes nothing. */
char *pytest_bar(const struct command *command)
{
	static const char *const names[] = {"pytest.ini", ".pytest.ini", "pyproject.toml",
					    "tox.ini",    "setup.cfg",   NULL};
	static const char off[] = "no:junitxml";
	bool by_variable = strstr(str_or(getenv("PYTEST_ADDOPTS"), ""), off) != NULL;
	AUTO_FREE char *who = by_variable ? mem_str("PYTEST_ADDOPTS") : NULL;

	for (size_t i = command->first; i < command->argc && !who; i++) {
		who = strstr(command->argv[i], off) ? mem_str("the command") : NULL;
	}
	if (!who) {
		who = project_find_above(names, off);
	}
	return who ? mem_fmt("%s switches pytest's results off (-p %s)", who, off) : NULL;
}

int pytest_watch(const char *folder, int attempt, struct strv *env, struct err *err)
{
	return witness_place(folder, attempt, env, err);
}

/* Calls that fail and then fail at teardown are two reports of one test, and one id. */
static size_t count_failed(const struct attempt *attempt)
{
	CLEANUP(map_release) struct map seen = {0};

	ATTEMPT_EACH_RESULT(result, attempt)
	{
		if (outcome_is_bad(result->outcome)) {
			map_put(&seen, result->id, 0);
		}
	}
	return seen.len;
}

char *pytest_doubt(const struct first_run *first, bool *stateful)
{
	AUTO_JSON struct json *seen = witness_read(first->folder);

	if (!seen) {
		return mem_str("pytest was not watched, so its exit code may mean more than "
			       "failed tests");
	}
	*stateful = json_truth(json_get(seen, "stateful"));
	return witness_doubt(seen, count_failed(first->attempt));
}

/* --lf may stand in a config file or a script, out of our sight: in an empty cache of its own nothing
 * has failed yet. */
void pytest_forget_last_run(const char *folder, int attempt, struct strv *env)
{
	CLEANUP(buf_release) struct buf words = BUF_INIT(BUF_OWN_MAX);
	AUTO_FREE char *setting = mem_fmt("cache_dir=%s/cache-%d", folder, attempt);

	buf_fmt(&words, "PYTEST_ADDOPTS=%s -o ", str_or(getenv("PYTEST_ADDOPTS"), ""));
	escape_shell(&words, setting);
	strv_add(env, buf_str(&words));
}
