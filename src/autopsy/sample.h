/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_AUTOPSY_SAMPLE_H
#define STEADY_AUTOPSY_SAMPLE_H

#include "autopsy/budget.h"
#include "autopsy/facts.h"

/*
 * Where each thread was at one moment. Two of them tell what moved and who got how much CPU time;
 * one taken early in a silence tells at the end how long a thread has been in its call.
 */
struct thread_sample {
	pid_t tid;
	char state;
	uint64_t start;
	uint64_t cpu_ns, delay_ns;
	struct call call;
};

struct autopsy_sample {
	int64_t at_us; /* monotonic */
	struct sample_list {
		VEC(struct thread_sample) /* sorted by tid */
	} threads;
};

/* Of all threads of the tree; `facts` gives the processes and takes the threads (bounded). */
void sample_threads(struct facts *facts, struct budget *budget);

/* The threads of facts as a sample. */
void sample_make(const struct facts *facts, int64_t at_us, struct autopsy_sample *out);

/*
 * Looks once more at who stood still since `second`, after their memory was read: a thread that did
 * not run from before to after the reading cannot have changed what was read about it. Who moved,
 * or cannot be looked at in time, did not stand still.
 */
void sample_confirm(const struct autopsy_sample *second, struct facts *facts,
		    struct budget *budget);

/* Turns the totals of the threads of facts into what was spent since `first`, and says who stood
 * still. Threads that are new since then have spent what they have in all. */
void sample_compare(const struct autopsy_sample *first, struct facts *facts);

/* Sets same_us of the threads that are in the same call as in `earlier` and got no CPU time. Needs
 * the totals: call it before sample_compare(). */
void sample_since(const struct autopsy_sample *earlier, int64_t now_us, struct facts *facts);

void autopsy_sample_release(struct autopsy_sample *sample);

#endif
