/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_CLI_CLOSING_H
#define STEADY_CLI_CLOSING_H

#include "history/history.h"
#include "report/summary.h"

/* How `run` and `wait` end: what happened is recorded, then said. */

/*
 * Adds the run to the history at that path and asks how earlier waits went for what was not ready.
 * A failure never changes the exit code: the reason, freed by the caller, or NULL.
 */
char *closing_record(const char *path, enum history_mode mode, struct run *run);

/* Writes the run as a segment to a new file, or behind those that are there; warns when that fails. */
void closing_segment(const char *path, bool more, const struct run *run, const char *history);

/* The summary to stderr, as wide and as coloured as that is. */
void closing_say(const struct summary_input *input);

#endif
