/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/manual.h"

#include "base/mem.h"
#include "base/str.h"
#include "cli/command.h"
#include "text/utf8.h"

#include <string.h>

/* As README.md has them. */
static const struct {
	const char *code, *meaning;
} exits[] = {
	{"125", "steady's own failure before the command started, wrong usage included"},
	{"126, 127", "the command cannot be executed, or was not found"},
	{"69", "a service was not ready in time; the command was not started"},
	{"130, 143", "stopped by SIGINT or SIGTERM; 128+n by another signal n"},
	{"124", "the first attempt ran into --timeout, --idle-timeout or --run-timeout"},
	{"128+n", "the first attempt died by signal n"},
	{"the command's own", "tests failed: the first attempt's code"},
	{"1", "the command exited 0, but its fresh results hold a failure"},
	{"66", "the command exited 0, but promised results never came, are old, or hold no test"},
	{"75", "only flaky failures, and --flaky fail"},
	{"0", "passed, or only flaky failures and such as the quarantine excuses"},
};

static const struct {
	const char *path, *meaning;
} files[] = {
	{".steady.yml", "options and services of a project, at its root"},
	{".steady-quarantine.yml", "the tests whose known failures do not fail a run, at its root"},
	{".git/steady/history.db", "the history; outside of a repository .steady/history.db"},
};

/* Plain text for roff: what it would take for its own is spelled, and so is what is not ASCII. */
static void put(struct buf *out, const char *text)
{
	static const struct {
		char from;
		const char *to;
	} table[] =
		{
			{'\\', "\\e"},  {'-', "\\-"},   {'\'', "\\(aq"},
			{'`', "\\(ga"}, {'~', "\\(ti"}, {'^', "\\(ha"},
			{'.', "\\&."},  {'$', "\\%$"}, /* no variable is broken in two by a hyphen */
		};
	size_t len = strlen(text);

	while (len > 0) {
		size_t used = 0;
		uint32_t point = utf8_decode(text, len, &used);
		const char *to = NULL;

		for (size_t i = 0; i < ARRAY_LEN(table); i++) {
			to = table[i].from == *text ? table[i].to : to;
		}
		if (to) {
			buf_str_add(out, to);
		} else if (point < 0x80) {
			buf_char(out, *text);
		} else {
			buf_fmt(out, "\\[u%04X]", (unsigned)point);
		}
		text += used;
		len -= used;
	}
}

static void put_font(struct buf *out, char font, const char *text)
{
	buf_fmt(out, "\\f%c", font);
	put(out, text);
	buf_str_add(out, "\\fR");
}

static void put_item(struct buf *out, const char *term, const char *meaning)
{
	buf_str_add(out, ".TP\n");
	put_font(out, 'B', term);
	buf_char(out, '\n');
	put(out, meaning);
	buf_char(out, '\n');
}

static void put_option(struct buf *out, const struct option *option)
{
	AUTO_FREE char *flag = mem_fmt("--%s", option->name);
	AUTO_FREE char *variable = option_variable(option);

	buf_str_add(out, ".TP\n");
	if (option->letter) {
		buf_fmt(out, "\\fB\\-%c\\fR, ", option->letter);
	}
	put_font(out, 'B', flag);
	if (option->metavar) {
		buf_char(out, ' ');
		put_font(out, 'I', option->metavar);
	}
	buf_char(out, '\n');
	put(out, option->help);
	if (option->choices) {
		buf_str_add(out, ": ");
		put(out, option->choices);
	}
	if (option->fallback) {
		buf_str_add(out, " [");
		put(out, option->fallback);
		buf_char(out, ']');
	}
	if (*variable) {
		AUTO_FREE char *also =
			mem_fmt("; $%s, or %s in .steady.yml", variable, option->key);

		put(out, also);
	}
	buf_char(out, '\n');
}

/* Those that belong to that command, or with FOR_ALL those of every command. */
static void put_options(struct buf *out, unsigned commands)
{
	size_t count = 0;
	const struct option *rows = option_table(&count);

	for (size_t i = 0; i < count; i++) {
		bool common = rows[i].commands == FOR_ALL;

		if ((rows[i].commands & commands) && common == (commands == FOR_ALL)) {
			put_option(out, &rows[i]);
		}
	}
}

static void put_command(struct buf *out, const struct cli_command *command)
{
	const struct cli_action *action = NULL;

	buf_fmt(out, ".SS steady %s\n", command->name);
	put(out, command->summary);
	buf_str_add(out, ".\n");
	for (size_t i = 0; command->action && (action = command->action(i)); i++) {
		put_item(out, action->usage, action->summary);
	}
	put_options(out, command->flag);
}

static void put_head(struct buf *out)
{
	buf_str_add(out,
		    ".\\\" Made by `steady help --man`.\n"
		    ".TH STEADY 1 \"\" \"steady " STEADY_VERSION "\" \"User Commands\"\n"
		    ".SH NAME\n"
		    "steady \\- run tests, retry the failed ones honestly, tell flaky from broken\n"
		    ".SH SYNOPSIS\n");
	for (const struct cli_command *row = cli_commands; row->name; row++) {
		buf_str_add(out, row == cli_commands ? "" : ".br\n");
		put(out, row->usage);
		buf_char(out, '\n');
	}
	buf_str_add(out, ".br\nsteady \\-\\-version\n"
			 ".SH DESCRIPTION\n"
			 "steady runs a test command, waits for the services it needs, ends it "
			 "when it hangs, runs\n"
			 "failed tests again, and keeps what happened in a history, from which it "
			 "tells flaky tests\n"
			 "from broken ones\\&.\n"
			 ".PP\n"
			 "An option can stand on the command line, in a variable of the "
			 "environment or in the file\n"
			 "of the project; the first of them that says something counts\\&.\n"
			 "Durations have a unit (90s, 10m, 1h30m), and so have sizes\\&.\n");
}

void manual_write(struct buf *out)
{
	put_head(out);
	buf_str_add(out, ".SH COMMANDS\n");
	for (const struct cli_command *row = cli_commands; row->name; row++) {
		put_command(out, row);
	}
	buf_str_add(out, ".SH OPTIONS OF EVERY COMMAND\n");
	put_options(out, FOR_ALL);
	buf_str_add(out,
		    ".SH EXIT STATUS\nOf run and wait; the first line that applies wins\\&.\n");
	for (size_t i = 0; i < ARRAY_LEN(exits); i++) {
		put_item(out, exits[i].code, exits[i].meaning);
	}
	buf_str_add(out, ".PP\nOther commands: 0 done, 1 the answer is no, 65 the input cannot be\n"
			 "used, 125 steady\\(aqs own failure\\&.\n"
			 ".SH FILES\n");
	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		put_item(out, files[i].path, files[i].meaning);
	}
	buf_str_add(out, ".SH SEE ALSO\n.BR timeout (1),\n.BR git (1)\n");
}
