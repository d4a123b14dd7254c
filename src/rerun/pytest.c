/* SPDX-License-Identifier: Apache-2.0 */
#include "rerun/preset.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"
#include "os/file.h"

#include <stdlib.h>
#include <string.h>

/*
 * pytest names a test by node id: "path/test_a.py::Class::test[param]". The report has only
 * "path.test_a.Class" and "test[param]", so the file is looked up on disk: the longest run of
 * dotted parts that is a .py file. Ids print relative to pytest's rootdir, which may lie above the
 * current folder.
 */
#define ROOTDIR_LEVELS 16
#define ID_MAX         ((size_t)16384)

/* Options whose value is the next argument, so that it is not taken for a path. */
static const char *const value_options[] = {
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
};

static bool takes_value(const char *arg)
{
	for (size_t i = 0; i < ARRAY_LEN(value_options); i++) {
		if (strcmp(arg, value_options[i]) == 0) {
			return true;
		}
	}
	return false;
}

/* Is this argument a file, a folder or a node id of an existing file? */
static bool names_tests(const char *arg)
{
	const char *colons = strstr(arg, "::");
	AUTO_FREE char *path = mem_strn(arg, colons ? (size_t)(colons - arg) : strlen(arg));

	return arg[0] != '-' && (file_exists(path) || file_is_dir(path));
}

/* The file for the first `dots` dotted parts of name, seen from here or a folder above. */
static char *find_file(const char *name, size_t len)
{
	CLEANUP(buf_release) struct buf path = BUF_INIT(ID_MAX);

	for (int level = 0; level < ROOTDIR_LEVELS; level++) {
		buf_clear(&path);
		for (int up = 0; up < level; up++) {
			buf_str_add(&path, "../");
		}
		for (size_t i = 0; i < len; i++) {
			buf_char(&path, name[i] == '.' ? '/' : name[i]);
		}
		buf_str_add(&path, ".py");
		if (file_exists(buf_str(&path))) {
			return buf_take(&path);
		}
	}
	return NULL;
}

/* Where the dotted part in front of `len` ends: the previous dot, or 0. */
static size_t shorter(const char *name, size_t len)
{
	while (len > 0 && name[len - 1] != '.') {
		len--;
	}
	return len > 0 ? len - 1 : 0;
}

static char *node_id(const struct result *test)
{
	const char *name = str_or(test->test.class_name, "");
	CLEANUP(buf_release) struct buf id = BUF_INIT(ID_MAX);

	for (size_t len = strlen(name); len > 0; len = shorter(name, len)) {
		AUTO_FREE char *file = find_file(name, len);

		if (!file) {
			continue;
		}
		buf_str_add(&id, file);
		for (const char *rest = name + len; *rest; rest++) {
			if (*rest == '.') {
				buf_str_add(&id, "::");
			} else {
				buf_char(&id, *rest);
			}
		}
		buf_fmt(&id, "::%s", str_or(test->test.name, ""));
		return buf_take(&id);
	}
	return NULL;
}

int pytest_select(const struct command *command, const struct result *const *tests, size_t count,
		  struct strv *out)
{
	for (size_t i = 0; i < command->argc; i++) {
		const char *arg = command->argv[i];
		bool is_value = i > command->first && takes_value(command->argv[i - 1]);

		if (i < command->first || is_value || !names_tests(arg)) {
			strv_add(out, arg);
		}
	}
	for (size_t i = 0; i < count; i++) {
		char *id = node_id(tests[i]);

		if (!id) {
			return -1;
		}
		strv_give(out, id);
	}
	return 0;
}
