/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_REPORT_REPORT_H
#define STEADY_REPORT_REPORT_H

#include "analyze/budget.h"
#include "analyze/delta.h"
#include "analyze/flakes.h"
#include "analyze/strip.h"
#include "base/buf.h"
#include "model/quarantine.h"
#include "model/suspect.h"

/* Only the tests of some owners are listed. */
struct report_filter {
	const struct strv *owners;    /* as they were asked for; "none" for nobody; borrowed */
	bool unknown;                 /* nothing here says whose a test is */
	size_t left_out[STATE_COUNT]; /* tests of others */
};

/* The window together with the time before it, judged as one. */
struct report_longer {
	struct evidence evidence;
	struct flake_report flakes;
	struct delta delta;
};

/* The flake report in its forms: one row of a table each. Pure: from model data to text. */
struct report_input {
	const struct evidence *evidence;
	const struct flake_report *flakes;
	const struct test_suspects *suspects; /* of each of flakes->tests; NULL nobody asked */
	const struct report_filter *filter;   /* NULL: all tests are listed */
	const struct budget_list *budgets;    /* NULL: nobody asked */
	const struct report_longer *longer;   /* NULL: nothing to compare with */
	const struct quarantine_standing_list *quarantine; /* rows of the ledger; NULL none */
	const char *quarantine_trouble;                    /* why the ledger cannot be used; NULL */
	const bool *excused; /* of each of flakes->tests: the ledger excuses all of it; NULL */
	int64_t since_us, until_us;
	int64_t compare_us; /* where the time before the window begins */
	int64_t now_us;
	const char *branch; /* only runs of that one; NULL all */
	size_t test;        /* `steady show`: that one of evidence->tests */
	bool alone;   /* nothing but that test was read: what it shares with others is not known */
	size_t width; /* of the terminal */
	bool colour;
	size_t top; /* of each kind so many tests at most; 0: as the form likes */
	const struct strip_maker *strips; /* of forms that show them; else NULL */
};

void report_longer_release(struct report_longer *longer);

/* How many tests of a kind are listed where the form likes `usual`. */
size_t report_top(const struct report_input *input, size_t usual);

/* Who may have changed that one of flakes->tests; NULL: nobody asked. */
const struct test_suspects *report_suspects(const struct report_input *input,
					    const struct test_judgement *test);

/* Does the quarantine excuse all failures of that one of flakes->tests? Then it is no news. */
bool report_is_excused(const struct report_input *input, const struct test_judgement *test);

typedef void report_fn(const struct report_input *input, struct buf *out);

report_fn report_text, report_markdown, report_json, report_html;

/* The writer of that format ("text", "markdown", "json", "html"), or NULL. */
report_fn *report_find(const char *format);

#endif
