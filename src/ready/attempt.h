/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_READY_ATTEMPT_H
#define STEADY_READY_ATTEMPT_H

#include "ready/probe.h"

/*
 * Attempts that run at once, each in a thread of its own. A thread shares nothing with the loop but
 * its target, which does not change, and its result; so a target that hangs keeps nobody waiting,
 * and one that keeps to no limit (a file on a dead file server) can be left behind.
 */

/* What the attempts of one wait share: one end wakes the loop, the other stops them all. */
struct board;

/* NULL when the system refuses. */
struct board *board_open(void);
int board_fd(const struct board *board); /* readable when an attempt has ended */
void board_clear(struct board *board);   /* not readable any more */
void board_stop(struct board *board);    /* all attempts end at once */
void board_close(struct board **slot);

/* The attempt under way, or NULL. */
struct attempt;

/* NULL when the system refuses. */
struct attempt *attempt_start(struct board *board, struct target *target, int64_t until_us);

/* True when it has ended: then the result is handed over and *attempt is NULL. */
bool attempt_take(struct attempt **attempt, struct attempt_result *out);

/* Whatever comes of it, nobody will ask. */
void attempt_leave(struct attempt **slot);

#endif
