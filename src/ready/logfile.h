/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_READY_LOGFILE_H
#define STEADY_READY_LOGFILE_H

#include "base/err.h"

/*
 * Looks for lines of a growing file, from its start. Between attempts it remembers how far it has
 * read, so that each line is read once; a file that was replaced or cut off is read from its start
 * again, and what was found before still counts. For one thread at a time.
 */
struct log_reader;

/* NULL when the expression cannot be used. ERR_INPUT. */
struct log_reader *log_new(const char *pattern, struct err *err);
/* What is in that file now is not looked at; one that is made anew, or cut off, is read from its start. */
void log_skip(struct log_reader *log, const char *path);

void log_free(struct log_reader *log);

#endif
