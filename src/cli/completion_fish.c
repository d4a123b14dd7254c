/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/completion.h"

#include "base/mem.h"

static void put_text(struct buf *out, const char *text)
{
	buf_str_add(out, " -d '");
	completion_escape(out, text, "\\'");
	buf_str_add(out, "'\n");
}

static void put_value(struct buf *out, const struct option *option)
{
	AUTO_FREE char *words = option->choices ? completion_words(option->choices) : NULL;

	switch (completion_value(option)) {
	case COMPLETION_CHOICES:
		buf_fmt(out, " -x -a '%s'", words);
		break;
	case COMPLETION_FILE:
		buf_str_add(out, " -r -F");
		break;
	case COMPLETION_FOLDER:
		buf_str_add(out, " -x -a '(__fish_complete_directories)'");
		break;
	case COMPLETION_TEXT:
		buf_str_add(out, " -x");
		break;
	case COMPLETION_NONE:
		break;
	}
}

/* A word, no file, where that condition holds. */
static void put_word(struct buf *out, const char *condition, const char *word, const char *summary)
{
	buf_fmt(out, "complete -c steady -n '%s' -f -a %s", condition, word);
	put_text(out, summary);
}

static void put_command(struct buf *out, const struct cli_command *command)
{
	size_t count = 0;
	const struct option *rows = option_table(&count);
	const struct cli_action *action = NULL;
	AUTO_FREE char *second = mem_fmt("__steady_second %s", command->name);

	put_word(out, "__fish_use_subcommand", command->name, command->summary);
	put_word(out, "__steady_second help", command->name, command->summary);
	for (size_t i = 0; command->action && (action = command->action(i)); i++) {
		put_word(out, second, action->name, action->summary);
	}
	for (size_t i = 0; i < count; i++) {
		if (rows[i].commands & command->flag) {
			buf_fmt(out, "complete -c steady -n '__steady_in %s' -l %s", command->name,
				rows[i].name);
			if (rows[i].letter) {
				buf_fmt(out, " -s %c", rows[i].letter);
			}
			put_value(out, &rows[i]);
			put_text(out, rows[i].help);
		}
	}
}

void completion_fish(struct buf *out)
{
	buf_str_add(out,
		    "# fish completion for steady, made by `steady help --completion fish`\n"
		    "# the command is that one, and no other program's words have begun\n"
		    "function __steady_in\n"
		    "\tset -l words (commandline -opc)\n"
		    "\ttest \"$words[2]\" = \"$argv[1]\"; and not contains -- -- $words\n"
		    "end\n"
		    "function __steady_second\n"
		    "\tset -l words (commandline -opc)\n"
		    "\ttest (count $words) -eq 2; and test \"$words[2]\" = \"$argv[1]\"\n"
		    "end\n"
		    "function __steady_behind\n"
		    "\tset -l words (commandline -opc) (commandline -ct)\n"
		    "\tset -e words[1..(contains -i -- -- $words)]\n"
		    "\tcomplete -C \"$words\"\n"
		    "end\n"
		    "complete -c steady -n __fish_use_subcommand -f\n"
		    "complete -c steady -n __fish_use_subcommand -l version -d 'which one it is'\n"
		    "complete -c steady -n __fish_use_subcommand -l help -s h -d 'this text'\n"
		    "complete -c steady -n 'contains -- -- (commandline -opc)' -x -a "
		    "'(__steady_behind)'\n");
	for (const struct cli_command *row = cli_commands; row->name; row++) {
		put_command(out, row);
	}
}
