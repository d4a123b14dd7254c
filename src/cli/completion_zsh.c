/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/completion.h"

#include "base/mem.h"

/* Inside of '…': the quote is left for a moment. In front of ":" and of brackets a backslash. */
static void put_text(struct buf *out, const char *text)
{
	CLEANUP(buf_release) struct buf escaped = BUF_INIT(BUF_OWN_MAX);

	completion_escape(&escaped, text, "\\:[]");
	for (const char *at = buf_str(&escaped); *at; at++) {
		if (*at == '\'') {
			buf_str_add(out, "'\\''");
		} else {
			buf_char(out, *at);
		}
	}
}

static void put_value(struct buf *out, const struct option *option)
{
	AUTO_FREE char *words = option->choices ? completion_words(option->choices) : NULL;

	switch (completion_value(option)) {
	case COMPLETION_CHOICES:
		buf_fmt(out, ":%s:(%s)", option->metavar, words);
		break;
	case COMPLETION_FILE:
		buf_fmt(out, ":%s:_files", option->metavar);
		break;
	case COMPLETION_FOLDER:
		buf_fmt(out, ":%s:_directories", option->metavar);
		break;
	case COMPLETION_TEXT:
		buf_str_add(out, ":");
		put_text(out, option->metavar);
		buf_str_add(out, ": ");
		break;
	case COMPLETION_NONE:
		break;
	}
}

/* One specification of _arguments for each spelling. */
static void put_option(struct buf *out, const struct option *option)
{
	bool again = option->type == OPTION_LIST;
	const char *behind = completion_value(option) == COMPLETION_NONE ? "" : "=";

	buf_fmt(out, "\t\t\t'%s--%s%s[", again ? "*" : "", option->name, behind);
	put_text(out, option->help);
	buf_char(out, ']');
	put_value(out, option);
	buf_str_add(out, "' \\\n");
	if (option->letter) {
		buf_fmt(out, "\t\t\t'-%c[", option->letter);
		put_text(out, option->help);
		buf_char(out, ']');
		put_value(out, option);
		buf_str_add(out, "' \\\n");
	}
}

static void put_first_words(struct buf *out)
{
	for (const struct cli_command *row = cli_commands; row->name; row++) {
		buf_fmt(out, "\t\t'%s:", row->name);
		put_text(out, row->summary);
		buf_str_add(out, "'\n");
	}
}

/* The words that are no options. */
static void put_words(struct buf *out, const struct cli_command *command)
{
	const struct cli_action *action = NULL;

	if (command->action) {
		buf_str_add(out, "\t\t\t'1:action:((");
		for (size_t i = 0; (action = command->action(i)); i++) {
			buf_fmt(out, "%s%s", i > 0 ? " " : "", action->name);
		}
		buf_str_add(out, "))' \\\n\t\t\t'*:file:_files'\n");
	} else if (command->flag == FOR_HELP) {
		buf_str_add(out, "\t\t\t'1:command:(");
		for (const struct cli_command *row = cli_commands; row->name; row++) {
			buf_fmt(out, "%s%s", row == cli_commands ? "" : " ", row->name);
		}
		buf_str_add(out, ")'\n");
	} else if (completion_runs(command)) {
		buf_str_add(out, "\t\t\t'*::command:_normal'\n");
	} else {
		buf_str_add(out, "\t\t\t'*:file:_files'\n");
	}
}

static void put_command(struct buf *out, const struct cli_command *command)
{
	size_t count = 0;
	const struct option *rows = option_table(&count);

	buf_fmt(out, "\t%s)\n\t\t_arguments -S \\\n", command->name);
	for (size_t i = 0; i < count; i++) {
		if (rows[i].commands & command->flag) {
			put_option(out, &rows[i]);
		}
	}
	put_words(out, command);
	buf_str_add(out, "\t\t;;\n");
}

void completion_zsh(struct buf *out)
{
	buf_str_add(out, "#compdef steady\n"
			 "# zsh completion for steady, made by `steady help --completion zsh`\n"
			 "_steady()\n"
			 "{\n"
			 "\tlocal -a first=(\n");
	put_first_words(out);
	buf_str_add(out, "\t)\n"
			 "\tif ((CURRENT == 2)); then\n"
			 "\t\t_describe command first\n"
			 "\t\t_arguments '--help[this text]' '--version[which one it is]'\n"
			 "\t\treturn\n"
			 "\tfi\n"
			 "\tshift words\n"
			 "\t((CURRENT -= 1))\n"
			 "\tcase $words[1] in\n");
	for (const struct cli_command *row = cli_commands; row->name; row++) {
		put_command(out, row);
	}
	buf_str_add(out, "\tesac\n"
			 "}\n"
			 "if [[ $funcstack[1] == _steady ]]; then\n"
			 "\t_steady \"$@\"\n"
			 "else\n"
			 "\tcompdef _steady steady\n"
			 "fi\n");
}
