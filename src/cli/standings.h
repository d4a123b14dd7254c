/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_CLI_STANDINGS_H
#define STEADY_CLI_STANDINGS_H

#include "cli/survey.h"
#include "model/quarantine.h"

/* Where the rows of the ledger meet the history. */
struct standings_question {
	struct history *history;
	const struct survey *survey; /* of that window */
	const struct history_window *window;
	const struct quarantine_list *rows;
	int64_t now_us;
};

/* How each row does. The caller releases *out, also when it failed. */
int standings_make(const struct standings_question *question, struct quarantine_standing_list *out,
		   struct err *err);

/* Of each of survey->flakes.tests: does the ledger excuse each of its failures? The caller frees. */
bool *standings_excused(const struct survey *survey, const struct quarantine_list *rows,
			int64_t now_us);

/* The ledger of the work tree in front of a history. Zero-initialise. */
struct ledger_view {
	char *path;
	struct quarantine_list rows;
	struct quarantine_standing_list standings;
	bool *excused;
	char *trouble; /* why it cannot be used; NULL */
	bool missing;  /* because there is none, where one was named */
};

/* Without a ledger *out has no rows. -1 when the history fails. The caller releases *out in any case. */
int ledger_view_make(struct place *place, const struct survey_question *asked,
		     struct history *history, const struct survey *survey, struct ledger_view *out,
		     struct err *err);
void ledger_view_release(struct ledger_view *view);

#endif
