/* SPDX-License-Identifier: Apache-2.0 */
#include "folder.h"

#include "run/keep.h"

#include "base/log.h"
#include "base/mem.h"
#include "os/process.h"

#include <stdlib.h>
#include <unistd.h>

static size_t warnings;

static void count_warning(enum log_level level, const char *line, void *payload)
{
	(void)line;
	(void)payload;
	warnings += level == LOG_WARNING;
}

static bool shell(const char *script)
{
	char sh[] = "sh", flag[] = "-ec";
	AUTO_FREE char *text = mem_fmt("is() { test \"$(cat \"$1\")\" = \"$2\"; }; %s", script);
	char *argv[] = {sh, flag, text, NULL};
	CLEANUP(buf_release) struct buf out = BUF_INIT(64);

	return process_ask(argv, &out) == 0;
}

/*
 * In a folder that has `out` and a file `precious` of that content: what is there after the first
 * attempt, what the retry does, what must hold in the end, and how many warnings tell what does not.
 */
static const struct {
	const char *comment, *first, *retry, *holds;
	size_t warnings;
} rows[] = {
	{"rewritten", "echo 1 >out/a.xml", "echo 2 >out/a.xml", "is out/a.xml 1", 0},
	{"untouched", "echo 1 >out/a.xml; ls -i out >i", "", "ls -i out | cmp - i", 0},
	{"removed", "echo 1 >out/a.xml", "rm out/a.xml", "is out/a.xml 1", 0},
	{"its folder removed", "echo 1 >out/a.xml", "rm -r out", "is out/a.xml 1", 0},
	{"its folder made again", "echo 1 >out/a.xml", "rm -r out; mkdir out; echo 2 >out/a.xml",
	 "is out/a.xml 1", 0},
	{"a new file of the retry", "echo 1 >out/a.xml", "echo 2 >out/b.xml", "test ! -e out/b.xml",
	 0},
	{"a new folder of the retry", "rmdir out", "mkdir out; echo 2 >out/b.xml",
	 "test ! -e out/b.xml", 0},
	{"an old file of an earlier run", "echo 0 >out/a.xml", "echo 2 >out/a.xml",
	 "is out/a.xml 0", 0},
	{"somebody's file moved in", "", "mv precious out/b.xml", "is out/b.xml precious", 0},
	{"permissions and date",
	 "echo 1 >out/a.xml; chmod 640 out/a.xml; touch -d 2020-01-01 out/a.xml",
	 "echo 2 >out/a.xml; chmod 600 out/a.xml",
	 "test \"$(stat -c %a-%Y out/a.xml)\" = 640-$(date -d 2020-01-01 +%s)", 0},
	{"a link to elsewhere in its place", "echo 1 >out/a.xml",
	 "ln -sf ../precious out/a.xml; echo 2 >out/a.xml; echo precious >precious",
	 "is out/a.xml 1; test ! -L out/a.xml; is precious precious", 0},
	{"a hard link in its place", "echo 1 >out/a.xml",
	 "ln -f precious out/a.xml; touch precious", "is out/a.xml 1; is precious precious", 0},
	{"another name of it", "echo 1 >out/a.xml; ln out/a.xml other", "echo 2 >out/a.xml",
	 "is out/a.xml 1; is other 2", 0},
	{"a link stays a link", "echo 1 >real; ln -s ../real out/a.xml", "echo 2 >out/a.xml",
	 "test \"$(readlink out/a.xml)\" = ../real; is real 1", 0},
	{"a link replaced by a file", "echo 1 >real; ln -s ../real out/a.xml",
	 "rm out/a.xml; echo 2 >out/a.xml", "test \"$(readlink out/a.xml)\" = ../real; is real 1",
	 0},
	{"a link that leads elsewhere now", "echo 1 >real; ln -s ../real out/a.xml",
	 "ln -sf ../precious out/a.xml; touch precious",
	 "test \"$(readlink out/a.xml)\" = ../real; is real 1; is precious precious", 0},
	{"behind a link another link", "echo 1 >real; ln -s ../real out/a.xml",
	 "ln -sf precious real; touch precious",
	 "is out/a.xml 1; test ! -L real; is precious precious", 0},
	{"its folder is a link from the start",
	 "rmdir out; mkdir o; ln -s o out; echo 1 >out/a.xml",
	 "echo 2 >out/a.xml; echo 2 >out/b.xml", "is o/a.xml 1; test -L out; test ! -e o/b.xml", 0},
	{"its folder became a link", "echo 1 >out/a.xml; mkdir o; echo precious >o/a.xml",
	 "rm -r out; ln -s o out; touch o/a.xml; echo precious >o/b.xml",
	 "is o/a.xml precious; is o/b.xml precious; test -L out", 2},
	{"a folder in its place", "echo 1 >out/a.xml", "rm out/a.xml; mkdir out/a.xml",
	 "test -d out/a.xml", 1},
};

static void test_rows(void **state)
{
	CLEANUP(strv_release) struct strv globs = {0};

	(void)state;
	strv_add(&globs, "out/*.xml");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(keep_release) struct keep keep = {0};
		CLEANUP(snapshot_release) struct snapshot before = {0};

		warnings = 0;
		assert_true(shell("rm -rf ./*; mkdir out store; echo precious >precious"));
		assert_true(shell(rows[i].first));
		keep_first(&keep, &globs, "store");
		snapshot_take(&before, &globs);
		assert_true(shell(rows[i].retry));
		keep_restore(&keep, &globs, &before);
		if (!shell(rows[i].holds) || warnings != rows[i].warnings) {
			fail_msg("%s; %zu warnings", rows[i].comment, warnings);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
	};

	log_set_sink(count_warning, NULL);
	return cmocka_run_group_tests(tests, folder_enter, folder_leave);
}
