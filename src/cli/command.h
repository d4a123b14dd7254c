/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_CLI_COMMAND_H
#define STEADY_CLI_COMMAND_H

#include "base/buf.h"
#include "base/err.h"
#include "config/options.h"

/*
 * One row a command, one file a command. To add one: write its function in a new file here, give
 * it a flag in config/options.h, rows in config/table.c and a row in main.c.
 */
struct invocation {
	struct options options;
	struct strv words;   /* other arguments */
	struct strv command; /* behind "--" */
};

/* What a command can be told to do by its first word. */
struct cli_action {
	const char *name;
	const char *usage;
	const char *summary;
};

struct cli_command {
	const char *name;
	enum command_flags flag;
	const char *usage;
	const char *summary;
	int (*run)(struct invocation *invocation); /* the exit code */
	const struct cli_action *(*action)(
		size_t i); /* NULL behind the last one; no function: none */
};

int cmd_run(struct invocation *invocation);
int cmd_wait(struct invocation *invocation);
int cmd_import(struct invocation *invocation);
int cmd_report(struct invocation *invocation);
int cmd_show(struct invocation *invocation);
int cmd_explain(struct invocation *invocation);
int cmd_doctor(struct invocation *invocation);
int cmd_history(struct invocation *invocation);
const struct cli_action *history_action(size_t i);
int cmd_quarantine(struct invocation *invocation);
const struct cli_action *quarantine_action(size_t i);
int cmd_help(struct invocation *invocation);

/* The table of commands, ended by a row without a name. */
extern const struct cli_command cli_commands[];

/* Prints "steady: …" to stderr and returns the exit code that belongs to the error. */
int cli_fail(const struct err *err);

/* Exit codes beside the command's own; README.md has the whole table. */
enum {
	EXIT_DONE = 0,
	EXIT_NO = 1,
	EXIT_INPUT = 65,
	EXIT_NOT_READY = 69,
	EXIT_OWN_FAILURE = 125,
	EXIT_NOEXEC = 126,
	EXIT_NOT_FOUND = 127
};

/* Writes text that is ready for people to stderr, or to stdout. */
void cli_message(const char *text);
void cli_print(const struct buf *text);

/* To that file, which must not be the history that was read; NULL or "-": to stdout. */
int cli_write(const char *path, const char *history, const struct buf *text, struct err *err);

/* getenv() with the type that config and ci ask for. */
const char *cli_getvar(const char *name);

/* The stop signal's exit code: 130, 143, … */
int cli_stopped_code(void);

#endif
