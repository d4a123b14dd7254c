/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_REPORT_CAUSES_H
#define STEADY_REPORT_CAUSES_H

#include "failure/rules.h"
#include "model/run.h"

/*
 * What several failures of a run have in common: a service that went down meanwhile, or one that
 * their texts name. Plain text that still has to be escaped.
 */
struct cause {
	char *text;   /* "127.0.0.1:5432 went down" */
	char *detail; /* one or more clauses: when, why, what to do; NULL none */
	size_t failures;
	bool unnamed; /* nobody knows which service it is */
};

struct cause_list {
	VEC(struct cause) /* the most failures first */
};

/* By these rules of classes; NULL: by those of steady. */
void causes_of(const struct run *run, struct rules *rules, struct cause_list *out);
void cause_list_release(struct cause_list *list);

/* Failures of the first attempt that are put down to a service. */
size_t causes_blamed(const struct run *run);

#endif
