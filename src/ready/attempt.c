/* SPDX-License-Identifier: Apache-2.0 */
#include "ready/attempt.h"

#include "base/mem.h"
#include "base/thread.h"
#include "ready/wait.h"

#include <stdlib.h>
#include <sys/eventfd.h>

struct board {
	atomic_int holders; /* the loop and each attempt */
	int wake_fd, stop_fd;
};

struct attempt {
	atomic_int holders; /* the loop and the thread */
	atomic_bool ended;  /* result is set */
	struct board *board;
	struct target *target;
	int64_t until_us;
	struct attempt_result result;
};

struct board *board_open(void)
{
	struct board *board = mem_alloc(sizeof(*board));

	atomic_init(&board->holders, 1);
	board->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	board->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (board->wake_fd < 0 || board->stop_fd < 0) {
		board_close(&board);
	}
	return board;
}

int board_fd(const struct board *board)
{
	return board->wake_fd;
}

void board_clear(struct board *board)
{
	eventfd_t count = 0;

	(void)eventfd_read(board->wake_fd, &count);
}

void board_stop(struct board *board)
{
	(void)eventfd_write(board->stop_fd, 1);
}

void board_close(struct board **slot)
{
	struct board *board = TAKE(*slot);

	if (board && atomic_fetch_sub(&board->holders, 1) == 1) {
		cleanup_close(&board->wake_fd);
		cleanup_close(&board->stop_fd);
		free(board);
	}
}

void attempt_leave(struct attempt **slot)
{
	struct attempt *attempt = TAKE(*slot);

	if (attempt && atomic_fetch_sub(&attempt->holders, 1) == 1) {
		target_free(attempt->target);
		board_close(&attempt->board);
		free(attempt);
	}
}

/* What an attempt at a target may keep in it (a compiled expression) is for one at a time. */
static void probe(struct attempt *attempt)
{
	const struct limits limits = {attempt->until_us, attempt->board->stop_fd};
	struct target *target = attempt->target;

	if (atomic_flag_test_and_set(&target->busy)) {
		attempt->result.busy = true;
		attempt_failed(&attempt->result, STAGE_RESOLVE, "an earlier attempt does not end");
		return;
	}
	probe_target(target, &limits, &attempt->result);
	atomic_flag_clear(&target->busy);
}

static void *run(void *payload)
{
	struct attempt *attempt = payload;

	probe(attempt);
	atomic_store(&attempt->ended, true);
	(void)eventfd_write(attempt->board->wake_fd, 1);
	attempt_leave(&attempt);
	return NULL;
}

struct attempt *attempt_start(struct board *board, struct target *target, int64_t until_us)
{
	struct attempt *attempt = mem_alloc(sizeof(*attempt));

	atomic_fetch_add(&board->holders, 1);
	atomic_init(&attempt->holders, 2);
	atomic_init(&attempt->ended, false);
	attempt->board = board;
	attempt->target = target_hold(target);
	attempt->until_us = until_us;
	attempt->result.stage = STAGE_RESOLVE;
	if (thread_start(run, attempt) != 0) {
		atomic_store(&attempt->holders, 1);
		attempt_leave(&attempt);
	}
	return attempt;
}

bool attempt_take(struct attempt **attempt, struct attempt_result *out)
{
	if (!atomic_load(&(*attempt)->ended)) {
		return false;
	}
	*out = (*attempt)->result;
	attempt_leave(attempt);
	return true;
}
