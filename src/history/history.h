/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_HISTORY_HISTORY_H
#define STEADY_HISTORY_HISTORY_H

#include "base/err.h"
#include "model/evidence.h"

#include <stdbool.h>

/*
 * The history: one SQLite database. Opening makes it when it does not exist (mode 0600) and brings
 * an older one up to date; a foreign file, a newer version and a damaged file are ERR_HISTORY and
 * stay untouched. Writers wait for one another. A run is one transaction, and on disk when it was
 * recorded.
 *
 * Only whoever writes sets a damaged file aside, under another name and with a warning, and begins a
 * new one: when it bears our mark, or with HISTORY_WRITE_HOME when it is no database at all.
 */
struct history;

enum history_mode {
	HISTORY_READ,
	HISTORY_WRITE,
	HISTORY_WRITE_HOME, /* the file lies where nobody but steady puts one */
	HISTORY_CARE        /* write, but only to one that is there, and never set one aside */
};

/*
 * With HISTORY_READ and HISTORY_CARE a missing or empty file is ERR_NOT_FOUND. Reading also works where nothing may
 * be written; what a killed process left in the log there is read from a private copy in $TMPDIR.
 * Only a regular file is opened, no symbolic link. The caller closes.
 */
int history_open(const char *path, enum history_mode mode, struct history **out, struct err *err);
void history_close(struct history *history);

/*
 * After a write that failed for that reason: true when it may be tried again, with *history opened
 * anew. So it is when the file was removed or replaced meanwhile, and when it was found damaged and
 * could be set aside. Else *history is closed and NULL.
 */
bool history_renew(struct history **history, const struct err *why);

/* Records one `steady run`. ERR_INPUT when its key, job and variant are there already. */
int history_record(struct history *history, const struct run *run, struct err *err);

/* What an import did with one attempt. */
struct import_effect {
	size_t files_new, files_known;
	size_t results_new;
	bool *known;           /* of each file, whether it is one of files_known */
	struct strv conflicts; /* tests whose new result contradicts the recorded one */
};

void import_effect_release(struct import_effect *effect);

/*
 * Adds the single attempt of an imported run. Idempotent: the run is found by key, job and variant,
 * the attempt by number, files by digest. What is unknown (the run's source, durations of 0 or -1)
 * is filled in by a later import, never overwritten. Outcome and duration of the run follow from all
 * its attempts; run->outcome is not looked at. ERR_INPUT when the run is of another commit or tree,
 * or was recorded by `steady run`. On success the caller releases *effect.
 */
int history_import(struct history *history, const struct run *run, struct import_effect *effect,
		   struct err *err);

/*
 * What is imported between the two becomes one transaction, because each one waits for the disk. An import that
 * fails takes back itself alone when its error is ERR_INPUT. By another error the history cannot be used: all
 * since the begin is to be taken back, or tried again with a history opened anew. When the commit fails
 * nothing has to be taken back.
 */
int history_begin(struct history *history, struct err *err);
int history_commit(struct history *history, struct err *err);
void history_take_back(struct history *history);

/* The files that the attempt holds already, without their results, found as history_import() finds it: those need
 * not be read. The caller releases what is in *out, also when it failed. */
int history_known_files(struct history *history, const struct run *run,
			struct results_file_list *out, struct err *err);

/* The ids, sorted, of all tests that ran in the newest complete first attempt of this job, variant and
 * command; skipped ones did not. */
int history_expected_tests(struct history *history, const struct run *like, struct strv *out,
			   struct err *err);

/* The ids, sorted, of tests of this job, variant, command and folder that failed since then in a run of everything and
 * passed when everything ran again: a later attempt of the same run that exited with 0. */
int history_known_flakes(struct history *history, const struct run *like, int64_t since_us,
			 struct strv *out, struct err *err);

struct history_window {
	int64_t since_us, until_us; /* wall; until is exclusive */
	const char *job;            /* NULL all */
	const char *branch;         /* NULL all */
	const char *test_id;        /* NULL all */
	int64_t waits_reach_us; /* successful waits from so long before until; 0: of the window */
	bool names;             /* also those of tests that only passed */
};

/* Loads the evidence of a window, ready for the analyzer. */
int history_load(struct history *history, const struct history_window *window, struct evidence *out,
		 struct err *err);

/* Tests whose id starts with, or whose shown name contains, the text; exact names win alone. */
struct test_facts_list {
	VEC(struct test_facts)
};

int history_find_tests(struct history *history, const char *text, struct test_facts_list *out,
		       struct err *err);
void test_facts_list_release(struct test_facts_list *list);

/* A run on record, and what tells it from the others. */
struct known_run {
	int64_t id; /* of this history alone */
	char *key, *job, *variant;
	int64_t started_us; /* wall */
};

struct known_run_list {
	VEC(struct known_run)
};

/* Which one is meant; NULL any. */
struct run_question {
	const char *key; /* it begins like that; NULL: the run that was recorded last */
	const char *job, *variant;
};

/* The newest first, at most 20; a run that bears the very key wins alone. A `steady wait` on its own
 * is only found by its key. */
int history_find_runs(struct history *history, const struct run_question *question,
		      struct known_run_list *out, struct err *err);
void known_run_list_release(struct known_run_list *list);

/* Appends the command of that very run, nothing for an import or one that is not there, and fills the folder in which it
 * was started (run.folder). The caller releases both. */
int history_run_command(struct history *history, const struct run_question *question,
			struct strv *command, char **folder, struct err *err);

/*
 * Loads the run as far as it is on record: each attempt's results as those of one file, names and
 * failures only of those that did not simply pass, and ids also of tests that failed at first.
 * Texts of failures are bounded. ERR_NOT_FOUND when there is no such run. The caller releases *out.
 */
int history_load_run(struct history *history, int64_t id, struct run *out, struct err *err);

/* What a failure said, by the number that evidence gives; NULL when there is none. Texts are bounded. The
 * caller frees by failure_free(). */
int history_failure(struct history *history, int64_t id, struct failure **out, struct err *err);

/* For each failed test of the run that was loaded: in how many other runs a failure bears the same
 * signature. counts has room for all of them. */
int history_count_alike(struct history *history, int64_t id, const struct run *run, size_t *counts,
			struct err *err);

/* How the services that were not ready did before that run: fills wait->past from the last 200 waits
 * of 60 days in front of it, of its job, for the same service by the same probe. */
int history_earlier_waits(struct history *history, struct run *run, struct err *err);

/* Told of long work now and then; false: it stops at the next place where that is safe. */
struct history_watch {
	bool (*tell)(void *payload, size_t done, size_t total);
	void *payload;
};

/* What became of the runs of a history that was merged. */
struct merge_effect {
	size_t added, known;
	size_t joined;     /* imported runs that were there in part */
	size_t left;       /* it was stopped before them */
	int64_t results;   /* of those that were added */
	struct strv twins; /* runs of other content than those that bore their name: kept too */
};

void merge_effect_release(struct merge_effect *effect);

/*
 * Adds the runs of another history, which stays as it is. Idempotent, and the same whatever comes first. An
 * imported run that is there by its key, job and variant gets what it lacks; a run of other content is kept
 * beside it (twin.h). The caller releases *effect, also when it failed: what it counts has arrived.
 */
int history_merge(struct history *into, struct history *from, const struct history_watch *watch,
		  struct merge_effect *effect, struct err *err);

/* Which runs leave, and how. */
struct export_question {
	const char *key; /* of all jobs; NULL: those of the window */
	const char *job; /* NULL all */
	int64_t since_us, until_us;
	bool packed; /* by zstd */
};

struct export_effect {
	size_t runs;
	size_t thinned; /* runs that cannot leave: their results were dropped for space */
};

/* Writes the runs to fd as segments (segment.h), the oldest first. */
int history_export(struct history *history, const struct export_question *question, int fd,
		   const struct history_watch *watch, struct export_effect *effect,
		   struct err *err);

/* Writes one run that nobody has to have recorded, as the history would tell it. */
int history_write_segment(const struct run *run, int fd, bool packed, struct err *err);

struct segments_effect {
	size_t read; /* runs that were whole */
	struct merge_effect merged;
	struct strv
		refused; /* "LINE: why", of segments that cannot be used: the others were taken */
	size_t strays_dropped;
	bool stopped;
};

void segments_effect_release(struct segments_effect *effect);

/*
 * Takes the segments that come from fd. Idempotent, and the same whatever comes first. A segment that cannot
 * be used does not stop the others; -1 when nothing more can be read, or the history fails. The caller
 * releases *effect, also when it failed.
 */
int history_take_segments(struct history *into, int fd, const struct history_watch *watch,
			  struct segments_effect *effect, struct err *err);

/* Numbers for `doctor`. */
struct history_info {
	int schema;
	int64_t runs, tests, results, waits;
	int64_t first_run_us, last_run_us;
};

int history_info(struct history *history, struct history_info *out, struct err *err);

/* The schema version this build writes. */
int history_schema_version(void);

#endif
