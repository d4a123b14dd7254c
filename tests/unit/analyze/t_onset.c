/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "analyze/clean.h"
#include "analyze/onset.h"
#include "base/mem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SPOTS_MAX 400

struct record {
	struct spot spots[SPOTS_MAX];
	bool broken[SPOTS_MAX];
	size_t count;
};

/* "P100 (FPP)20": letters, or a group of them, so many times. B is a failure of a broken test. */
static void record_of(const char *text, struct record *out)
{
	*out = (struct record){0};
	while (*text) {
		const char *group = text;
		size_t len = 1, times;
		char *end = NULL;

		if (*text == '(') {
			group = text + 1;
			len = strcspn(group, ")");
			text = group + len;
		}
		times = strtoul(text + 1, &end, 10);
		text = end + (*end == ' ');
		for (size_t i = 0; i < len * times; i++) {
			char letter = group[i % len];

			out->broken[out->count] = letter == 'B';
			out->spots[out->count] = (struct spot){
				.position = (uint32_t)out->count,
				.place = (uint32_t)out->count,
				.runs = 1,
				.bad = letter != 'P',
			};
			out->count++;
		}
	}
}

static void where_it_begins(void **state)
{
	CLEANUP(beta_table_release) struct beta_table table = {0};
	static const struct {
		const char *record;
		bool known;
		size_t low, high;
		const char *why;
	} rows[] = {
		{"P100 F20", true, 98, 100, "always from then on"},
		{"P100 (FP)20", true, 92, 100, "half of the runs"},
		{"P100 (FPPPPPPPPP)10", true, 0, 100, "one of ten: it may have begun before"},
		{"(FPPP)30", false, 0, 0, "as often all along"},
		{"P5 (FPPPPPPPPP)15", false, 0, 5, "nothing tells that from all along"},
		{"P40 B30 P40 (FP)20", true, 102, 110, "a break is no beginning"},
		{"F1", false, 0, 0, "one run"},
	};

	(void)state;
	beta_table_make(prior_default.a, prior_default.b, 50, &table);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct record record;
		struct onset onset;

		record_of(rows[i].record, &record);
		onset_find(&prior_default, &table, record.spots, record.broken, record.count,
			   &onset);
		if (onset.known != rows[i].known || onset.low != rows[i].low ||
		    onset.high != rows[i].high) {
			fail_msg("%s, %s: %s, %zu to %zu", rows[i].record, rows[i].why,
				 onset.known ? "known" : "unknown", onset.low, onset.high);
		}
	}
}

/* The parts share the whole weight, and what they count lies between the record's first failure and all. */
static void the_rate_is_of_what_came_since(void **state)
{
	CLEANUP(beta_table_release) struct beta_table table = {0};
	struct record record;
	struct onset onset;
	double weight = 0;

	(void)state;
	beta_table_make(prior_default.a, prior_default.b, 50, &table);
	record_of("P100 (FP)20 B30", &record);
	onset_find(&prior_default, &table, record.spots, record.broken, record.count, &onset);
	assert_true(onset.count >= 1 && onset.count <= ONSET_PARTS);
	for (size_t i = 0; i < onset.count; i++) {
		weight += onset.parts[i].weight;
		assert_true(fabs(onset.parts[i].failures - 20) < 0.1);
		assert_true(onset.parts[i].runs >= 39.9 && onset.parts[i].runs <= 140);
	}
	assert_true(fabs(weight - 1) < 1e-9);
	assert_true(onset.before < 1e-6);
}

static void commits_between_count(void **state)
{
	CLEANUP(beta_table_release) struct beta_table table = {0};
	struct record record;
	struct onset near, far;

	(void)state;
	beta_table_make(prior_default.a, prior_default.b, 50, &table);
	record_of("P50 (FPP)20", &record);
	onset_find(&prior_default, &table, record.spots, record.broken, record.count, &near);
	/* a hundred commits nobody ran lie in front of one spot */
	for (size_t i = 30; i < record.count; i++) {
		record.spots[i].place += 100;
	}
	onset_find(&prior_default, &table, record.spots, record.broken, record.count, &far);
	assert_true(near.low > 30);
	assert_true(far.low <= 30);
}

static void clean_runs_clear_a_test(void **state)
{
	static const struct rate_part often = {1, 10, 40}, rare = {1, 2, 200};
	struct clean clean;

	(void)state;
	clean_judge(&prior_default, &often, 1, 0, &clean);
	assert_true(fabs(clean.still_flaky - 0.8) < 1e-9);
	assert_true(clean.needed > 0 && clean.needed < 40);
	clean_judge(&prior_default, &(struct rate_part){1, 10, 40.0 + (double)clean.needed}, 1,
		    clean.needed, &clean);
	assert_true(clean.still_flaky < 0.05);
	assert_int_equal(clean.needed, 0);
	clean_judge(&prior_default, &rare, 1, 0, &clean);
	assert_true(clean.needed > 200);
	/* the published sizes of samples: a failure is seen with 95 % */
	assert_int_equal(clean_until_next(&(struct prior){.a = 0, .b = 0}, 5, 100), 59);
	assert_int_equal(clean_until_next(&(struct prior){.a = 0, .b = 0}, 1, 100), 299);
	assert_int_equal(clean_until_next(&(struct prior){.a = 0, .b = 0}, 1, 200), 598);
	assert_int_equal(clean_until_next(&(struct prior){.a = 0, .b = 0}, 1, 1000), 2995);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(where_it_begins),
		cmocka_unit_test(the_rate_is_of_what_came_since),
		cmocka_unit_test(commits_between_count),
		cmocka_unit_test(clean_runs_clear_a_test),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
