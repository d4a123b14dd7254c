/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_CLI_HISTORY_WATCH_H
#define STEADY_CLI_HISTORY_WATCH_H

#include "history/history.h"

/*
 * How people see long work on a history: a line on stderr with how much is done and how long it may still
 * take, as progress.h shows it; and a stop signal ends the work at the next safe place.
 */
struct history_watch_line {
	const char *doing, *path; /* borrowed */
	bool wanted, shown;
	int64_t start_us, last_us;
};

/* The watch borrows *line. signals_init() comes first. What is told without a total is only counted. */
struct history_watch history_watch_begin(struct history_watch_line *line, const char *doing,
					 const char *path);

/* Removes the line. */
void history_watch_end(struct history_watch_line *line);

#endif
