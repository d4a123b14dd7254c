/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"
#include "os/process.h"

#include <signal.h>

#define ASK_LIMIT_US (5 * US_PER_S)

int process_ask(char *const *argv, struct buf *out)
{
	const struct process_spec question = {
		.argv = argv,
		.timeout_us = ASK_LIMIT_US,
		.soft_signal = SIGKILL,
		.quiet = true,
		.answer = out,
	};
	CLEANUP(process_end_release) struct process_end end = {0};
	struct err ignored = ERR_INIT;

	if (process_run(&question, &end, &ignored) < 0) {
		return -1;
	}
	return end.how == PROCESS_EXITED && end.exit_code == 0 ? 0 : -1;
}
