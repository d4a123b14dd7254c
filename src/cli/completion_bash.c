/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/completion.h"

#include "base/mem.h"

/* Behind "--" another program's words begin: its own completion, where bash-completion is there. */
static const char start[] =
	"# bash completion for steady, made by `steady help --completion bash`\n"
	"_steady()\n"
	"{\n"
	"\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}\n"
	"\tlocal command=${COMP_WORDS[1]} words='' i\n"
	"\tCOMPREPLY=()\n"
	"\tfor ((i = 2; i < COMP_CWORD; i++)); do\n"
	"\t\t[[ ${COMP_WORDS[i]} == -- ]] || continue\n"
	"\t\tif declare -F _command_offset >/dev/null; then\n"
	"\t\t\t_command_offset $((i + 1))\n"
	"\t\telif ((i + 1 == COMP_CWORD)); then\n"
	"\t\t\tmapfile -t COMPREPLY < <(compgen -c -- \"$cur\" | sort -u)\n"
	"\t\tfi\n"
	"\t\treturn\n"
	"\tdone\n"
	"\tif [[ $cur == = ]]; then\n"
	"\t\tcur=''\n"
	"\telif [[ $prev == = ]]; then\n"
	"\t\tprev=${COMP_WORDS[COMP_CWORD - 2]}\n"
	"\tfi\n"
	"\tcase \"$command $prev\" in\n";

static const char end[] = "\tesac\n"
			  "\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n"
			  "}\n"
			  "# where nothing of ours fits, file names do\n"
			  "complete -o default -F _steady steady\n";

/* What may stand behind an option; files are what bash does where there is no answer. */
static void put_values(struct buf *out, const struct cli_command *command,
		       const struct option *option)
{
	enum completion_value value = completion_value(option);

	if (value == COMPLETION_NONE) {
		return;
	}
	buf_fmt(out, "\t'%s --%s'", command->name, option->name);
	if (option->letter) {
		buf_fmt(out, " | '%s -%c'", command->name, option->letter);
	}
	if (value == COMPLETION_CHOICES) {
		AUTO_FREE char *words = completion_words(option->choices);

		buf_fmt(out, ") words='%s' ;;\n", words);
	} else if (value == COMPLETION_FOLDER) {
		buf_str_add(out, ") mapfile -t COMPREPLY < <(compgen -d -- \"$cur\"); return ;;\n");
	} else {
		buf_str_add(out, ") return ;;\n");
	}
}

static void put_first_words(struct buf *out)
{
	for (const struct cli_command *row = cli_commands; row->name; row++) {
		buf_fmt(out, "%s ", row->name);
	}
}

/* Options where a "-" was typed, else what the command is told to do, or files. */
static void put_command(struct buf *out, const struct cli_command *command)
{
	size_t count = 0;
	const struct option *rows = option_table(&count);
	const struct cli_action *action = NULL;

	buf_fmt(out, "\t'%s '*)\n\t\tif [[ $cur == -* ]]; then\n\t\t\twords='", command->name);
	for (size_t i = 0; i < count; i++) {
		if (rows[i].commands & command->flag) {
			buf_fmt(out, "--%s ", rows[i].name);
		}
	}
	buf_fmt(out, "%s'\n", completion_runs(command) ? "--" : "");
	if (command->action || command->flag == FOR_HELP) {
		buf_str_add(out, "\t\telif ((COMP_CWORD == 2)); then\n\t\t\twords='");
		for (size_t i = 0; command->action && (action = command->action(i)); i++) {
			buf_fmt(out, "%s ", action->name);
		}
		if (command->flag == FOR_HELP) {
			put_first_words(out);
		}
		buf_str_add(out, "'\n");
	}
	buf_str_add(out, "\t\tfi\n\t\t;;\n");
}

void completion_bash(struct buf *out)
{
	size_t count = 0;
	const struct option *rows = option_table(&count);

	buf_str_add(out, start);
	for (const struct cli_command *row = cli_commands; row->name; row++) {
		for (size_t i = 0; i < count; i++) {
			if (rows[i].commands & row->flag) {
				put_values(out, row, &rows[i]);
			}
		}
	}
	buf_str_add(out, "\t*\" ${COMP_WORDS[0]}\")\n\t\twords='");
	put_first_words(out);
	buf_str_add(out, "--help --version'\n\t\t;;\n");
	for (const struct cli_command *row = cli_commands; row->name; row++) {
		put_command(out, row);
	}
	buf_str_add(out, end);
}
