/* SPDX-License-Identifier: Apache-2.0 */
#include "folder.h"

#include "run/collect.h"

#include "base/mem.h"
#include "os/process.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void shell(const char *script)
{
	char sh[] = "sh", flag[] = "-ec";
	AUTO_FREE char *text = mem_str(script);
	char *argv[] = {sh, flag, text, NULL};
	CLEANUP(buf_release) struct buf out = BUF_INIT(64);

	if (process_ask(argv, &out) < 0) {
		fail_msg("%s", script);
	}
}

/* Every row begins with old.xml, written a moment before the snapshot. */
static const struct {
	const char *comment, *before, *during, *fresh;
	size_t stale;
} rows[] = {
	{"nothing", "", "", "", 0},
	{"an old file stays", "cp old.xml out/a.xml", "", "", 1},
	{"new", "", "echo x >out/a.xml", "out/a.xml", 0},
	{"the same bytes again", "echo x >out/a.xml", "echo x >out/a.xml", "out/a.xml", 0},
	{"appended", "echo x >out/a.xml", "echo y >>out/a.xml", "out/a.xml", 0},
	{"renamed when complete", "echo x >out/a.xml", "echo x >t; mv t out/a.xml", "out/a.xml", 0},
	{"copied without its date", "", "cp old.xml out/a.xml", "out/a.xml", 0},
	{"copied with its date", "", "cp -p old.xml out/a.xml", "", 1},
	{"renamed", "", "mv old.xml out/a.xml", "", 1},
	{"renamed over another", "echo x >out/a.xml", "mv old.xml out/a.xml", "", 1},
	{"linked", "", "ln old.xml out/a.xml", "", 1},
	{"linked symbolically", "", "ln -s ../old.xml out/a.xml", "", 1},
	{"a link to something new", "", "echo x >new; ln -s ../new out/a.xml", "out/a.xml", 0},
	{"a new file behind an old link", "ln -s ../old.xml out/a.xml", "echo x >old.xml",
	 "out/a.xml", 0},
	{"other permissions", "echo x >out/a.xml", "chmod 600 out/a.xml", "", 1},
	{"a date in the future, renamed", "touch -d '+1 hour' old.xml", "mv old.xml out/a.xml", "",
	 1},
	{"a date in the past", "", "echo x >out/a.xml; touch -d 2020-01-01 out/a.xml", "", 1},
	{"a date without fraction", "", "echo x >out/a.xml; touch -d @$(date +%s) out/a.xml",
	 "out/a.xml", 0},
	{"touched", "echo x >out/a.xml", "touch out/a.xml", "out/a.xml", 0},
	{"two names of one file", "", "echo x >out/a.xml; ln out/a.xml out/b.xml", "out/a.xml", 0},
	{"two files", "echo x >out/c.xml", "echo x >out/b.xml; echo x >out/a.xml",
	 "out/a.xml out/b.xml", 1},
};

static void test_freshness(void **state)
{
	CLEANUP(strv_release) struct strv globs = {0};

	(void)state;
	strv_add(&globs, "out/*.xml");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(snapshot_release) struct snapshot before = {0};
		CLEANUP(strv_release) struct strv fresh = {0};
		CLEANUP(buf_release) struct buf names = BUF_INIT(256);
		size_t stale = 0;

		shell("rm -rf out old.xml new; mkdir out; echo x >old.xml");
		shell(rows[i].before);
		snapshot_take(&before, &globs);
		shell(rows[i].during);
		snapshot_fresh(&before, &globs, &fresh, &stale);
		VEC_EACH (char *, path, &fresh) {
			buf_fmt(&names, "%s%s", names.len ? " " : "", *path);
		}
		if (strcmp(buf_str(&names), rows[i].fresh) != 0 || stale != rows[i].stale) {
			fail_msg("%s: fresh '%s', %zu stale", rows[i].comment, buf_str(&names),
				 stale);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_freshness),
	};

	return cmocka_run_group_tests(tests, folder_enter, folder_leave);
}
