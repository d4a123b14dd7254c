/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "base/buf.h"
#include "base/log.h"

#include <string.h>

static void collect(enum log_level level, const char *line, void *payload)
{
	buf_fmt(payload, "%s %s\n", level == LOG_WARNING ? "warning" : "note", line);
}

static void test_lines_go_to_the_sink(void **state)
{
	CLEANUP(buf_release) struct buf lines = BUF_INIT(1000);

	(void)state;
	log_note("nobody hears %d", 1);
	log_set_sink(collect, &lines);
	log_note("one %d", 1);
	log_warning("two %s", "2");
	log_set_sink(NULL, NULL);
	log_warning("nobody again");
	assert_string_equal(buf_str(&lines), "note one 1\nwarning two 2\n");
}

static void test_long_lines_are_cut(void **state)
{
	CLEANUP(buf_release) struct buf lines = BUF_INIT(10000);
	char wide[5000];

	(void)state;
	memset(wide, 'w', sizeof(wide));
	wide[sizeof(wide) - 1] = '\0';
	log_set_sink(collect, &lines);
	log_note("%s", wide);
	log_set_sink(NULL, NULL);
	assert_int_equal(lines.len, strlen("note ") + 2047 + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines_go_to_the_sink),
		cmocka_unit_test(test_long_lines_are_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
