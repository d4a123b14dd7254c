/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "run/hang.h"

#include "base/buf.h"
#include "base/str.h"
#include "text/json.h"

#include <string.h>
#include <unistd.h>

#define SECOND INT64_C(1000000)

/* The last line that an autopsy of ourselves tells when that was the end of the output. */
static char *last_line_of(const char *output)
{
	static const struct strv no_globs;
	CLEANUP(hang_release) struct hang hang = {.folder = "/", .globs = &no_globs};
	CLEANUP(buf_release) struct buf tail = BUF_INIT(4096);
	const struct process_watcher watcher = hang_watcher(&hang);
	const struct process_moment moment = {
		.leader = getpid(), .silent_us = SECOND, .tail = &tail, .out_tail = &tail};
	AUTO_JSON struct json *report = NULL;
	struct err err = ERR_INIT;

	buf_str_add(&tail, output);
	watcher.late(&moment, watcher.payload);
	assert_non_null(hang.report);
	assert_int_equal(json_parse(hang.report, strlen(hang.report), &report, &err), 0);
	return mem_str(json_get_str(report, "last_line"));
}

static void test_last_line(void **state)
{
	static const struct {
		const char *output, *line;
	} rows[] = {
		{"", NULL},
		{"\n\n", NULL},
		{"half a line", "half a line"},
		{"first\nlast\n", "last"},
		{"first\nlast \r\n \n\n", "last"},
		{"10 %\r20 %", "20 %"},
		{"first\n\033[1mbold\033[0m\n", "bold"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO_FREE char *line = last_line_of(rows[i].output);

		if (!str_eq(line, rows[i].line)) {
			fail_msg("row %zu: %s", i, str_or(line, "none"));
		}
	}
}

/* A command that is gone has no report, and nothing else comes of it. */
static void test_nobody_there(void **state)
{
	static const struct strv no_globs;
	CLEANUP(hang_release)
	struct hang hang = {.preset = preset_find("ctest"), .folder = "/", .globs = &no_globs};
	CLEANUP(buf_release) struct buf out = BUF_INIT(4096);
	CLEANUP(buf_release) struct buf errors = BUF_INIT(4096);
	const struct process_watcher watcher = hang_watcher(&hang);
	const struct process_moment moment = {
		.leader = INT32_MAX, .tail = &errors, .out_tail = &out};

	(void)state;
	watcher.silent(&moment, watcher.payload);
	assert_false(hang.looked);
	assert_false(hang.looked_at_limit);
	buf_str_add(&out, "    Start 1: a\n");
	buf_str_add(&errors, "    Start 2: b\n");
	watcher.late(&moment, watcher.payload);
	assert_null(hang.report);
	/* what was running at the limit is known all the same, from what it printed on stdout */
	assert_true(hang.looked_at_limit);
	assert_int_equal(hang.running.len, 1);
	assert_string_equal(hang.running.items[0].test.name, "a");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_last_line),
		cmocka_unit_test(test_nobody_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
