/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "base/err.h"

#include <errno.h>
#include <string.h>

static void test_set_fills_code_and_message(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(err_set(&err, ERR_INPUT, "line %d: bad", 7), -1);
	assert_int_equal(err.code, ERR_INPUT);
	assert_string_equal(err.msg, "line 7: bad");
}

static void test_sys_appends_the_text_of_errno(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	errno = ENOENT;
	assert_int_equal(err_sys(&err, ERR_IO, "open %s", "a.xml"), -1);
	assert_int_equal(err.code, ERR_IO);
	assert_string_equal(err.msg, "open a.xml: No such file or directory");
}

static void test_wrap_reads_from_the_outside_in(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	err_set(&err, ERR_INPUT, "line 41: DOCTYPE is not allowed");
	assert_int_equal(err_wrap(&err, "%s", "report.xml"), -1);
	err_wrap(&err, "import");
	assert_int_equal(err.code, ERR_INPUT);
	assert_string_equal(err.msg, "import: report.xml: line 41: DOCTYPE is not allowed");
}

static void test_a_message_may_quote_the_old_one(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	err_set(&err, ERR_INPUT, "inner");
	err_set(&err, ERR_IO, "outer [%s]", err.msg);
	assert_string_equal(err.msg, "outer [inner]");
	err_wrap(&err, "again [%s]", err.msg);
	assert_string_equal(err.msg, "again [outer [inner]]: outer [inner]");
}

static void test_messages_stay_on_one_line(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	err_set(&err, ERR_INPUT, "%s", "a\nb\r\nc");
	assert_string_equal(err.msg, "a b  c");
	err_wrap(&err, "%s", "x\ny");
	assert_string_equal(err.msg, "x y: a b  c");
	errno = EACCES;
	err_sys(&err, ERR_IO, "%s", "x\ny");
	assert_string_equal(err.msg, "x y: Permission denied");
}

static void test_long_messages_are_cut(void **state)
{
	struct err err = ERR_INIT;
	char wide[3000];

	(void)state;
	memset(wide, 'w', sizeof(wide));
	wide[sizeof(wide) - 1] = '\0';
	err_set(&err, ERR_INPUT, "%s", wide);
	assert_int_equal(strlen(err.msg), sizeof(err.msg) - 1);
	err_wrap(&err, "%s", wide);
	assert_int_equal(strlen(err.msg), sizeof(err.msg) - 1);
	errno = EACCES;
	err_sys(&err, ERR_IO, "%s", wide);
	assert_int_equal(strlen(err.msg), sizeof(err.msg) - 1);
}

static void test_clear_empties(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	err_set(&err, ERR_INTERNAL, "gone");
	err_clear(&err);
	assert_int_equal(err.code, ERR_NONE);
	assert_string_equal(err.msg, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_set_fills_code_and_message),
		cmocka_unit_test(test_sys_appends_the_text_of_errno),
		cmocka_unit_test(test_wrap_reads_from_the_outside_in),
		cmocka_unit_test(test_a_message_may_quote_the_old_one),
		cmocka_unit_test(test_messages_stay_on_one_line),
		cmocka_unit_test(test_long_messages_are_cut),
		cmocka_unit_test(test_clear_empties),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
