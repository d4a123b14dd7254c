/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/analysis.h"
#include "analyze/services.h"

#include <inttypes.h>

#define SECOND INT64_C(1000000)
#define DAY    (86400 * SECOND)

/* The only row. */
static const struct service_summary *summarised(struct analysis *analysis)
{
	flake_report_release(&analysis->report);
	services_summarise(&analysis->evidence, &analysis->report);
	assert_int_equal(analysis->report.services.len, 1);
	return &analysis->report.services.items[0];
}

static void add_wait(struct evidence *evidence, const char *service, const char *probe, int second,
		     const char *error)
{
	struct wait *wait = &VEC_PUSH(&evidence->waits)->wait;

	wait->service = mem_str(service);
	wait->probe = mem_str(probe);
	wait->error = mem_str(error);
	wait->ready = !error;
	wait->started_us = RUN_FIRST + second * SECOND;
	wait->duration_us = second * INT64_C(1000);
	wait->limit_us = second * SECOND;
}

static void test_rows(void **state)
{
	CLEANUP(analysis_release) struct analysis analysis = {0};
	struct service_summary *rows = NULL;

	(void)state;
	for (int i = 20; i >= 1; i--) {
		add_wait(&analysis.evidence, "db:5432", "tcp", i, NULL);
	}
	add_wait(&analysis.evidence, "db:5432", "http", 3, NULL);
	add_wait(&analysis.evidence, "cache:6379", "tcp", 2, "timed out");
	add_wait(&analysis.evidence, "cache:6379", "tcp", 9, "refused");
	add_wait(&analysis.evidence, "cache:6379", "tcp", 5, "no route");
	add_wait(&analysis.evidence, "gone:1", "tcp", 5, "interrupted");
	analysis.evidence.waits.items[24].wait.cancelled = true;
	analyze_flakes(&analysis.evidence, NULL, &analysis.report);

	rows = analysis.report.services.items;
	assert_int_equal(analysis.report.services.len, 3);
	assert_string_equal(rows[0].service, "cache:6379");
	assert_int_equal(rows[0].waits, 3);
	assert_int_equal(rows[0].failed, 3);
	assert_int_equal(rows[0].p50_us, -1);
	assert_int_equal(rows[0].p95_us, -1);
	assert_int_equal(rows[0].p99_us, -1);
	assert_int_equal(rows[0].suggested_us, -1);
	assert_string_equal(rows[0].last_error, "refused");
	assert_int_equal(rows[0].last_failed_us, RUN_FIRST + 9 * SECOND);
	assert_int_equal(rows[0].limit_us, 9 * SECOND);
	assert_string_equal(rows[1].probe, "http");
	assert_int_equal(rows[1].p95_us, 3000);
	assert_int_equal(rows[2].waits, 20);
	assert_int_equal(rows[2].failed, 0);
	assert_int_equal(rows[2].p50_us, 10000);
	assert_int_equal(rows[2].p95_us, 19000);
	assert_int_equal(rows[2].p99_us, 20000);
	assert_int_equal(rows[2].last_failed_us, 0);
	assert_null(rows[2].last_error);
}

/* The newest wait counts, in whichever job it was. */
static void test_newest_of_all_jobs(void **state)
{
	CLEANUP(analysis_release) struct analysis analysis = {0};
	const struct service_summary *row = NULL;

	(void)state;
	history_make(&analysis.evidence, "A:P@a B:P@b");
	add_wait(&analysis.evidence, "db", "tcp", 9, "newest");
	add_wait(&analysis.evidence, "db", "tcp", 5, "older");
	analysis.evidence.waits.items[1].run = 1;
	row = summarised(&analysis);
	assert_int_equal(row->limit_us, 9 * SECOND);
	assert_string_equal(row->last_error, "newest");
}

static void test_margin(void **state)
{
	static const struct {
		int64_t p95_us, limit_us;
		bool there;
		double want;
	} rows[] = {
		{9 * SECOND, 30 * SECOND, true, 0.7},
		{45 * SECOND, 30 * SECOND, true, -0.5}, /* the limit was made shorter */
		{9 * SECOND, 0, false, 0},              /* without end */
		{9 * SECOND, -1, false, 0},
		{-1, 30 * SECOND, false, 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct service_summary row = {
			.p95_us = rows[i].p95_us,
			.limit_us = rows[i].limit_us,
		};
		double got = 0;

		assert_int_equal(service_margin(&row, &got), rows[i].there);
		assert_true(got > rows[i].want - 1e-9 && got < rows[i].want + 1e-9);
	}
}

/* So many waits of one length. */
static void add_waits(struct evidence *evidence, size_t count, int64_t us)
{
	for (size_t i = 0; i < count; i++) {
		add_wait(evidence, "db", "tcp", 1, NULL);
		evidence->waits.items[evidence->waits.len - 1].wait.duration_us = us;
	}
}

static void test_suggested_limits(void **state)
{
	static const struct {
		size_t waits;
		int64_t ms;
		int64_t want_s; /* -1: none */
	} rows[] = {
		{20, 20, 5},
		{20, 1666, 5},
		{20, 1667, 10},
		{20, 12000, 45},
		{20, 15000, 45},
		{20, 15001, 60},
		{20, 25000, 90},
		{20, 60000, 180},
		{20, 3600000, 10800},
		{20, 3600001, -1},
		{20, INT64_MAX / 1000, -1},
		{19, 12000, -1},
		{1, 12000, -1},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(analysis_release) struct analysis analysis = {0};
		int64_t want = rows[i].want_s < 0 ? -1 : rows[i].want_s * SECOND;
		int64_t got = 0;

		add_waits(&analysis.evidence, rows[i].waits, rows[i].ms * 1000);
		got = summarised(&analysis)->suggested_us;
		if (got != want) {
			fail_msg("%zu waits of %" PRId64 " ms: %" PRId64 " us", rows[i].waits,
				 rows[i].ms, got);
		}
	}
}

/* One slow wait in a hundred and one is beyond the 99th percentile. */
static void test_suggestion_leaves_the_slowest_out(void **state)
{
	CLEANUP(analysis_release) struct analysis analysis = {0};

	(void)state;
	add_waits(&analysis.evidence, 100, 3 * SECOND);
	add_waits(&analysis.evidence, 1, 50 * SECOND);
	assert_int_equal(summarised(&analysis)->p99_us, 3 * SECOND);
	add_waits(&analysis.evidence, 1, 50 * SECOND);
	assert_int_equal(summarised(&analysis)->p99_us, 50 * SECOND);
}

static struct earlier_wait *add_earlier(struct evidence *evidence, int64_t day, int64_t us)
{
	struct earlier_wait *wait = VEC_PUSH(&evidence->earlier_waits);

	wait->job = mem_str("unit");
	wait->variant = mem_str("");
	wait->service = mem_str("db");
	wait->probe = mem_str("tcp");
	wait->started_us = RUN_FIRST + day * DAY;
	wait->duration_us = us;
	return wait;
}

/* Waits of the weeks before: they make trend and suggestion, and no row by themselves. */
static void test_earlier_waits(void **state)
{
	CLEANUP(analysis_release) struct analysis analysis = {0};
	const struct service_summary *row = NULL;

	(void)state;
	history_make(&analysis.evidence, "A:P");
	for (int day = -28; day < 0; day++) {
		add_earlier(&analysis.evidence, day, 12 * SECOND + day * 2 * SECOND / 7);
	}
	mem_replace(&add_earlier(&analysis.evidence, -3, SECOND)->service, "other");
	add_earlier(&analysis.evidence, -3, -1);
	add_waits(&analysis.evidence, 1, 12 * SECOND);
	analysis.evidence.waits.items[0].wait.limit_us = 30 * SECOND;
	row = summarised(&analysis);
	assert_string_equal(row->service, "db");
	assert_int_equal(row->waits, 1);
	assert_int_equal(row->p50_us, 12 * SECOND);
	assert_int_equal(row->known, 29);
	assert_int_equal(row->suggested_us, 45 * SECOND);
	assert_int_equal(row->trend.direction, TREND_RISING);
	assert_int_equal(row->trend.points, 29);
	assert_true(row->crosses);

	/* A variant that was slower from the start, and came later. */
	for (size_t i = 0; i < 28; i++) {
		struct earlier_wait *wait = &analysis.evidence.earlier_waits.items[i];

		mem_replace(&wait->variant, i < 14 ? "" : "os=mac");
		wait->duration_us = (i < 14 ? 4 : 12) * SECOND + (int64_t)(i * 5 % 7) * 1000;
	}
	assert_int_equal(summarised(&analysis)->trend.direction, TREND_NONE);
}

/* Failed and cancelled waits have no time to ready. */
static void test_only_successes_make_a_trend(void **state)
{
	CLEANUP(analysis_release) struct analysis analysis = {0};
	const struct service_summary *row = NULL;

	(void)state;
	for (int i = 0; i < 60; i++) {
		add_waits(&analysis.evidence, 1, (i % 2 ? 2 : 4 + i) * SECOND);
		analysis.evidence.waits.items[i].wait.started_us = RUN_FIRST + i * DAY;
		analysis.evidence.waits.items[i].wait.limit_us = 90 * SECOND;
		analysis.evidence.waits.items[i].wait.ready = i % 2;
	}
	analysis.evidence.waits.items[57].wait.cancelled = true;
	analysis.evidence.waits.items[57].wait.duration_us = 50 * SECOND;
	row = summarised(&analysis);
	assert_int_equal(row->waits, 59);
	assert_int_equal(row->failed, 30);
	assert_int_equal(row->trend.points, 29);
	assert_int_equal(row->trend.direction, TREND_NONE);
	assert_int_equal(row->p99_us, 2 * SECOND);
}

/* Failures come first, then what crosses its limit soonest, then names. */
static void test_order(void **state)
{
	static const char *const names[] = {"calm", "late", "soon", "wrong"};
	static const char *const want[] = {"wrong", "soon", "late", "calm"};
	static const int weekly_s[] = {0, 1, 3, 0};
	CLEANUP(analysis_release) struct analysis analysis = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names) * 28; i++) {
		struct wait *wait = NULL;
		int64_t day = (int64_t)i / 4;

		add_wait(&analysis.evidence, names[i % 4], "tcp", 30, i == 3 ? "refused" : NULL);
		wait = &analysis.evidence.waits.items[i].wait;
		wait->started_us = RUN_FIRST + day * DAY;
		wait->duration_us = 4 * SECOND + day * weekly_s[i % 4] * SECOND / 7;
	}
	services_summarise(&analysis.evidence, &analysis.report);
	assert_int_equal(analysis.report.services.len, ARRAY_LEN(want));
	for (size_t i = 0; i < ARRAY_LEN(want); i++) {
		assert_string_equal(analysis.report.services.items[i].service, want[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_newest_of_all_jobs),
		cmocka_unit_test(test_margin),
		cmocka_unit_test(test_suggested_limits),
		cmocka_unit_test(test_suggestion_leaves_the_slowest_out),
		cmocka_unit_test(test_earlier_waits),
		cmocka_unit_test(test_only_successes_make_a_trend),
		cmocka_unit_test(test_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
