/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/lineage.h"

#include "base/map.h"
#include "git/lineage.h"

/* Of longer lines the newest part: what came before the window is no suspect. */
#define COMMITS_MOST 20000

void lineage_ask(struct place *place, struct evidence *evidence)
{
	CLEANUP(map_release) struct map seen = {0};
	CLEANUP(strv_release) struct strv ids = {0};
	struct git_repo *repo = NULL;
	struct err ignored = ERR_INIT;

	VEC_EACH (const struct run_facts, run, &evidence->runs) {
		if (run->commit && map_put(&seen, run->commit, 1)) {
			strv_add(&ids, run->commit);
		}
	}
	repo = ids.len > 1 ? place_repo(place) : NULL;
	if (repo) {
		(void)git_lineage(repo, &ids, COMMITS_MOST, &evidence->lineage, &ignored);
	}
}
