/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_CLI_COMPLETION_H
#define STEADY_CLI_COMPLETION_H

#include "cli/command.h"

/* The script by which a shell (bash, zsh, fish) completes steady's words, from the tables of commands and
 * options. */
void completion_write(const char *shell, struct buf *out);

/* Inside: one for each shell. */
void completion_bash(struct buf *out);
void completion_zsh(struct buf *out);
void completion_fish(struct buf *out);

/* What stands behind an option. */
enum completion_value {
	COMPLETION_NONE,
	COMPLETION_CHOICES, /* of the row, split by "|" */
	COMPLETION_FILE,
	COMPLETION_FOLDER,
	COMPLETION_TEXT /* that nobody can guess */
};

enum completion_value completion_value(const struct option *option);

/* Does a command line follow behind "--"? */
bool completion_runs(const struct cli_command *command);

/* The words of "a|b|c" with spaces between them. The caller frees. */
char *completion_words(const char *choices);

/* Appends text with a backslash in front of each of the characters in `special`. */
void completion_escape(struct buf *out, const char *text, const char *special);

#endif
