/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_TESTS_JUNIT_EVENTS_H
#define STEADY_TESTS_JUNIT_EVENTS_H

#include "check.h"

#include "base/buf.h"
#include "base/str.h"
#include "junit/stream.h"

/*
 * A report as the text of its events, one a line:
 *
 *	[group] key: passed (2 tries) failure=message/text out=output
 *	suite [name] error=message/text
 *	3:14 warning
 *	repaired pytest: error
 *
 * Parts that are not there are left out.
 */
static void show_detail(struct buf *out, const struct steady_junit_detail *detail)
{
	static const char *const kinds[] = {"failure",      "error",      "skipped",
					    "flakyFailure", "flakyError", "rerunFailure",
					    "rerunError"};

	buf_fmt(out, " %s=", kinds[detail->kind]);
	if (detail->type) {
		buf_fmt(out, "<%s>", detail->type);
	}
	buf_str_add(out, detail->message ? detail->message : "");
	if (detail->text) {
		buf_fmt(out, "/%s", detail->text);
	}
}

static int show_case(void *payload, const struct steady_junit_case *test)
{
	struct buf *out = payload;

	if (test->group) {
		buf_fmt(out, "[%s] ", test->group);
	}
	buf_fmt(out, "%s: %s", test->key ? test->key : "-",
		steady_junit_outcome_name(test->outcome));
	buf_str_add(out, test->expected_failure ? " (expected)" : "");
	buf_str_add(out, test->broken_off ? " (broken off)" : "");
	if (test->failed_tries) {
		buf_fmt(out, " (%u tries)", test->failed_tries);
	}
	for (size_t i = 0; i < test->details_len; i++) {
		show_detail(out, &test->details[i]);
	}
	if (test->output) {
		buf_fmt(out, " out=%s", test->output);
	}
	buf_char(out, '\n');
	return 0;
}

static int show_suite_error(void *payload, const struct steady_junit_suite_error *error)
{
	struct buf *out = payload;

	buf_fmt(out, "suite [%s]", error->suite ? error->suite : "-");
	show_detail(out, &error->detail);
	buf_char(out, '\n');
	return 0;
}

static int show_warning(void *payload, const struct steady_junit_warning *warning)
{
	buf_fmt(payload, "%llu:%llu %s\n", (unsigned long long)warning->line,
		(unsigned long long)warning->column, warning->text);
	return 0;
}

static const struct steady_junit_events show_events = {show_case, show_suite_error, show_warning,
						       NULL};

/* Reads bytes in pieces of that size; 0: at once. */
static void show_report(const void *data, size_t len, size_t piece, struct buf *out)
{
	const char *bytes = data;
	struct steady_junit_summary summary;
	char error[1024];
	struct steady_junit_reader *reader = steady_junit_new(&show_events, out, NULL, error);

	assert_non_null(reader);
	if (piece) {
		junit_stream_least(reader, piece);
	}
	for (size_t at = 0, part = 0; at < len; at += part) {
		part = piece && len - at > piece ? piece : len - at;
		steady_junit_feed(reader, bytes + at, part);
	}
	steady_junit_finish(reader, &summary);
	steady_junit_free(reader);
	buf_str_add(out, steady_junit_state_name(summary.state));
	if (summary.producer) {
		buf_fmt(out, " %s", summary.producer);
	}
	buf_fmt(out, "%s%s", summary.error[0] ? ": " : "", summary.error);
}

#endif
