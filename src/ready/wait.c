/* SPDX-License-Identifier: Apache-2.0 */
#include "ready/wait.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "os/signals.h"
#include "ready/attempt.h"
#include "ready/listening.h"
#include "text/duration.h"

#include <poll.h>
#include <stdlib.h>

#define ATTEMPT_LIMIT_US (2 * US_PER_S)
#define ATTEMPT_LEAST_US (500 * US_PER_MS) /* what the last attempt, at the deadline, gets */
#define ATTEMPT_GRACE_US (1 * US_PER_S)    /* what one that keeps to no limit gets */
#define STOP_GRACE_US    (300 * US_PER_MS) /* the same after a stop signal */
#define LIMIT_MOST_US    (US_PER_S * 3600 * 24 * 365) /* more is no limit, and overflows */

/* Init scripts create users and databases late: what looks permanent has this long to go away. */
#define PERMANENT_US (5 * US_PER_S)

/* Services are mostly there within seconds, and then somebody waits; later it is about load. */
#define EAGER_US          (10 * US_PER_S)
#define INTERVAL_FIRST_US (100 * US_PER_MS)
#define INTERVAL_EAGER_US (250 * US_PER_MS)
#define INTERVAL_MOST_US  (1 * US_PER_S)

/* One target on its way. */
struct watch {
	struct target *target;
	struct wait *record;
	struct attempt *attempt; /* under way, or NULL */
	bool open;
	bool tried;
	bool told; /* that its error is permanent */
	enum wait_stage furthest;
	int successes;        /* in a row, until now */
	int64_t ready_us;     /* when the first of them was; monotonic, like all of these */
	int64_t permanent_us; /* since when it has had permanent errors; 0: the last was none */
	int64_t start_us;
	int64_t deadline_us;
	int64_t attempt_us; /* when the attempt began */
	int64_t until_us;   /* when it should end */
	int64_t next_us;    /* when the next one is due */
	int64_t interval_us;
	struct endpoint peer; /* of the last attempt */
};

/* All decisions are made by the thread that waits; the others make attempts. */
struct loop {
	struct watch *watches;
	size_t count;
	size_t open;
	struct board *board;
	void (*progress)(const struct wait *wait, void *payload);
	void *payload;
};

static int64_t earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static int64_t first_interval(const struct target *target)
{
	return target->interval_us ? target->interval_us : INTERVAL_FIRST_US;
}

static void begin(struct watch *watch, struct target *target, int64_t default_limit_us,
		  struct wait *record)
{
	int64_t now = clock_mono_us();
	int64_t limit_us = target->limit_us ? target->limit_us : default_limit_us;

	wait_init(record);
	record->target = mem_str(target->text);
	record->service = mem_str(target->service);
	record->probe = mem_str(target->scheme->probe_name);
	record->started_us = clock_wall_us();
	record->open = true;
	record->invert = target->invert;
	record->optional = target->optional;
	record->limit_us = limit_us ? earlier(limit_us, LIMIT_MOST_US) : LIMIT_MOST_US;
	*watch = (struct watch){
		.target = target,
		.record = record,
		.open = true,
		.start_us = now,
		.deadline_us = now + record->limit_us,
		.next_us = now,
		.interval_us = first_interval(target),
	};
}

/* Fills in what is known only at the end; the record is complete afterwards. */
static void finish(struct loop *loop, struct watch *watch)
{
	struct proc_info owner;

	watch->open = false;
	watch->record->open = false;
	loop->open--;
	attempt_leave(&watch->attempt);
	watch->record->duration_us = clock_mono_us() - watch->start_us;
	if (!watch->record->ready && !watch->record->cancelled && !watch->record->invert &&
	    target_owner(watch->target, &watch->peer, &owner)) {
		watch->record->owner = mem_fmt("%s (pid %d)", owner.title, (int)owner.pid);
	}
	watch->target->was_ready = watch->record->ready;
	if (watch->tried) {
		mem_replace(&watch->record->stage, wait_stage_name(watch->furthest));
	}
	if (loop->progress && !watch->record->cancelled) {
		loop->progress(watch->record, loop->payload);
	}
}

/* When it will have been ready for long enough. */
static int64_t stable_at(const struct watch *watch)
{
	return watch->ready_us + watch->target->stable_us;
}

/* After a pause by chance, so that targets fall out of step with one another and with servers. */
static void plan_next(struct watch *watch)
{
	int64_t now = clock_mono_us();
	int64_t most = now - watch->start_us < EAGER_US ? INTERVAL_EAGER_US : INTERVAL_MOST_US;

	watch->next_us = earlier(now + clock_jitter_us(watch->interval_us), watch->deadline_us);
	if (watch->successes > 0 && stable_at(watch) > now) {
		watch->next_us = earlier(watch->next_us, stable_at(watch));
	}
	most = later(most, first_interval(watch->target));
	watch->interval_us = earlier(watch->interval_us * 3 / 2, most);
}

/* Whether it has been ready often and long enough. */
static bool take_success(struct watch *watch)
{
	if (watch->successes++ == 0) {
		watch->ready_us = watch->attempt_us;
		watch->interval_us = first_interval(watch->target);
	}
	watch->permanent_us = 0;
	watch->record->permanent = false;
	return watch->successes >= watch->target->successes &&
	       watch->attempt_us >= stable_at(watch);
}

static void take_failure(struct watch *watch, const struct attempt_result *result)
{
	watch->record->losses += watch->successes > 0;
	watch->successes = 0;
	mem_replace(&watch->record->error, result->error);
	watch->record->permanent = result->permanent;
	if (!result->permanent) {
		watch->permanent_us = 0;
	} else if (!watch->permanent_us) {
		watch->permanent_us = clock_mono_us();
	}
}

static void take_stages(struct watch *watch, const struct attempt_result *result)
{
	for (size_t i = 0; i < STAGE_COUNT; i++) {
		int64_t *slot = &watch->record->passed_us[i];

		if (result->passed_us[i] && *slot == STAGE_NEVER) {
			*slot = result->passed_us[i] - watch->start_us;
		}
	}
	if (result->passed_us[STAGE_CONNECT]) {
		watch->record->last_seen_us = result->passed_us[STAGE_CONNECT] - watch->start_us;
	}
}

static void take_in(struct watch *watch, const struct attempt_result *result)
{
	take_stages(watch, result);
	watch->record->attempts++;
	watch->tried = true;
	watch->peer = result->peer;
	watch->furthest = result->stage > watch->furthest ? result->stage : watch->furthest;
	if (result->ready) {
		AUTO_FREE char *address = endpoint_text(&result->peer);

		watch->target->answered = result->peer;
		mem_replace(&watch->record->address, address);
		watch->record->ready = take_success(watch);
	} else {
		take_failure(watch, result);
	}
}

/* Ready when it was too late to be sure. */
static void tell_unsure(struct watch *watch)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(256);

	if (watch->successes > 0) {
		buf_fmt(&text, "ready, but only %d time%s in a row within ", watch->successes,
			watch->successes == 1 ? "" : "s");
		duration_show(&text, clock_mono_us() - watch->ready_us);
		mem_replace(&watch->record->error, buf_str(&text));
	}
}

static void cancel(struct loop *loop);

/* Without it nothing can be ready. */
static void give_up(struct loop *loop, struct watch *watch)
{
	finish(loop, watch);
	if (!watch->target->optional) {
		cancel(loop);
	}
}

/* What looks permanent is told once, or ends all waits. */
static void judge_permanent(struct loop *loop, struct watch *watch)
{
	if (!watch->permanent_us || clock_mono_us() - watch->permanent_us < PERMANENT_US) {
		return;
	}
	if (watch->target->fail_fast) {
		give_up(loop, watch);
	} else if (loop->progress && !watch->told) {
		watch->told = true;
		watch->record->duration_us = clock_mono_us() - watch->start_us;
		loop->progress(watch->record, loop->payload);
	}
}

/* The attempt that starts at the deadline is the last. */
static void judge(struct loop *loop, struct watch *watch, const struct attempt_result *result)
{
	take_in(watch, result);
	if (watch->record->ready) {
		finish(loop, watch);
	} else if (result->over) {
		give_up(loop, watch);
	} else if (watch->attempt_us >= watch->deadline_us) {
		tell_unsure(watch);
		finish(loop, watch);
	} else {
		plan_next(watch);
		judge_permanent(loop, watch);
	}
}

static void start(struct loop *loop, struct watch *watch)
{
	int64_t now = clock_mono_us(), left = watch->deadline_us - now;
	int64_t limit = watch->target->attempt_us ? watch->target->attempt_us : ATTEMPT_LIMIT_US;
	struct attempt_result refused = {.stage = STAGE_RESOLVE};

	watch->attempt_us = now;
	watch->until_us = now + later(earlier(left, limit), ATTEMPT_LEAST_US);
	watch->attempt = attempt_start(loop->board, watch->target, watch->until_us);
	if (!watch->attempt) {
		attempt_failed(&refused, STAGE_RESOLVE, "no resources for an attempt");
		judge(loop, watch, &refused);
	}
}

static void start_due(struct loop *loop)
{
	int64_t now = clock_mono_us();

	for (size_t i = 0; i < loop->count; i++) {
		struct watch *watch = &loop->watches[i];

		if (watch->open && !watch->attempt && watch->next_us <= now) {
			start(loop, watch);
		}
	}
}

/* When an attempt that keeps to no limit is given up, together with its target: as long as it has
 * time, nothing else can be asked. */
static int64_t give_up_at(const struct watch *watch)
{
	return later(watch->until_us + ATTEMPT_GRACE_US, watch->deadline_us);
}

static void collect(struct loop *loop)
{
	int64_t now = clock_mono_us();

	board_clear(loop->board);
	for (size_t i = 0; i < loop->count; i++) {
		struct watch *watch = &loop->watches[i];
		struct attempt_result result = {.stage = STAGE_RESOLVE};

		if (!watch->attempt) {
			continue;
		}
		if (attempt_take(&watch->attempt, &result)) {
			judge(loop, watch, &result);
		} else if (now >= give_up_at(watch)) {
			attempt_failed(&result, watch->furthest, "the attempt does not end");
			take_in(watch, &result);
			finish(loop, watch);
		}
	}
}

/* Sleeps until an attempt has ended or something is due; false when a stop signal came. */
static bool sleep_until_due(const struct loop *loop)
{
	int64_t due = INT64_MAX, left = 0;
	bool under_way = false;

	for (size_t i = 0; i < loop->count; i++) {
		const struct watch *watch = &loop->watches[i];

		if (watch->open) {
			due = earlier(due, watch->attempt ? give_up_at(watch) : watch->next_us);
			under_way = under_way || watch->attempt;
		}
	}
	left = later(due - clock_mono_us(), 0);
	if (under_way) {
		return signals_wait_fd(board_fd(loop->board), left) == 0;
	}
	return signals_sleep(left) == 0;
}

static bool is_under_way(const struct loop *loop)
{
	for (size_t i = 0; i < loop->count; i++) {
		if (loop->watches[i].attempt) {
			return true;
		}
	}
	return false;
}

/* The attempts are told, and nobody asks what came of them. */
static void cancel(struct loop *loop)
{
	const struct limits limits = {clock_mono_us() + STOP_GRACE_US, -1};
	struct attempt_result ignored;

	board_stop(loop->board);
	while (is_under_way(loop) &&
	       wait_for_fd(board_fd(loop->board), POLLIN, &limits) == PATIENCE_READY) {
		board_clear(loop->board);
		for (size_t i = 0; i < loop->count; i++) {
			if (loop->watches[i].attempt) {
				(void)attempt_take(&loop->watches[i].attempt, &ignored);
			}
		}
	}
	for (size_t i = 0; i < loop->count; i++) {
		if (loop->watches[i].open) {
			loop->watches[i].record->cancelled = true;
			finish(loop, &loop->watches[i]);
		}
	}
}

/* Without a board no attempt can be made. */
static void refuse(struct loop *loop)
{
	for (size_t i = 0; i < loop->count; i++) {
		mem_replace(&loop->watches[i].record->error, "no resources for an attempt");
		finish(loop, &loop->watches[i]);
	}
}

static bool all_ready(const struct loop *loop)
{
	for (size_t i = 0; i < loop->count; i++) {
		if (!loop->watches[i].record->ready && !loop->watches[i].record->optional) {
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
	CLEANUP(board_close) struct board *board = board_open();
	struct loop loop = {watches, targets->len, targets->len, board, progress, payload};
	size_t first = waits->len;

	/* all records first: the array moves while it grows */
	for (size_t i = 0; i < targets->len; i++) {
		(void)VEC_PUSH(waits);
	}
	for (size_t i = 0; i < targets->len; i++) {
		begin(&watches[i], targets->items[i], default_limit_us, &waits->items[first + i]);
	}
	if (!board) {
		refuse(&loop);
	}
	while (loop.open > 0) {
		start_due(&loop);
		if (!sleep_until_due(&loop)) {
			cancel(&loop);
		} else {
			collect(&loop);
		}
	}
	return all_ready(&loop);
}
