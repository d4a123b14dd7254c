/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_CLI_HISTORY_H
#define STEADY_CLI_HISTORY_H

#include "cli/command.h"
#include "cli/place.h"

/*
 * `steady history ACTION`: a row of the table in history.c and a file history_<action>.c each. To add
 * one: write its function there and a row in the table.
 */
typedef int history_action_fn(const struct options *options, const struct strv *words);

/* Each gets the words behind the action and returns the exit code. */

history_action_fn history_export_action;
history_action_fn history_import_action;
history_action_fn history_merge_action;
history_action_fn history_info_action;
history_action_fn history_check_action;
history_action_fn history_compact_action;

/* Warns of runs that are kept beside others of their name; `path` is where they came from. */
void history_warn_of_twins(const char *path, const struct strv *twins);

#endif
