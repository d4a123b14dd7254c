/* SPDX-License-Identifier: Apache-2.0 */
#include "junit/writer.h"

#include "base/str.h"
#include "junit/clip.h"
#include "junit/reference.h"
#include "text/utf8.h"

#include <inttypes.h>
#include <string.h>

#define MESSAGE_MAX  4096
#define NAME_MAX_LEN ((size_t)16 << 10)
#define PICTURES     0x2400u /* of the control characters, in their order */

/* --- characters --- */

struct escape {
	char character;
	const char *text;
};

static const struct escape escapes[] = {
	{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}, {'\r', "&#13;"},
};

static void put_point(struct buf *out, uint32_t point, bool in_attribute)
{
	for (size_t i = 0; i < ARRAY_LEN(escapes); i++) {
		if (point == (unsigned char)escapes[i].character) {
			buf_str_add(out, escapes[i].text);
			return;
		}
	}
	if (in_attribute && (point == '\n' || point == '\t')) {
		buf_fmt(out, "&#%u;", point); /* as they are they would become spaces */
	} else if (point < 0x20 && !junit_is_character(point)) {
		utf8_put(out, PICTURES + point);
	} else {
		utf8_put(out, junit_is_character(point) ? point : 0xFFFD);
	}
}

static void put_text(struct buf *out, const char *text, size_t len, bool in_attribute)
{
	while (len > 0) {
		size_t used = 0;
		uint32_t point = utf8_decode(text, len, &used);

		put_point(out, point, in_attribute);
		text += used;
		len -= used;
	}
}

static void put_attr(struct buf *out, const char *name, const char *value, size_t max)
{
	size_t len = value ? strlen(value) : 0;

	if (!value) {
		return;
	}
	buf_fmt(out, " %s=\"", name);
	if (len > max) {
		put_text(out, value, junit_clip_whole(value, max), true);
		buf_str_add(out, "…");
	} else {
		put_text(out, value, len, true);
	}
	buf_char(out, '"');
}

static void put_time(struct buf *out, int64_t us)
{
	if (us >= 0) {
		buf_fmt(out, " time=\"%" PRId64 ".%06" PRId64 "\"", us / 1000000, us % 1000000);
	}
}

/* --- elements --- */

/* A text as content, cut in the middle when it is long. */
static void put_content(struct buf *out, const char *text)
{
	CLEANUP(junit_clip_release)
	struct junit_clip clip = JUNIT_CLIP_INIT(JUNIT_CLIP_HEAD, JUNIT_CLIP_TAIL);
	const char *kept = NULL;

	junit_clip_add(&clip, text, strlen(text));
	kept = junit_clip_text(&clip);
	if (kept) {
		put_text(out, kept, strlen(kept), false);
	}
}

static void put_detail(struct buf *out, const char *element, const struct failure *failure)
{
	static const struct failure nothing = {0};

	failure = failure ? failure : &nothing;
	buf_fmt(out, "      <%s", element);
	put_attr(out, "message", failure->message, MESSAGE_MAX);
	put_attr(out, "type", failure->type, MESSAGE_MAX);
	if (!failure->text || !*failure->text) {
		buf_str_add(out, "/>\n");
		return;
	}
	buf_char(out, '>');
	put_content(out, failure->text);
	buf_fmt(out, "</%s>\n", element);
}

/* The elements by what a try was and how the test ended. */
static const char *try_element(enum outcome outcome, bool passed)
{
	if (outcome == OUTCOME_ERROR) {
		return passed ? "flakyError" : "rerunError";
	}
	return passed ? "flakyFailure" : "rerunFailure";
}

static void put_tries(struct buf *out, const struct junit_written *test)
{
	const struct result *result = test->result;
	bool passed = result->outcome == OUTCOME_PASSED;

	for (size_t i = 0; i < test->tries_len; i++) {
		put_detail(out, try_element(test->tries[i].outcome, passed),
			   test->tries[i].failure);
	}
	for (unsigned i = 0; passed && test->tries_len == 0 && i < result->failed_tries; i++) {
		put_detail(out, "flakyFailure", i == 0 ? result->failure : NULL);
	}
}

static void put_outcome(struct buf *out, const struct junit_written *test)
{
	const struct result *result = test->result;

	if (result->outcome == OUTCOME_SKIPPED) {
		buf_str_add(out, "      <skipped/>\n");
	} else if (outcome_is_bad(result->outcome)) {
		put_detail(out, result->outcome == OUTCOME_ERROR ? "error" : "failure",
			   result->failure);
	}
	put_tries(out, test);
	if (result->failure && result->failure->output && *result->failure->output) {
		buf_str_add(out, "      <system-out>");
		put_content(out, result->failure->output);
		buf_str_add(out, "</system-out>\n");
	}
}

static void put_case(struct buf *out, const struct junit_written *test)
{
	const struct result *result = test->result;
	bool plain = result->outcome == OUTCOME_PASSED && result->failed_tries == 0 &&
		     test->tries_len == 0 && !result->failure;

	buf_str_add(out, "    <testcase");
	put_attr(out, "classname", result->test.class_name, NAME_MAX_LEN);
	put_attr(out, "name", result->test.name, NAME_MAX_LEN);
	put_attr(out, "file", result->test.file, NAME_MAX_LEN);
	put_time(out, result->duration_us);
	if (plain) {
		buf_str_add(out, "/>\n");
		return;
	}
	buf_str_add(out, ">\n");
	put_outcome(out, test);
	buf_str_add(out, "    </testcase>\n");
}

/* --- suites --- */

static void put_totals(struct buf *out, const struct junit_written *tests, size_t len)
{
	size_t count[OUTCOME_ERROR + 1] = {0};
	int64_t us = 0;

	for (size_t i = 0; i < len; i++) {
		const struct result *result = tests[i].result;

		count[result->outcome]++;
		if (result->duration_us > 0 && us < INT64_MAX - result->duration_us) {
			us += result->duration_us;
		}
	}
	buf_fmt(out, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\"", len,
		count[OUTCOME_FAILED], count[OUTCOME_ERROR], count[OUTCOME_SKIPPED]);
	put_time(out, us);
}

/* How many of the tests from the first one on are of its suite and attempt. */
static size_t suite_len(const struct junit_written *tests, size_t len)
{
	size_t n = 1;

	while (n < len && tests[n].attempt == tests[0].attempt &&
	       str_eq(tests[n].result->test.suite, tests[0].result->test.suite) &&
	       str_eq(tests[n].result->test.host, tests[0].result->test.host)) {
		n++;
	}
	return n;
}

static void put_attempt(struct buf *out, int attempt)
{
	if (attempt > 0) {
		buf_fmt(out,
			"    <properties><property name=\"attempt\" value=\"%d\"/></properties>\n",
			attempt);
	}
}

/* A reader takes the name of the whole for the suite of a test that has none. */
static bool all_have_suites(const struct junit_written *tests, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (str_empty(tests[i].result->test.suite)) {
			return false;
		}
	}
	return true;
}

void junit_write(struct buf *out, const char *name, const struct junit_written *tests, size_t len)
{
	buf_str_add(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites");
	put_attr(out, "name", all_have_suites(tests, len) ? name : NULL, NAME_MAX_LEN);
	put_totals(out, tests, len);
	buf_str_add(out, ">\n");
	for (size_t at = 0, n = 0; at < len; at += n) {
		n = suite_len(tests + at, len - at);
		buf_str_add(out, "  <testsuite");
		put_attr(out, "name", tests[at].result->test.suite, NAME_MAX_LEN);
		put_attr(out, "hostname", tests[at].result->test.host, NAME_MAX_LEN);
		put_totals(out, tests + at, n);
		buf_str_add(out, ">\n");
		put_attempt(out, tests[at].attempt);
		for (size_t i = 0; i < n; i++) {
			put_case(out, &tests[at + i]);
		}
		buf_str_add(out, "  </testsuite>\n");
	}
	buf_str_add(out, "</testsuites>\n");
}
