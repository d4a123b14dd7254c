/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_RUN_ISOLATE_H
#define STEADY_RUN_ISOLATE_H

#include "base/err.h"
#include "base/strv.h"

/*
 * Surroundings of its own for each attempt: an empty HOME and TMPDIR below the private folder, and
 * the same locale and time zone everywhere. The umask is set by whoever starts the guardian.
 */

/* What is on, for people. */
#define ISOLATE_WORDS "empty HOME and TMPDIR, umask 022, locale C.UTF-8, time zone UTC"

#define ISOLATE_UMASK 022

/* Makes the folders of that attempt and appends the variables to *env. */
int isolate_begin(const char *folder, int attempt, struct strv *env, struct err *err);

/* Removes the folders again. */
void isolate_end(const char *folder, int attempt);

#endif
