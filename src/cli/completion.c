/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/completion.h"

#include "base/mem.h"
#include "base/str.h"

#include <string.h>

static const struct {
	const char *shell;
	void (*write)(struct buf *out);
} shells[] = {
	{"bash", completion_bash},
	{"zsh", completion_zsh},
	{"fish", completion_fish},
};

static const struct {
	const char *metavar;
	enum completion_value value;
} values[] = {
	{"FILE", COMPLETION_FILE},
	{"PATH", COMPLETION_FILE},
	{"GLOB", COMPLETION_FILE},
	{"DIR", COMPLETION_FOLDER},
};

void completion_write(const char *shell, struct buf *out)
{
	for (size_t i = 0; i < ARRAY_LEN(shells); i++) {
		if (str_eq(shells[i].shell, shell)) {
			shells[i].write(out);
		}
	}
}

enum completion_value completion_value(const struct option *option)
{
	if (!option->metavar) {
		return COMPLETION_NONE;
	}
	if (option->choices) {
		return COMPLETION_CHOICES;
	}
	for (size_t i = 0; i < ARRAY_LEN(values); i++) {
		if (str_eq(values[i].metavar, option->metavar)) {
			return values[i].value;
		}
	}
	return COMPLETION_TEXT;
}

bool completion_runs(const struct cli_command *command)
{
	return strstr(command->usage, "-- COMMAND") != NULL;
}

char *completion_words(const char *choices)
{
	char *words = mem_str(choices);

	for (char *at = words; *at; at++) {
		*at = *at == '|' ? ' ' : *at;
	}
	return words;
}

void completion_escape(struct buf *out, const char *text, const char *special)
{
	for (; *text; text++) {
		if (strchr(special, *text)) {
			buf_char(out, '\\');
		}
		buf_char(out, *text);
	}
}
