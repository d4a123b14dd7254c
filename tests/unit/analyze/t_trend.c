/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "analyze/trend.h"
#include "base/mem.h"
#include "text/duration.h"

#include <math.h>
#include <string.h>

#define SECOND INT64_C(1000000)
#define DAY    (86400 * SECOND)
#define WEEK   (7 * DAY)

/* Monday, 2026-10-05T00:00:00Z */
#define START (INT64_C(1791158400) * SECOND)

#define POINTS_MAX 20

/* A point every second day, one unit of value a day: slopes are in units of half a value. */
static const int64_t step_us = 2 * DAY;

static void points_make(struct trend_point *out, const int *values, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		out[i] = (struct trend_point){
			.time_us = START + (int64_t)i * step_us,
			.value_us = values[i] * step_us,
		};
	}
}

struct vector_row {
	const char *why;
	size_t count;
	int values[POINTS_MAX];
	enum trend_direction direction;
	double slope, low, high; /* values per step */
};

/* With ten points there are 45 pairs and the variance of S is 10·9·25/18 = 125, so that the interval
 * reaches from the 8th pair, floor((45 - 2.5758·√125) / 2), to the 8th from the end. Five equal values
 * take 5·4·15/18 = 16.67 from the variance, and it is the 9th. */
static const struct vector_row vectors[] = {
	{"a line", 10, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, TREND_RISING, 1, 1, 1},
	{"a line down", 10, {30, 27, 24, 21, 18, 15, 12, 9, 6, 3}, TREND_FALLING, -3, -3, -3},
	{"noise on a line", 10, {1, 3, 2, 5, 4, 7, 6, 9, 8, 10}, TREND_RISING, 1, 0.5, 1.4},
	{"the same down", 10, {10, 8, 9, 6, 7, 4, 5, 2, 3, 1}, TREND_FALLING, -1, -1.4, -0.5},
	{"one outlier", 10, {1, 2, 3, 4, 5, 6, 7, 8, 9, 1000}, TREND_RISING, 1, 1, 499.0 / 4},
	{"five equal", 10, {0, 0, 0, 0, 0, 5, 6, 7, 8, 9}, TREND_NONE, 1, 0, 5.0 / 3},
	{"nothing but noise", 10, {5, 1, 4, 2, 3, 5, 1, 4, 2, 3}, TREND_NONE, 0, -0.75, 2.0 / 3},
	{"constant", 10, {7, 7, 7, 7, 7, 7, 7, 7, 7, 7}, TREND_NONE, 0, 0, 0},
	{"nine", 9, {1, 2, 3, 4, 5, 6, 7, 8, 9}, TREND_UNKNOWN, 0, 0, 0},
	{"one", 1, {1}, TREND_UNKNOWN, 0, 0, 0},
	{"nobody waited", 0, {0}, TREND_UNKNOWN, 0, 0, 0},
};

static bool near(double got, double want)
{
	return fabs(got - want) < 1e-9;
}

static void test_vectors(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(vectors); i++) {
		const struct vector_row *row = &vectors[i];
		struct trend_point points[POINTS_MAX];
		struct trend got;

		points_make(points, row->values, row->count);
		trend_of(points, row->count, &got);
		if (got.direction != row->direction || got.points != row->count ||
		    !near(got.slope, row->slope) || !near(got.low, row->low) ||
		    !near(got.high, row->high)) {
			fail_msg("%s: %s, %zu points, slope %f, %f to %f", row->why,
				 trend_direction_name(got.direction), got.points, got.slope,
				 got.low, got.high);
		}
	}
}

static void test_what_is_told_of_the_points(void **state)
{
	static const int values[] = {9, 3, 1, 2, 3, 4, 5, 8, 6, 90};
	struct trend_point points[ARRAY_LEN(values)];
	struct trend got;

	(void)state;
	points_make(points, values, ARRAY_LEN(values));
	trend_of(points, ARRAY_LEN(values), &got);
	assert_int_equal(got.oldest_us, START);
	assert_int_equal(got.newest_us, START + 9 * step_us);
	/* Medians of three: a quarter of ten, rounded up. */
	assert_int_equal(got.early_us, 3 * step_us);
	assert_int_equal(got.early_at_us, START + step_us);
	assert_int_equal(got.late_us, 8 * step_us);
	assert_true(near(got.middle_us / (double)step_us, 4.5));
	assert_true(near((got.middle_at_us - (double)START) / (double)step_us, 4.5));
	/* Of 4, 5, 8, 6, 90 the slopes are 1 3 -2 84 2 .5 85/2 2/3 85/3 86/4. */
	assert_true(near(got.recent, 2.5));
}

/* Thirteen days are no fortnight, however many points are in them. */
static void test_span(void **state)
{
	struct trend_point points[15];
	struct trend got;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(points); i++) {
		points[i] = (struct trend_point){
			.time_us = START + (int64_t)i * DAY,
			.value_us = (int64_t)i,
		};
	}
	trend_of(points, 15, &got);
	assert_int_equal(got.direction, TREND_RISING);
	trend_of(points, 14, &got);
	assert_int_equal(got.direction, TREND_UNKNOWN);
}

/* Points of one time have no slope with one another. */
static void test_equal_times(void **state)
{
	struct trend_point points[40];
	struct trend got;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(points); i++) {
		points[i] = (struct trend_point){.time_us = START, .value_us = (int64_t)i};
	}
	trend_of(points, ARRAY_LEN(points), &got);
	assert_int_equal(got.direction, TREND_UNKNOWN);
	/* The same twenty values twice, ten weeks apart. */
	for (size_t i = 0; i < ARRAY_LEN(points); i++) {
		points[i] = (struct trend_point){
			.time_us = START + (int64_t)(i / 20) * 10 * WEEK,
			.value_us = (int64_t)(i % 20) * SECOND,
		};
	}
	trend_of(points, ARRAY_LEN(points), &got);
	assert_int_equal(got.direction, TREND_NONE);
	assert_true(near(got.slope, 0));
	assert_true(isfinite(got.low) && isfinite(got.high));
}

/* A slow lane that came later is no trend; two lanes that rise alike are one. */
static void test_lanes_are_apart(void **state)
{
	struct trend_point points[40];
	struct trend got;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(points); i++) {
		points[i] = (struct trend_point){
			.lane = i / 20,
			.time_us = START + (int64_t)i * DAY,
			.value_us = i < 20 ? 4 * SECOND : 12 * SECOND,
		};
	}
	trend_of(points, ARRAY_LEN(points), &got);
	assert_int_equal(got.direction, TREND_NONE);
	for (size_t i = 0; i < ARRAY_LEN(points); i++) {
		points[i].time_us = START + (int64_t)(i % 20) * DAY;
		points[i].value_us = (int64_t)(i % 20) * 5 * SECOND + (i < 20 ? 0 : 300 * SECOND);
	}
	trend_of(points, ARRAY_LEN(points), &got);
	assert_int_equal(got.direction, TREND_RISING);
	assert_true(near(got.high * (double)DAY / (double)SECOND, 5));
	/* Two points each are ten pairs, and even if all rise that happens by chance. */
	for (size_t i = 0; i < 20; i++) {
		points[i].lane = i / 2;
	}
	trend_of(points, 20, &got);
	assert_int_equal(got.direction, TREND_UNKNOWN);
}

/* The work is bounded; both ends and both lanes stay. */
static void test_many(void **state)
{
	const size_t count = 5000;
	AUTO_FREE struct trend_point *points = mem_array(count, sizeof(*points));
	struct trend got;

	(void)state;
	for (size_t i = 0; i < count; i++) {
		points[i] = (struct trend_point){
			.lane = i / (count / 2),
			.time_us = START + (int64_t)(i % (count / 2)) * DAY / 50,
			.value_us = (int64_t)(i % (count / 2)) * SECOND / 50,
		};
	}
	trend_of(points, count, &got);
	assert_int_equal(got.points, TREND_POINTS_MAX);
	assert_int_equal(got.oldest_us, START);
	assert_int_equal(got.newest_us, points[count - 1].time_us);
	assert_int_equal(got.direction, TREND_RISING);
	assert_true(near(got.slope * (double)DAY / (double)SECOND, 1));
}

/* Times and values as only a forged history has them. */
static void test_absurd(void **state)
{
	struct trend_point points[30];
	struct trend_crossing crossing;
	struct trend got;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(points); i++) {
		points[i] = (struct trend_point){
			.time_us = i < 15 ? INT64_MIN + (int64_t)i : INT64_MAX - 30 + (int64_t)i,
			.value_us = i < 15 ? INT64_MIN : INT64_MAX - 30 + (int64_t)i,
		};
	}
	trend_of(points, ARRAY_LEN(points), &got);
	assert_true(isfinite(got.slope) && isfinite(got.low) && isfinite(got.high));
	assert_true(isfinite(got.middle_us) && isfinite(got.middle_at_us));
	assert_false(trend_crossing(&got, INT64_MAX, &crossing));
	/* A pace to go by, but no time is left for it. */
	for (size_t i = 0; i < ARRAY_LEN(points); i++) {
		points[i] = (struct trend_point){
			.time_us = INT64_MAX - (int64_t)(29 - i) * DAY,
			.value_us = (int64_t)i * SECOND,
		};
	}
	trend_of(points, ARRAY_LEN(points), &got);
	assert_int_equal(got.direction, TREND_RISING);
	assert_false(trend_crossing(&got, 60 * SECOND, &crossing));
}

/* Thirty runs, one a day, from 4 s on; what `rise` adds to it. */
static void thirty(struct trend *out, int64_t (*rise)(int64_t day))
{
	struct trend_point points[30];

	for (size_t i = 0; i < ARRAY_LEN(points); i++) {
		points[i] = (struct trend_point){
			.time_us = START + (int64_t)i * DAY,
			.value_us = 4 * SECOND + rise((int64_t)i),
		};
	}
	trend_of(points, ARRAY_LEN(points), out);
}

static int64_t evenly(int64_t day)
{
	return day * 2 * SECOND / 7;
}

/* By a second up and down. */
static int64_t noisily(int64_t day)
{
	return evenly(day) + (day * 5 % 7 - 3) * SECOND / 3;
}

/* From 24 s on by half a second a week, with two up and down. */
static int64_t barely(int64_t day)
{
	return 20 * SECOND + day * SECOND / 14 + (day * 3 % 11 - 5) * SECOND * 2 / 5;
}

static int64_t at_once(int64_t day)
{
	return (day < 15 ? 0 : 8 * SECOND) + (day * 5 % 7 - 3) * SECOND / 10;
}

static int64_t down(int64_t day)
{
	return 20 * SECOND - evenly(day);
}

struct crossing_row {
	const char *why;
	int64_t (*rise)(int64_t day);
	int64_t limit_s;
	const char *want; /* "around, earliest to latest", all of them Mondays */
};

static const struct crossing_row crossings[] = {
	/* 27 s at 2 s a week are 13.5 weeks: 2027-01-07, a Thursday */
	{"evenly", evenly, 31, "2027-01-04, 2027-01-04 to 2027-01-04"},
	{"noisily", noisily, 31, "2027-01-04, 2026-12-21 to 2027-01-18"},
	{"barely", barely, 31, "2026-12-14, 2026-11-23 to later"},
	{"behind already", evenly, 6, "2026-11-02, 2026-11-02 to 2026-11-02"},
	{"in 25 weeks", evenly, 63, "2027-04-26, 2027-04-26 to 2027-04-26"},
	{"in 27 weeks", evenly, 67, "none"},
	{"no limit", evenly, 0, "none"},
	{"a step", at_once, 31, "none"},
	{"down", down, 31, "none"},
};

static void add_day(struct buf *out, int64_t us)
{
	CLEANUP(buf_release) struct buf time = BUF_INIT(64);

	time_show(&time, us);
	assert_int_equal((us - START) % WEEK, 0);
	buf_add(out, buf_str(&time), strlen("2026-10-05"));
}

static void show_crossing(struct buf *out, const struct trend *trend, int64_t limit_us)
{
	struct trend_crossing crossing;

	if (!trend_crossing(trend, limit_us, &crossing)) {
		buf_str_add(out, "none");
		return;
	}
	add_day(out, crossing.around_us);
	buf_str_add(out, ", ");
	add_day(out, crossing.earliest_us);
	buf_str_add(out, " to ");
	if (crossing.latest_us < 0) {
		buf_str_add(out, "later");
	} else {
		add_day(out, crossing.latest_us);
	}
}

static void test_crossings(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(crossings); i++) {
		const struct crossing_row *row = &crossings[i];
		CLEANUP(buf_release) struct buf got = BUF_INIT(200);
		struct trend trend;

		thirty(&trend, row->rise);
		show_crossing(&got, &trend, row->limit_s * SECOND);
		if (strcmp(buf_str(&got), row->want) != 0) {
			fail_msg("%s: %s, wanted %s", row->why, buf_str(&got), row->want);
		}
	}
}

/* Where the mix of lanes hides the rise, nobody would see what the sentence says. */
static void test_a_rise_that_is_not_seen(void **state)
{
	struct trend_crossing crossing;
	struct trend trend;

	(void)state;
	thirty(&trend, evenly);
	assert_true(trend_crossing(&trend, 31 * SECOND, &crossing));
	trend.late_us = trend.early_us;
	assert_false(trend_crossing(&trend, 31 * SECOND, &crossing));
}

/* A step is a trend to the test, but no pace. */
static void test_a_step_rises(void **state)
{
	struct trend trend;

	(void)state;
	thirty(&trend, at_once);
	assert_int_equal(trend.direction, TREND_RISING);
	assert_false(trend_goes_on(&trend));
	thirty(&trend, noisily);
	assert_true(trend_goes_on(&trend));
	thirty(&trend, down);
	assert_int_equal(trend.direction, TREND_FALLING);
	assert_true(trend_goes_on(&trend));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_what_is_told_of_the_points),
		cmocka_unit_test(test_span),
		cmocka_unit_test(test_equal_times),
		cmocka_unit_test(test_lanes_are_apart),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_absurd),
		cmocka_unit_test(test_crossings),
		cmocka_unit_test(test_a_rise_that_is_not_seen),
		cmocka_unit_test(test_a_step_rises),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
