/* SPDX-License-Identifier: Apache-2.0 */
#include "sample.h"

#include "history/query.h"

#define DAY_US INT64_C(86400000000)

static struct steady_history *ask(const struct place *place)
{
	char error[STEADY_HISTORY_ERROR];
	struct steady_history *history = steady_history_open(place->path, error);

	if (!history) {
		fail_msg("%s", error);
	}
	return history;
}

/* A run of "t" and of 70 others, which give it a pace. */
static void record_t(const struct place *place, int number, enum outcome outcome,
		     int64_t duration_us)
{
	AUTO_FREE char *key = mem_fmt("k%02d", number);
	struct run run = sample_run(key, number % 2 ? "odd" : "even", number * DAY_US / 2);
	struct result *result;

	sample_attempt(&run, 1)->complete = true;
	sample_file(&run, key);
	for (int i = 0; i < 70; i++) {
		AUTO_FREE char *name = mem_fmt("other%d", i);

		sample_result(&run, name, OUTCOME_PASSED)->duration_us = INT64_C(1000) * (i + 1);
	}
	result = sample_result(&run, "t", outcome);
	result->duration_us = duration_us;
	if (outcome == OUTCOME_FAILED) {
		sample_failure(result, "0123456789abcdef", "boom");
		sample_verdict(&run, "t", RETRY_PASSED);
		run.outcome = RUN_FLAKY;
	}
	sample_record(place->path, &run);
}

static int add_letter(void *payload, const struct steady_history_result *result)
{
	struct buf *out = payload;

	buf_fmt(out, "%s%c%s ", result->run.key, steady_history_outcome_name(result->outcome)[0],
		result->retry ? result->retry : "");
	return 0;
}

static int stop_at_once(void *payload, const struct steady_history_result *result)
{
	(void)payload;
	(void)result;
	return 42;
}

static void assert_strip(struct steady_history *history, const char *id,
			 const struct steady_history_window *window, size_t most,
			 const char *expected)
{
	CLEANUP(buf_release) struct buf out = BUF_INIT(BUF_OWN_MAX);

	assert_int_equal(steady_history_strip(history, id, window, most, add_letter, &out), 0);
	assert_string_equal(buf_str(&out), expected);
}

static void a_strip_shows_a_test_from_the_newest_run_on(void **state)
{
	const struct place *place = *state;
	struct steady_history *history;
	const struct steady_history_window odd = {.job = "odd"};
	const struct steady_history_window early = {.until_us = 3 * DAY_US / 2};
	char id[TEST_ID_LEN + 1];

	sample_id("t", id);
	for (int i = 1; i <= 6; i++) {
		record_t(place, i,
			 i == 3   ? OUTCOME_FAILED
			 : i == 5 ? OUTCOME_SKIPPED
				  : OUTCOME_PASSED,
			 1000);
	}
	history = ask(place);
	assert_strip(history, id, NULL, 0, "k06p k05s k04p k03fpassed k02p k01p ");
	assert_strip(history, id, NULL, 3, "k06p k05s k04p ");
	assert_strip(history, id, &odd, 0, "k05s k03fpassed k01p ");
	assert_strip(history, id, &early, 0, "k02p k01p ");
	assert_strip(history, "00000000000000000000000000000000", NULL, 0, "");
	assert_strip(history, "nonsense", NULL, 0, "");
	assert_int_equal(steady_history_strip(history, id, NULL, 0, stop_at_once, NULL), 42);
	steady_history_close(history);
}

/* What compaction leaves. */
static void a_thinned_run_still_tells(void **state)
{
	const struct place *place = *state;
	struct steady_history *asked;
	struct history *history;
	struct err err = ERR_INIT;
	char id[TEST_ID_LEN + 1];

	sample_id("t", id);
	for (int i = 1; i <= 3; i++) {
		record_t(place, i,
			 i == 2   ? OUTCOME_FAILED
			 : i == 3 ? OUTCOME_SKIPPED
				  : OUTCOME_PASSED,
			 1000);
	}
	history = sample_open(place->path, HISTORY_WRITE);
	assert_ok(db_exec(&history->db,
			  "UPDATE run SET thinned = 1; DELETE FROM block; DELETE FROM result",
			  &err));
	history_close(history);
	asked = ask(place);
	assert_strip(asked, id, NULL, 0, "k03s k02fpassed k01p ");
	steady_history_close(asked);
}

static int keep_duration(void *payload, const struct steady_history_duration *duration)
{
	struct steady_history_duration *out = payload;

	*out = *duration;
	return 0;
}

static int count_durations(void *payload, const struct steady_history_duration *duration)
{
	size_t *count = payload;

	assert_int_equal(strlen(duration->test.id), TEST_ID_LEN);
	assert_true(duration->p50_us <= duration->p95_us);
	(*count)++;
	return 0;
}

static void assert_close(int64_t value, int64_t expected)
{
	assert_in_range(value, expected * 955 / 1000, expected * 1046 / 1000);
}

static void durations_are_nearest_ranks(void **state)
{
	const struct place *place = *state;
	struct steady_history_duration duration = {0};
	struct steady_history *history;
	size_t count = 0;
	char id[TEST_ID_LEN + 1];

	sample_id("t", id);
	for (int i = 1; i <= 20; i++) {
		record_t(place, i, i == 7 ? OUTCOME_FAILED : OUTCOME_PASSED, INT64_C(100000) * i);
	}
	history = ask(place);
	assert_int_equal(steady_history_durations(history, id, NULL, keep_duration, &duration), 0);
	assert_int_equal(duration.passes, 19);
	/* of 1 to 20 without 7 the tenth, and the nineteenth */
	assert_close(duration.p50_us, 1100000);
	assert_close(duration.p95_us, 2000000);
	assert_int_equal(steady_history_durations(history, NULL, NULL, count_durations, &count), 0);
	assert_int_equal(count, 71);
	steady_history_close(history);
}

static int add_day(void *payload, const struct steady_history_day *day)
{
	buf_fmt(payload, "%d: %zu/%zu/%zu %d %d; ", (int)(day->day_us / DAY_US), day->runs,
		day->red, day->flaky, (int)day->results, (int)day->failures);
	return 0;
}

static int add_service(void *payload, const struct steady_history_service *service)
{
	buf_fmt(payload, "%s %s: %zu/%zu %d %d; ", service->job, service->service, service->failed,
		service->waits, (int)service->p50_us, (int)service->p95_us);
	return 0;
}

static void days_and_services_are_summed_up(void **state)
{
	const struct place *place = *state;
	CLEANUP(buf_release) struct buf days = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(buf_release) struct buf services = BUF_INIT(BUF_OWN_MAX);
	struct steady_history *history;

	for (int i = 1; i <= 4; i++) {
		record_t(place, i, i == 3 ? OUTCOME_FAILED : OUTCOME_PASSED, 1000);
	}
	for (int i = 0; i < 4; i++) {
		AUTO_FREE char *key = mem_fmt("w%d", i);
		struct run run = sample_run(key, "even", 9 * DAY_US);

		run.outcome = i == 2 ? RUN_NOT_READY : i == 3 ? RUN_CANCELLED : RUN_PASSED;
		sample_wait(&run, "db:5432", i != 2)->duration_us = INT64_C(10) * (i + 1);
		run.waits.items[0].cancelled = i == 3;
		sample_record(place->path, &run);
	}
	history = ask(place);
	assert_int_equal(steady_history_trend(history, NULL, add_day, &days), 0);
	assert_string_equal(buf_str(&days),
			    "0: 1/0/0 71 0; 1: 2/0/1 142 1; 2: 1/0/0 71 0; 9: 4/1/0 0 0; ");
	assert_int_equal(steady_history_waits(history, NULL, add_service, &services), 0);
	assert_string_equal(buf_str(&services), "even db:5432: 1/3 10 20; ");
	steady_history_close(history);
}

static int add_failure(void *payload, const struct steady_history_failure *failure)
{
	buf_fmt(payload, "%s %s %s %s; ", failure->test.name, failure->message, failure->signature,
		failure->retry);
	return 0;
}

static int add_evidence(void *payload, const struct steady_history_evidence *evidence)
{
	buf_fmt(payload, "%s %s %s %d; ", evidence->run.key, evidence->test.name,
		steady_history_outcome_name(evidence->first), evidence->passed_retry);
	return 0;
}

static void failures_and_evidence_are_told(void **state)
{
	const struct place *place = *state;
	CLEANUP(buf_release) struct buf failures = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(buf_release) struct buf evidence = BUF_INIT(BUF_OWN_MAX);
	struct steady_history *history;

	record_t(place, 1, OUTCOME_PASSED, 5);
	record_t(place, 2, OUTCOME_FAILED, 5);
	history = ask(place);
	assert_int_equal(steady_history_failures(history, "k02", "even", add_failure, &failures),
			 0);
	assert_string_equal(buf_str(&failures), "t boom 0123456789abcdef passed; ");
	assert_int_equal(steady_history_failures(history, "k02", "odd", add_failure, &failures),
			 -1);
	assert_string_equal(steady_history_error(history), "no run k02");
	assert_int_equal(steady_history_evidence(history, NULL, add_evidence, &evidence), 0);
	assert_string_equal(buf_str(&evidence), "k02 t failed 1; ");
	assert_string_equal(steady_history_error(history), "");
	steady_history_close(history);
}

static void damage_is_told(void **state)
{
	const struct place *place = *state;
	struct steady_history *asked;
	struct history *history;
	struct err err = ERR_INIT;
	CLEANUP(buf_release) struct buf out = BUF_INIT(BUF_OWN_MAX);
	size_t count = 0;
	char error[STEADY_HISTORY_ERROR];
	char id[TEST_ID_LEN + 1];

	assert_null(steady_history_open(place->path, error));
	assert_has(error, "no history at ");
	sample_id("t", id);
	record_t(place, 1, OUTCOME_PASSED, 5);
	history = sample_open(place->path, HISTORY_WRITE);
	assert_ok(db_exec(&history->db, "UPDATE block SET results = x'00'", &err));
	history_close(history);
	asked = ask(place);
	assert_int_equal(steady_history_strip(asked, id, NULL, 0, add_letter, &out), -1);
	assert_has(steady_history_error(asked), "is damaged (");
	assert_int_equal(steady_history_durations(asked, NULL, NULL, count_durations, &count), -1);
	assert_has(steady_history_error(asked), "is damaged (");
	steady_history_close(asked);
}

/* Days, and runs of which nothing else is left, are told from rollups. */
static void a_damaged_rollup_is_told(void **state)
{
	const struct place *place = *state;
	CLEANUP(buf_release) struct buf out = BUF_INIT(BUF_OWN_MAX);
	struct steady_history *asked;
	struct history *history;
	struct err err = ERR_INIT;
	char id[TEST_ID_LEN + 1];

	sample_id("t", id);
	record_t(place, 1, OUTCOME_FAILED, 5);
	history = sample_open(place->path, HISTORY_WRITE);
	assert_ok(db_exec(&history->db,
			  "UPDATE rollup SET seen = x'80'; UPDATE run SET thinned = 1", &err));
	history_close(history);
	asked = ask(place);
	assert_int_equal(steady_history_trend(asked, NULL, add_day, &out), -1);
	assert_has(steady_history_error(asked), "is damaged (the rollup of run 1)");
	assert_int_equal(steady_history_strip(asked, id, NULL, 0, add_letter, &out), -1);
	assert_has(steady_history_error(asked), "is damaged (the rollup of run 1)");
	assert_int_equal(out.len, 0);
	steady_history_close(asked);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLACED(a_strip_shows_a_test_from_the_newest_run_on),
		PLACED(a_thinned_run_still_tells),
		PLACED(durations_are_nearest_ranks),
		PLACED(days_and_services_are_summed_up),
		PLACED(failures_and_evidence_are_told),
		PLACED(damage_is_told),
		PLACED(a_damaged_rollup_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
