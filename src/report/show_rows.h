/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_REPORT_SHOW_ROWS_H
#define STEADY_REPORT_SHOW_ROWS_H

#include "report/report.h"

/* What is said of a test in one job and variant: a label and a text each, which still has to be escaped; the same in each
 * form. Rows of one label follow one another. Inside the room. */
struct show_row {
	const char *label; /* a constant */
	char *text;        /* owned */
	bool below;        /* it belongs to the row above */
};

struct show_rows {
	VEC(struct show_row)
};

void show_rows_make(const struct report_input *input, const struct test_judgement *test,
		    struct show_rows *out);
void show_rows_release(struct show_rows *rows);

/* "2026-11-21 to 2026-11-28, branch main"; nothing where nobody asked for a window. */
void show_window(struct buf *out, const struct report_input *input);

/* "job unit (os=linux): flaky" */
void show_lane_title(struct buf *out, const struct test_judgement *test);

/* A failing run of the test, the newest first. */
struct show_failure {
	const struct observation *seen; /* borrowed */
	const struct run_facts *run;
};

struct show_failures {
	VEC(struct show_failure)
};

/* Of that job and variant, `most` at most; the caller frees *out with VEC_FREE(). */
void show_failures_find(const struct report_input *input, const struct test_judgement *test,
			size_t most, struct show_failures *out);

/* What the waits and services of that run were like, one clause each: "localhost:5432 ready after 4.2 s of 30.0 s". */
void show_surroundings(const struct report_input *input, const struct show_failure *failure,
		       struct strv *out);

#endif
