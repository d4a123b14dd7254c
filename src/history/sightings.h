/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_HISTORY_SIGHTINGS_H
#define STEADY_HISTORY_SIGHTINGS_H

#include "base/share.h"
#include "history/id_map.h"
#include "history/seen.h"

/*
 * What the rollups of a window tell of tests. A rollup tells a run's tests, and observations are wanted test by test.
 * So all are read twice: first how often each test is seen is counted, then each observation goes straight to its
 * place. Rows come one by one; of the rest several threads do a part of the runs each. Inside the room.
 */
struct sighted_run {
	size_t run;
	size_t end; /* of its bytes */
};

struct sighted_test {
	int64_t id;
	size_t count; /* how often it was seen, */
	size_t next;  /* and where the next observation of it goes */
};

/* Some runs in a row, and the tests that are seen in them. */
struct sighted_part {
	size_t first, end;   /* of the runs */
	struct id_map index; /* from test id to its index in `tests`, plus 1 */
	struct {
		VEC(struct sighted_test)
	} tests;
	size_t damaged; /* the first run that cannot be read; SIGHTINGS_SOUND */
};

#define SIGHTINGS_SOUND SIZE_MAX

struct sightings {
	struct buf bytes; /* of the rollups, run by run */
	struct {
		VEC(struct sighted_run)
	} runs;
	struct sighted_part parts[SHARE_WORKERS_MOST];
	size_t len;                       /* of the parts */
	struct observation *observations; /* where they go; borrowed */
};

#define SIGHTINGS_INIT \
	{ \
		.bytes = BUF_INIT(SIZE_MAX / 4) \
	}

void sightings_release(struct sightings *all);

/* The rollup of that run, which is behind those added before. */
void sightings_add(struct sightings *all, size_t run, const void *bytes, size_t len);

/* Fills the parts, without any `next`. Returns SIGHTINGS_SOUND, else the first run that is damaged. */
size_t sightings_count(struct sightings *all);

/* Puts each observation where `next` of its test says. It has the failure's id as its test, and that of the
 * signature. */
void sightings_place(struct sightings *all, struct observation *out);

#endif
