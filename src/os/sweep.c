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

struct sweep {
	bool (*spared)(pid_t pid);
	pid_t watched;
	int *status;
};

static bool has_children(void)
{
	siginfo_t info;

	return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 || errno != ECHILD;
}

/* Reaps those that have ended, too; returns how many there were. */
static size_t end_children(const struct sweep *sweep)
{
	struct pid_list children = {0};
	size_t count = 0;
	int ended = 0;

	proc_children(getpid(), &children);
	VEC_EACH (const pid_t, child, &children) {
		if (sweep->spared && sweep->spared(*child)) {
			continue;
		}
		count++;
		kill(*child, SIGKILL);
		if (waitpid(*child, &ended, WNOHANG) > 0 && *child == sweep->watched) {
			*sweep->status = ended;
		}
	}
	VEC_FREE(&children);
	return count;
}

/* The list of them may lack one while others end; that there is none at all is sure. */
static bool is_empty_round(const struct sweep *sweep)
{
	return !has_children() || (end_children(sweep) == 0 && sweep->spared);
}

size_t sweep_children(int64_t limit_us, bool (*spared)(pid_t pid), pid_t watched, int *status)
{
	const struct sweep sweep = {spared, watched, status};
	const struct timespec nap = {.tv_nsec = 500000};
	int64_t until_us = clock_machine_us() + limit_us;
	int empty = 0;

	while (clock_machine_us() < until_us) {
		if (!is_empty_round(&sweep)) {
			empty = 0;
			nanosleep(&nap, NULL);
		} else if (++empty == EMPTY_ROUNDS) {
			return 0;
		}
	}
	return end_children(&sweep);
}
