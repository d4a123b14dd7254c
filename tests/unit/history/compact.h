/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_TESTS_UNIT_HISTORY_COMPACT_H
#define STEADY_TESTS_UNIT_HISTORY_COMPACT_H

#include "files.h"

#include "history/care.h"

/* Histories with runs of many days, and all that is asked of them. */

#define DAY_US (INT64_C(86400) * 1000000)
#define NOW_US (1000 * DAY_US)

/* A run of so many days ago: 40 passes and two failures, one said by all and one by this run alone. */
static inline struct run old_run(int days, const char *list)
{
	AUTO_FREE char *key = mem_fmt("r%d", days);
	AUTO_FREE char *own = mem_fmt("only %d days ago", days);
	struct run run = sample_run(key, "j", NOW_US - days * DAY_US);
	struct attempt *attempt = NULL;

	strv_add(&run.command, "make");
	run.folder = mem_str("p//");
	run.outcome = RUN_FLAKY;
	sample_attempt(&run, 1)->complete = true;
	sample_file(&run, key);
	for (int i = 0; i < 40; i++) {
		AUTO_FREE char *name = mem_fmt("%s%d", list, i);

		sample_result(&run, name, i == 7 ? OUTCOME_SKIPPED : OUTCOME_PASSED);
	}
	sample_failure(sample_result(&run, "f", OUTCOME_FAILED), "aa", "always the same");
	sample_failure(sample_result(&run, "g", OUTCOME_FAILED), key, own);
	attempt = sample_attempt(&run, 2);
	attempt->exit_code = 0;
	sample_file(&run, "again");
	sample_result(&run, "f", OUTCOME_PASSED);
	sample_result(&run, "g", OUTCOME_PASSED);
	sample_verdict(&run, "f", RETRY_PASSED);
	sample_verdict(&run, "g", RETRY_PASSED);
	run.failed.items[1].service = mem_str("h:1");
	sample_wait(&run, "h:1", true);
	return run;
}

static inline void record_old(const char *path, int days, const char *list)
{
	struct run run = old_run(days, list);

	sample_record(path, &run);
}

/* At 10, 20, … 100 days ago. */
static inline void record_ten(const char *path)
{
	for (int days = 100; days > 0; days -= 10) {
		record_old(path, days, days > 50 ? "old" : "new");
	}
}

static inline struct compacted compact(struct history *history, const struct keeping *wanted)
{
	struct keeping keeping = *wanted;
	struct compacted done;
	struct err err = ERR_INIT;

	keeping.now_us = NOW_US;
	assert_ok(history_compact(history, &keeping, NULL, &done, &err));
	return done;
}

static inline void assert_sound(struct history *history)
{
	CLEANUP(history_check_release) struct history_check check = {0};
	struct err err = ERR_INIT;

	assert_ok(history_check(history, NULL, &check, &err));
	VEC_EACH (const struct finding, finding, &check.findings) {
		print_message("  %s %lld: %s\n", str_or(finding->table, "database"),
			      (long long)finding->id, finding->what);
	}
	assert_int_equal(check.findings.len, 0);
	assert_int_equal(sample_ask(history, "PRAGMA foreign_keys"), 1);
}

/* All that reports read, but for numbers of this history alone. */
static inline char *evidence_of(struct history *history)
{
	const struct history_window window = SAMPLE_EVER;
	CLEANUP(evidence_release) struct evidence evidence = {0};
	struct buf out = BUF_INIT(BUF_OWN_MAX);
	struct err err = ERR_INIT;

	assert_ok(history_load(history, &window, &evidence, &err));
	buf_fmt(&out, "%zu results, %zu tests\n", evidence.results, evidence.tests_seen);
	VEC_EACH (const struct run_facts, run, &evidence.runs) {
		buf_fmt(&out, "%s %s %d %lld %lld %zu %lld %zu\n", run->key, run->job,
			(int)run->outcome, (long long)run->duration_us, (long long)run->retry_us,
			run->tests, (long long)run->tests_us, run->roster);
	}
	VEC_EACH (const struct observation, seen, &evidence.observations) {
		const struct signature_facts *signature =
			&evidence.signatures.items[seen->signature];

		buf_fmt(&out, "%s %zu %d%d%d%d%d %lld %s %s\n",
			evidence.tests.items[seen->test].name.name, seen->run, (int)seen->first,
			seen->passed_retry, seen->failed_again, seen->service_down,
			seen->failed_then_passed, (long long)seen->duration_us, signature->id,
			signature->example);
	}
	for (size_t run = 0; run < evidence.runs.len; run++) {
		for (size_t test = 0; test < evidence.tests.len; test++) {
			buf_char(&out, evidence_ran(&evidence, test, run) ? 'r' : '-');
		}
	}
	VEC_EACH (const struct wait_facts, wait, &evidence.waits) {
		buf_fmt(&out, "\n%zu %s %d", wait->run, wait->wait.service, wait->wait.ready);
	}
	return buf_take(&out);
}

/* Large texts, so that there is something to be had. */
static inline void record_large(const char *path, int days, int same_second)
{
	struct history *history = sample_open(path, HISTORY_WRITE);
	struct err err = ERR_INIT;

	for (int i = 0; i < same_second; i++) {
		AUTO_FREE char *key = mem_fmt("large%d-%d", days, i);
		struct run run = sample_run(key, "j", NOW_US - days * DAY_US);

		sample_attempt(&run, 1);
		sample_file(&run, key);
		for (int k = 0; k < 30; k++) {
			AUTO_FREE char *name = mem_fmt("t%d", k);
			AUTO_FREE char *said = mem_fmt("%d %d %d", k * 7919, days * 104729, i);

			sample_failure(sample_result(&run, name, OUTCOME_FAILED), key, said);
		}
		assert_ok(history_record(history, &run, &err));
		run_release(&run);
	}
	history_close(history);
}

#endif
