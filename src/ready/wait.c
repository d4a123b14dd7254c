/* SPDX-License-Identifier: Apache-2.0 */
#include "ready/wait.h"

#include "base/clock.h"
#include "base/mem.h"
#include "os/signals.h"
#include "ready/probe.h"

#include <stdlib.h>

#define ATTEMPT_LIMIT_US  (2 * US_PER_S)
#define ATTEMPT_LEAST_US  (500 * US_PER_MS) /* what the last attempt, at the deadline, gets */
#define LIMIT_MOST_US     (US_PER_S * 3600 * 24 * 365) /* more is no limit, and overflows */
#define INTERVAL_FIRST_US (100 * US_PER_MS)
#define INTERVAL_MOST_US  (1 * US_PER_S)

/* One target on its way. */
struct watch {
	const struct target *target;
	struct wait *record;
	bool open;
	bool tried;
	enum stage furthest;
	int64_t start_us; /* monotonic, like the next three */
	int64_t deadline_us;
	int64_t next_us;
	int64_t interval_us;
};

struct loop {
	struct watch *watches;
	size_t count;
	size_t open;
	void (*progress)(const struct wait *wait, void *payload);
	void *payload;
};

static int64_t earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static void begin(struct watch *watch, const struct target *target, int64_t default_limit_us,
		  struct wait *record)
{
	int64_t now = clock_mono_us();
	int64_t limit_us = target->limit_us ? target->limit_us : default_limit_us;

	record->target = mem_str(target->text);
	record->service = mem_str(target->service);
	record->probe = mem_str(target->scheme->probe_name);
	record->started_us = clock_wall_us();
	record->limit_us = limit_us ? earlier(limit_us, LIMIT_MOST_US) : LIMIT_MOST_US;
	*watch = (struct watch){
		.target = target,
		.record = record,
		.open = true,
		.start_us = now,
		.deadline_us = now + record->limit_us,
		.next_us = now,
		.interval_us = INTERVAL_FIRST_US,
	};
}

/* Fills in what is known only at the end; the record is complete afterwards. */
static void finish(struct loop *loop, struct watch *watch)
{
	watch->open = false;
	loop->open--;
	watch->record->duration_us = clock_mono_us() - watch->start_us;
	if (watch->tried) {
		mem_replace(&watch->record->stage, stage_name(watch->furthest));
	}
	if (loop->progress && !watch->record->cancelled) {
		loop->progress(watch->record, loop->payload);
	}
}

static int64_t attempt_limit(const struct watch *watch, int64_t now)
{
	int64_t left = watch->deadline_us - now;

	return left < ATTEMPT_LEAST_US ? ATTEMPT_LEAST_US : earlier(left, ATTEMPT_LIMIT_US);
}

/* One attempt at a target that is due; false when a stop signal interrupted it. The attempt that
 * starts at the deadline is the last. */
static bool attempt(struct loop *loop, struct watch *watch)
{
	struct attempt_result result = {.stage = STAGE_RESOLVE};
	int64_t start = clock_mono_us();

	watch->target->scheme->probe(watch->target, attempt_limit(watch, start), &result);
	if (result.stopped) {
		return false;
	}
	watch->record->attempts++;
	watch->tried = true;
	watch->furthest = result.stage > watch->furthest ? result.stage : watch->furthest;
	watch->record->ready = result.ready;
	if (!result.ready) {
		mem_replace(&watch->record->error, result.error);
	}
	if (result.ready || start >= watch->deadline_us) {
		finish(loop, watch);
		return true;
	}
	watch->next_us = earlier(clock_mono_us() + watch->interval_us, watch->deadline_us);
	watch->interval_us = earlier(watch->interval_us * 3 / 2, INTERVAL_MOST_US);
	return true;
}

/* Sleeps until the first open target is due; false when a stop signal came. */
static bool sleep_until_due(const struct loop *loop)
{
	int64_t due = INT64_MAX, left = 0;

	for (size_t i = 0; i < loop->count; i++) {
		if (loop->watches[i].open) {
			due = earlier(due, loop->watches[i].next_us);
		}
	}
	left = due - clock_mono_us();
	return signals_sleep(left > 0 ? left : 0) == 0;
}

/* Each target that is due gets one attempt, in the order given. */
static bool round_robin(struct loop *loop)
{
	for (size_t i = 0; i < loop->count; i++) {
		struct watch *watch = &loop->watches[i];

		if (watch->open && watch->next_us <= clock_mono_us() && !attempt(loop, watch)) {
			(void)signals_take();
			return false;
		}
	}
	return true;
}

static void cancel(struct loop *loop)
{
	for (size_t i = 0; i < loop->count; i++) {
		if (loop->watches[i].open) {
			loop->watches[i].record->cancelled = true;
			finish(loop, &loop->watches[i]);
		}
	}
}

static bool all_ready(const struct loop *loop)
{
	for (size_t i = 0; i < loop->count; i++) {
		if (!loop->watches[i].record->ready) {
			return false;
		}
	}
	return true;
}

bool wait_for_all(const struct target_list *targets, int64_t default_limit_us,
		  void (*progress)(const struct wait *wait, void *payload), void *payload,
		  struct wait_list *waits)
{
	AUTO_FREE struct watch *watches = mem_array(targets->len, sizeof(*watches));
	struct loop loop = {watches, targets->len, targets->len, progress, payload};
	size_t first = waits->len;

	/* all records first: the array moves while it grows */
	for (size_t i = 0; i < targets->len; i++) {
		(void)VEC_PUSH(waits);
	}
	for (size_t i = 0; i < targets->len; i++) {
		begin(&watches[i], targets->items[i], default_limit_us, &waits->items[first + i]);
	}
	while (loop.open > 0) {
		if (!sleep_until_due(&loop) || !round_robin(&loop)) {
			cancel(&loop);
		}
	}
	return all_ready(&loop);
}
