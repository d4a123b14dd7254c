/* SPDX-License-Identifier: Apache-2.0 */
#include "run/crew.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/thread.h"
#include "junit/echo.h"
#include "os/file.h"
#include "run/collect.h"

#include <stdlib.h>
#include <time.h>

#define READERS_MAX 64
#define WATCH_US    (100 * US_PER_MS)

struct crew {
	const struct junit_read_options *reading;
	const struct crew_watch *watch;
	pthread_t owner;
	struct junit_echo *echo; /* the owner's */
	pthread_t threads[READERS_MAX];
	size_t count;
	atomic_bool stopped; /* by the watch, or to drop what was added */
	atomic_uint_fast64_t bytes;
	atomic_size_t files, all; /* read; ever added */
	/* Under the lock, as are the `done` of the tasks. */
	pthread_mutex_t lock;
	pthread_cond_t added, finished;
	struct crew_task *first, **last; /* not begun yet */
	size_t busy;                     /* threads that read */
	bool leaving;
};

static bool is_owner(const struct crew *crew)
{
	return pthread_equal(crew->owner, pthread_self()) != 0;
}

static bool go_on(struct crew *crew)
{
	if (is_owner(crew) && crew->watch && !crew->watch->tell(crew->watch->payload)) {
		crew->stopped = true;
	}
	return !crew->stopped;
}

/* The careful way may come behind the fast one, and begins again at the first byte. */
static bool on_progress(void *payload, uint64_t bytes, uint64_t total)
{
	struct crew_task *task = payload;

	(void)total;
	if (bytes > task->told) {
		task->crew->bytes += bytes - task->told;
		task->told = bytes;
	}
	return go_on(task->crew);
}

static void take_known(struct crew_task *task, const struct results_file *known)
{
	struct file_stamp stamp;

	results_file_copy_facts(&task->file, known);
	mem_replace(&task->file.path, task->path);
	task->is_known = true;
	if (file_stamp(task->path, &stamp) == 0) {
		task->crew->bytes += (uint64_t)stamp.size;
	}
}

static void read_task(struct crew *crew, struct crew_task *task, struct junit_echo *echo)
{
	struct junit_read_options reading = *crew->reading;
	const struct results_file *known = NULL;
	char digest[HASH_HEX_MAX + 1];

	if (task->known && task->known->len > 0 && junit_read_digest(task->path, digest)) {
		known = results_file_list_find(task->known, digest);
	}
	if (known) {
		take_known(task, known);
		return;
	}
	reading.echo = crew->all > 1 ? echo : NULL;
	reading.progress = on_progress;
	reading.payload = task;
	collect_file(task->path, &reading, &task->file);
}

/* The next task, taken off; NULL there is none. Under the lock. */
static struct crew_task *take_first(struct crew *crew)
{
	struct crew_task *task = crew->first;

	if (task) {
		crew->first = task->next;
		crew->last = crew->first ? crew->last : &crew->first;
		crew->busy++;
	}
	return task;
}

/* Reads without the lock. */
static void work(struct crew *crew, struct crew_task *task, struct junit_echo *echo)
{
	pthread_mutex_unlock(&crew->lock);
	read_task(crew, task, echo);
	crew->files++;
	pthread_mutex_lock(&crew->lock);
	task->done = true;
	crew->busy--;
	pthread_cond_broadcast(&crew->finished);
}

static void *run_thread(void *payload)
{
	struct crew *crew = payload;
	struct junit_echo *echo = junit_echo_new();

	pthread_mutex_lock(&crew->lock);
	while (!crew->leaving) {
		struct crew_task *task = take_first(crew);

		if (task) {
			work(crew, task, echo);
		} else {
			pthread_cond_wait(&crew->added, &crew->lock);
		}
	}
	pthread_mutex_unlock(&crew->lock);
	junit_echo_free(echo);
	return NULL;
}

/* Where the system gives no thread, there is one reader less: the caller reads everything if need be. */
struct crew *crew_new(unsigned readers, const struct junit_read_options *reading,
		      const struct crew_watch *watch)
{
	struct crew *crew = mem_alloc(sizeof(*crew));
	pthread_condattr_t by_machine;

	crew->reading = reading;
	crew->watch = watch;
	crew->owner = pthread_self();
	crew->echo = junit_echo_new();
	crew->last = &crew->first;
	pthread_condattr_init(&by_machine);
	pthread_condattr_setclock(&by_machine, CLOCK_MONOTONIC);
	pthread_mutex_init(&crew->lock, NULL);
	pthread_cond_init(&crew->added, NULL);
	pthread_cond_init(&crew->finished, &by_machine);
	pthread_condattr_destroy(&by_machine);
	for (unsigned i = 1; i < readers && crew->count < READERS_MAX; i++) {
		if (thread_start_joined(run_thread, crew, &crew->threads[crew->count]) == 0) {
			crew->count++;
		}
	}
	return crew;
}

void crew_free(struct crew *crew)
{
	if (!crew) {
		return;
	}
	crew->stopped = true;
	pthread_mutex_lock(&crew->lock);
	crew->leaving = true;
	pthread_cond_broadcast(&crew->added);
	pthread_mutex_unlock(&crew->lock);
	for (size_t i = 0; i < crew->count; i++) {
		pthread_join(crew->threads[i], NULL);
	}
	pthread_cond_destroy(&crew->finished);
	pthread_cond_destroy(&crew->added);
	pthread_mutex_destroy(&crew->lock);
	junit_echo_free(crew->echo);
	free(crew);
}

void crew_add(struct crew *crew, struct crew_task *task)
{
	task->crew = crew;
	crew->all++;
	pthread_mutex_lock(&crew->lock);
	*crew->last = task;
	crew->last = &task->next;
	pthread_cond_signal(&crew->added);
	pthread_mutex_unlock(&crew->lock);
}

static struct timespec soon(void)
{
	int64_t until_us = clock_machine_us() + WATCH_US;

	return (struct timespec){.tv_sec = until_us / US_PER_S,
				 .tv_nsec = (until_us % US_PER_S) * 1000};
}

/* The oldest that nobody has begun is read; else, while somebody reads the task, some time passes. Whether
 * the task is done by now. */
static bool pass_time(struct crew *crew, const struct crew_task *task)
{
	struct timespec until = soon();
	struct crew_task *oldest;
	bool done;

	pthread_mutex_lock(&crew->lock);
	oldest = task->done ? NULL : take_first(crew);
	if (oldest) {
		work(crew, oldest, crew->echo);
	} else if (!task->done) {
		pthread_cond_timedwait(&crew->finished, &crew->lock, &until);
	}
	done = task->done;
	pthread_mutex_unlock(&crew->lock);
	return done;
}

bool crew_wait(struct crew *crew, struct crew_task *task)
{
	bool done = false;

	while (!done && go_on(crew)) {
		done = pass_time(crew, task);
	}
	return done && !crew->stopped;
}

void crew_drop(struct crew *crew)
{
	crew->stopped = true;
	pthread_mutex_lock(&crew->lock);
	crew->first = NULL;
	crew->last = &crew->first;
	while (crew->busy > 0) {
		pthread_cond_wait(&crew->finished, &crew->lock);
	}
	pthread_mutex_unlock(&crew->lock);
	crew->stopped = false;
}

uint64_t crew_bytes(const struct crew *crew)
{
	return crew->bytes;
}

size_t crew_files(const struct crew *crew)
{
	return crew->files;
}
