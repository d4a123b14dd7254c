/* SPDX-License-Identifier: Apache-2.0 */
#include "junit/collect.h"

#include "base/str.h"
#include "text/utf8.h"

#include <stdlib.h>
#include <string.h>

#define BYTES_A_TEST 96 /* of a file; few have less */
#define EXPECTED_MAX ((size_t)1 << 15)

_Static_assert((int)STEADY_JUNIT_PASSED == (int)OUTCOME_PASSED &&
		       (int)STEADY_JUNIT_SKIPPED == (int)OUTCOME_SKIPPED &&
		       (int)STEADY_JUNIT_FAILED == (int)OUTCOME_FAILED &&
		       (int)STEADY_JUNIT_ERROR == (int)OUTCOME_ERROR,
	       "outcomes are handed on as they are");

/* The first detail that tells of something bad. */
static const struct steady_junit_detail *first_bad(const struct steady_junit_case *event)
{
	for (size_t i = 0; i < event->details_len; i++) {
		if (event->details[i].kind != STEADY_JUNIT_TOLD_SKIPPED) {
			return &event->details[i];
		}
	}
	return NULL;
}

static struct failure *make_failure(const struct steady_junit_case *event)
{
	const struct steady_junit_detail *bad = first_bad(event);
	struct failure *failure = mem_alloc(sizeof(*failure));

	failure->output = mem_str(event->output);
	if (bad) {
		failure->type = mem_str(bad->type);
		failure->message = mem_str(bad->message);
		failure->text = mem_str(bad->text);
	}
	return failure;
}

/* Mostly the string of the result before. */
static char *keep(struct junit_collect *collect, char *before, const char *text)
{
	if (!text || (before && strcmp(before, text) == 0)) {
		return text ? before : NULL;
	}
	return arena_str(&collect->file->names, text, strlen(text));
}

static void make_result(struct junit_collect *collect, const struct steady_junit_case *event,
			struct result *result)
{
	struct test_name *last = &collect->last;

	last->suite = keep(collect, last->suite, event->suite);
	last->class_name = keep(collect, last->class_name, event->class_name);
	last->name = keep(collect, NULL, event->name);
	last->file = keep(collect, last->file, event->file);
	result->test = *last;
	result->test.borrowed = true;
	result->outcome = (enum outcome)event->outcome;
	result->duration_us = event->time_us;
	result->failed_tries = event->failed_tries;
	if (outcome_is_bad(result->outcome) || result->failed_tries > 0) {
		result->failure = make_failure(event);
	}
}

/* The identity: group and key instead of the names as the report has them. */
static struct hash_value id_of(const struct steady_junit_case *event, unsigned copy)
{
	return test_id_value(event->group, event->key, copy);
}

/* The worse outcome wins; the failure told first stays, it is nearer to the cause. */
static void merge_worse(struct result *result, struct result *other)
{
	if (other->outcome > result->outcome) {
		result->outcome = other->outcome;
	}
	if (result->duration_us < other->duration_us) {
		result->duration_us = other->duration_us;
	}
	if (!result->failure) {
		result->failure = TAKE(other->failure);
	}
	if (outcome_is_bad(result->outcome)) {
		result->failed_tries = 0;
	}
}

/* Tries of one test in any order: one that passed decides, the bad ones failed before it. */
static void merge_try(struct result *result, struct result *other)
{
	unsigned bad = result->failed_tries + outcome_is_bad(result->outcome) +
		       other->failed_tries + outcome_is_bad(other->outcome);
	bool passed = result->outcome == OUTCOME_PASSED || other->outcome == OUTCOME_PASSED;

	merge_worse(result, other);
	if (passed) {
		result->outcome = OUTCOME_PASSED;
		result->failed_tries = bad;
	}
}

/* A try that says it is one: those before it failed, whatever is told of them. */
static void merge_last(struct result *result, struct result *other)
{
	unsigned bad = result->failed_tries + 1;

	if (!result->failure) {
		result->failure =
			other->failure ? TAKE(other->failure) : mem_alloc(sizeof(*result->failure));
	}
	result->outcome = other->outcome == OUTCOME_SKIPPED ? OUTCOME_FAILED : other->outcome;
	result->duration_us = other->duration_us;
	result->failed_tries = outcome_is_bad(result->outcome) ? 0 : bad;
	if (result->outcome != OUTCOME_PASSED) {
		result->failed_tries = 0;
	}
}

/* Tries before the last one that are told as skipped; two skips are one. */
static void merge_skipped(struct result *result, struct result *other)
{
	unsigned tries = result->failed_tries + (result->outcome == OUTCOME_SKIPPED);

	if (other->outcome == OUTCOME_SKIPPED) {
		return;
	}
	failure_free(result->failure);
	result->failure = TAKE(other->failure);
	result->outcome = other->outcome;
	result->duration_us = other->duration_us;
	result->failed_tries = result->outcome == OUTCOME_PASSED ? tries : 0;
	if (result->failed_tries > 0 && !result->failure) {
		result->failure = mem_alloc(sizeof(*result->failure));
	}
}

typedef void merge_fn(struct result *result, struct result *other);

/* Names that differ as written are those of two tests, also where what tells them apart is masked. */
static bool is_namesake(const struct result *last, const struct steady_junit_case *event)
{
	return str_eq(str_or(last->test.name, ""), str_or(event->name, "")) &&
	       str_eq(str_or(last->test.class_name, ""), str_or(event->class_name, ""));
}

/* How a further case of the same test belongs to the one before; NULL: it is another test. */
static merge_fn *merging(const struct junit_collect *collect, const struct steady_junit_case *event,
			 const struct junit_seen_name *seen)
{
	const struct junit_producer *producer = collect->producer;
	const struct result *last = NULL;
	enum outcome before = OUTCOME_PASSED;

	if (seen->count == 0 || event->broken_off) {
		return NULL;
	}
	last = &collect->file->results.items[seen->result];
	before = last->outcome;
	if (last->test.file && event->file && !str_eq(last->test.file, event->file)) {
		return NULL;
	}
	if (event->retry) {
		return merge_last;
	}
	if (!is_namesake(last, event)) {
		return NULL;
	}
	if (event->teardown || junit_producer_has(producer, HABIT_ONE_CASE) ||
	    (junit_producer_has(producer, HABIT_LOAD_TWICE) && before == OUTCOME_ERROR &&
	     event->outcome == STEADY_JUNIT_FAILED)) {
		return merge_worse;
	}
	if (junit_producer_has(producer, HABIT_SKIPPED_TRIES) && before == OUTCOME_SKIPPED) {
		return merge_skipped;
	}
	if (collect->rows) {
		return NULL;
	}
	if (junit_producer_has(producer, HABIT_TRIES_IN_ROW) && outcome_is_bad(before) &&
	    seen->result + 1 == collect->file->results.len) {
		return merge_try;
	}
	return junit_producer_has(producer, HABIT_RETRIES) ? merge_try : NULL;
}

/* Is a failure made a pass by the looks of the report alone? */
static bool turns_green(merge_fn *merge, const struct result *before, const struct result *after)
{
	return (merge == merge_try || merge == merge_last) &&
	       (before->outcome == OUTCOME_PASSED
			? outcome_is_bad(after->outcome)
			: outcome_is_bad(before->outcome) && after->outcome == OUTCOME_PASSED);
}

static void note_copy(struct junit_collect *collect, const struct result *result)
{
	if (collect->copies++ == 0) {
		CLEANUP(buf_release) struct buf shown = BUF_INIT(400);

		utf8_cut(&shown, str_or(result->test.name, "(no name)"), 80);
		collect->first_copy = buf_take(&shown);
	}
}

/* The tries of one test have one owner; a test of the same identity and another name has its own. */
static size_t owner_of(struct junit_collect *collect, size_t index,
		       const struct steady_junit_case *event)
{
	const struct junit_seen_name *seen = &collect->seen.names.items[index];

	if (seen->count <= 1 || is_namesake(&collect->file->results.items[seen->result], event)) {
		return index;
	}
	return junit_seen_add(&collect->seen);
}

/* One more case of a test that has a result. */
static void add_to(struct junit_collect *collect, const struct steady_junit_case *event,
		   const struct junit_seen_name *seen, merge_fn *merge)
{
	struct result *before = &collect->file->results.items[seen->result];
	struct result result = {0};

	make_result(collect, event, &result);
	collect->tries += turns_green(merge, before, &result);
	merge(before, &result);
	if (merge == merge_skipped && before->failed_tries > 0) {
		before->failed_tries = seen->skipped;
	}
	result_release(&result);
}

static void add_result(struct junit_collect *collect, const struct steady_junit_case *event,
		       const struct junit_id *id)
{
	struct result_list *results = &collect->file->results;
	size_t index = junit_seen_find(&collect->seen, id->value);
	struct junit_seen_name *seen = &collect->seen.names.items[index];
	merge_fn *merge = merging(collect, event, seen);
	struct result *result = NULL;

	seen->skipped += event->outcome == STEADY_JUNIT_SKIPPED;
	if (merge) {
		add_to(collect, event, seen, merge);
		return;
	}
	result = VEC_PUSH(results);
	make_result(collect, event, result);
	memcpy(result->id, id->hex, sizeof(result->id));
	if (++seen->count > 1) {
		result->test.copy = seen->count;
		hash_hex(id_of(event, seen->count), result->id, TEST_ID_LEN);
		note_copy(collect, result);
	}
	if (!collect->rows && junit_producer_has(collect->producer, HABIT_TRIES_OR_ROWS)) {
		*VEC_PUSH(&collect->owners) = owner_of(collect, index, event);
	}
	collect->seen.names.items[index].result = results->len - 1;
}

void junit_collect_expect(struct junit_collect *collect, uint64_t bytes)
{
	size_t count =
		bytes / BYTES_A_TEST < EXPECTED_MAX ? (size_t)(bytes / BYTES_A_TEST) : EXPECTED_MAX;

	VEC_RESERVE(&collect->file->results, count);
	junit_seen_expect(&collect->seen, count);
}

void junit_collect_suite_error(struct junit_collect *collect,
			       const struct steady_junit_suite_error *error)
{
	struct results_file *file = collect->file;

	file->suite_errors++;
	if (!file->first_suite_error) {
		const char *what = str_or(str_or(error->detail.message, error->detail.text),
					  "an error outside the tests");

		file->first_suite_error = error->suite && *error->suite
						  ? mem_fmt("%s: %s", error->suite, what)
						  : mem_str(what);
	}
}

/* Which test the run ended in, such a case does not say: its error belongs to none, and the history
 * shall not follow a test without a name. */
static bool is_nobodys(const struct junit_collect *collect, const struct steady_junit_case *event)
{
	return !event->name && event->outcome == STEADY_JUNIT_ERROR && event->details_len > 0 &&
	       junit_producer_has(collect->producer, HABIT_NAMELESS_ENDED);
}

void junit_collect_id(const struct steady_junit_case *event, struct junit_id *out)
{
	out->value = id_of(event, 0);
	hash_hex(out->value, out->hex, TEST_ID_LEN);
}

void junit_collect_case(struct junit_collect *collect, const struct steady_junit_case *event,
			const struct junit_id *id)
{
	collect->file->tests++;
	if (is_nobodys(collect, event)) {
		const struct steady_junit_suite_error error = {NULL, event->details[0]};

		junit_collect_suite_error(collect, &error);
		collect->file->nameless++;
		return;
	}
	add_result(collect, event, id);
}

void junit_collect_warning(struct junit_collect *collect,
			   const struct steady_junit_warning *warning)
{
	if (warning->line) {
		strv_fmt(&collect->file->warnings, "line %llu, column %llu: %s",
			 (unsigned long long)warning->line, (unsigned long long)warning->column,
			 warning->text);
	} else {
		strv_add(&collect->file->warnings, warning->text);
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
	file->flaky += result_is_flaky(result);
	if (result->duration_us >= 0 && file->time_us < INT64_MAX - result->duration_us) {
		file->time_us = (file->time_us < 0 ? 0 : file->time_us) + result->duration_us;
	}
}

/* What bears one name: a try that passes is the last one, so several passes are rows of data. */
struct bearers {
	size_t first, passed, bad;
};

static bool are_tries(const struct bearers *one)
{
	return one->passed <= 1 && one->bad > 0 && one->passed + one->bad > 1;
}

static void count_bearers(const struct junit_collect *collect, struct bearers *all)
{
	const struct result_list *results = &collect->file->results;

	for (size_t i = results->len; i-- > 0;) {
		struct bearers *one = &all[collect->owners.items[i]];

		one->first = i;
		one->passed += results->items[i].outcome == OUTCOME_PASSED;
		one->bad += outcome_is_bad(results->items[i].outcome);
	}
}

/* Tries become one result, in the place of the first; rows stay what they are. */
static void settle_tries(struct junit_collect *collect)
{
	struct result_list *results = &collect->file->results;
	AUTO_FREE struct bearers *all = mem_array(collect->seen.names.len, sizeof(*all));
	size_t kept = 0;

	count_bearers(collect, all);
	collect->copies = 0;
	for (size_t i = 0; i < results->len; i++) {
		struct result *result = &results->items[i];
		const struct bearers *one = &all[collect->owners.items[i]];

		if (are_tries(one) && one->first != i) {
			merge_try(&results->items[one->first], result);
			result_release(result);
			continue;
		}
		collect->tries += are_tries(one) && one->passed > 0;
		collect->copies += result->test.copy > 0;
		all[collect->owners.items[i]].first = one->first == i ? kept : one->first;
		results->items[kept++] = *result;
	}
	results->len = kept;
}

void junit_collect_finish(struct junit_collect *collect)
{
	collect->file->time_us = -1;
	if (collect->owners.len > 0 && collect->owners.len == collect->file->results.len) {
		settle_tries(collect);
	}
	if (collect->tries > 0) {
		strv_fmt(&collect->file->warnings,
			 "%zu test%s failed and passed under one name: taken as tries; rows of "
			 "data would look alike",
			 collect->tries, collect->tries == 1 ? "" : "s");
	}
	VEC_EACH (const struct result, result, &collect->file->results) {
		count(collect->file, result);
	}
	if (collect->copies > 0) {
		strv_fmt(&collect->file->warnings,
			 "%zu test%s the name of another test of the file and %s numbered: %s",
			 collect->copies, collect->copies == 1 ? " bears" : "s bear",
			 collect->copies == 1 ? "is" : "are", collect->first_copy);
	}
}

void junit_collect_release(struct junit_collect *collect)
{
	junit_seen_release(&collect->seen);
	VEC_FREE(&collect->owners);
	cleanup_free(&collect->first_copy);
}
