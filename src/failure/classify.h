/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_FAILURE_CLASSIFY_H
#define STEADY_FAILURE_CLASSIFY_H

#include "failure/rules.h"
#include "model/result.h"

/* What the text of a failure tells of its cause. Owned texts. */
struct classified {
	enum failure_class class;
	char *subcode;  /* "57P03", "ECONNREFUSED", "http-502"; NULL unknown */
	char *endpoint; /* "host:port", "unix:/path" or a host; NULL unknown */
	char *rule;     /* by its name; NULL of CLASS_NONE */
	char *line;     /* the one that matched; NULL of CLASS_NONE */
	bool project;   /* the rule is one that the project added */
	char *seen;     /* of CLASS_NONE: the line that was looked at first; NULL there is none */
	bool asserts;   /* it is an assertion: it speaks of words only */
};

/*
 * Classifies by these rules; without any (NULL), by those that come with steady. CLASS_NONE when the text does not tell for sure,
 * and for an assertion that only speaks of such words. Never from captured output or names, and
 * never CLASS_NONDET. NULL is an ordinary failure. One thread at a time.
 */
void failure_classify_by(struct rules *rules, const struct failure *failure,
			 struct classified *out);
void failure_classify(const struct failure *failure, struct classified *out);
void classified_release(struct classified *finding);

#endif
