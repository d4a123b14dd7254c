/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_MODEL_QUARANTINE_H
#define STEADY_MODEL_QUARANTINE_H

#include "base/strv.h"
#include "base/vec.h"

#include <stdbool.h>
#include <stdint.h>

/* A row of the quarantine ledger: whose failures do not fail a run, which of them, and how long. Owns
 * its strings. Days are microseconds since 1970, at midnight UTC. */
struct quarantine_row {
	char *test; /* a name as steady shows it, an id, or a pattern with * */
	char *reason, *owner;
	char *issue;                  /* NULL none */
	char *job;                    /* NULL all */
	int64_t added_us, expires_us; /* the first day and the last; added 0: nobody said */
	struct strv signatures;       /* the failures that are excused; of any_failure none */
	bool any_failure;
	unsigned line;     /* in the ledger; 0: in none yet */
	size_t start, end; /* its bytes there, without the dash */
};

struct quarantine_list {
	VEC(struct quarantine_row)
};

void quarantine_row_copy(struct quarantine_row *out, const struct quarantine_row *from);
void quarantine_row_release(struct quarantine_row *row);
void quarantine_list_release(struct quarantine_list *list);

/* Whether both say the same; where they stand does not matter. */
bool quarantine_row_eq(const struct quarantine_row *a, const struct quarantine_row *b);

/* What the ledger says of a test that failed. */
enum quarantine_state {
	QUARANTINE_NONE, /* no row names it */
	QUARANTINE_EXCUSED,
	QUARANTINE_NEW_FAILURE, /* a row names it, and excuses other failures than this one */
	QUARANTINE_OVERDUE      /* it did excuse it, and has been expired for too long */
};

const char *quarantine_state_name(enum quarantine_state state);

/* That, and the row. Owns its strings; of a run that was recorded only an excuse and row->test are known. */
struct quarantine_mark {
	enum quarantine_state state;
	struct quarantine_row row;
	bool expired; /* it is excused all the same */
};

/* What the row that excused it calls the test, borrowed; NULL: it is not excused. */
char *quarantine_excused_by(const struct quarantine_mark *mark);

/* The other way round; takes the name over, NULL for none. */
void quarantine_mark_excused(struct quarantine_mark *mark, char *test);

/* How a row does, as far as a window of the history tells. Owns its row. */
struct quarantine_standing {
	struct quarantine_row row;
	size_t tests;             /* known ones that it names */
	size_t runs;              /* of the window that ran one of them */
	size_t failures, excused; /* first tries in those runs, and how many of them it excuses */
	int64_t last_failure_us;  /* of the window; 0 none */
	double still_flaky;       /* the probability; negative: unknown */
	bool expired, overdue;    /* its last day is over; for longer than the grace */
	bool stale;               /* they ran, and none failed */
	bool vanished;            /* none of them ran */
	bool stable;              /* they failed, and are very likely mended since */
	bool broken;              /* one fails always: a row does not mend it */
};

struct quarantine_standing_list {
	VEC(struct quarantine_standing)
};

void quarantine_standing_list_release(struct quarantine_standing_list *list);

/* Somebody has to renew the row or to take it out. */
bool quarantine_standing_is_bad(const struct quarantine_standing *standing);

#endif
