/* SPDX-License-Identifier: Apache-2.0 */
#include "junit/case.h"

#include "base/mem.h"
#include "base/str.h"
#include "junit/mask.h"
#include "junit/status.h"
#include "junit/time.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define FURTHER_KEPT (4 * JUNIT_KILOBYTE) /* of the text of all details but the first, twice */
#define OUTPUT_KEPT  (8 * JUNIT_KILOBYTE)

#define SEEN(kind) (1U << STEADY_JUNIT_TOLD_##kind)

/* --- the case --- */

struct junit_case *junit_case_new(void)
{
	struct junit_case *test = mem_alloc(sizeof(*test));

	for (size_t i = 0; i < JUNIT_DETAILS_MAX; i++) {
		junit_told_init(&test->told[i], i == 0 ? JUNIT_CLIP_HEAD : FURTHER_KEPT,
				i == 0 ? JUNIT_CLIP_TAIL : FURTHER_KEPT);
	}
	test->out = (struct junit_clip)JUNIT_CLIP_INIT(0, OUTPUT_KEPT);
	test->err = (struct junit_clip)JUNIT_CLIP_INIT(0, OUTPUT_KEPT);
	return test;
}

static uint64_t take_number(const struct junit_attr *attr)
{
	uint64_t number = 0;

	for (size_t i = 0; i < attr->len; i++) {
		if (attr->value[i] < '0' || attr->value[i] > '9' || number > UINT32_MAX) {
			return 0;
		}
		number = number * 10 + (uint64_t)(attr->value[i] - '0');
	}
	return number;
}

static int64_t take_time(const struct junit_attr *attr)
{
	char text[64];

	if (attr->len >= sizeof(text)) {
		return -1;
	}
	memcpy(text, attr->value, attr->len);
	text[attr->len] = '\0';
	return junit_time_parse(text);
}

static bool is_true(const struct junit_attr *attr)
{
	return attr->len == 4 && strncasecmp(attr->value, "true", 4) == 0;
}

static void worsen(struct junit_case *test, enum steady_junit_outcome outcome)
{
	test->status = outcome > test->status ? outcome : test->status;
}

static void take_status(struct junit_case *test, const struct junit_attr *attr)
{
	const struct junit_status *status = junit_status_find(attr->value, attr->len);

	if (!status) {
		junit_text_name(&test->odd_status, attr, JUNIT_NAME_MAX);
		return;
	}
	worsen(test, status->outcome);
	test->disabled = test->disabled || status->disabled;
}

/* Mostly the one of the case before; then what is known of it stays true. */
static void take_class(struct junit_case *test, const struct junit_attr *attr)
{
	const struct buf *old = &test->class_name.buf;

	if (old->len == attr->len && attr->len > 0 &&
	    memcmp(old->data, attr->value, attr->len) == 0 && !memchr(old->data, '&', old->len)) {
		test->class_name.there = true;
		return;
	}
	junit_text_name(&test->class_name, attr, JUNIT_NAME_MAX);
	test->class_clean =
		junit_hints_are_clean(test->class_name.hints, buf_str(&test->class_name.buf));
}

/* One that is called otherwise, if it tells of the outcome: the names of others are not so plain. */
static bool take_outcome(struct junit_case *test, const struct junit_attr *attr)
{
	struct junit_attr known = *attr;

	known.word = junit_status_attribute(attr->name);
	if (known.word == WORD_NONE) {
		return false;
	}
	if (known.word == WORD_STATUS || known.word == WORD_RESULT || known.word == WORD_OUTCOME) {
		take_status(test, &known);
		return true;
	}
	worsen(test, junit_status_of_flag(&known));
	return false;
}

/* What one attribute says; true for those that say whether the test ran. */
static bool take_attr(struct junit_case *test, const struct junit_attr *attr)
{
	switch ((int)attr->word) {
	case WORD_NAME:
		junit_text_name(&test->name, attr, JUNIT_NAME_MAX);
		break;
	case WORD_CLASSNAME:
		take_class(test, attr);
		break;
	case WORD_FILE:
		junit_text_name(&test->own_file, attr, JUNIT_NAME_MAX);
		break;
	case WORD_TIME:
		test->time_us = take_time(attr);
		break;
	case WORD_LINE:
		test->line = take_number(attr);
		break;
	case WORD_STATUS:
	case WORD_RESULT:
	case WORD_OUTCOME:
		take_status(test, attr);
		return true;
	case WORD_FLAKY:
		test->flaky = is_true(attr);
		break;
	case WORD_NONE:
		return take_outcome(test, attr);
	default:
		worsen(test, junit_status_of_flag(attr));
		break;
	}
	return false;
}

static bool is_alias(enum junit_word word)
{
	return word == WORD_CLASS || word == WORD_FILEPATH || word == WORD_LINENO;
}

/* Other names for the same, where the usual ones are not there. */
static void take_aliases(struct junit_case *test, const struct junit_attrs *attrs)
{
	const struct junit_attr *attr = NULL;

	if (!test->class_name.there && (attr = junit_attrs_find(attrs, WORD_CLASS)) != NULL) {
		take_class(test, attr);
	}
	if (!test->own_file.there && (attr = junit_attrs_find(attrs, WORD_FILEPATH)) != NULL) {
		junit_text_name(&test->own_file, attr, JUNIT_NAME_MAX);
	}
	if (test->line == 0 && (attr = junit_attrs_find(attrs, WORD_LINENO)) != NULL) {
		test->line = take_number(attr);
	}
}

static void reset(struct junit_case *test)
{
	test->name.there = test->class_name.there = test->own_file.there = false;
	test->odd_status.there = false;
	test->line = 0;
	test->time_us = -1;
	test->status = STEADY_JUNIT_PASSED;
	test->disabled = test->flaky = false;
	test->seen = 0;
	test->skipped_first = false;
	test->tries = test->failures = 0;
	test->told_len = test->told_count = 0;
	test->broken_off = false;
	if (test->out.total > 0) {
		junit_clip_clear(&test->out);
	}
	if (test->err.total > 0) {
		junit_clip_clear(&test->err);
	}
}

/* GoogleTest writes the same elements for --gtest_list_tests, just without status and result:
 * nothing of that ran. */
void junit_case_open(struct junit_case *test, const struct junit_attrs *attrs,
		     const struct junit_producer *producer)
{
	bool ran = !junit_producer_has(producer, HABIT_LISTING);
	bool aliases = false;

	reset(test);
	for (size_t i = 0; i < attrs->len; i++) {
		ran |= take_attr(test, &attrs->items[i]);
		aliases |= is_alias(attrs->items[i].word);
	}
	if (aliases) {
		take_aliases(test, attrs);
	}
	if (!ran) {
		test->status = STEADY_JUNIT_SKIPPED;
	}
}

static void note(struct junit_case *test, enum steady_junit_kind kind)
{
	const unsigned failures = SEEN(FAILURE) | SEEN(ERROR);
	const unsigned tries = SEEN(FLAKY_FAILURE) | SEEN(FLAKY_ERROR);
	unsigned bit = 1U << kind;

	if (bit == SEEN(SKIPPED) && !(test->seen & failures)) {
		test->skipped_first = true;
	}
	test->seen |= bit;
	test->failures += (bit & failures) != 0;
	test->tries += (bit & tries) != 0;
	test->told_count++;
	if (test->told_len < JUNIT_DETAILS_MAX) {
		test->told_len++;
	}
}

struct junit_told *junit_case_tell(struct junit_case *test, enum steady_junit_kind kind,
				   const struct junit_attrs *attrs)
{
	struct junit_told *told = NULL;

	note(test, kind);
	told = &test->told[test->told_len - 1];
	junit_told_open(told, kind, attrs);
	return told;
}

void junit_case_say(struct junit_case *test, enum steady_junit_kind kind, const char *message)
{
	const struct junit_attrs none = {0};
	struct junit_told *told = junit_case_tell(test, kind, &none);

	junit_text_set(&told->message, message);
}

/* The first row of which all marks were seen decides; tries before a pass need a pass. A test that
 * failed and was then skipped has not been seen to pass. */
struct outcome_row {
	unsigned seen;
	enum steady_junit_outcome outcome;
};

static const struct outcome_row outcome_rows[] = {
	{SEEN(ERROR), STEADY_JUNIT_ERROR},
	{SEEN(FAILURE), STEADY_JUNIT_FAILED},
	{SEEN(RERUN_ERROR), STEADY_JUNIT_FAILED},
	{SEEN(RERUN_FAILURE), STEADY_JUNIT_FAILED},
	{SEEN(FLAKY_FAILURE) | SEEN(SKIPPED), STEADY_JUNIT_FAILED},
	{SEEN(FLAKY_ERROR) | SEEN(SKIPPED), STEADY_JUNIT_FAILED},
	{SEEN(FLAKY_FAILURE), STEADY_JUNIT_PASSED},
	{SEEN(FLAKY_ERROR), STEADY_JUNIT_PASSED},
	{SEEN(SKIPPED), STEADY_JUNIT_SKIPPED},
};

static enum steady_junit_outcome outcome_of_told(const struct junit_case *test)
{
	for (size_t i = 0; i < ARRAY_LEN(outcome_rows); i++) {
		if ((test->seen & outcome_rows[i].seen) == outcome_rows[i].seen) {
			enum steady_junit_outcome outcome = outcome_rows[i].outcome;

			return outcome == STEADY_JUNIT_PASSED && test->status > STEADY_JUNIT_SKIPPED
				       ? test->status
				       : outcome;
		}
	}
	return test->status;
}

/* Skipped and then failed: of two producers the failure was expected (Catch2's !mayfail, a todo of
 * node:test). Of all others it is a failure. */
static bool is_expected_failure(const struct junit_case *test,
				const struct junit_producer *producer)
{
	bool both = test->skipped_first && test->seen == (SEEN(SKIPPED) | SEEN(FAILURE));

	return both && junit_producer_has(producer, HABIT_SKIP_EXCUSES);
}

static bool is_xfail(const struct junit_case *test)
{
	return test->seen == SEEN(SKIPPED) &&
	       str_eq(junit_text_get(&test->told[0].type), "pytest.xfail");
}

static void decide(struct steady_junit_case *event, const struct junit_case *test,
		   const struct junit_producer *producer)
{
	event->outcome = outcome_of_told(test);
	event->expected_failure = is_expected_failure(test, producer) || is_xfail(test);
	if (test->broken_off) {
		event->outcome = STEADY_JUNIT_ERROR;
		event->expected_failure = false;
	} else if (event->expected_failure || (test->disabled && !(test->seen & SEEN(ERROR)))) {
		event->outcome = STEADY_JUNIT_SKIPPED;
	} else if (test->flaky && event->outcome > STEADY_JUNIT_SKIPPED && test->failures > 0 &&
		   !(test->seen & SEEN(SKIPPED))) {
		/* Firebase: the tries that failed are told, the last one passed */
		event->outcome = STEADY_JUNIT_PASSED;
		event->failed_tries = (unsigned)test->failures;
	}
	if (event->outcome == STEADY_JUNIT_PASSED) {
		event->failed_tries += (unsigned)test->tries + (test->unstable ? 1 : 0);
	}
}

static const char *join_output(struct junit_case *test, struct buf *output)
{
	const char *out = junit_clip_text(&test->out);
	const char *err = junit_clip_text(&test->err);

	buf_clear(output);
	buf_str_add(output, out ? out : "");
	buf_str_add(output, out && err ? "\n" : "");
	buf_str_add(output, err ? err : "");
	return out || err ? buf_str(output) : NULL;
}

/* Some report an error in a test's teardown as a second element of that test. */
static bool is_teardown(const struct junit_case *test, const struct steady_junit_case *event,
			const struct junit_producer *producer)
{
	return junit_producer_has(producer, HABIT_TEARDOWN) && !test->broken_off &&
	       event->outcome == STEADY_JUNIT_ERROR && test->told_count == 1;
}

void junit_case_event(struct junit_case *test, const struct junit_producer *producer,
		      struct steady_junit_case *out, struct steady_junit_detail *details,
		      struct buf *output)
{
	*out = (struct steady_junit_case){
		.suite = test->suite,
		.class_name = junit_text_get(&test->class_name),
		.name = junit_text_get(&test->name),
		.file = test->file,
		.line = test->line,
		.group = test->group,
		.key = test->key,
		.time_us = test->time_us,
		.broken_off = test->broken_off,
		.retry = test->retry,
		.details = details,
		.details_len = test->told_len,
		.details_told = test->told_count,
	};
	decide(out, test, producer);
	out->teardown = is_teardown(test, out, producer);
	for (size_t i = 0; i < test->told_len; i++) {
		details[i] = junit_told_detail(&test->told[i]);
	}
	if (out->outcome > STEADY_JUNIT_SKIPPED || out->failed_tries > 0) {
		out->output = join_output(test, output);
	}
}

void junit_case_free(struct junit_case *test)
{
	struct buf *const bufs[] = {&test->class_name.buf, &test->name.buf, &test->own_file.buf,
				    &test->own_group,      &test->own_key,  &test->odd_status.buf};

	for (size_t i = 0; i < ARRAY_LEN(bufs); i++) {
		buf_release(bufs[i]);
	}
	for (size_t i = 0; i < JUNIT_DETAILS_MAX; i++) {
		junit_told_release(&test->told[i]);
	}
	junit_clip_release(&test->out);
	junit_clip_release(&test->err);
	free(test);
}
