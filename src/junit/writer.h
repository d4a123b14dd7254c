/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_JUNIT_WRITER_H
#define STEADY_JUNIT_WRITER_H

#include "base/buf.h"
#include "model/result.h"

/*
 * Writes results as JUnit XML for other tools. Always well-formed UTF-8: bad bytes become U+FFFD,
 * control characters their pictures ("␛[31m"); long texts are cut in the middle. Tries that failed
 * are told as Surefire does: <flakyFailure> beside a pass, <rerunFailure> beside a failure. The
 * reader of this room gets the same results from it.
 */
struct junit_try {
	enum outcome outcome;          /* failed or error */
	const struct failure *failure; /* NULL: it said nothing */
};

/* One test; all is borrowed. */
struct junit_written {
	const struct result *result;
	const struct junit_try
		*tries; /* that failed before it; NULL: only as many as the result says */
	size_t tries_len;
	int attempt; /* of several executions in one report: tells suites apart; 0 there is one */
};

/* Appends a whole document. Cases of one suite that stand together become one <testsuite>; name is
 * the report's (NULL none), left out when a test has no suite: it would become that. */
void junit_write(struct buf *out, const char *name, const struct junit_written *tests, size_t len);

#endif
