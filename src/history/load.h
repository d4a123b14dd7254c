/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_HISTORY_LOAD_H
#define STEADY_HISTORY_LOAD_H

#include "history/history.h"
#include "history/id_map.h"
#include "history/stmt.h"

/* What the parts of history_load() share. Inside the room. */

struct loaded_run {
	int64_t id;
	int64_t roster; /* its id; 0: the run says nothing about its tests */
};

struct loader {
	struct db *db;
	const struct history_window *window;
	struct evidence *out;
	struct {
		VEC(struct loaded_run) /* beside out->runs */
	} runs;
};

/* That statement, for the runs of the window. */
struct stmt *load_window(const struct loader *loader, const char *name);

/* Walks on from run `at` to the run of that id; the end of the list when it is not there. */
size_t load_walk_to(const struct loader *loader, size_t at, int64_t id);

/* Tests, observations, rosters and signatures, and what the runs have of them. */
int load_results(struct loader *loader, struct err *err);

/* The names of those tests of `all` that are not in `known`, into loader->out->passing. */
int load_names(struct loader *loader, const struct id_map *all, const struct id_map *known,
	       struct err *err);

#endif
