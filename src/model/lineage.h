/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_MODEL_LINEAGE_H
#define STEADY_MODEL_LINEAGE_H

#include "base/strv.h"

#include <stdint.h>

/* A commit and where it comes from. Object ids are text of 40 or 64 hex digits, lower case; parents
 * in the commit's own order, also those that are in no list. */
struct lineage_commit {
	char *id;
	struct strv parents;
	int64_t time_us; /* wall, the committer's */
};

/* Some commits of one project. Owns its strings. */
struct lineage {
	VEC(struct lineage_commit)
};

/* Seconds since 1970 in µs; what nobody can mean, as a hostile commit may have it, at the ends of
 * 139,000 years. */
int64_t lineage_time_us(int64_t time_s);

void lineage_sort(struct lineage *lineage); /* the newest first */

void lineage_commit_release(struct lineage_commit *commit);
void lineage_release(struct lineage *lineage);

#endif
