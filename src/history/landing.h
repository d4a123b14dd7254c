/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_HISTORY_LANDING_H
#define STEADY_HISTORY_LANDING_H

#include "history/db.h"
#include "history/history.h"

/*
 * Where runs that arrive are put down: a history of their own, which is merged when it has grown. So there is
 * one way for runs to meet (meet.h), and whatever a segment says passes the same checks as a run of our own.
 * To make that history costs more than to record a small run, so one is used for many. Inside the room.
 */
struct landing {
	struct history *into;
	struct merge_effect *merged; /* what became of those that went on; NULL: nobody asks */
	struct history *here;        /* NULL: nothing has landed since it was cleared */
	struct tx tx;
	size_t runs, results;
};

/* Puts a run down; now and then all that have landed go on. */
int landing_take(struct landing *landing, const struct run *run, struct err *err);

/* What has landed goes on to where it belongs. */
int landing_merge(struct landing *landing, struct err *err);

/* Puts down one run that goes nowhere: it can be read in `here`. */
int landing_alone(struct landing *landing, const struct run *run, struct err *err);

/* Drops what has landed. */
void landing_clear(struct landing *landing);

#endif
