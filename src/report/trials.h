/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_REPORT_TRIALS_H
#define STEADY_REPORT_TRIALS_H

#include "base/buf.h"
#include "base/map.h"
#include "model/run.h"

/*
 * One command run many times, to prove a flake or a fix: how often it failed, and each of its
 * tests. Zero-initialise. Cancelled runs count nowhere.
 */
struct trial {
	struct test_name name;
	char id[TEST_ID_LEN + 1];
	size_t failures; /* runs in which it failed */
	char *failure;   /* of the first of them, in one line; NULL it said nothing */
};

struct trials {
	size_t runs, failed;
	int exit_code;            /* of the first run that failed, or of a cancelled one; else 0 */
	enum run_outcome outcome; /* of the last run */
	bool cancelled;
	int64_t duration_us; /* the caller's */
	struct {
		VEC(struct trial)
	} tests; /* that failed in some run */
	struct map by_id;
};

void trials_add(struct trials *trials, const struct run *run);
void trials_release(struct trials *trials);

/* For people: what was seen, and what it says about the rate of failures. */
void trials_text(const struct trials *trials, size_t width, struct buf *out);

/* The same as one JSON object, schema steady.trials/1 (docs/schema), and a newline. */
void trials_json(const struct trials *trials, struct buf *out);

#endif
