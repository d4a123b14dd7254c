/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_REPORT_DELTA_WORDS_H
#define STEADY_REPORT_DELTA_WORDS_H

#include "model/quarantine.h"
#include "report/report.h"

/* What changed since the time before, in words that still have to be escaped. Inside the room. */

/* "New", "Back again", "Worse", "Fixed" */
const char *words_delta_kind(enum delta_kind kind);

/* "flaky, failed in 3 of 24 runs", "fails in 30 % (20–41) of its runs, before in 4 % (2–8)" */
void words_delta(struct buf *out, const struct report_input *input, const struct delta_row *row);

/* "What changed, against the 28 days before"; "" where there is nothing to compare with. */
void words_delta_title(struct buf *out, const struct report_input *input);

/* "2 new, 1 fixed"; "nothing new, nothing worse" */
void words_delta_counts(struct buf *out, const struct delta *delta);

/* Rows of the quarantine ledger that are new since the window began, and that end within a week: "Quarantined" or
 * "Expires", the test, and the rest. */
struct ledger_change {
	const char *word;                 /* a constant */
	const struct quarantine_row *row; /* borrowed */
};

struct ledger_changes {
	VEC(struct ledger_change)
};

/* The caller frees *out with VEC_FREE(). */
void ledger_changes_find(const struct report_input *input, struct ledger_changes *out);

/* "until 2026-12-24, @web: the mail comes late" */
void words_ledger_change(struct buf *out, const struct ledger_change *change);

/* Whether there is a time before to compare with, and something to compare. */
bool delta_is_known(const struct report_input *input);

/* The row's test among those of the longer time. */
const struct test_judgement *delta_test(const struct report_input *input,
					const struct delta_row *row);

#endif
