/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_ANALYZE_FLAKES_H
#define STEADY_ANALYZE_FLAKES_H

#include "analyze/beta.h"
#include "analyze/clean.h"
#include "analyze/timeline.h"
#include "analyze/trend.h"
#include "model/evidence.h"

/*
 * From evidence to verdicts about tests: pure functions. A test is judged per job and variant.
 *
 * flaky:     a verified retry passed after a failure in the same run, or the same source (one tree,
 *            one job and variant, not dirty) both passed and failed, or it is flaky with 95 % by the
 *            pattern of its failures.
 * broken:    its newest source never passed, and it is not flaky. A run of unknown or dirty content
 *            is a source of its own.
 * fixed:     neither, and it was broken for two runs at least.
 * undecided: none of these, and it failed: a rare flake, or a break on one source.
 * Runs that were cancelled, never started or died of a fault of steady are no evidence, and
 * neither is a skip. A test whose file reports failed tries before the pass has failed its first
 * try, and the file is the retry.
 */
enum test_state {
	STATE_FLAKY,
	STATE_BROKEN,
	STATE_FIXED,
	STATE_UNDECIDED,
	STATE_OTHER,
	STATE_COUNT
};

const char *test_state_name(enum test_state state);

struct signature_count {
	size_t signature; /* index into evidence->signatures */
	size_t count;
};

struct signature_list {
	VEC(struct signature_count) /* most frequent first */
};

/* Something changed behind one position of the timeline and up to another (timeline_span()). */
struct change {
	bool known;
	size_t after; /* NO_INDEX: it may have been before the window, too */
	size_t at;
};

struct test_judgement {
	size_t test;     /* index into evidence->tests */
	const char *job; /* borrowed from the evidence */
	const char *variant;
	enum test_state state;

	/* That the test fails by chance (nature.h). */
	double probability;
	/* Failures per run, first tries, with a 90 % interval. Of a flaky test since its onset, of a
	 * broken one over `streak` only. */
	struct rate rate;

	size_t runs, failures;              /* of the whole window; only first tries count */
	size_t flaky_runs;                  /* runs with a verified retry */
	size_t disagreeing_sources;         /* sources where it both passed and failed */
	size_t streak;                      /* failing runs in a row, up to the newest content */
	size_t streak_end;                  /* the last of them */
	size_t streak_start;                /* the first of them (a run's index) when streak > 0 */
	size_t first_failure, last_failure; /* runs' indices, valid when failures > 0 */
	size_t pull_requests;               /* distinct ones among the failing runs */
	struct change onset;     /* of being flaky or broken, of the last break if fixed */
	struct change mended;    /* of a fixed one */
	struct change worse;     /* a flaky one fails more often since, and was flaky before */
	bool broken_now;         /* flaky before, and failing for more than chance explains */
	bool only_here;          /* in no other job or variant it failed, and ran there */
	const char *only_branch; /* it failed on that one, and passes on others; NULL */
	bool is_new;             /* the lane ran for a while before it was there */
	size_t absent;           /* of a broken one: later runs of the lane without it */
	struct clean clean;      /* of a flaky one */
	size_t runs_needed;      /* of an undecided one: until more is known */
	size_t group;            /* of a flaky one: index into report->groups; NO_INDEX */
	double minutes_lost;     /* 0 unless flaky */
	double recent;           /* the same, weighed by how recent they are */
	size_t false_reds;       /* runs red only through flaky tests, this among them */
	struct signature_list signatures;
};

/* Flaky tests of one lane that fail together: most likely of one cause. */
struct failure_group {
	size_t runs;  /* in which half of them failed at least */
	size_t tests; /* how many */
};

struct service_summary {
	const char *service, *probe; /* borrowed */
	size_t waits, failed;        /* cancelled waits are left out */
	int64_t p50_us, p95_us;      /* of the successful ones; -1 without any */
	int64_t limit_us;            /* the newest */
	int64_t last_failed_us;      /* wall; 0 never */
	const char *last_error;      /* of the newest failed wait; NULL */

	/* Of all successful waits that are known, also before the window. */
	size_t known;
	int64_t p99_us;       /* -1 without any */
	int64_t suggested_us; /* three times that, rounded up; -1: too few, or beyond hours */
	struct trend trend;
	bool crosses; /* the trend leads over the limit */
	struct trend_crossing crossing;
};

/* A service that went down while tests ran that needed it. */
struct incident {
	size_t run;                        /* index into evidence->runs */
	const struct service_event *event; /* its beginning; borrowed */
	size_t failures;                   /* tests that failed with it */
};

/* A run in which many tests failed at once: one incident, and no evidence against any of them. */
struct mass_failure {
	size_t run; /* index into evidence->runs */
	size_t failures, tests;
	bool has_signature; /* half of them share one at least: */
	size_t signature;   /* index into evidence->signatures, of one of these tests */
};

struct mass_list {
	VEC(struct mass_failure) /* in time order */
};

/* What a run came to, and whose matter it is that it is red (fate.h). */
enum run_fate {
	FATE_NONE, /* cancelled, or ended by a fault of steady: says nothing */
	FATE_PASSED,
	FATE_FLAKY, /* green: what failed passed on verified retries */
	FATE_RED_FLAKE,
	FATE_RED_READINESS,
	FATE_RED_INFRA,
	FATE_RED_PRODUCT,
	FATE_COUNT
};

/* "passed", "red_flake" */
const char *run_fate_name(enum run_fate fate);

struct flake_report {
	struct timeline timeline;
	size_t *kinds; /* of each signature the first one of its kind (alike.h) */
	struct {
		/* By state; flaky ones by minutes lost, broken ones by failures, the others by name. Tests
		 * that were only skipped, or failed only with many others at once, are not listed. */
		VEC(struct test_judgement)
	} tests;
	size_t count[STATE_COUNT]; /* how many of tests[] */
	size_t *ranked;            /* the flaky ones of tests[], what was lost lately first */
	struct {
		VEC(struct failure_group)
	} groups;
	struct {
		/* Most failed waits first, then what crosses its limit soonest. */
		VEC(struct service_summary)
	} services;
	struct {
		VEC(struct incident) /* the newest first */
	} incidents;
	struct mass_list mass; /* but for runs that have an incident of a service */
	enum run_fate *fates;  /* of each run */
	bool *left_out; /* of each run: so many failed at once in it that it is held against none */
	size_t runs_failed_by_flakes; /* red only through tests that are judged flaky */
	double minutes_lost;
	size_t ignored_runs;        /* cancelled, not ready, error */
	size_t dirty_runs;          /* runs whose content could not be compared with others, */
	size_t unknown_source_runs; /* because it was changed or nobody told; not the ignored */
};

/* So many tests at the start of tests[] are listed; others are there when only some were asked for (keep.h). */
size_t flake_report_listed(const struct flake_report *report);

/* The i-th test of that state: as they stand in tests[], and as they matter to people. */
const struct test_judgement *flake_report_nth(const struct flake_report *report,
					      enum test_state state, size_t i);
const struct test_judgement *flake_report_ranked(const struct flake_report *report,
						 enum test_state state, size_t i);

/* *out borrows from the evidence and is released by flake_report_release(). Takes time in the order of
 * the failures, and of the runs for each course of a test (course.h), plus sorting. `prior`: NULL for the default. */
void analyze_flakes(const struct evidence *evidence, const struct prior *prior,
		    struct flake_report *out);
void flake_report_release(struct flake_report *report);

/* The same for the marked ones of evidence->tests alone, which come out as they would among all. What is told of
 * all tests together (groups, costs, fates) and of services stays empty. */
void analyze_some_tests(const struct evidence *evidence, const struct prior *prior,
			const bool *marked, struct flake_report *out);

/* Runs in which many tests failed at once; the caller frees the list. */
void analyze_mass(const struct evidence *evidence, struct mass_list *out);

/* How many failed at once in that run; 0: it is none of them. */
size_t mass_list_find(const struct mass_list *list, size_t run);

#endif
