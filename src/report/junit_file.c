/* SPDX-License-Identifier: Apache-2.0 */
#include "report/junit_file.h"

#include "base/map.h"
#include "base/mem.h"
#include "base/str.h"
#include "junit/writer.h"
#include "report/quarantine_words.h"

#include <stdlib.h>

/* A document in the making. What it changes of results and failures are copies of its own, whose
 * texts are borrowed unless they stand in `texts`. */
struct sheet {
	const struct run *run;
	struct {
		VEC(struct junit_written)
	} tests;
	struct {
		VEC(void *)
	} owned;
	struct strv texts;
};

static void sheet_release(struct sheet *sheet)
{
	VEC_EACH (void *, item, &sheet->owned) {
		free(*item);
	}
	VEC_FREE(&sheet->owned);
	VEC_FREE(&sheet->tests);
	strv_release(&sheet->texts);
}

static void *own(struct sheet *sheet, size_t count, size_t size)
{
	return *VEC_PUSH(&sheet->owned) = mem_array(count, size);
}

static struct failure *add_failure(struct sheet *sheet, const char *type, char *message)
{
	struct failure *failure = own(sheet, 1, sizeof(*failure));

	strv_give(&sheet->texts, message);
	*failure = (struct failure){.message = message};
	if (type) {
		strv_add(&sheet->texts, type);
		failure->type = sheet->texts.items[sheet->texts.len - 1];
	}
	return failure;
}

/* What a retry said of a test that it did not show as passed. */
static struct junit_try try_of(struct sheet *sheet, const struct attempt *attempt, const char *id)
{
	const struct result *result = attempt_find(attempt, id);

	if (result && outcome_is_bad(result->outcome)) {
		return (struct junit_try){result->outcome, result->failure};
	}
	return (struct junit_try){
		OUTCOME_ERROR,
		add_failure(sheet, NULL,
			    mem_fmt("%s on attempt %d, so it stays failed",
				    !result                              ? "not seen"
				    : result->outcome == OUTCOME_SKIPPED ? "skipped"
									 : "passed without proof",
				    attempt->number)),
	};
}

static bool is_bad_in(const struct attempt *attempt, const char *id)
{
	const struct result *result = attempt_find(attempt, id);

	return result && outcome_is_bad(result->outcome);
}

/* A test that failed first, with what became of it. */
static void add_judged(struct sheet *sheet, const struct failed_test *test)
{
	const struct attempt_list *attempts = &sheet->run->attempts;
	bool passed = test->retry == RETRY_PASSED;
	struct result *result = own(sheet, 1, sizeof(*result));
	struct junit_try *tries = own(sheet, attempts->len, sizeof(*tries));
	size_t len = 0;

	*result = *test->first;
	/* what does not fail the run must not fail whoever reads this */
	if (sheet->run->outcome == RUN_FLAKY && quarantine_carries(test)) {
		result->outcome = OUTCOME_SKIPPED;
		result->failure = NULL;
		*VEC_PUSH(&sheet->tests) = (struct junit_written){.result = result};
		return;
	}
	if (passed) {
		result->outcome = OUTCOME_PASSED;
		tries[len++] = (struct junit_try){test->first->outcome, test->first->failure};
	}
	for (size_t i = 1; i < attempts->len; i++) {
		if (!passed || is_bad_in(&attempts->items[i], result->id)) {
			tries[len++] = try_of(sheet, &attempts->items[i], result->id);
		}
	}
	*VEC_PUSH(&sheet->tests) = (struct junit_written){result, tries, len, 0};
}

/* The first attempt's tests, each once. */
static void add_tests(struct sheet *sheet)
{
	const struct attempt *first = &sheet->run->attempts.items[0];
	CLEANUP(map_release) struct map failed = {0};
	CLEANUP(map_release) struct map seen = {0};
	size_t at = 0;

	VEC_EACH (const struct failed_test, test, &sheet->run->failed) {
		map_put(&failed, test->first->id, at++);
	}
	ATTEMPT_EACH_RESULT(result, first)
	{
		if (!map_put(&seen, result->id, 0)) {
			continue;
		}
		if (map_get(&failed, result->id, &at)) {
			add_judged(sheet, &sheet->run->failed.items[at]);
		} else {
			*VEC_PUSH(&sheet->tests) = (struct junit_written){.result = result};
		}
	}
}

static bool shows_failure(const struct sheet *sheet)
{
	VEC_EACH (const struct junit_written, test, &sheet->tests) {
		if (outcome_is_bad(test->result->outcome)) {
			return true;
		}
	}
	return false;
}

/* What the cases of the tests do not tell. */
static void add_run(struct sheet *sheet)
{
	const struct run *run = sheet->run;
	const char *outcome = run_outcome_name(run->outcome);
	struct result *result = NULL;

	if (run->outcome == RUN_PASSED || run->outcome == RUN_FLAKY ||
	    (run->outcome == RUN_FAILED && shows_failure(sheet))) {
		return;
	}
	result = own(sheet, 1, sizeof(*result));
	*result = (struct result){.outcome = OUTCOME_ERROR, .duration_us = -1};
	strv_add(&sheet->texts, "steady");
	result->test.class_name = result->test.suite = sheet->texts.items[sheet->texts.len - 1];
	strv_add(&sheet->texts, "run");
	result->test.name = sheet->texts.items[sheet->texts.len - 1];
	result->failure = add_failure(sheet, outcome, mem_str(str_or(run->because, outcome)));
	*VEC_PUSH(&sheet->tests) = (struct junit_written){.result = result};
}

void junit_verdict(const struct run *run, struct buf *out)
{
	CLEANUP(sheet_release) struct sheet sheet = {.run = run};

	if (run->attempts.len > 0) {
		add_tests(&sheet);
	}
	add_run(&sheet);
	junit_write(out, run->job, sheet.tests.items, sheet.tests.len);
}

void junit_attempts(const struct run *run, struct buf *out)
{
	CLEANUP(sheet_release) struct sheet sheet = {.run = run};

	VEC_EACH (const struct attempt, attempt, &run->attempts) {
		ATTEMPT_EACH_RESULT(result, attempt)
		{
			*VEC_PUSH(&sheet.tests) = (struct junit_written){
				.result = result,
				.attempt = attempt->number,
			};
		}
	}
	add_run(&sheet);
	junit_write(out, run->job, sheet.tests.items, sheet.tests.len);
}
