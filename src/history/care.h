/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_HISTORY_CARE_H
#define STEADY_HISTORY_CARE_H

#include "base/clock.h"
#include "history/history.h"

/*
 * Looking after a history: what is in it and what takes how much space, whether it is sound, and how
 * it is kept small.
 */

/* What its bytes are used for. */
enum space_kind {
	SPACE_PASSES,
	SPACE_FAILURES,
	SPACE_TEXTS,
	SPACE_ROLLUPS,
	SPACE_TESTS,
	SPACE_WAITS,
	SPACE_RUNS,
	SPACE_INDEXES,
	SPACE_FREE,
	SPACE_REST,
	SPACE_KINDS
};

struct job_contents {
	char *job;
	int64_t runs, results;
	int64_t failed; /* runs that ended neither passed nor flaky, and were not cancelled */
	int64_t first_us, last_us; /* when its runs started, wall */
};

struct history_contents {
	int schema;
	int64_t bytes, log_bytes; /* of the file, and of the log beside it */
	int64_t runs, results, tests, waits;
	int64_t thinned; /* runs whose results were dropped; their results are counted all the same */
	int64_t failures, texts;   /* different ones, and how many of them still have their texts */
	int64_t first_us, last_us; /* when the oldest and the newest run started, wall; 0 none */
	int64_t space[SPACE_KINDS]; /* bytes of the database; together all of it */
	bool measured; /* page by page; else by lengths, so that indexes are part of the rest */
	struct {
		VEC(struct job_contents) /* by name */
	} jobs;
};

/* The caller releases *out, also when it failed. */
int history_contents(struct history *history, struct history_contents *out, struct err *err);
void history_contents_release(struct history_contents *contents);

/* Things that follow from others on record, and so can be made again. */
enum remedy {
	REMEDY_NONE,
	REMEDY_REINDEX, /* SQLite's own indexes */
	REMEDY_ROLLUP,  /* of the run with that id */
	REMEDY_INDEX,   /* of all tests, by their hashes */
	REMEDY_NAME,    /* for people, of the test with that id */
	REMEDY_TOLD     /* how many results the block with that id tells */
};

/* Something that is wrong. */
struct finding {
	char *table; /* NULL: the database as such */
	int64_t id;  /* of the row; 0 none */
	char *what;  /* one clause */
	enum remedy remedy;
};

#define FINDINGS_MAX 1000 /* so many are listed, and the others counted */

struct history_check {
	struct {
		VEC(struct finding)
	} findings;
	size_t unlisted;
	size_t runs, results, blocks, failures, tests; /* that were looked at */
};

/*
 * Reads everything: SQLite's own checks, each packed thing, what refers to what, and whether each rollup
 * is what the results of its run come to. Writes nothing. What is wrong is in *out, which the caller
 * releases, also when it failed: ERR_CANCELLED when the watch said so.
 */
int history_check(struct history *history, const struct history_watch *watch,
		  struct history_check *out, struct err *err);
void history_check_release(struct history_check *check);

/*
 * Makes again what has a remedy and whose sources are whole, in one transaction; *made is for how many of
 * the findings. The history is open to be written.
 */
int history_repair(struct history *history, const struct history_check *check, size_t *made,
		   struct err *err);

/* For how long what is kept, before now_us; 0: for ever. */
struct keeping {
	int64_t now_us;     /* wall */
	int64_t texts_us;   /* what failures said that no younger run names */
	int64_t results_us; /* results of runs: their rollups stay, and with them reports */
	int64_t runs_us;    /* runs */
	int64_t max_bytes; /* beyond that more goes, the oldest first: texts, then results, then runs */
};

#define KEEPING_WEEK_US (7 * US_PER_DAY) /* what is younger never goes for size */

struct compacted {
	int64_t bytes_before, bytes_after; /* on the disk, with the log */
	int64_t texts;                     /* failures that lost theirs */
	int64_t thinned, results; /* runs that lost their results, and how many these were */
	int64_t runs;             /* that went altogether */
	int64_t tests;            /* that no run names any more */
	bool fits;                /* in max_bytes; also true when there is no limit */
	char *unshrunk;           /* why the file could not be shrunk, one clause; NULL: it was */
};

/*
 * Drops what is older than is to be kept, and then what nothing refers to any more, in transactions of some
 * runs each, so that others can record meanwhile; then gives the space back to the disk. Reports over any
 * window stay the same, but for texts that were dropped and runs that went. ERR_CANCELLED when the watch
 * said so: what was done by then stays. The history is open with HISTORY_CARE. The caller releases *out,
 * also when it failed.
 */
int history_compact(struct history *history, const struct keeping *keeping,
		    const struct history_watch *watch, struct compacted *out, struct err *err);
void compacted_release(struct compacted *compacted);

/* Does it to a copy in $TMPDIR, which goes again: the history stays as it is, and may be read-only. */
int history_rehearse_compact(struct history *history, const struct keeping *keeping,
			     const struct history_watch *watch, struct compacted *out,
			     struct err *err);

#endif
