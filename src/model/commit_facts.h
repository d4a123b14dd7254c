/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_MODEL_COMMIT_FACTS_H
#define STEADY_MODEL_COMMIT_FACTS_H

#include "base/strv.h"

#include <stdbool.h>

/* What people want to know of a commit that is suspected. Owns its strings; none is NULL. */
struct commit_facts {
	char *id;          /* the full one, lower case */
	char *summary;     /* the message's subject, UTF-8, at most COMMIT_TEXT_MAX bytes */
	char *author;      /* the name, the same */
	struct strv paths; /* bytes as the repository has them, from its root */
	bool paths_cut;    /* there are more, or nobody here can tell */
};

#define COMMIT_TEXT_MAX 200

void commit_facts_release(struct commit_facts *facts);

#endif
