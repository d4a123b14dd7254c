/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"

#include "base/clock.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/mem.h"
#include "cli/closing.h"
#include "cli/place.h"
#include "cli/waits.h"
#include "os/signals.h"

#include <stdlib.h>
#include <unistd.h>

/* A wait by itself is recorded as a run without attempts: readiness has a history of its own. */
static void record_waits(struct place *place, const struct options *options, struct run *run)
{
	AUTO_FREE char *why_not = NULL;

	place_source(place, &run->source);
	run->job = place_job(options, &run->source);
	run->variant = mem_str("");
	hash_new_id(run->key);
	why_not = closing_record(place_history(place, options), place_history_mode(options), run);
	if (why_not) {
		log_warning("not recorded: %s", why_not);
	}
}

/* Replaces steady by the command: exec keeps the process that the caller knows. */
static int become(const struct strv *command)
{
	struct err err = ERR_INIT;

	signals_restore();
	execvp(command->items[0], command->items);
	err_sys(&err, ERR_IO, "%s", command->items[0]);
	cli_fail(&err);
	return access(command->items[0], F_OK) == 0 ? EXIT_NOEXEC : EXIT_NOT_FOUND;
}

int cmd_wait(struct invocation *invocation)
{
	CLEANUP(place_release) struct place place = {0};
	CLEANUP(run_release) struct run run = {0};
	CLEANUP(target_list_release) struct target_list targets = {0};
	struct err err = ERR_INIT;
	int64_t start = clock_mono_us();
	bool ready = false;

	if (waits_parse(&invocation->words, &targets, &err) < 0) {
		cli_fail(&err);
		return EXIT_OWN_FAILURE;
	}
	if (targets.len == 0) {
		err_set(&err, ERR_USAGE, "no target: steady wait tcp://HOST:PORT");
		return cli_fail(&err);
	}
	signals_init();
	run.started_us = clock_wall_us();
	ready = waits_run(&targets, invocation->options.wait_timeout_us, &run.waits);
	run.duration_us = clock_mono_us() - start;
	run.outcome = ready ? RUN_PASSED : RUN_NOT_READY;
	run.exit_code = ready ? EXIT_DONE : EXIT_NOT_READY;
	if (!ready && signals_stopped_by()) {
		run.outcome = RUN_CANCELLED;
		run.exit_code = cli_stopped_code();
	}
	record_waits(&place, &invocation->options, &run);
	if (run.outcome == RUN_NOT_READY) {
		/* that it was ready has been said */
		closing_say(&(struct summary_input){.run = &run});
	}
	if (ready && invocation->command.len) {
		return become(&invocation->command);
	}
	return run.exit_code;
}
