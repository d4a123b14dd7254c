/* SPDX-License-Identifier: Apache-2.0 */
#include "model/run.h"

#include <stdlib.h>
#include <string.h>

const char *attempt_end_name(enum attempt_end end)
{
	static const char *const names[] = {
		[END_UNKNOWN] = "unknown",     [END_EXITED] = "exited",
		[END_SIGNALLED] = "signalled", [END_TIMEOUT] = "timeout",
		[END_CANCELLED] = "cancelled",
	};

	return names[end];
}

const char *attempt_limit_option(enum attempt_limit limit)
{
	static const char *const names[] = {
		[LIMIT_ATTEMPT] = "--timeout",
		[LIMIT_IDLE] = "--idle-timeout",
		[LIMIT_RUN] = "--run-timeout",
	};

	return names[limit];
}

const char *attempt_scope_name(enum attempt_scope scope)
{
	return scope == SCOPE_WHOLE ? "whole" : "selected";
}

const char *rerun_level_name(enum rerun_level level)
{
	return level == LEVEL_TEST ? "test" : "file";
}

const char *retry_verdict_name(enum retry_verdict verdict)
{
	static const char *const names[] = {
		[RETRY_NOT_TRIED] = "not-tried",       [RETRY_PASSED] = "passed",
		[RETRY_FAILED_AGAIN] = "failed-again", [RETRY_NOT_SEEN] = "not-seen",
		[RETRY_SKIPPED] = "skipped",           [RETRY_BLOCKED] = "blocked",
	};

	return names[verdict];
}

static const char *const run_outcome_names[] = {
	[RUN_PASSED] = "passed",
	[RUN_FLAKY] = "flaky",
	[RUN_FAILED] = "failed",
	[RUN_TIMEOUT] = "timeout",
	[RUN_TEARDOWN_HANG] = "teardown-hang",
	[RUN_NOT_READY] = "not-ready",
	[RUN_CRASHED] = "crashed",
	[RUN_CANCELLED] = "cancelled",
	[RUN_NO_RESULTS] = "no-results",
	[RUN_ERROR] = "error",
};

const char *run_outcome_name(enum run_outcome outcome)
{
	return run_outcome_names[outcome];
}

bool run_outcome_parse(const char *name, enum run_outcome *out)
{
	for (size_t i = 0; i < ARRAY_LEN(run_outcome_names); i++) {
		if (strcmp(run_outcome_names[i], name) == 0) {
			*out = (enum run_outcome)i;
			return true;
		}
	}
	return false;
}

void results_file_list_release(struct results_file_list *list)
{
	VEC_EACH (struct results_file, file, list) {
		results_file_release(file);
	}
	VEC_FREE(list);
}

static int compare_digest(const void *digest, const void *file)
{
	return strcmp(digest, ((const struct results_file *)file)->digest);
}

const struct results_file *results_file_list_find(const struct results_file_list *sorted,
						  const char *digest)
{
	return sorted->len > 0 ? bsearch(digest, sorted->items, sorted->len, sizeof(*sorted->items),
					 compare_digest)
			       : NULL;
}

void attempt_release(struct attempt *attempt)
{
	results_file_list_release(&attempt->files);
	VEC_EACH (struct attempt_leak, leak, &attempt->leaks) {
		free(leak->name);
		free(leak->command);
		strv_release(&leak->listens);
	}
	VEC_FREE(&attempt->leaks);
	cleanup_free(&attempt->incomplete_why);
	cleanup_free(&attempt->unkept);
	cleanup_free(&attempt->autopsy);
}

void run_release(struct run *run)
{
	free(run->job);
	free(run->variant);
	free(run->because);
	free(run->folder);
	strv_release(&run->command);
	source_release(&run->source);
	wait_list_release(&run->waits);
	service_event_list_release(&run->events);
	started_service_list_release(&run->services);
	VEC_EACH (struct failed_test, failed, &run->failed) {
		free(failed->service);
		quarantine_row_release(&failed->quarantine.row);
	}
	VEC_FREE(&run->failed);
	VEC_EACH (struct attempt, attempt, &run->attempts) {
		attempt_release(attempt);
	}
	VEC_FREE(&run->attempts);
	VEC_EACH (struct stray, stray, &run->strays) {
		free(stray->place);
		free(stray->json);
	}
	VEC_FREE(&run->strays);
	*run = (struct run){0};
}

struct attempt_totals attempt_count(const struct attempt *attempt)
{
	struct attempt_totals sum = {0};

	VEC_EACH (const struct results_file, file, &attempt->files) {
		sum.tests += file->results.len;
		sum.suite_errors += file->suite_errors;
		sum.refused += file->state == FILE_REFUSED;
		sum.incomplete += file->state == FILE_INCOMPLETE;
		sum.unshown_tests += file->unshown_tests;
		sum.unshown_failures += file->unshown_failures;
		VEC_EACH (const struct result, result, &file->results) {
			sum.passed += result->outcome == OUTCOME_PASSED;
			sum.flaky += result_is_flaky(result);
			sum.skipped += result->outcome == OUTCOME_SKIPPED;
			sum.bad += outcome_is_bad(result->outcome);
		}
	}
	return sum;
}

bool attempt_means(const struct attempt *attempt, const char *id)
{
	return !*attempt->only || strcmp(attempt->only, id) == 0;
}

const struct result *attempt_find(const struct attempt *attempt, const char *id)
{
	const struct result *worst = NULL;

	ATTEMPT_EACH_RESULT(result, attempt)
	{
		if (strcmp(result->id, id) == 0 && (!worst || result->outcome > worst->outcome)) {
			worst = result;
		}
	}
	return worst;
}

const struct attempt *run_failed_whole(const struct run *run, size_t count, const char *id)
{
	for (size_t i = count; i-- > 1;) {
		const struct attempt *attempt = &run->attempts.items[i];
		const struct result *result = attempt_find(attempt, id);

		if (attempt->scope == SCOPE_WHOLE && result && outcome_is_bad(result->outcome)) {
			return attempt;
		}
	}
	return NULL;
}

void attempt_add_ran(const struct attempt *attempt, struct map *out)
{
	ATTEMPT_EACH_RESULT(result, attempt)
	{
		if (result->outcome != OUTCOME_SKIPPED) {
			map_put(out, result->id, 0);
		}
	}
}
