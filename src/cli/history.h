/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_CLI_HISTORY_H
#define STEADY_CLI_HISTORY_H

#include "cli/command.h"
#include "cli/place.h"

/*
 * `steady history ACTION`: a row of the table in history.c and a file history_<action>.c each. To add
 * one: write its function there and a row in the table.
 */
struct history_action {
	const char *name;
	const char *usage;
	const char *summary;
	/* the exit code; the words behind the action */
	int (*run)(const struct options *options, const struct strv *words);
};

int history_export_action(const struct options *options, const struct strv *words);
int history_import_action(const struct options *options, const struct strv *words);
int history_merge_action(const struct options *options, const struct strv *words);
int history_info_action(const struct options *options, const struct strv *words);
int history_check_action(const struct options *options, const struct strv *words);
int history_compact_action(const struct options *options, const struct strv *words);

/* Warns of runs that are kept beside others of their name; `path` is where they came from. */
void history_warn_of_twins(const char *path, const struct strv *twins);

#endif
