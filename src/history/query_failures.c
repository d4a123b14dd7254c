/* SPDX-License-Identifier: Apache-2.0 */
#include "history/query.h"

#include "base/str.h"

#include <string.h>

static int tell_failure(const struct failed_test *failed,
			int (*on_failure)(void *payload,
					  const struct steady_history_failure *failure),
			void *payload)
{
	const struct result *result = failed->first;
	const struct failure *said = result->failure;
	struct steady_history_failure failure = {
		.outcome = (enum steady_history_outcome)result->outcome,
		.duration_us = result->duration_us,
		.type = said ? said->type : NULL,
		.message = said ? said->message : NULL,
		.text = said ? said->text : NULL,
		.signature = said && *said->signature ? said->signature : NULL,
		.retry = retry_verdict_name(failed->retry),
	};

	query_test(&result->test, result->id, &failure.test);
	return on_failure(payload, &failure);
}

int steady_history_failures(struct steady_history *history, const char *run_key, const char *job,
			    int (*on_failure)(void *payload,
					      const struct steady_history_failure *failure),
			    void *payload)
{
	const struct run_question question = {.key = run_key, .job = job};
	CLEANUP(known_run_list_release) struct known_run_list found = {0};
	CLEANUP(run_release) struct run run = {0};
	struct err err = ERR_INIT;
	int done = 0;

	err_clear(&history->err);
	if (history_find_runs(history->history, &question, &found, &err) < 0) {
		return query_failed(history, &err);
	}
	if (found.len == 0) {
		err_set(&err, ERR_NOT_FOUND, "no run %s", run_key);
		return query_failed(history, &err);
	}
	if (history_load_run(history->history, found.items[0].id, &run, &err) < 0) {
		return query_failed(history, &err);
	}
	for (size_t i = 0; i < run.failed.len && done == 0; i++) {
		done = tell_failure(&run.failed.items[i], on_failure, payload);
	}
	return done;
}

static void describe_run(const struct run_facts *facts, struct steady_history_run *out)
{
	*out = (struct steady_history_run){
		.key = facts->key,
		.job = facts->job,
		.variant = facts->variant,
		.commit = facts->commit,
		.branch = facts->branch,
		.outcome = run_outcome_name(facts->outcome),
		.started_us = facts->started_us,
		.duration_us = facts->duration_us,
	};
}

static int tell_evidence(const struct evidence *all, const struct observation *seen,
			 int (*on_evidence)(void *payload,
					    const struct steady_history_evidence *evidence),
			 void *payload)
{
	const struct test_facts *test = &all->tests.items[seen->test];
	struct steady_history_evidence evidence = {
		.first = (enum steady_history_outcome)seen->first,
		.passed_retry = seen->passed_retry,
		.failed_again = seen->failed_again,
		.failed_then_passed = seen->failed_then_passed,
		.service_down = seen->service_down,
		.signature = seen->has_signature ? all->signatures.items[seen->signature].id : NULL,
	};

	query_test(&test->name, test->id, &evidence.test);
	describe_run(&all->runs.items[seen->run], &evidence.run);
	return on_evidence(payload, &evidence);
}

int steady_history_evidence(struct steady_history *history,
			    const struct steady_history_window *window,
			    int (*on_evidence)(void *payload,
					       const struct steady_history_evidence *evidence),
			    void *payload)
{
	const struct history_window asked = {
		.since_us = window ? window->since_us : 0,
		.until_us = window && window->until_us ? window->until_us : INT64_MAX,
		.job = window ? window->job : NULL,
	};
	CLEANUP(evidence_release) struct evidence all = {0};
	struct err err = ERR_INIT;
	int done = 0;

	err_clear(&history->err);
	if (history_load(history->history, &asked, &all, &err) < 0) {
		return query_failed(history, &err);
	}
	for (size_t i = 0; i < all.observations.len && done == 0; i++) {
		done = tell_evidence(&all, &all.observations.items[i], on_evidence, payload);
	}
	return done;
}
