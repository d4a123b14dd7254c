/* SPDX-License-Identifier: Apache-2.0 */
#include "model/commit_facts.h"

#include <stdlib.h>

void commit_facts_release(struct commit_facts *facts)
{
	free(facts->id);
	free(facts->summary);
	free(facts->author);
	strv_release(&facts->paths);
	*facts = (struct commit_facts){0};
}
