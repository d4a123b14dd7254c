/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_CONFIG_OPTIONS_H
#define STEADY_CONFIG_OPTIONS_H

#include "base/err.h"
#include "base/strv.h"
#include "model/objective.h"
#include "model/rule_text.h"
#include "model/service_text.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * Every option has one row in one table (table.c). The row feeds the flag, the environment
 * variable, the key in .steady.yml and the help. Precedence: flag, environment, file, default.
 */
#define OPTION_WORDS_MAX 20

enum option_type {
	OPTION_FLAG,     /* bool; "true"/"false" in environment and file */
	OPTION_INT,      /* int */
	OPTION_DURATION, /* int64_t microseconds */
	OPTION_SIZE,     /* int64_t bytes */
	OPTION_STRING,   /* char * */
	OPTION_WORDS,    /* struct strv; of its choices, at most OPTION_WORDS_MAX, by commas */
	OPTION_LIST      /* struct strv; repeatable; one a line in the environment */
};

enum command_flags {
	FOR_RUN = 1 << 0,
	FOR_WAIT = 1 << 1,
	FOR_IMPORT = 1 << 2,
	FOR_REPORT = 1 << 3,
	FOR_SHOW = 1 << 4,
	FOR_DOCTOR = 1 << 5,
	FOR_HELP = 1 << 6,
	FOR_EXPLAIN = 1 << 7,
	FOR_HISTORY = 1 << 8,
	FOR_QUARANTINE = 1 << 9,
	FOR_ALL = (1 << 10) - 1
};

/* The values, whatever they came from. Strings are NULL when nothing set them. Owns all. */
struct options {
	bool help;
	char *config, *history;
	char *format;
	char *job;
	struct strv variants;

	struct strv junit;
	char *junit_producer, *junit_key, *junit_repeats;
	char *junit_verdict, *junit_attempts;
	char *attempt_log, *segment, *quarantine;
	char *summary, *outputs, *annotate, *matrix, *runs_of;
	int retries, repeat;
	int64_t retry_budget_us, retry_delay_us, for_us;
	char *rerun;
	struct strv retry_as;
	bool no_inject, own_stdin, no_subreaper, isolate, until_fail, quiet;
	int64_t timeout_us, idle_us, run_timeout_us, grace_us;
	char *max_failures;
	char *flaky, *pty;
	struct strv waits;
	int64_t wait_timeout_us;

	char *commit, *tree, *branch, *pr, *run_id, *time;
	struct strv parents;
	int attempt, jobs;
	char *manifest;
	bool dry_run;

	char *since, *until, *compare, *output, *prior, *state, *comment;
	char *requests, *title, *label;
	struct strv owners;
	int top;
	bool check;

	char *reason, *owner, *issue, *expires, *only_job;
	bool any_failure, apply;

	bool man;
	char *completion;

	bool repair;
	int64_t keep_texts_us, keep_results_us, keep_runs_us;
	int64_t max_bytes;

	/* from the file alone */
	struct rule_text_list rules;
	struct service_text_list services;
	struct objective_list objectives;
};

struct option {
	const char *name; /* "wait-timeout" for --wait-timeout */
	char letter;      /* 0 none */
	enum option_type type;
	unsigned commands; /* enum command_flags */
	const char *metavar;
	const char *fallback; /* the default as text; NULL none */
	const char *key;      /* "run.wait-timeout" in .steady.yml; NULL: flag only */
	const char *choices;  /* "a|b|c" of a string; NULL anything */
	int64_t min, max;     /* of an int */
	size_t offset;        /* in struct options */
	const char *help;
};

/* The table; *count rows. */
const struct option *option_table(size_t *count);

/* The row's environment variable: "STEADY_" and the key without "run.", in capitals. "" when the
 * row has no key. The caller frees. */
char *option_variable(const struct option *option);

/* Stores one value as text; the error says what is wrong with it, not whose it is. Lists append. */
int option_store(const struct option *option, const char *value, struct options *out,
		 struct err *err);

/* Puts in the defaults of all rows. */
void options_init(struct options *options);
void options_release(struct options *options);

/*
 * Reads argv (behind the command's name) for one command: flags into *out above environment and
 * file, other words into *words, what stands behind "--" into *command. root is the folder that
 * may hold .steady.yml.
 */
struct options_request {
	enum command_flags command;
	char *const *argv;
	size_t argc;
	const char *(*getvar)(const char *name);
	const char *root;
};

/* ERR_USAGE when argv is wrong, ERR_INPUT when the environment or the file is. */
int options_load(const struct options_request *request, struct options *out, struct strv *words,
		 struct strv *command, struct err *err);

/* Overlays the values of a .steady.yml; errors name file, line and key. */
int options_load_file(const char *path, enum command_flags command, struct options *out,
		      struct err *err);

/* The help text of the rows of a command. */
struct buf;
void options_help(enum command_flags command, struct buf *out);

/* The variable that this one was probably meant to be, which the caller frees; NULL when it is one
 * that is read, or like none of them. */
char *options_misspelt(const char *variable);

/* The folder above `dir` (or itself) that holds .git; else dir. The caller frees. */
char *options_root(const char *dir);

#endif
