/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_BASE_SHARE_H
#define STEADY_BASE_SHARE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * Much of one thing to do, shared by threads: each takes the next few until none are left. What comes of it must not
 * depend on who took what, because where the system gives no thread, the others do all of it.
 *
 *	struct share share = {.count = 20000, .step = 16};
 *	share_out(&share, share_workers(20000, 1000), work, payload);
 *
 *	static void work(struct share *share, size_t worker, void *payload)
 *	{
 *		struct part part;
 *		while (share_take(share, &part))
 *			for (size_t i = part.first; i < part.end; i++)
 *				…
 *	}
 */
#define SHARE_WORKERS_MOST 16

struct share {
	size_t count, step;
	atomic_size_t next;
};

struct part {
	size_t first, end;
};

typedef void share_fn(struct share *share, size_t worker, void *payload);

/* How many may work at the same time, the caller among them: one until somebody who may start threads says more. */
void share_allow(size_t workers);

/* As many as are allowed, none of which should have less to do than `least` of an amount. */
size_t share_workers(size_t amount, size_t least);

/* Calls work() for each worker, in a thread of its own but for number 0; returns when all have. */
void share_out(struct share *share, size_t workers, share_fn *work, void *payload);

/* Those that the caller shall do next; false: none are left. */
bool share_take(struct share *share, struct part *out);

/* Different things at the same time: calls each with the payload, by two of the workers. */
typedef void share_task(void *payload);

void share_two(share_task *first, share_task *second, size_t workers, void *payload);

#endif
