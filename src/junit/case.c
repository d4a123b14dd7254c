/* SPDX-License-Identifier: Apache-2.0 */
#include "junit/case.h"

#include "base/hash.h"
#include "base/str.h"
#include "junit/time.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define NAME_MAX_LEN    4096
#define MESSAGE_MAX_LEN 4096
#define NAME_DIGEST_LEN 16

struct mark_row {
	const char *element;
	enum junit_mark mark;
};

static const struct mark_row mark_rows[] = {
	{"error", MARK_ERROR},        {"failure", MARK_FAILURE},    {"skipped", MARK_SKIPPED},
	{"flakyError", MARK_FLAKY},   {"flakyFailure", MARK_FLAKY}, {"rerunError", MARK_RERUN},
	{"rerunFailure", MARK_RERUN},
};

/* The first row of which all marks were seen decides. A test that failed and was then skipped has
 * not been seen to pass. */
struct outcome_row {
	unsigned marks;
	enum outcome outcome;
};

static const struct outcome_row outcome_rows[] = {
	{MARK_ERROR, OUTCOME_ERROR},  {MARK_FAILURE, OUTCOME_FAILED},
	{MARK_RERUN, OUTCOME_FAILED}, {MARK_FLAKY | MARK_SKIPPED, OUTCOME_FAILED},
	{MARK_FLAKY, OUTCOME_PASSED}, {MARK_SKIPPED, OUTCOME_SKIPPED},
};

/* Values of `status` and `result`, in any case. Others mean that the test ran. */
struct status_row {
	const char *value;
	enum outcome outcome;
};

static const struct status_row status_rows[] = {
	{"notrun", OUTCOME_SKIPPED},     {"disabled", OUTCOME_SKIPPED},
	{"suppressed", OUTCOME_SKIPPED}, {"skipped", OUTCOME_SKIPPED},
	{"skip", OUTCOME_SKIPPED},       {"ignored", OUTCOME_SKIPPED},
	{"pending", OUTCOME_SKIPPED},    {"fail", OUTCOME_FAILED},
	{"failed", OUTCOME_FAILED},      {"failure", OUTCOME_FAILED},
	{"error", OUTCOME_ERROR},        {"errored", OUTCOME_ERROR},
	{"timeout", OUTCOME_ERROR},      {"crashed", OUTCOME_ERROR},
	{"aborted", OUTCOME_ERROR},
};

unsigned junit_mark_of(const char *element)
{
	for (size_t i = 0; i < ARRAY_LEN(mark_rows); i++) {
		if (str_eq(mark_rows[i].element, element)) {
			return mark_rows[i].mark;
		}
	}
	return 0;
}

char *junit_name_bound(const char *text)
{
	AUTO_FREE char *start = NULL;
	struct hash *hash = NULL;
	char digest[NAME_DIGEST_LEN + 1];

	if (!text || strlen(text) <= NAME_MAX_LEN) {
		return mem_str(text);
	}
	hash = hash_new();
	hash_field(hash, text);
	hash_end(hash, digest, NAME_DIGEST_LEN);
	start = junit_clip_line(text, NAME_MAX_LEN - NAME_DIGEST_LEN);
	return mem_fmt("%s%s", start, digest);
}

static char *bounded(const char *text)
{
	return str_empty(text) ? NULL : junit_clip_line(text, MESSAGE_MAX_LEN);
}

void junit_detail_open(struct junit_detail *detail, unsigned mark, const struct junit_attrs *attrs)
{
	junit_detail_release(detail);
	detail->mark = mark;
	detail->type = bounded(junit_attr_get(attrs, "type"));
	detail->message = bounded(junit_attr_get(attrs, "message"));
}

void junit_detail_release(struct junit_detail *detail)
{
	free(detail->type);
	free(detail->message);
	junit_clip_release(&detail->text);
	*detail = (struct junit_detail){0};
}

static enum outcome outcome_of_status(const char *value)
{
	for (size_t i = 0; value && i < ARRAY_LEN(status_rows); i++) {
		if (strcasecmp(status_rows[i].value, value) == 0) {
			return status_rows[i].outcome;
		}
	}
	return OUTCOME_PASSED;
}

/* GoogleTest writes the same elements for --gtest_list_tests, just without status and result:
 * nothing of that ran. */
static bool is_listed_only(const struct junit_attrs *attrs, enum junit_producer producer)
{
	return producer == PRODUCER_GOOGLETEST && !junit_attr_get(attrs, "status") &&
	       !junit_attr_get(attrs, "result");
}

void junit_case_open(struct junit_case *test, const struct junit_attrs *attrs,
		     enum junit_producer producer)
{
	enum outcome status = outcome_of_status(junit_attr_get(attrs, "status"));
	enum outcome result = outcome_of_status(junit_attr_get(attrs, "result"));

	test->name.class_name = junit_name_bound(junit_attr_get(attrs, "classname"));
	test->name.name = junit_name_bound(junit_attr_get(attrs, "name"));
	test->name.file = junit_name_bound(junit_attr_get(attrs, "file"));
	test->duration_us = junit_time_parse(junit_attr_get(attrs, "time"));
	test->status = status > result ? status : result;
	if (is_listed_only(attrs, producer)) {
		test->status = OUTCOME_SKIPPED;
	}
}

void junit_case_add(struct junit_case *test, struct junit_detail *detail)
{
	AUTO_FREE char *text = junit_clip_take(&detail->text);

	test->marks |= detail->mark;
	if (detail->mark == MARK_SKIPPED) {
		free(test->skip_message);
		test->skip_message = detail->message ? TAKE(detail->message) : TAKE(text);
		junit_detail_release(detail);
		return;
	}
	test->flaky_tries += detail->mark == MARK_FLAKY ? 1 : 0;
	if (!test->failure) {
		test->failure = mem_alloc(sizeof(*test->failure));
		test->failure->type = TAKE(detail->type);
		test->failure->message = TAKE(detail->message);
		test->failure->text = TAKE(text);
	}
	junit_detail_release(detail);
}

enum outcome junit_case_outcome(const struct junit_case *test)
{
	for (size_t i = 0; i < ARRAY_LEN(outcome_rows); i++) {
		if ((test->marks & outcome_rows[i].marks) == outcome_rows[i].marks) {
			return outcome_rows[i].outcome;
		}
	}
	return test->status;
}

void junit_case_release(struct junit_case *test)
{
	test_name_release(&test->name);
	failure_free(test->failure);
	free(test->skip_message);
	*test = (struct junit_case){0};
}
