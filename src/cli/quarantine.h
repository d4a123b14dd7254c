/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_CLI_QUARANTINE_H
#define STEADY_CLI_QUARANTINE_H

#include "cli/command.h"
#include "cli/place.h"
#include "cli/standings.h"
#include "cli/survey.h"

/* `steady quarantine ACTION`: a row of the table in quarantine.c and a function in a file quarantine_*.c each. */
struct quarantine_desk {
	struct place place;
	struct survey_question question; /* whose window is the last days (--since) */
	struct history *history;
	struct survey survey;
	struct ledger_view ledger;
	int64_t now_us;
	bool makes; /* a ledger that is not there yet is none to complain about */
};

/* The exit code; the words behind the action. */
typedef int quarantine_action_fn(struct quarantine_desk *desk, const struct strv *words,
				 struct err *err);

quarantine_action_fn quarantine_list_action, quarantine_check_action, quarantine_add_action,
	quarantine_remove_action, quarantine_suggest_action;

/* Opens history and ledger and judges the window. Without a history *desk has an empty one, for who can do
 * without. ERR_INPUT also when the ledger cannot be used. */
int quarantine_open(struct quarantine_desk *desk, struct err *err);

/* The last day of a new row, and the text of the ledger with new rows, written; say is a line for people. */
int quarantine_expiry(const struct quarantine_desk *desk, int64_t *out_us, struct err *err);
int quarantine_write(const struct quarantine_desk *desk, const struct quarantine_list *added,
		     struct err *err);

/* The signatures of all failures of the tests that the row names, newest window; at most 100. */
void quarantine_signatures(const struct quarantine_desk *desk, const struct quarantine_row *row,
			   struct strv *out);

/* How a row calls that test so that it names it alone: by its name, or by its id. The caller frees. */
char *quarantine_name(struct quarantine_desk *desk, const struct test_facts *test);

#endif
