/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "analyze/beta.h"
#include "analyze/change_points.h"
#include "base/buf.h"

#include <math.h>
#include <string.h>

/* One run of one try a position: P passed, F failed; f failed and passed when it was tried again, n failed
 * again. The numbers were calculated with other software. */

struct line {
	VEC(struct position)
};

static void add(struct line *line, char what)
{
	size_t place = line->len;

	*VEC_PUSH(line) = (struct position){
		.place = place,
		.runs = 1,
		.bad = what != 'P',
		.retried = what == 'f' || what == 'n',
		.never_good = what == 'n',
	};
}

/* "P10 F10"; "(PPF)10" is ten times the three. */
static void make(const char *text, struct line *out)
{
	while (*text) {
		const char *group = text;
		size_t len = 1, times = 0;

		if (*text == '(') {
			group = text + 1;
			len = strcspn(group, ")");
			text = group + len;
		}
		for (text++; *text >= '0' && *text <= '9'; text++) {
			times = times * 10 + (size_t)(*text - '0');
		}
		for (size_t i = 0; i < times * len; i++) {
			add(out, group[i % len]);
		}
		text += *text == ' ';
	}
}

static void test_likelihood(void **state)
{
	static const struct {
		size_t x, n;
		double want;
	} rows[] = {
		{0, 0, 0},
		{0, 1, -0.470004},
		{1, 1, -0.980829},
		{3, 10, -7.630618},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		double got = beta_likelihood((double)rows[i].x, (double)rows[i].n, 0.3, 0.5,
					     beta_log(0.3, 0.5));

		if (fabs(got - rows[i].want) > 1e-6) {
			fail_msg("%zu of %zu: %.9f", rows[i].x, rows[i].n, got);
		}
	}
}

/* first:gain of each change; the gain is left out where another one was cut before it. */
static void test_changes(void **state)
{
	CLEANUP(beta_table_release) struct beta_table table = {0};
	static const struct {
		const char *line, *want;
	} rows[] = {
		{"", ""},
		{"P1", ""},
		{"P10 F10", "10:12.612595"},
		{"P5 F5", ""},  /* 5.888159 */
		{"(PF)10", ""}, /* 0.264387 */
		{"P100 F4", "100:15.782136"},
		{"P1000", ""},
		{"F1000", ""},
		/* failures in a row until it splits, after so many passes */
		{"P10 F5", ""},
		{"P10 F6", "10:9.420659"},
		{"P20 F3", ""},
		{"P20 F4", "20:9.684045"},
		{"P50 F2", ""},
		{"P50 F3", "50:10.447535"},
		{"P100 F2", ""},
		{"P100 F3", "100:12.474671"},
		{"P200 F1", ""},
		{"P200 F2", "200:10.244943"},
		/* broken and mended */
		{"P100 F10 P100", "100: 110:"},
		{"P100 F5 P100", "100: 105:"}, /* 20.669 for both */
		{"P100 F3 P100", ""},          /* 12.933 */
		{"P100 (PF)20 P100", "101: 140:"},
		/* what a retry used to mend, it does not mend any more */
		{"f30 n30", "30:37.012658"},
	};

	(void)state;
	change_points_table(50, &table);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(buf_release) struct buf got = BUF_INIT(1000);
		struct line line = {0};
		struct change_list changes = {0};

		make(rows[i].line, &line);
		change_points_find(&table, line.items, line.len, &changes);
		VEC_EACH (const struct change_point, change, &changes) {
			buf_fmt(&got, "%s%zu:", got.len ? " " : "", change->first);
			if (changes.len == 1) {
				buf_fmt(&got, "%.6f", change->gain);
			}
		}
		if (strcmp(buf_str(&got), rows[i].want) != 0) {
			fail_msg("%s: %s instead of %s", rows[i].line, buf_str(&got), rows[i].want);
		}
		VEC_FREE(&line);
		VEC_FREE(&changes);
	}
}

/* The interval holds where it changed, and is as narrow as the runs allow. */
static void test_intervals(void **state)
{
	CLEANUP(beta_table_release) struct beta_table table = {0};
	static const struct {
		const char *line;
		size_t first, low, high;
	} rows[] = {
		{"P100 F4", 100, 95, 100},
		{"P100 (PPPPF)20", 104, 77, 109},
		{"P100 (PF)10", 101, 91, 103},
		{"P200 (PPPPPPPPPF)30", 209, 154, 219},
	};

	(void)state;
	change_points_table(50, &table);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct line line = {0};
		struct change_list changes = {0};

		make(rows[i].line, &line);
		change_points_find(&table, line.items, line.len, &changes);
		assert_int_equal(changes.len, 1);
		assert_int_equal(changes.items[0].first, rows[i].first);
		assert_int_equal(changes.items[0].low, rows[i].low);
		assert_int_equal(changes.items[0].high, rows[i].high);
		VEC_FREE(&line);
		VEC_FREE(&changes);
	}
}

/* Where many commits lie between two that ran, the change is more likely among them. */
static void test_places(void **state)
{
	CLEANUP(beta_table_release) struct beta_table table = {0};
	struct line line = {0};
	struct change_list changes = {0};

	(void)state;
	change_points_table(50, &table);
	make("P100 F4", &line);
	for (size_t i = 95; i < line.len; i++) {
		line.items[i].place += 100000;
	}
	change_points_find(&table, line.items, line.len, &changes);
	assert_int_equal(changes.len, 1);
	assert_int_equal(changes.items[0].first, 100);
	assert_int_equal(changes.items[0].low, 95);
	assert_int_equal(changes.items[0].high, 95);
	VEC_FREE(&line);
	VEC_FREE(&changes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_likelihood),
		cmocka_unit_test(test_changes),
		cmocka_unit_test(test_intervals),
		cmocka_unit_test(test_places),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
