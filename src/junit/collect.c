/* SPDX-License-Identifier: Apache-2.0 */
#include "junit/collect.h"

#include "base/str.h"

#include <stdlib.h>
#include <string.h>

static struct result make_result(struct junit_case *test)
{
	struct result result = {.outcome = junit_case_outcome(test),
				.duration_us = test->duration_us};
	bool flaky = result.outcome == OUTCOME_PASSED && (test->marks & MARK_FLAKY);

	result.test = test->name;
	test->name = (struct test_name){0};
	result.failed_tries = flaky ? test->flaky_tries : 0;
	if (flaky || outcome_is_bad(result.outcome)) {
		result.failure = TAKE(test->failure);
	}
	if (outcome_is_bad(result.outcome) && !result.failure) {
		result.failure = mem_alloc(sizeof(*result.failure));
	}
	return result;
}

/* pytest reports an error in a test's teardown as a second element of that test. */
static bool is_teardown(const struct result *result, enum junit_producer producer)
{
	const char *message = result->failure ? result->failure->message : NULL;

	return producer == PRODUCER_PYTEST && result->outcome == OUTCOME_ERROR && message &&
	       (str_starts(message, "failed on teardown") ||
		str_starts(message, "test teardown failure"));
}

/* The worse outcome wins; the failure told first stays, it is nearer to the cause. */
static void merge(struct result *result, struct result *teardown)
{
	if (teardown->outcome > result->outcome) {
		result->outcome = teardown->outcome;
	}
	if (result->duration_us < teardown->duration_us) {
		result->duration_us = teardown->duration_us;
	}
	if (!result->failure) {
		result->failure = TAKE(teardown->failure);
	}
	result_release(teardown);
}

static void number(struct result *result, unsigned copy)
{
	result->test.copy = copy;
	test_name_id(&result->test, result->id);
}

static void add_result(struct junit_collect *collect, struct result *result,
		       enum junit_producer producer)
{
	struct result_list *results = &collect->file->results;
	struct junit_seen *seen = NULL;
	size_t index = collect->names.len;

	number(result, 0);
	if (map_get(&collect->seen, result->id, &index)) {
		seen = &collect->names.items[index];
	} else {
		map_put(&collect->seen, result->id, index);
		seen = VEC_PUSH(&collect->names);
	}
	if (seen->count > 0 && is_teardown(result, producer)) {
		merge(&results->items[seen->result], result);
		return;
	}
	if (++seen->count > 1) {
		number(result, seen->count);
		collect->copies++;
	}
	seen->result = results->len;
	*VEC_PUSH(results) = *result;
}

/* ctest fails when it cannot start a test, but reports that test as skipped. Only a test's own wish
 * to be skipped leaves ctest green, and those messages start alike. */
static bool is_hidden_error(const struct junit_case *test, enum junit_producer producer)
{
	return producer == PRODUCER_CTEST && (test->marks & MARK_SKIPPED) &&
	       !str_starts(str_or(test->skip_message, ""), "SKIP_");
}

void junit_collect_case(struct junit_collect *collect, struct junit_case *test,
			enum junit_producer producer)
{
	struct result result = {0};

	if (is_hidden_error(test, producer)) {
		junit_collect_suite_error(collect, test->name.name,
					  str_or(test->skip_message, "not run"));
	}
	result = make_result(test);
	junit_case_release(test);
	collect->file->tests++;
	add_result(collect, &result, producer);
}

void junit_collect_suite_error(struct junit_collect *collect, const char *where, const char *what)
{
	struct results_file *file = collect->file;

	file->suite_errors++;
	if (!file->first_suite_error) {
		what = str_or(what, "an error outside the tests");
		file->first_suite_error =
			str_empty(where) ? mem_str(what) : mem_fmt("%s: %s", where, what);
	}
}

static void count(struct results_file *file, const struct result *result)
{
	size_t *const counters[] = {
		[OUTCOME_PASSED] = &file->passed,
		[OUTCOME_SKIPPED] = &file->skipped,
		[OUTCOME_FAILED] = &file->failed,
		[OUTCOME_ERROR] = &file->errors,
	};

	++*counters[result->outcome];
	file->flaky += result->failed_tries > 0 ? 1 : 0;
	if (result->duration_us >= 0 && file->time_us < INT64_MAX - result->duration_us) {
		file->time_us = (file->time_us < 0 ? 0 : file->time_us) + result->duration_us;
	}
}

void junit_collect_finish(struct junit_collect *collect)
{
	collect->file->time_us = -1;
	VEC_EACH (const struct result, result, &collect->file->results) {
		count(collect->file, result);
	}
	if (collect->copies > 0) {
		strv_fmt(&collect->file->warnings,
			 "%zu tests bear the name of another test of the file and are numbered",
			 collect->copies);
	}
}

void junit_collect_release(struct junit_collect *collect)
{
	map_release(&collect->seen);
	VEC_FREE(&collect->names);
}
