/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_MODEL_SOURCE_H
#define STEADY_MODEL_SOURCE_H

#include "base/strv.h"

#include <stdbool.h>

/* Who said it: "GITHUB_SHA", "git HEAD". Static texts; NULL: nobody, or whoever filled the field
 * did not say. */
struct source_origins {
	const char *commit, *tree, *branch, *pull_request, *head, *base, *base_branch, *provider,
		*ci_run, *ci_attempt, *ci_job;
};

/*
 * What was tested, and where that was found out. NULL means unknown. Object ids are text of 40 or
 * 64 hex digits. Owns its strings.
 *
 * The *source* is the content: the tree id. Two commits with one tree are one source; a dirty tree
 * equals no other source.
 */
struct source {
	char *commit;
	char *tree;
	struct strv parents;
	char *branch;
	char *pull_request; /* its number */
	char *head; /* the change's own commit, where a merge of it may be tested; not recorded */
	char *base, *base_branch; /* the commit that it is to be merged into; not recorded */
	bool dirty;
	char *provider; /* "github"; NULL on a developer's machine */
	char *ci_run;   /* the provider's id of the run, and which try of it */
	char *ci_attempt;
	char *ci_job;
	struct source_origins from;
};

void source_release(struct source *source);

#endif
