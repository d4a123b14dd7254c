/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_REPORT_REPORT_STATE_H
#define STEADY_REPORT_REPORT_STATE_H

#include "base/err.h"
#include "report/report.h"

/*
 * What a report told people of, kept beside a rolling issue, so that the next one can say in a comment what is different.
 * Schema steady.report-state/1: docs/schema/steady.report-state-1.schema.json. Pure.
 */
struct state_test {
	char *id, *job, *variant, *shown; /* owned */
	enum test_state state;            /* flaky or broken */
};

void state_test_release(struct state_test *test);

struct report_state {
	bool known; /* there was a report before */
	int64_t until_us;
	struct {
		VEC(struct state_test) /* by id, job and variant */
	} tests;
	struct strv services; /* that were late; sorted */
};

void report_state_release(struct report_state *told);

/* The same test of the same job and variant; NULL. */
const struct state_test *report_state_find(const struct report_state *told,
					   const struct state_test *like);

/* As the report has it now; the caller releases *out. */
void report_state_test(const struct report_input *input, const struct test_judgement *test,
		       struct state_test *out);

/* What that report tells of. */
void report_state_of(const struct report_input *input, struct report_state *out);

void report_state_write(const struct report_state *told, struct buf *out);

/* The error names the member that is wrong; the caller releases *out. */
int report_state_read(const char *text, size_t len, struct report_state *out, struct err *err);

/* The comment in Markdown: what `now` has and `before` had not, and the other way round; nothing where they say the
 * same. Services first, then tests, the worst first. At most 6,000 bytes. */
void report_state_compare(const struct report_state *before, const struct report_state *now,
			  const struct report_input *input, struct buf *out);

/* The first line of the body of a rolling issue: by it the issue is found. Not shown. */
#define ROLLING_MARKER "<!-- steady:flake-report -->\n"

#endif
