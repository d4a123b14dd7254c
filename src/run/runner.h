/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_RUN_RUNNER_H
#define STEADY_RUN_RUNNER_H

#include "base/err.h"
#include "junit/reader.h"
#include "model/run.h"
#include "ready/wait.h"
#include "rerun/preset.h"

#include <stdint.h>

/*
 * The attempt loop: runs the command, collects the results that this attempt wrote, runs failed
 * tests again and judges. The rules that decide what may turn a run green are in judge.h.
 */
enum rerun_mode { RERUN_AUTO, RERUN_PRESET, RERUN_TEMPLATE, RERUN_WHOLE, RERUN_NONE };
enum flaky_policy { FLAKY_PASS, FLAKY_WARN, FLAKY_FAIL };

/* What a further attempt runs: the failed tests together, each by itself in an attempt of its own, or
 * everything in its order. AUTO decides by what is left to find out. */
enum retry_way { WAY_AUTO, WAY_SELECTED, WAY_ALONE, WAY_WHOLE };

#define MAX_FAILURES_UNSET SIZE_MAX
#define RETRY_WAYS_MAX     20 /* as many as the option takes */

struct run_plan {
	const struct strv *junit_globs;
	struct junit_read_options reading; /* of what they match; checked */
	enum rerun_mode rerun;
	const struct preset *preset;    /* of RERUN_PRESET */
	const struct strv *rerun_words; /* of RERUN_TEMPLATE, see rerun/template.h */
	bool inject;                    /* may add the framework's own result option */
	int retries;
	enum retry_way ways[RETRY_WAYS_MAX]; /* of the first ones; the last stands for all others */
	size_t ways_len;                     /* 0: AUTO */
	int64_t retry_budget_us;     /* none begins later than that after the first; 0 = no limit */
	int64_t retry_delay_us;      /* in front of each, give or take half of it; 0 = none */
	int64_t timeout_us, idle_us; /* of an attempt, and without output; 0 = none */
	int64_t run_timeout_us; /* of all attempts together, pauses between them included; 0 = none */
	int64_t grace_us;
	size_t max_failures;      /* or MAX_FAILURES_UNSET */
	int max_failures_percent; /* or -1; with neither, the larger of 10 and 20 % */
	enum flaky_policy flaky;
	bool quiet;             /* show the command's output only when it failed */
	const char *log_folder; /* for the whole output of each attempt; NULL none */
	bool isolate;           /* each attempt in surroundings of its own, see isolate.h */
	bool stdout_to_stderr, own_stdin, only_group, terminal; /* as in os/process.h */

	/* What the command needs: all of it was ready. Watched while it runs, and waited for again
	 * before a retry; NULL nothing. */
	const struct target_list *targets;
	int64_t wait_limit_us;

	/* Ids, sorted: the tests that ran in this job's last complete run of this command, and those
	 * of this job that are known to be flaky; both may be empty. */
	const struct strv *expected_tests, *known_flakes;

	/* Fills these two, called once where results are awaited: without any they tell nothing. NULL:
	 * they are what they are. */
	void (*learn_tests)(void *payload);
	void *learn_payload;

	struct rules *rules; /* of failures' classes; NULL: those of steady */

	/* What has been changed in the project since that moment (by the clock of its file system),
	 * but for what lies at these real paths or below; NULL nothing. The caller frees. May be
	 * NULL. */
	char *(*find_changed)(int64_t since_ns, const struct strv *own, void *payload);
	void *changed_payload;

	/* Marks the failed tests of the run with what the quarantine ledger says of them: whether a retry
	 * is needed, and again right before the run is judged. NULL: nobody asks; then nothing need be
	 * proven where nothing is run again. */
	void (*ask_ledger)(struct run *run, void *payload);
	void *ledger_payload;

	/* Told about each step in a line for people. */
	void (*say)(const char *line, void *payload);
	void *say_payload;
};

/* Once per process, while it is small: signals, umask, guardian. ERR_IO. */
int runner_prepare(const struct run_plan *plan, struct err *err);

/*
 * Runs run->command into *run: attempts, failed, outcome, exit_code, because. The caller has set
 * key, job, source and waits. -1 only for faults before the command started: ERR_USAGE,
 * ERR_NOT_FOUND, ERR_NOEXEC, ERR_IO.
 */
int runner_run(const struct run_plan *plan, struct run *run, struct err *err);

#endif
