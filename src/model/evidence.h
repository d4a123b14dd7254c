/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_MODEL_EVIDENCE_H
#define STEADY_MODEL_EVIDENCE_H

#include "model/lineage.h"
#include "model/run.h"

/*
 * What the analyzer is given: runs in time order and, of each test that failed in one of them, how its
 * first try ended in each run and what the retries said. It grows with failures: which tests passed is told by
 * rosters, which most runs share, and of tests that always passed only their number is known. Indices point into
 * the arrays of the same struct. Owns all.
 */
struct run_facts {
	char *key;
	char *job;
	char *variant;
	char *command;       /* for people; "" for imports */
	char *commit;        /* NULL unknown */
	struct strv parents; /* of the commit, as far as somebody told */
	char *branch;
	char *pull_request;
	char *source; /* the content's name: a tree id; NULL for dirty or unknown content */
	bool dirty;
	enum run_outcome outcome;
	int64_t started_us;  /* wall */
	int64_t duration_us; /* -1 unknown */
	int64_t retry_us;    /* wall time of attempts 2 and later */
	size_t tests;        /* that its first attempt ran; a skip is no running */
	int64_t tests_us;    /* the sum of their known times */
	size_t roster;       /* index into rosters, plus 1; 0: it says nothing about its tests */
};

struct test_facts {
	char id[TEST_ID_LEN + 1];
	struct test_name name;
	char *owner; /* "@web-team @ana"; NULL unknown, or nobody */
	char *rerun; /* the command that runs it again, for a shell; NULL unknown, or nobody asked */
};

void test_facts_release(struct test_facts *test);

/* One fingerprint of one test: what another test shares has an entry of its own there. */
struct signature_facts {
	char id[SIGNATURE_LEN + 1];
	char *example;   /* type and message, one line */
	int64_t failure; /* the first one, by its number in the history */
	const char
		*class_name; /* what its text tells; a constant; NULL: nothing, or nobody asked */
};

/* More than a pass at the first try. Skips are only told of a test that was asked for. Long histories have millions:
 * there is no room to waste. */
struct observation {
	size_t run;
	size_t test;
	int64_t duration_us; /* -1 unknown */
	size_t signature;    /* valid when has_signature */
	bool has_signature;
	enum outcome first : 8;  /* the first attempt */
	bool passed_retry;       /* bad at first, and a verified retry passed */
	bool failed_again;       /* bad at first, and each retry that ran it failed */
	bool service_down;       /* bad at first, because a service was: says nothing of the test */
	bool failed_then_passed; /* the file itself reports failed tries before the pass */
};

struct wait_facts {
	size_t run;
	struct wait wait;
};

/* The tests that some runs reported, a bit each, by their indexes. */
struct roster_facts {
	uint64_t *ran, *skipped;
};

/* What became of a service during a run. */
struct event_facts {
	size_t run;
	struct service_event event;
	size_t failures; /* of that run, put down to that service */
};

/* A successful wait before the window: what changes slowly shows in it. */
struct earlier_wait {
	char *job;
	char *variant;
	char *service;
	char *probe;
	int64_t started_us;  /* wall */
	int64_t duration_us; /* -1 unknown */
};

struct evidence {
	struct {
		VEC(struct run_facts)
	} runs;
	struct {
		VEC(struct test_facts) /* those that failed, or were asked for */
	} tests;
	struct {
		VEC(struct
		    test_facts) /* the others, by class and name, where they were asked for */
	} passing;
	struct {
		VEC(struct signature_facts)
	} signatures;
	struct {
		VEC(struct observation) /* test by test, then by run in time order */
	} observations;
	struct {
		VEC(struct wait_facts)
	} waits;
	struct {
		VEC(struct event_facts)
	} events;
	struct {
		VEC(struct earlier_wait)
	} earlier_waits;
	struct lineage lineage; /* of the runs' commits; empty where no repository told */
	struct {
		VEC(struct roster_facts)
	} rosters;
	size_t tests_seen;     /* how many different tests the runs reported, skips and all */
	size_t results;        /* how many results of all tests and attempts lie in the window */
	int64_t newest_run_us; /* of the whole history, also outside the window; 0 when empty */
	int64_t oldest_run_us; /* the same */
};

/* Adds an empty roster, once all tests are known; returns its index. */
size_t evidence_add_roster(struct evidence *evidence);
void evidence_put_on_roster(struct evidence *evidence, size_t roster, size_t test, bool skipped);

#define EVIDENCE_WORD 64 /* bits */

static inline bool evidence_bit(const uint64_t *bits, size_t at)
{
	return bits[at / EVIDENCE_WORD] >> at % EVIDENCE_WORD & 1;
}

/* Whether it ran there. It passed at its first try, unless there is an observation. */
static inline bool evidence_ran(const struct evidence *evidence, size_t test, size_t run)
{
	size_t roster = evidence->runs.items[run].roster;

	return roster && evidence_bit(evidence->rosters.items[roster - 1].ran, test);
}

static inline bool evidence_skipped(const struct evidence *evidence, size_t test, size_t run)
{
	size_t roster = evidence->runs.items[run].roster;

	return roster && evidence_bit(evidence->rosters.items[roster - 1].skipped, test);
}

/* The index of its first observation, or where that would stand: the others follow it. */
size_t evidence_first_observation(const struct evidence *evidence, size_t test);

/* Both ran in the same runs. */
bool evidence_ran_alike(const struct evidence *evidence, size_t test, size_t other);

/* Whether the run is one of that job and variant; NULL is "". */
bool run_facts_in_lane(const struct run_facts *run, const char *job, const char *variant);

void evidence_release(struct evidence *evidence);

#endif
