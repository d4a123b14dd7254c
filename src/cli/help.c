/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"

#include "base/mem.h"
#include "base/str.h"
#include "cli/completion.h"
#include "cli/manual.h"
#include "text/utf8.h"

#include <stdio.h>

static void list_commands(void)
{
	puts("steady runs tests, retries the failed ones honestly, and tells flaky from broken.\n");
	for (const struct cli_command *row = cli_commands; row->name; row++) {
		printf("  %-10s %s\n", row->name, row->summary);
	}
	puts("\nsteady help COMMAND lists the options of one. steady --version");
}

static void list_actions(const struct cli_command *command, struct buf *out)
{
	const struct cli_action *action = NULL;
	size_t width = 0;

	for (size_t i = 0; (action = command->action(i)); i++) {
		size_t columns = utf8_width(action->usage);

		width = columns > width ? columns : width;
	}
	for (size_t i = 0; (action = command->action(i)); i++) {
		size_t columns = utf8_width(action->usage);

		buf_fmt(out, "  %s%*s  %s\n", action->usage, (int)(width - columns), "",
			action->summary);
	}
	buf_char(out, '\n');
}

/* The one row that --man or --completion stands for. */
static bool wrote_file(const struct options *options, struct buf *out)
{
	if (options->man) {
		manual_write(out);
	} else if (options->completion) {
		completion_write(options->completion, out);
	}
	return out->len > 0;
}

int cmd_help(struct invocation *invocation)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);
	struct err err = ERR_INIT;

	if (wrote_file(&invocation->options, &text)) {
		cli_print(&text);
		return EXIT_DONE;
	}
	if (invocation->words.len == 0) {
		list_commands();
		return EXIT_DONE;
	}
	for (const struct cli_command *row = cli_commands; row->name; row++) {
		if (str_eq(row->name, invocation->words.items[0])) {
			buf_fmt(&text, "usage: %s\n%s\n\n", row->usage, row->summary);
			if (row->action) {
				list_actions(row, &text);
			}
			options_help(row->flag, &text);
			cli_print(&text);
			return EXIT_DONE;
		}
	}
	err_set(&err, ERR_USAGE, "no command '%s'", invocation->words.items[0]);
	return cli_fail(&err);
}
