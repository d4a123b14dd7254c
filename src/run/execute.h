/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_RUN_EXECUTE_H
#define STEADY_RUN_EXECUTE_H

#include "run/session.h"

/*
 * One execution of a command: argv runs as the attempt, whose number, scope and level are set, and
 * what it wrote meanwhile becomes the attempt's results. They come from `path`, or from the user's
 * files when NULL. Adds to *env. -1 only for faults before the command started.
 */
int execute_attempt(struct session *session, const struct strv *argv, struct strv *env,
		    const char *path, struct attempt *attempt, struct err *err);

/* Decides whether the first attempt, of which anything is kept, is proven to be complete; may ask the
 * framework. */
void execute_prove(struct session *session, struct attempt *attempt);

#endif
