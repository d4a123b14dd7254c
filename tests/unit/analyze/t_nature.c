/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "analyze/clean_lines.h"
#include "analyze/nature.h"
#include "base/mem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SPOTS_MAX 12

/* A letter a spot: P passed, F failed, D failed in both of two runs, M failed and passed, V failed and then passed
 * when tried again, A failed again. */
static size_t spots_of(const char *letters, struct spot *out)
{
	size_t count = 0;

	for (; letters[count]; count++) {
		char letter = letters[count];
		bool twice = letter == 'D' || letter == 'M';

		out[count] = (struct spot){
			.position = (uint32_t)count,
			.run = (uint32_t)count,
			.runs = twice ? 2 : 1,
			.bad = letter == 'P'   ? 0
			       : letter == 'D' ? 2
					       : 1,
			.retry_passed = letter == 'V',
			.failed_again = letter == 'A',
		};
	}
	return count;
}

/* Each number is the sum over all ways to be broken, one by one, by other software. */
static void all_ways_are_summed(void **state)
{
	static const struct {
		const char *spots;
		double want;
		const char *why;
	} rows[] = {
		{"PFP", 0.5465895445, "one failure says little of three runs"},
		{"PFPFP", 0.8587258567, "a second one more"},
		{"PFPFPFPFPP", 0.9890769781, "nobody breaks and mends it so often"},
		{"PPPPFPPPPP", 0.3897970869, "one among ten"},
		{"PDP", 0.2282660342, "all runs of its source: more like a break"},
		{"PAP", 0.2282660342, "a retry that fails is one more run"},
		{"PMP", 0.9999238243, "both on one source"},
		{"V", 0.9999583137, "a verified retry"},
		{"FFFF", 0.0549498974, "broken since before"},
	};
	struct kinds kinds;

	(void)state;
	kinds_make(&prior_default, &kinds);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct spot spots[SPOTS_MAX];
		struct nature nature;

		nature_of(&kinds, spots, spots_of(rows[i].spots, spots), &nature);
		if (fabs(nature.flaky - rows[i].want) > 1e-6) {
			fail_msg("%s, %s: %.10g instead of %.10g", rows[i].spots, rows[i].why,
				 nature.flaky, rows[i].want);
		}
	}
}

/* A block of thousands underflows nothing. */
static void long_records_keep_their_digits(void **state)
{
	struct spot *spots = mem_array(20000, sizeof(*spots));
	struct kinds kinds;
	struct nature nature;

	(void)state;
	kinds_make(&prior_default, &kinds);
	for (size_t i = 0; i < 20000; i++) {
		spots[i] =
			(struct spot){.position = (uint32_t)i, .runs = 3, .bad = i < 10000 ? 0 : 3};
	}
	nature_of(&kinds, spots, 20000, &nature);
	assert_true(nature.flaky < 0.05);
	for (size_t i = 0; i < 20000; i += 10) {
		spots[i].bad = i < 10000;
	}
	nature_of(&kinds, spots, 10000, &nature);
	assert_true(nature.flaky > 0.999999);
	assert_true(nature.rate > 0.02 && nature.rate < 0.05);
	free(spots);
}

/* Two pull requests that are open at once: each may break by itself, and one that stays broken says nothing of
 * the other. */
static void lines_are_apart(void **state)
{
	struct spot spots[SPOTS_MAX];
	bool broken[SPOTS_MAX] = {false};
	struct kinds kinds;
	struct nature together, apart;
	size_t count = spots_of("PFPFPFPFPF", spots);

	(void)state;
	kinds_make(&prior_default, &kinds);
	nature_of(&kinds, spots, count, &together);
	for (size_t i = 0; i < count; i++) {
		spots[i].line = i % 2;
	}
	nature_sort(spots, count);
	assert_int_equal(spots[0].line, 0);
	assert_int_equal(spots[4].position, 8);
	assert_int_equal(spots[5].position, 1);
	nature_of(&kinds, spots, count, &apart);
	assert_true(together.flaky > 0.95);
	assert_true(apart.flaky < 0.5);
	nature_broken(&prior_default, 0, spots, count, 0.1, broken);
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(broken[i], i >= 5);
	}
}

/* A flaky test that then fails for ever is broken, however long that lasts. */
static void broken_after_flaky(void **state)
{
	struct spot *spots = mem_array(400, sizeof(*spots));
	bool *broken = mem_array(400, sizeof(*broken));
	struct kinds kinds;
	struct nature nature;

	(void)state;
	kinds_make(&prior_default, &kinds);
	for (size_t length = 20; length <= 300; length += 40) {
		for (size_t i = 0; i < 24 + length; i++) {
			spots[i] = (struct spot){
				.position = (uint32_t)i, .runs = 1, .bad = i >= 24 || i % 3 == 1};
		}
		nature_of(&kinds, spots, 24 + length, &nature);
		nature_broken(&prior_default, nature.pace, spots, 24 + length, nature.rate, broken);
		assert_true(nature.rate < 0.6);
		assert_true(broken[23 + length] && broken[30]);
		assert_false(broken[12]);
	}
	free(spots);
	free(broken);
}

static void breaks_are_found(void **state)
{
	static const struct {
		const char *spots;
		double rate;
		const char *want; /* B: broken */
		const char *why;
	} rows[] = {
		{"PPFPP", 0, "..B..", "a sound test does not fail by itself"},
		{"PPFPP", 0.1, ".....", "a flaky one does"},
		{"PPDDDDPP", 0.05, "..BBBB..", "but not eight times in a row"},
		{"PPDDDDPP", 0.6, "........", "unless it fails often"},
		{"PMPMPDDDDD", 0.1, ".....BBBBB", "flaky, then broken"},
		{"DDDDPMPP", 0.1, "BBBB....", "broken, then flaky"},
		{"FFFF", 0, "BBBB", "all of it"},
		{"P", 0, ".", "nothing"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct spot spots[SPOTS_MAX];
		bool broken[SPOTS_MAX] = {false};
		char got[SPOTS_MAX + 1] = {0};
		size_t count = spots_of(rows[i].spots, spots);

		nature_broken(&prior_default, 0, spots, count, rows[i].rate, broken);
		for (size_t k = 0; k < count; k++) {
			got[k] = broken[k] ? 'B' : '.';
		}
		if (strcmp(got, rows[i].want) != 0) {
			fail_msg("%s, %s: %s instead of %s", rows[i].spots, rows[i].why, got,
				 rows[i].want);
		}
	}
}

/* Beside a failure, or at an end of its line. */
static bool is_near(const struct spot *spots, const struct clean_line *line, size_t at)
{
	return at == line->first || at == line->end - 1 || spots[at].bad > 0 ||
	       spots[at - 1].bad > 0 || spots[at + 1].bad > 0;
}

static size_t keep_line(const struct spot *spots, const struct clean_line *line, struct spot *keep)
{
	struct spot left_out = {0};
	size_t kept = 0;

	for (size_t i = line->first; i < line->end; i++) {
		if (!is_near(spots, line, i)) {
			left_out.left_out++;
			left_out.left_out_runs += spots[i].runs;
			continue;
		}
		keep[kept] = spots[i];
		keep[kept].left_out = left_out.left_out;
		keep[kept++].left_out_runs = left_out.left_out_runs;
		left_out = (struct spot){0};
	}
	return kept;
}

/* What nature_of_few() is given: lines without a failure are in the rest. */
static size_t leave_out(const struct spot *spots, const struct clean_lines *lines,
			struct clean_rest *rest, struct spot *keep)
{
	size_t kept = 0;

	*rest = lines->all;
	for (size_t line = 0; line < lines->lines.len; line++) {
		const struct clean_line *own = &lines->lines.items[line];
		size_t bad = 0;

		for (size_t i = own->first; i < own->end; i++) {
			bad += spots[i].bad;
		}
		if (bad > 0) {
			clean_rest_drop(lines, line, rest);
			kept += keep_line(spots, own, keep + kept);
		}
	}
	return kept;
}

static void make_spots(size_t round, size_t count, struct spot *spots, struct spot *clean)
{
	uint64_t draw = round + 7;

	for (size_t i = 0; i < count; i++) {
		draw = draw * 6364136223846793005U + 1442695040888963407U;
		spots[i] = (struct spot){.position = (uint32_t)i,
					 .line = (uint32_t)(i * i / 9000),
					 .at = (uint32_t)i};
		spots[i].runs = 1 + (uint32_t)(draw >> 60) % 3;
		clean[i] = spots[i];
		if ((draw >> 32) % 1000 < 2 * round || (i > 300 && i < 300 + round % 7)) {
			spots[i].bad = 1 + (uint32_t)(draw >> 50) % spots[i].runs;
			spots[i].failed_again = (draw >> 45) % 2;
		}
	}
}

/* What is left out of a record is summed up, and changes nothing. */
static void few_say_the_same(void **state)
{
	enum { COUNT = 600 };
	struct spot spots[COUNT], clean[COUNT], keep[COUNT];
	bool broken[COUNT], few_broken[COUNT];
	struct kinds kinds;

	(void)state;
	kinds_make(&prior_default, &kinds);
	for (size_t round = 0; round < 40; round++) {
		CLEANUP(clean_lines_release) struct clean_lines lines = {0};
		struct clean_rest rest;
		struct nature all, few;
		size_t kept = 0, at = 0;

		make_spots(round, COUNT, spots, clean);
		clean_lines_make(&kinds, clean, COUNT, &lines);
		kept = leave_out(spots, &lines, &rest, keep);
		nature_of(&kinds, spots, COUNT, &all);
		nature_of_few(&kinds, keep, kept, &rest, &few);
		assert_true(fabs(all.flaky - few.flaky) < 1e-10);
		assert_true(fabs(all.rate - few.rate) < 1e-10 && all.pace == few.pace);
		nature_broken(&prior_default, 0, spots, COUNT, 0, broken);
		nature_broken(&prior_default, 0, keep, kept, 0, few_broken);
		for (size_t i = 0; i < COUNT; i++) {
			bool is_kept = at < kept && keep[at].at == i;

			assert_int_equal(broken[i], is_kept && few_broken[at]);
			at += is_kept;
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(few_say_the_same),
		cmocka_unit_test(all_ways_are_summed),
		cmocka_unit_test(long_records_keep_their_digits),
		cmocka_unit_test(lines_are_apart),
		cmocka_unit_test(broken_after_flaky),
		cmocka_unit_test(breaks_are_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
