/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_JUNIT_IDENTITY_H
#define STEADY_JUNIT_IDENTITY_H

#include "base/err.h"
#include "junit/case.h"

/*
 * What makes two cases of two reports the same test: a group (class, suite, file, … as the
 * producer's row or the user says) and a key (the name). Both are cleaned: terminal sequences go,
 * line breaks become "\n", and what is new in every run is masked: addresses, uuids, temporary
 * paths. Never part of it: line numbers, machines, times, absolute paths.
 */
struct junit_origin {
	const char *suite; /* the innermost name */
	const char *path;  /* all suites' names */
	const char *file;  /* of the case or its suite */
	const char *host;  /* hostname of its suite */
	const char *root;  /* folder that paths are relative to; NULL: the last part of the path */
};

/* "class,file" to a set of enum junit_key; the error names the word that is none. */
int junit_key_parse(const char *text, unsigned *out, struct err *err);

/* Fills in group and key of a case that was opened. `key` 0: what the producer's row says. */
void junit_identify(struct junit_case *test, const struct junit_producer *producer, unsigned key,
		    const struct junit_origin *origin);

#endif
