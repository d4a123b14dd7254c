/* SPDX-License-Identifier: Apache-2.0 */
#include "base/share.h"

#include "base/thread.h"

static size_t allowed = 1;

struct worker {
	struct share *share;
	size_t number;
	share_fn *work;
	void *payload;
};

void share_allow(size_t workers)
{
	allowed = workers < 1 ? 1 : workers < SHARE_WORKERS_MOST ? workers : SHARE_WORKERS_MOST;
}

size_t share_workers(size_t amount, size_t least)
{
	size_t most = amount / least;

	return most < 1 ? 1 : most < allowed ? most : allowed;
}

static void *run(void *payload)
{
	struct worker *worker = payload;

	worker->work(worker->share, worker->number, worker->payload);
	return NULL;
}

void share_out(struct share *share, size_t workers, share_fn *work, void *payload)
{
	struct worker others[SHARE_WORKERS_MOST];
	pthread_t threads[SHARE_WORKERS_MOST];
	size_t count = 0;

	for (size_t i = 1; i < workers && i < SHARE_WORKERS_MOST; i++) {
		others[i] = (struct worker){share, i, work, payload};
		count += thread_start_joined(run, &others[i], &threads[count]) == 0;
	}
	work(share, 0, payload);
	for (size_t i = 0; i < count; i++) {
		pthread_join(threads[i], NULL);
	}
}

bool share_take(struct share *share, struct part *out)
{
	size_t first = atomic_fetch_add(&share->next, share->step);

	if (first >= share->count) {
		return false;
	}
	*out = (struct part){first, share->count - first < share->step ? share->count
								       : first + share->step};
	return true;
}

struct two {
	share_task *tasks[2];
	void *payload;
};

static void do_tasks(struct share *share, size_t worker, void *payload)
{
	const struct two *two = payload;
	struct part part;

	(void)worker;
	while (share_take(share, &part)) {
		two->tasks[part.first](two->payload);
	}
}

void share_two(share_task *first, share_task *second, size_t workers, void *payload)
{
	struct two two = {{first, second}, payload};
	struct share share = {.count = 2, .step = 1};

	share_out(&share, workers < 2 ? workers : 2, do_tasks, &two);
}
