/* SPDX-License-Identifier: Apache-2.0 */
#include "rerun/internal.h"

#include "base/err.h"
#include "base/mem.h"
#include "base/str.h"
#include "os/file.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* Test programs with all of their libraries in them; a larger one is recognised by --rerun. */
#define PROGRAM_MAX ((size_t)256 << 20)

/* Programs that start another command given as their arguments, and their own verbs. */
static const char *const launchers[] = {
	"env",      "uv",       "uvx",  "poetry", "pipenv", "pdm",  "hatch",   "rye",
	"run",      "coverage", "nice", "ionice", "stdbuf", "time", "timeout", "exec",
	"xvfb-run", "npx",      "npm",  "yarn",   "pnpm",   "bun",  "bunx",    "bundle",
	"node",     "php",      "ruby", "perl",   "lua",    NULL,
};

bool is_listed(const char *const *list, const char *text)
{
	for (; list && *list; list++) {
		if (strcmp(*list, text) == 0) {
			return true;
		}
	}
	return false;
}

/* Those of them that may run a script of the project under that name, with more in it. */
static const char *const scripted[] = {"pdm", "hatch", "rye", "npm", "yarn", "pnpm", "bun", NULL};

/* Options, assignments, and values such as "60s" of options count as part of the launcher. */
static bool is_launcher(const char *word)
{
	const char *base = path_base(word);

	return word[0] == '-' || strchr(word, '=') || isdigit((unsigned char)word[0]) ||
	       is_listed(launchers, base) || str_starts(base, "python");
}

static bool holds(const char *data, size_t len, const char *const *marks)
{
	for (; *marks; marks++) {
		if (memmem(data, len, *marks, strlen(*marks))) {
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

/* Is the program followed by a word without which it is not a test run? */
static bool has_word(const struct preset *preset, const struct command *command)
{
	for (size_t i = command->first; i < command->argc; i++) {
		if (is_listed(preset->words, command->argv[i])) {
			return true;
		}
	}
	return !preset->words;
}

/* Is there nothing in front of the program but what starts it? */
static bool is_started(const struct command *command)
{
	size_t i = 0;

	while (i + 1 < command->first && is_launcher(command->argv[i])) {
		i++;
	}
	return i + 1 == command->first;
}

/* And is that the program itself, so that its exit code is the command's? */
static bool is_direct(const struct command *command)
{
	for (size_t i = 0; i + 1 < command->first; i++) {
		if (is_listed(scripted, path_base(command->argv[i]))) {
			return false;
		}
	}
	return is_started(command);
}

/* The program by its name; false when no argument has it. */
static bool find_program(const struct preset *preset, char *const *argv, size_t argc,
			 struct command *out)
{
	for (size_t i = 0; i < argc; i++) {
		if (is_listed(preset->programs, path_base(argv[i]))) {
			*out = (struct command){argv, argc, i + 1, false};
			out->direct = is_direct(out);
			return has_word(preset, out);
		}
	}
	return false;
}

/* The first word that is no launcher: a program of the user's own, if a path. */
static size_t own_program(char *const *argv, size_t argc)
{
	size_t i = 0;

	while (i < argc && is_launcher(argv[i])) {
		i++;
	}
	return i;
}

bool preset_locate(const struct preset *preset, char *const *argv, size_t argc, struct command *out)
{
	size_t own = own_program(argv, argc);

	if (!find_program(preset, argv, argc, out)) {
		*out = (struct command){argv, argc, preset->marks && own < argc ? own + 1 : argc,
					false};
	}
	return argc > 0;
}

const struct preset *preset_detect(char *const *argv, size_t argc, struct command *out)
{
	const struct preset *preset = NULL;
	size_t own = own_program(argv, argc);

	for (size_t row = 0; (preset = preset_at(row)) != NULL; row++) {
		struct command found;

		if (preset->programs && find_program(preset, argv, argc, &found) &&
		    is_started(&found)) {
			*out = found;
			return preset;
		}
		if (preset->marks && own < argc && is_marked(preset->marks, argv[own])) {
			*out = (struct command){argv, argc, own + 1, true};
			return preset;
		}
	}
	return NULL;
}
