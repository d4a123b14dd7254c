/* SPDX-License-Identifier: Apache-2.0 */
#include "run/ending.h"

#include "base/mem.h"
#include "os/signals.h"

#include <string.h>

static void take_leak(const struct process_left *left, struct attempt *attempt)
{
	struct attempt_leak *leak = VEC_PUSH(&attempt->leaks);
	const struct proc_info *info = &left->info;

	leak->name = mem_str(info->name);
	leak->command = mem_str(info->command);
	leak->unended = left->unended;
	for (size_t i = 0; i < PROC_PORTS_MAX && info->ports[i]; i++) {
		strv_fmt(&leak->listens, "%d", info->ports[i]);
	}
}

char *ending_words(const struct attempt *attempt)
{
	const char *name = sigabbrev_np(attempt->signal);

	switch (attempt->end) {
	case END_TIMEOUT:
		return mem_fmt("ran into %s", attempt_limit_option(attempt->limit));
	case END_CANCELLED:
		return mem_str("was stopped");
	case END_SIGNALLED:
		return name ? mem_fmt("died by SIG%s", name)
			    : mem_fmt("died by signal %d", attempt->signal);
	case END_UNKNOWN:
	case END_EXITED:
		break;
	}
	return mem_fmt("exit code %d", attempt->exit_code);
}

void ending_take(const struct process_end *end, struct attempt *attempt)
{
	static const enum attempt_end ends[] = {
		[PROCESS_EXITED] = END_EXITED,
		[PROCESS_SIGNALLED] = END_SIGNALLED,
		[PROCESS_TIMEOUT] = END_TIMEOUT,
		[PROCESS_STOPPED] = END_CANCELLED,
	};

	attempt->end = ends[end->how];
	attempt->exit_code = end->exit_code;
	attempt->signal = end->how == PROCESS_STOPPED && signals_stopped_by() ? signals_stopped_by()
									      : end->signal;
	attempt->started_us = end->started_us;
	attempt->duration_us = end->duration_us;
	attempt->unended = end->alive;
	attempt->leaks_untold = end->untold;
	VEC_EACH (const struct process_left, left, &end->left) {
		take_leak(left, attempt);
	}
}
