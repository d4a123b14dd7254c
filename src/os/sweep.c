/* SPDX-License-Identifier: Apache-2.0 */
#include "os/sweep.h"

#include "base/clock.h"
#include "os/proc.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define EMPTY_ROUNDS 2

static size_t kill_children(void)
{
	struct pid_list children = {0};
	size_t count = 0;

	proc_children(getpid(), &children);
	VEC_EACH (const pid_t, child, &children) {
		kill(*child, SIGKILL);
	}
	count = children.len;
	VEC_FREE(&children);
	return count;
}

/* Reaps all that have ended; false when there is no child at all. */
static bool reap(pid_t watched, int *status)
{
	pid_t pid = 0;
	int ended = 0;

	while ((pid = waitpid(-1, &ended, WNOHANG)) > 0) {
		if (pid == watched) {
			*status = ended;
		}
	}
	return pid == 0 || errno != ECHILD;
}

size_t sweep_children(int64_t limit_us, pid_t watched, int *status)
{
	const struct timespec nap = {.tv_nsec = 500000};
	int64_t until_us = clock_machine_us() + limit_us;
	int empty = 0;

	while (clock_machine_us() < until_us) {
		if (!reap(watched, status)) {
			if (++empty == EMPTY_ROUNDS) {
				return 0;
			}
			continue;
		}
		empty = 0;
		kill_children();
		/* one that obeys at once needs no nap */
		if (reap(watched, status)) {
			nanosleep(&nap, NULL);
		}
	}
	return kill_children();
}
