/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_RUN_HANG_H
#define STEADY_RUN_HANG_H

#include "autopsy/autopsy.h"
#include "os/process.h"
#include "rerun/preset.h"
#include "run/collect.h"

/*
 * Finds out why a command hangs while it still can be seen: a first look when it has said nothing
 * for a while, and the autopsy when its time limit has passed, before the first signal. Then those
 * runtimes that can print their threads are asked for it; those that end by it only when the soft
 * signal has not helped. Whatever goes wrong in here changes nothing about the attempt. It also
 * keeps which tests were running at the limit and what results there were: what a framework says
 * later, it says while it is being ended.
 *
 *	CLEANUP(hang_release) struct hang hang = {.preset = …, .folder = …, .globs = &globs};
 *	const struct process_watcher watcher = hang_watcher(&hang);
 */
struct hang {
	struct autopsy_sample earlier; /* in the present silence */
	bool looked;
	const struct preset *preset; /* NULL unknown; what is borrowed */
	const char *folder, *path;   /* private; of private results, NULL the user's */
	const struct strv *globs;    /* of the results */
	struct snapshot at_limit;
	struct result_list running; /* names only */
	bool looked_at_limit;       /* it has passed, or a stop signal has come */
	char *report;               /* a steady.autopsy/1 object as text; NULL none */
	struct dump_list dumps;
};

struct process_watcher hang_watcher(struct hang *hang);

/* Which tests are running by what the framework tells now; output is the end of its stdout. */
void hang_note_running(struct hang *hang, const struct buf *output);
void hang_release(struct hang *hang);

#endif
