/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_TESTS_UNIT_REPORT_SUMMARY_RUN_H
#define STEADY_TESTS_UNIT_REPORT_SUMMARY_RUN_H

/* Runs to be summed up, made piece by piece. */

#include "check.h"

#include "base/str.h"
#include "report/summary.h"

#include <string.h>

#define SECOND INT64_C(1000000)

static inline struct attempt *add_attempt(struct run *run, int exit_code)
{
	struct attempt *attempt = VEC_PUSH(&run->attempts);

	attempt->number = (int)run->attempts.len;
	attempt->scope = run->attempts.len == 1 ? SCOPE_WHOLE : SCOPE_SELECTED;
	attempt->end = END_EXITED;
	attempt->exit_code = exit_code;
	attempt->started_us = INT64_C(1795000000) * SECOND;
	attempt->duration_us = SECOND;
	attempt->complete = run->attempts.len == 1;
	VEC_PUSH(&attempt->files)->path = mem_fmt("results-%d.xml", attempt->number);
	return attempt;
}

static inline struct result *add_result(struct attempt *attempt, const char *name,
					enum outcome outcome)
{
	struct result *result = VEC_PUSH(&attempt->files.items[0].results);

	result->test.class_name = mem_str("orders.Cart");
	result->test.name = mem_str(name);
	test_name_id(&result->test, result->id);
	result->outcome = outcome;
	result->duration_us = -1;
	return result;
}

static inline void add_failure(struct result *result, const char *type, const char *message)
{
	result->failure = mem_alloc(sizeof(*result->failure));
	result->failure->type = mem_str(type);
	result->failure->message = mem_str(message);
	memset(result->failure->signature, 'a', SIGNATURE_LEN);
}

static inline void add_passes(struct attempt *attempt, int count)
{
	for (int i = 0; i < count; i++) {
		AUTO_FREE char *name = mem_fmt("pass_%d", i);

		add_result(attempt, name, OUTCOME_PASSED);
	}
}

/* Every bad result of the first attempt becomes an entry: called when all of them are there. */
static inline void fill_failed(struct run *run, enum retry_verdict retry, int decided_by)
{
	ATTEMPT_EACH_RESULT(result, &run->attempts.items[0])
	{
		if (outcome_is_bad(result->outcome)) {
			*VEC_PUSH(&run->failed) = (struct failed_test){
				.first = result,
				.retry = retry,
				.decided_by = decided_by,
			};
		}
	}
}

static inline struct run make_run(enum run_outcome outcome, int exit_code)
{
	return (struct run){
		.key = "0198c0ffee",
		.job = mem_str("unit"),
		.variant = mem_str(""),
		.started_us = INT64_C(1795000000) * SECOND,
		.duration_us = 3400000,
		.outcome = outcome,
		.exit_code = exit_code,
	};
}

static inline const char *show(const struct run *run, const char *not_recorded, struct buf *out)
{
	buf_clear(out);
	summary_text(
		&(struct summary_input){.run = run, .width = 100, .not_recorded = not_recorded},
		out);
	return buf_str(out);
}

#endif
