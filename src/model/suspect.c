/* SPDX-License-Identifier: Apache-2.0 */
#include "model/suspect.h"

#include <stdlib.h>

const char *suspect_rank_name(enum suspect_rank rank)
{
	static const char *const names[] = {
		[SUSPECT_TOUCHES] = "touches",
		[SUSPECT_SETUP] = "setup",
		[SUSPECT_OTHER] = "other",
	};

	return names[rank];
}

void suspect_list_release(struct suspect_list *list)
{
	VEC_EACH (struct suspect, suspect, list) {
		commit_facts_release(&suspect->facts);
		free(suspect->path);
	}
	VEC_FREE(list);
}
