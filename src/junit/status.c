/* SPDX-License-Identifier: Apache-2.0 */
#include "junit/status.h"

#include "base/mem.h"
#include "junit/reference.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define VALUE_MAX 24

/* In small letters and without anything between them: NOT_RUN, "timed out". */
static const struct junit_status rows[] = {
	{"run", STEADY_JUNIT_PASSED, false},
	{"completed", STEADY_JUNIT_PASSED, false},
	{"passed", STEADY_JUNIT_PASSED, false},
	{"ok", STEADY_JUNIT_PASSED, false},
	{"pass", STEADY_JUNIT_PASSED, false},
	{"success", STEADY_JUNIT_PASSED, false},
	{"successful", STEADY_JUNIT_PASSED, false},
	{"succeeded", STEADY_JUNIT_PASSED, false},
	{"complete", STEADY_JUNIT_PASSED, false},
	{"done", STEADY_JUNIT_PASSED, false},
	{"finished", STEADY_JUNIT_PASSED, false},
	{"executed", STEADY_JUNIT_PASSED, false},
	{"expected", STEADY_JUNIT_PASSED, false},
	{"fixed", STEADY_JUNIT_PASSED, false},
	{"flaky", STEADY_JUNIT_PASSED, false},
	{"true", STEADY_JUNIT_PASSED, false},
	{"", STEADY_JUNIT_PASSED, false},
	{"notrun", STEADY_JUNIT_SKIPPED, false},
	{"disabled", STEADY_JUNIT_SKIPPED, true},
	{"suppressed", STEADY_JUNIT_SKIPPED, true},
	{"skipped", STEADY_JUNIT_SKIPPED, false},
	{"skip", STEADY_JUNIT_SKIPPED, false},
	{"ignored", STEADY_JUNIT_SKIPPED, false},
	{"ignore", STEADY_JUNIT_SKIPPED, false},
	{"pending", STEADY_JUNIT_SKIPPED, false},
	{"todo", STEADY_JUNIT_SKIPPED, false},
	{"notexecuted", STEADY_JUNIT_SKIPPED, false},
	{"inconclusive", STEADY_JUNIT_SKIPPED, false},
	{"xfail", STEADY_JUNIT_SKIPPED, false},
	{"fail", STEADY_JUNIT_FAILED, false},
	{"failed", STEADY_JUNIT_FAILED, false},
	{"failure", STEADY_JUNIT_FAILED, false},
	{"failing", STEADY_JUNIT_FAILED, false},
	{"unexpected", STEADY_JUNIT_FAILED, false},
	{"notok", STEADY_JUNIT_FAILED, false},
	{"nok", STEADY_JUNIT_FAILED, false},
	{"ko", STEADY_JUNIT_FAILED, false},
	{"false", STEADY_JUNIT_FAILED, false},
	{"error", STEADY_JUNIT_ERROR, false},
	{"errored", STEADY_JUNIT_ERROR, false},
	{"broken", STEADY_JUNIT_ERROR, false},
	{"timeout", STEADY_JUNIT_ERROR, false},
	{"timedout", STEADY_JUNIT_ERROR, false},
	{"crashed", STEADY_JUNIT_ERROR, false},
	{"crash", STEADY_JUNIT_ERROR, false},
	{"aborted", STEADY_JUNIT_ERROR, false},
	{"interrupted", STEADY_JUNIT_ERROR, false},
	{"cancelled", STEADY_JUNIT_ERROR, false},
	{"canceled", STEADY_JUNIT_ERROR, false},
	{"killed", STEADY_JUNIT_ERROR, false},
	{"exception", STEADY_JUNIT_ERROR, false},
	{"fatal", STEADY_JUNIT_ERROR, false},
};

/* The character at the start of text, and in *taken its length as it stands there. What is none of
 * ASCII is in none of our words, nor is what stands for it here. */
static char character_at(const char *text, size_t len, size_t *taken)
{
	struct junit_reference reference = {.len = 1};

	if (*text == '&') {
		reference = junit_reference_at(text, len, true);
	}
	*taken = reference.len;
	if (reference.kind != REFERENCE_CHARACTER || *text != '&') {
		return *text;
	}
	return reference.point < 0x80 ? (char)reference.point : '&';
}

/* False when it is too long to be one of ours. */
static bool make_plain(const char *value, size_t len, char plain[VALUE_MAX])
{
	size_t width = 0;

	for (size_t i = 0, taken = 0; i < len; i += taken) {
		char c = character_at(value + i, len - i, &taken);

		if (!strchr(" _-.\t\r\n", c)) {
			if (width == VALUE_MAX - 1) {
				return false;
			}
			plain[width++] = (char)tolower((unsigned char)c);
		}
	}
	plain[width] = '\0';
	return true;
}

const struct junit_status *junit_status_find(const char *value, size_t len)
{
	char plain[VALUE_MAX];

	if (!make_plain(value, len, plain)) {
		return NULL;
	}
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (strcmp(rows[i].value, plain) == 0) {
			return &rows[i];
		}
	}
	return NULL;
}

struct flag_row {
	enum junit_word word;
	bool when; /* the answer that says it; anything that is no clear no is a yes */
	enum steady_junit_outcome outcome;
};

static const struct flag_row flag_rows[] = {
	{WORD_SUCCESS, false, STEADY_JUNIT_FAILED}, {WORD_PASSED, false, STEADY_JUNIT_FAILED},
	{WORD_FAILED, true, STEADY_JUNIT_FAILED},   {WORD_FAILURE, true, STEADY_JUNIT_FAILED},
	{WORD_FAILURES, true, STEADY_JUNIT_FAILED}, {WORD_ERROR, true, STEADY_JUNIT_ERROR},
	{WORD_ERRORS, true, STEADY_JUNIT_ERROR},    {WORD_SKIPPED, true, STEADY_JUNIT_SKIPPED},
};

static bool is_no(const char *plain)
{
	static const char *const noes[] = {"false", "no", "0", "n", "none", "null", "off"};

	for (size_t i = 0; i < ARRAY_LEN(noes); i++) {
		if (strcmp(noes[i], plain) == 0) {
			return true;
		}
	}
	return false;
}

enum steady_junit_outcome junit_status_of_flag(const struct junit_attr *flag)
{
	char plain[VALUE_MAX];
	bool yes = !make_plain(flag->value, flag->len, plain) || !is_no(plain);
	const struct junit_status *status = junit_status_find(flag->value, flag->len);
	bool bad = status && status->outcome > STEADY_JUNIT_SKIPPED;

	for (size_t i = 0; i < ARRAY_LEN(flag_rows); i++) {
		const struct flag_row *row = &flag_rows[i];

		if (row->word == flag->word && flag->len > 0 && (row->when ? yes : !yes || bad)) {
			return row->outcome;
		}
	}
	return STEADY_JUNIT_PASSED;
}

struct attribute_row {
	const char *name; /* in any case */
	enum junit_word word;
};

static const struct attribute_row attribute_rows[] = {
	{"status", WORD_STATUS},     {"state", WORD_STATUS},    {"verdict", WORD_STATUS},
	{"result", WORD_RESULT},     {"outcome", WORD_OUTCOME}, {"success", WORD_SUCCESS},
	{"passed", WORD_PASSED},     {"failed", WORD_FAILED},   {"failure", WORD_FAILURE},
	{"failures", WORD_FAILURES}, {"error", WORD_ERROR},     {"errors", WORD_ERRORS},
	{"skipped", WORD_SKIPPED},
};

enum junit_word junit_status_attribute(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(attribute_rows); i++) {
		if (strcasecmp(attribute_rows[i].name, name) == 0) {
			return attribute_rows[i].word;
		}
	}
	return WORD_NONE;
}

struct element_row {
	const char *name; /* in any case */
	enum junit_word word;
	bool in_case; /* means that only directly in a test case: others count with such names */
};

static const struct element_row element_rows[] = {
	{"testcase", WORD_TESTCASE, false},
	{"testsuite", WORD_TESTSUITE, false},
	{"testsuites", WORD_TESTSUITES, false},
	{"failure", WORD_FAILURE, false},
	{"error", WORD_ERROR, false},
	{"skipped", WORD_SKIPPED, false},
	{"flakyFailure", WORD_FLAKY_FAILURE, false},
	{"flakyError", WORD_FLAKY_ERROR, false},
	{"rerunFailure", WORD_RERUN_FAILURE, false},
	{"rerunError", WORD_RERUN_ERROR, false},
	{"system-out", WORD_SYSTEM_OUT, false},
	{"system.out", WORD_SYSTEM_OUT, false},
	{"system-err", WORD_SYSTEM_ERR, false},
	{"system.err", WORD_SYSTEM_ERR, false},
	{"properties", WORD_PROPERTIES, false},
	{"property", WORD_PROPERTY, false},
	{"fail", WORD_FAILURE, true},
	{"failed", WORD_FAILURE, true},
	{"errored", WORD_ERROR, true},
	{"skip", WORD_SKIPPED, true},
	{"ignored", WORD_SKIPPED, true},
	{"disabled", WORD_SKIPPED, true},
	{"pending", WORD_SKIPPED, true},
};

enum junit_word junit_status_element(const char *name, bool in_case)
{
	for (size_t i = 0; i < ARRAY_LEN(element_rows); i++) {
		const struct element_row *row = &element_rows[i];

		if ((in_case || !row->in_case) && strcasecmp(row->name, name) == 0) {
			return row->word;
		}
	}
	return WORD_NONE;
}

bool junit_status_is_suspect(const char *name)
{
	static const char *const parts[] = {"fail",    "error",     "crash", "abort",
					    "timeout", "exception", "broken"};

	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		if (strcasestr(name, parts[i])) {
			return true;
		}
	}
	return false;
}
