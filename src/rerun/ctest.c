/* SPDX-License-Identifier: Apache-2.0 */
#include "rerun/preset.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"

#include <string.h>

/* One argument may hold 128 KiB on Linux; a regex close to that is not worth building. */
#define REGEX_MAX ((size_t)100000)

/* Selections of the user that the exact names replace. Their value is the next argument. */
static const char *const selectors[] = {"-R", "--tests-regex", "-I", "--tests-information"};

static bool is_selector(const char *arg)
{
	for (size_t i = 0; i < ARRAY_LEN(selectors); i++) {
		if (strcmp(arg, selectors[i]) == 0) {
			return true;
		}
	}
	return false;
}

/* CMake's own regex dialect: no \d and the like, a backslash takes the meaning off any character. */
static void quote(struct buf *out, const char *name)
{
	for (; *name; name++) {
		if (strchr("^$.[]|()*+?\\", *name)) {
			buf_char(out, '\\');
		}
		buf_char(out, *name);
	}
}

int ctest_select(const struct command *command, const struct result *const *tests, size_t count,
		 struct strv *out)
{
	CLEANUP(buf_release) struct buf regex = BUF_INIT(REGEX_MAX);

	for (size_t i = 0; i < command->argc; i++) {
		const char *arg = command->argv[i];

		if (i >= command->first && is_selector(arg)) {
			i++;
		} else if (i < command->first || !str_eq(arg, "--rerun-failed")) {
			strv_add(out, arg);
		}
	}
	buf_str_add(&regex, "^(");
	for (size_t i = 0; i < count; i++) {
		buf_str_add(&regex, i ? "|" : "");
		quote(&regex, str_or(tests[i]->test.name, ""));
	}
	buf_str_add(&regex, ")$");
	if (regex.cut) {
		return -1;
	}
	strv_add(out, "-R");
	strv_add(out, buf_str(&regex));
	return 0;
}
