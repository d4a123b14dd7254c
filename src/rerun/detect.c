/* SPDX-License-Identifier: Apache-2.0 */
#include "rerun/internal.h"

#include "base/err.h"
#include "base/mem.h"
#include "base/str.h"
#include "os/file.h"
#include "rerun/launch.h"

#include <stdlib.h>
#include <string.h>

/* Test programs with all of their libraries in them; a larger one is recognised by --rerun. */
#define PROGRAM_MAX ((size_t)256 << 20)

bool is_listed(const char *const *list, const char *text)
{
	for (; list && *list; list++) {
		if (strcmp(*list, text) == 0) {
			return true;
		}
	}
	return false;
}

/* "%" stands for nothing in a mark, so that no mark is in steady itself. */
static bool holds_mark(const char *data, size_t len, const char *mark)
{
	size_t start = strcspn(mark, "%");
	AUTO_FREE char *text = mem_fmt("%.*s%s", (int)start, mark, mark + start + 1);

	return memmem(data, len, text, strlen(text)) != NULL;
}

static bool holds(const char *data, size_t len, const char *const *marks)
{
	for (; *marks; marks++) {
		if (holds_mark(data, len, *marks)) {
			return true;
		}
	}
	return false;
}

/* Is it an ELF program with one of the marks in it? */
static bool is_marked(const char *const *marks, const char *path)
{
	AUTO_FREE char *data = NULL;
	struct err ignored = ERR_INIT;
	size_t len = 0;

	return strchr(path, '/') && file_read(path, PROGRAM_MAX, &data, &len, &ignored) == 0 &&
	       len > 4 && memcmp(data, "\177ELF", 4) == 0 && holds(data, len, marks);
}

/* Is it one of the words? ":test" stands for all that end so. */
static bool is_one_of(const char *const *words, const char *arg)
{
	for (; words && *words; words++) {
		if (str_eq(arg, *words) || (**words == ':' && str_ends(arg, *words))) {
			return true;
		}
	}
	return false;
}

/* Is the program followed by a word without which it is not a test run? */
static bool has_word(const struct preset *preset, const struct command *command)
{
	const struct launcher *program = launcher_find(command->argv[command->first - 1]);

	for (size_t i = command->first; i < command->argc; i++) {
		if (is_one_of(preset->words, command->argv[i])) {
			return true;
		}
		if (is_listed(preset->naming.values, command->argv[i]) ||
		    (program && is_listed(program->values, command->argv[i]))) {
			i++;
		} else if (program && command->argv[i][0] != '-') {
			return false; /* what follows is for the script that it starts */
		}
	}
	return !preset->words;
}

/* Does the text, words with single spaces, stand at the beginning of these arguments? Counts its
 * words; 0 when not. */
static size_t match_words(const char *text, char *const *argv, size_t argc)
{
	size_t count = 0;

	for (; *text && count < argc; count++) {
		size_t len = strcspn(text, " ");

		if (strlen(argv[count]) != len || strncmp(argv[count], text, len) != 0) {
			return 0;
		}
		text += len + (text[len] == ' ');
	}
	return *text ? 0 : count;
}

/* Moves the command's first argument behind the verb; false when another word stands there. */
static bool skip_verb(const struct preset *preset, struct command *command)
{
	size_t i = command->first;

	while (i < command->argc && strchr("-+", command->argv[i][0])) {
		i += is_listed(preset->naming.values, command->argv[i]) ? 2 : 1;
	}
	for (const char *const *verb = preset->verbs; i < command->argc && *verb; verb++) {
		size_t words = match_words(*verb, command->argv + i, command->argc - i);

		if (words) {
			command->first = i + words;
			return true;
		}
	}
	return false;
}

/* The program by its name; false when no argument has it. *started: nothing stands in front of it
 * but what starts it. */
static bool find_program(const struct preset *preset, char *const *argv, size_t argc, bool *started,
			 struct command *out)
{
	for (size_t i = 0; i < argc; i++) {
		if (is_listed(preset->programs, path_base(argv[i]))) {
			struct start start = launch_read(argv, i);

			*started = start.own == i;
			*out = (struct command){argv, argc, i + 1, false, start.folder, false};
			out->direct = *started && !start.opaque && launcher_is_installed(argv[i]);
			if (!preset->verbs || skip_verb(preset, out)) {
				return true;
			}
		}
	}
	return false;
}

bool preset_locate(const struct preset *preset, char *const *argv, size_t argc, struct command *out)
{
	struct start start = launch_read(argv, argc);
	size_t own = start.own;
	bool started = false;

	if (!find_program(preset, argv, argc, &started, out)) {
		bool marked = preset->marks && own < argc;

		*out = (struct command){.argv = argv,
					.argc = argc,
					.first = marked ? own + 1 : argc,
					.folder = start.folder,
					.hidden = !marked};
	}
	return argc > 0;
}

/* Does it run tests, with these arguments? */
static bool runs_tests(const struct preset *preset, const struct command *command)
{
	for (size_t i = command->first; i < command->argc; i++) {
		if (names_option(preset->runs_none, command->argv[i])) {
			return false;
		}
	}
	return has_word(preset, command);
}

const struct preset *preset_detect(char *const *argv, size_t argc, struct command *out)
{
	const struct preset *preset = NULL;
	struct start start = launch_read(argv, argc);

	for (size_t row = 0; (preset = preset_at(row)) != NULL; row++) {
		struct command found = {0};
		bool started = false;
		bool is_it = preset->programs &&
			     find_program(preset, argv, argc, &started, &found) && started;

		if (!is_it && preset->marks && start.own < argc) {
			found = (struct command){argv,          argc,         start.own + 1,
						 !start.opaque, start.folder, false};
			is_it = is_marked(preset->marks, argv[start.own]);
		}
		if (is_it && runs_tests(preset, &found)) {
			*out = found;
			return preset;
		}
	}
	return NULL;
}

const struct preset *preset_mentioned(char *const *argv, size_t argc)
{
	const struct preset *preset = NULL;

	for (size_t row = 0; (preset = preset_at(row)) != NULL; row++) {
		struct command found;
		bool started = false;

		if (preset->programs && find_program(preset, argv, argc, &started, &found) &&
		    !started && runs_tests(preset, &found)) {
			return preset;
		}
	}
	return NULL;
}
