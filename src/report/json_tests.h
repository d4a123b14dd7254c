/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_REPORT_JSON_TESTS_H
#define STEADY_REPORT_JSON_TESTS_H

#include "report/report.h"
#include "text/json_text.h"

/* The tests of a report, which may be many: written as text, and where something changed is found once for all tests
 * that it is true of. Inside the room. */
struct span_answer {
	bool valid, known;
	size_t after, at;
	const char *low, *high; /* borrowed from the timeline */
};

struct tests_text {
	const struct report_input *input;
	struct json_text *text;
	struct span_answer *spans; /* the last ones, each in the slot that its question falls on */
};

void tests_text_begin(const struct report_input *input, struct json_text *text,
		      struct tests_text *out);
void tests_text_end(struct tests_text *tests);

/* What is said of one, without the braces. */
void tests_text_members(struct tests_text *tests, const struct test_judgement *test);

/* An array of those in that state. */
void tests_text_put(struct tests_text *tests, enum test_state state);

#endif
