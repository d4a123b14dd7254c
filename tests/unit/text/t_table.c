/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "text/table.h"

#include <string.h>

static const char *const heads[] = {"TEST", ">RUNS", "WHY"};

static void show(const struct table *table, size_t indent, size_t width, const char *expected)
{
	CLEANUP(buf_release) struct buf out = BUF_INIT(10000);

	table_show(table, indent, width, &out);
	assert_string_equal(buf_str(&out), expected);
}

static void add_row(struct table *table, const char *test, int runs, const char *why)
{
	table_cell(table, test);
	table_fmt(table, "%d", runs);
	table_cell(table, why);
}

static void test_columns_are_aligned(void **state)
{
	CLEANUP(table_release) struct table table = {.heads = heads, .columns = 3};

	(void)state;
	add_row(&table, "a_long_name", 7, "timeout");
	add_row(&table, "b", 12345, "x");
	show(&table, 2, 100,
	     "  TEST          RUNS  WHY\n"
	     "  a_long_name      7  timeout\n"
	     "  b            12345  x\n");
}

static void test_the_last_column_is_cut(void **state)
{
	CLEANUP(table_release) struct table table = {.heads = heads, .columns = 3};

	(void)state;
	add_row(&table, "name", 7, "0123456789");
	show(&table, 0, 24, "TEST  RUNS  WHY\nname     7  0123456789\n");
	show(&table, 0, 22, "TEST  RUNS  WHY\nname     7  0123456789\n");
	show(&table, 0, 21, "TEST  RUNS  WHY\nname     7  01234567…\n");
	show(&table, 1, 21, " TEST  RUNS  WHY\n name     7  0123456…\n");
}

static void test_no_line_is_wider_than_the_terminal(void **state)
{
	CLEANUP(table_release) struct table table = {.heads = heads, .columns = 3};

	(void)state;
	add_row(&table, "a_very_long_name", 7, "x");
	show(&table, 2, 10, "  TEST   …\n  a_very_…\n");
	show(&table, 2, 2, "\n\n");
	show(&table, 2, 0, "\n\n");
}

static void test_cells_are_escaped_and_measured_as_shown(void **state)
{
	CLEANUP(table_release) struct table table = {.heads = heads, .columns = 3};

	(void)state;
	add_row(&table, "\x1b[1m\n", 1, "\xC3\xA4\xC3\xB6");
	add_row(&table, "\xC3\xA4\xC3\xB6\xFF", 2, "a\tb");
	show(&table, 0, 100,
	     "TEST       RUNS  WHY\n"
	     "\\x1b[1m\\n     1  \xC3\xA4\xC3\xB6\n"
	     "\xC3\xA4\xC3\xB6\xEF\xBF\xBD           2  a\\tb\n");
}

static void test_empty_cells_leave_no_spaces_at_the_end(void **state)
{
	CLEANUP(table_release) struct table table = {.heads = heads, .columns = 3};

	(void)state;
	table_cell(&table, "a");
	table_cell(&table, "");
	table_cell(&table, "");
	table_cell(&table, "");
	table_cell(&table, "1");
	table_cell(&table, "z");
	table_cell(&table, "only");
	show(&table, 0, 100,
	     "TEST  RUNS  WHY\n"
	     "a\n"
	     "         1  z\n"
	     "only\n");
}

static void test_a_last_column_to_the_right(void **state)
{
	static const char *const right[] = {"A", ">B"};
	CLEANUP(table_release) struct table table = {.heads = right, .columns = 2};

	(void)state;
	table_cell(&table, "x");
	table_cell(&table, "100");
	show(&table, 0, 100, "A    B\nx  100\n");
}

static void test_no_rows_and_no_columns(void **state)
{
	CLEANUP(table_release) struct table table = {.heads = heads, .columns = 3};
	CLEANUP(table_release) struct table none = {0};

	(void)state;
	show(&table, 0, 100, "TEST  RUNS  WHY\n");
	show(&none, 0, 100, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_columns_are_aligned),
		cmocka_unit_test(test_the_last_column_is_cut),
		cmocka_unit_test(test_no_line_is_wider_than_the_terminal),
		cmocka_unit_test(test_cells_are_escaped_and_measured_as_shown),
		cmocka_unit_test(test_empty_cells_leave_no_spaces_at_the_end),
		cmocka_unit_test(test_a_last_column_to_the_right),
		cmocka_unit_test(test_no_rows_and_no_columns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
