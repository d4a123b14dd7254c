/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_AUTOPSY_AUTOPSY_H
#define STEADY_AUTOPSY_AUTOPSY_H

#include "autopsy/kind.h"
#include "autopsy/runtimes.h"
#include "autopsy/sample.h"
#include "base/err.h"
#include "base/strv.h"
#include "text/json.h"

/*
 * Why a command hangs, found out before the first signal: from outside, for any language, without
 * a debugger. It reads /proc, asks the kernel for socket queues and reads a few words of memory;
 * it never stops, signals or traces anything, and ends within its budget. It must run in an
 * ancestor of the command (Yama lets only ancestors look), and it says what it was not permitted to
 * see instead of guessing.
 *
 *	struct autopsy_hints hints = {.subreaper = getpid(), .silent_us = now - last_output};
 *	CLEANUP(autopsy_release) struct autopsy autopsy = {0};
 *	if (autopsy_take(leader, &hints, &autopsy, err) == 0)
 *		…
 */
#define AUTOPSY_BUDGET_US    INT64_C(300000)
#define AUTOPSY_WINDOW_US    INT64_C(100000)
#define AUTOPSY_FINDINGS_MAX 16
#define AUTOPSY_JSON_MAX     ((size_t)64 << 10)

/* What only the caller knows; all may be zero. */
struct autopsy_hints {
	pid_t subreaper;   /* its other children belong to the command as well; 0 none */
	int64_t budget_us; /* 0: AUTOPSY_BUDGET_US */
	int64_t silent_us; /* since the last output; 0 unknown */
	const char *last_line;
	const char *test;                     /* in flight */
	const struct autopsy_sample *earlier; /* taken in the same silence; NULL none */
};

struct finding {
	enum hang_kind kind;
	const char *detail; /* a word below the kind, as "fifo" or "nobody-listens"; static */
	const char *call;   /* the system call; "" none or unknown; static */
	pid_t pid, tid;
	size_t threads;   /* of the same program that do the same, this one included */
	int64_t since_us; /* the least time it has lasted; 0 unknown */
	int weight;       /* smaller is more telling */
	char *target;     /* "127.0.0.1:5432", a path; NULL none */
	char *sentence;   /* one line for people, harmless on a terminal, without a full stop */
};

/* Owns everything. */
struct autopsy {
	int64_t took_us;
	int64_t silent_us;
	char *last_line, *test;
	struct finding_list {
		VEC(struct finding)
	} findings;             /* the most telling first */
	struct strv caveats;    /* what was not seen and why, for people */
	struct dump_list dumps; /* what the runtimes could tell if asked by a signal */
	struct facts facts;
};

/* ERR_NOT_FOUND when there is no such process, ERR_IO without /proc. What vanishes meanwhile or may
 * not be read is no error. */
int autopsy_take(pid_t root, const struct autopsy_hints *hints, struct autopsy *out,
		 struct err *err);

/* A sample for hints.earlier: worth taking once when a silence begins to get long. */
int autopsy_sample(pid_t root, pid_t subreaper, struct autopsy_sample *out, struct err *err);

/* The JSON to store with a run (steady.autopsy/1), at most AUTOPSY_JSON_MAX bytes. The caller
 * frees. */
struct json *autopsy_json(const struct autopsy *autopsy);

void finding_release(struct finding *finding);
void autopsy_release(struct autopsy *autopsy);

#endif
