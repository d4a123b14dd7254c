/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_MODEL_SUSPECT_H
#define STEADY_MODEL_SUSPECT_H

#include "model/commit_facts.h"

/* How near a commit is to what a test's failure names. The nearest first. */
enum suspect_rank {
	SUSPECT_TOUCHES, /* it changed the test's file, or one that the failure names */
	SUSPECT_SETUP,   /* it changed how everything is built or run */
	SUSPECT_OTHER
};

/* "touches", "setup", "other" */
const char *suspect_rank_name(enum suspect_rank rank);

/* A commit in which a change may lie. Owns all. */
struct suspect {
	struct commit_facts facts;
	enum suspect_rank rank;
	char *path; /* that made the rank; NULL of SUSPECT_OTHER */
};

struct suspect_list {
	VEC(struct suspect) /* by rank, then the newest first */
	size_t untold;      /* there were so many more */
};

void suspect_list_release(struct suspect_list *list);

/* Who may have broken a test, or made it flaky, and who may have mended it. */
struct test_suspects {
	struct suspect_list onset, mended;
};

#endif
