/* SPDX-License-Identifier: Apache-2.0 */
#include "report/ci_outputs.h"

#include "base/hash.h"
#include "base/str.h"
#include "report/quarantine_words.h"

/* Tests that stay failed, and those that failed and then passed, whoever tried again. */
static void count(const struct run *run, size_t *failed, size_t *flaky)
{
	*failed = 0;
	*flaky = run->attempts.len > 0 ? attempt_count(&run->attempts.items[0]).flaky : 0;
	VEC_EACH (const struct failed_test, test, &run->failed) {
		*failed += quarantine_leaves(test);
		*flaky += test->retry == RETRY_PASSED && !test->service;
	}
}

static void put(struct buf *out, const char *name, const char *value, const char *end)
{
	if (!str_empty(value)) {
		buf_fmt(out, "%s<<%s\n%s\n%s\n", name, end, value, end);
	}
}

void ci_outputs(const struct run *run, const char *summary, const char *segment, struct buf *out)
{
	char end[33];
	size_t failed = 0, flaky = 0;
	AUTO_FREE char *attempts = mem_fmt("%zu", run->attempts.len);
	AUTO_FREE char *code = mem_fmt("%d", run->exit_code);
	AUTO_FREE char *failed_text = NULL;
	AUTO_FREE char *flaky_text = NULL;

	hash_new_id(end);
	count(run, &failed, &flaky);
	failed_text = mem_fmt("%zu", failed);
	flaky_text = mem_fmt("%zu", flaky);
	put(out, "outcome", run_outcome_name(run->outcome), end);
	put(out, "attempts", attempts, end);
	put(out, "flaky-count", flaky_text, end);
	put(out, "failed-count", failed_text, end);
	put(out, "exit-code", code, end);
	put(out, "summary-path", summary, end);
	put(out, "segment-path", segment, end);
}
