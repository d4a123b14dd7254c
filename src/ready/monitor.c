/* SPDX-License-Identifier: Apache-2.0 */
#include "ready/monitor.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/thread.h"
#include "ready/attempt.h"
#include "ready/kinds.h"
#include "ready/service.h"
#include "ready/sight.h"

#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/eventfd.h>

#define LOOK_US    (250 * US_PER_MS)
#define ASK_US     (5 * US_PER_S)
#define CONFIRM_US (500 * US_PER_MS) /* after a failure, and while it is down */
#define LIMIT_US   (2 * US_PER_S)
#define LAST_US    (3 * US_PER_S) /* for the attempts at the end */

/* So many failures in a row are an outage: a server that refuses is down, one that does not answer
 * may only have no processor to do it. */
#define FAILURES_REFUSED 2
#define FAILURES_SILENT  4

/* One service. */
struct guarded {
	struct target *target;
	struct sight sight;
	bool in_sight;               /* its socket can be seen */
	struct attempt *attempt;     /* under way, or NULL */
	int64_t until_us;            /* when it should have ended */
	int64_t next_us;             /* when one is due */
	int failures;                /* in a row */
	int64_t failing_us;          /* wall; since when */
	char *last_error;            /* of the last of them */
	bool silent;                 /* it was that */
	bool refuses;                /* attempts failed often enough */
	int64_t seen_us;             /* wall; when it was last seen to listen */
	_Atomic int64_t answered_us; /* wall; when an attempt was last a success */
};

struct monitor {
	struct {
		VEC(struct guarded)
	} services;
	struct {
		VEC(const struct service *) /* that we started; one may be there twice */
	} started;
	struct service_event_list events;
	struct board *board;
	int stop_fd;
	bool asks_last; /* set before the stop */
	pthread_t thread;
};

static void tell(struct monitor *monitor, const struct guarded *guarded, enum service_change change,
		 int64_t well_us, int64_t at_us, const char *detail)
{
	*VEC_PUSH(&monitor->events) = (struct service_event){
		.service = mem_str(guarded->target->service),
		.address = endpoint_text(&guarded->target->answered),
		.change = change,
		.at_us = at_us,
		.well_us = well_us,
		.detail = mem_str(detail ? detail : ""),
	};
}

/* --- seen without connecting --- */

static void look(struct monitor *monitor)
{
	CLEANUP(listener_list_release) struct listener_list list = {0};
	int64_t now_us = clock_wall_us();

	if (!listeners_read(&list)) {
		return;
	}
	VEC_EACH (struct guarded, guarded, &monitor->services) {
		enum service_change change = SERVICE_UP;
		AUTO_FREE char *detail = NULL;

		if (guarded->in_sight && sight_look(&guarded->sight, guarded->target, &list,
						    &sight_system, &change, &detail)) {
			tell(monitor, guarded, change, guarded->seen_us, now_us, detail);
			/* a new server is asked from the beginning */
			guarded->failures = 0;
			guarded->refuses = false;
		}
		guarded->seen_us = guarded->sight.down ? guarded->seen_us : now_us;
	}
}

static void trim(struct monitor *monitor)
{
	VEC_EACH (const struct service *, service, &monitor->started) {
		service_trim(*service);
	}
}

/* --- asked --- */

static void tell_refused(struct monitor *monitor, const struct guarded *guarded)
{
	tell(monitor, guarded, SERVICE_DOWN, guarded->answered_us, guarded->failing_us,
	     guarded->last_error);
	monitor->events.items[monitor->events.len - 1].silent = guarded->silent;
}

static void take_failure(struct monitor *monitor, struct guarded *guarded,
			 const struct attempt_result *result)
{
	if (guarded->failures++ == 0) {
		guarded->failing_us = clock_wall_us();
	}
	mem_replace(&guarded->last_error, result->error);
	guarded->silent = result->stage < STAGE_APPLICATION && !result->gone;
	if (guarded->failures >= (guarded->silent ? FAILURES_SILENT : FAILURES_REFUSED) &&
	    !guarded->refuses) {
		guarded->refuses = true;
		tell_refused(monitor, guarded);
	}
}

static void take(struct monitor *monitor, struct guarded *guarded,
		 const struct attempt_result *result)
{
	if (!result->ready) {
		take_failure(monitor, guarded, result);
	} else {
		if (guarded->refuses) {
			tell(monitor, guarded, SERVICE_UP, 0, clock_wall_us(), NULL);
		}
		guarded->answered_us = clock_wall_us();
		guarded->failures = 0;
		guarded->refuses = false;
	}
	guarded->next_us =
		clock_mono_us() + clock_jitter_us(guarded->failures > 0 ? CONFIRM_US : ASK_US);
}

static void ask(struct monitor *monitor)
{
	int64_t now_us = clock_mono_us();

	board_clear(monitor->board);
	VEC_EACH (struct guarded, guarded, &monitor->services) {
		struct attempt_result result = {.stage = STAGE_RESOLVE};

		if (guarded->attempt && attempt_take(&guarded->attempt, &result)) {
			/* what is seen to be gone needs no asking */
			if (!guarded->sight.down && !result.stopped && !result.busy) {
				take(monitor, guarded, &result);
			}
		}
		if (!guarded->attempt && !guarded->sight.down && now_us >= guarded->next_us) {
			guarded->next_us = now_us + clock_jitter_us(ASK_US);
			guarded->attempt =
				attempt_start(monitor->board, guarded->target, now_us + LIMIT_US);
		}
	}
}

static bool is_asked(const struct guarded *guarded)
{
	return guarded->attempt && !guarded->sight.down;
}

/* One attempt at each that is not known to be down; what was under way counts too. */
static void ask_once_more(struct monitor *monitor, const struct limits *limits)
{
	bool waiting = true;

	VEC_EACH (struct guarded, guarded, &monitor->services) {
		if (!guarded->attempt && !guarded->sight.down && !guarded->refuses) {
			guarded->attempt =
				attempt_start(monitor->board, guarded->target, limits->until_us);
		}
	}
	while (waiting) {
		waiting = false;
		board_clear(monitor->board);
		VEC_EACH (struct guarded, guarded, &monitor->services) {
			struct attempt_result result = {.stage = STAGE_RESOLVE};

			if (is_asked(guarded) && attempt_take(&guarded->attempt, &result) &&
			    !result.stopped && !result.busy) {
				take(monitor, guarded, &result);
			}
			waiting = waiting || is_asked(guarded);
		}
		waiting = waiting &&
			  wait_for_fd(board_fd(monitor->board), POLLIN, limits) == PATIENCE_READY;
	}
}

/* Somebody has failed: whoever does not answer now may not have answered then. */
static void ask_last(struct monitor *monitor)
{
	const struct limits limits = {clock_mono_us() + LAST_US, -1};

	for (int i = 0; monitor->asks_last && i < FAILURES_REFUSED; i++) {
		ask_once_more(monitor, &limits);
	}
	VEC_EACH (struct guarded, guarded, &monitor->services) {
		if (monitor->asks_last && guarded->failures >= FAILURES_REFUSED &&
		    !guarded->refuses && !guarded->sight.down) {
			tell_refused(monitor, guarded);
		}
	}
}

/* --- the thread --- */

static void *run(void *payload)
{
	struct monitor *monitor = payload;
	int64_t next_us = clock_mono_us() + LOOK_US;

	for (;;) {
		const struct limits limits = {next_us, monitor->stop_fd};
		enum patience patience = wait_for_fd(board_fd(monitor->board), POLLIN, &limits);

		if (patience == PATIENCE_TIMEOUT || patience == PATIENCE_STOPPED) {
			look(monitor);
			trim(monitor);
			next_us = clock_mono_us() + LOOK_US;
		}
		if (patience == PATIENCE_STOPPED) {
			ask_last(monitor);
			return NULL;
		}
		ask(monitor);
	}
}

static bool is_service(const struct target *target)
{
	return !target->invert &&
	       (target->scheme->place == PLACE_PORT || target->scheme->place == PLACE_PID ||
		target->scheme->probe == probe_unix);
}

static void add(struct monitor *monitor, struct target *target, const struct listener_list *list)
{
	struct guarded *guarded = VEC_PUSH(&monitor->services);

	guarded->target = target;
	guarded->in_sight = sight_begin(&guarded->sight, target, list, &sight_system);
	guarded->next_us = clock_mono_us() + clock_jitter_us(ASK_US);
	guarded->seen_us = clock_wall_us();
	guarded->answered_us = guarded->seen_us;
}

static void release(struct monitor *monitor)
{
	VEC_EACH (struct guarded, guarded, &monitor->services) {
		attempt_leave(&guarded->attempt);
		cleanup_free(&guarded->last_error);
		sight_release(&guarded->sight);
	}
	VEC_FREE(&monitor->services);
	VEC_FREE(&monitor->started);
	service_event_list_release(&monitor->events);
	board_close(&monitor->board);
	cleanup_close(&monitor->stop_fd);
	free(monitor);
}

struct monitor *monitor_start(const struct target_list *targets)
{
	CLEANUP(listener_list_release) struct listener_list list = {0};
	struct monitor *monitor = NULL;

	if (targets->len == 0) {
		/* the table of a busy machine's sockets would be read for nobody */
		return NULL;
	}
	monitor = mem_alloc(sizeof(*monitor));
	(void)listeners_read(&list);
	VEC_EACH (struct target *const, target, targets) {
		if ((*target)->was_ready && is_service(*target)) {
			add(monitor, *target, &list);
		}
		if ((*target)->served_by) {
			*VEC_PUSH(&monitor->started) = (*target)->served_by;
		}
	}
	monitor->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	monitor->board = board_open();
	if (monitor->services.len + monitor->started.len == 0 || monitor->stop_fd < 0 ||
	    !monitor->board || thread_start_joined(run, monitor, &monitor->thread) != 0) {
		release(monitor);
		return NULL;
	}
	return monitor;
}

int64_t monitor_answered_us(const struct monitor *monitor, const char *service)
{
	VEC_EACH (const struct guarded, guarded, &monitor->services) {
		if (str_eq(guarded->target->service, service)) {
			return guarded->answered_us;
		}
	}
	return 0;
}

void monitor_stop(struct monitor *monitor, bool ask, struct service_event_list *out)
{
	if (!monitor) {
		return;
	}
	monitor->asks_last = ask;
	(void)eventfd_write(monitor->stop_fd, 1);
	pthread_join(monitor->thread, NULL);
	board_stop(monitor->board);
	VEC_EACH (struct service_event, event, &monitor->events) {
		*VEC_PUSH(out) = *event;
	}
	monitor->events.len = 0;
	release(monitor);
}
