/* SPDX-License-Identifier: Apache-2.0 */
#include "rerun/preset.h"

#include "base/mem.h"
#include "base/str.h"
#include "os/file.h"

#include <signal.h>
#include <string.h>

#define LIST(...) ((const char *const[]){__VA_ARGS__, NULL})

static const struct preset presets[] = {
	{
		.name = "pytest",
		.programs = LIST("pytest", "pytest-3", "py.test", "py.test-3"),
		.results_options = LIST("--junitxml", "--junit-xml"),
		.results_joined = true,
		/* xunit1 keeps the file of a test, for naming it again without the witness */
		.results_extra = LIST("-o", "junit_family=xunit1"),
		.tests_failed_code = 1,
		.soft_signal = SIGINT,
		.watch = pytest_watch,
		.proof = "a plugin writes down which tests ran and what can set the exit code",
		.doubt = pytest_doubt,
		.select = pytest_select,
	},
	{
		.name = "ctest",
		.programs = LIST("ctest", "ctest3"),
		.results_options = LIST("--output-junit"),
		.tests_failed_code = 8,
		.soft_signal = SIGTERM,
		.proof = "ctest --show-only lists the tests that must have run",
		.doubt = ctest_doubt,
		.select = ctest_select,
	},
};

/* Programs that start another command given as their arguments. */
static const char *const *const launchers =
	LIST("env", "uv", "uvx", "poetry", "pipenv", "pdm", "hatch", "rye", "run", "coverage",
	     "nice", "stdbuf", "xvfb-run", "time", "exec");

static bool listed(const char *const *list, const char *text)
{
	for (; list && *list; list++) {
		if (strcmp(*list, text) == 0) {
			return true;
		}
	}
	return false;
}

static bool is_launcher(const char *word)
{
	const char *base = path_base(word);

	return word[0] == '-' || strchr(word, '=') || listed(launchers, base) ||
	       str_starts(base, "python");
}

bool preset_locate(const struct preset *preset, char *const *argv, size_t argc, struct command *out)
{
	for (size_t i = 0; i < argc; i++) {
		if (listed(preset->programs, path_base(argv[i]))) {
			*out = (struct command){argv, argc, i + 1};
			return true;
		}
	}
	return false;
}

const struct preset *preset_detect(char *const *argv, size_t argc, struct command *out)
{
	for (size_t row = 0; row < ARRAY_LEN(presets); row++) {
		struct command found;
		size_t i = 0;

		if (!preset_locate(&presets[row], argv, argc, &found)) {
			continue;
		}
		while (i + 1 < found.first && is_launcher(argv[i])) {
			i++;
		}
		if (i + 1 == found.first) {
			*out = found;
			return &presets[row];
		}
	}
	return NULL;
}

const struct preset *preset_find(const char *name)
{
	for (size_t row = 0; row < ARRAY_LEN(presets); row++) {
		if (strcmp(presets[row].name, name) == 0) {
			return &presets[row];
		}
	}
	return NULL;
}

const struct preset *preset_at(size_t index)
{
	return index < ARRAY_LEN(presets) ? &presets[index] : NULL;
}

/* The length of the option's name when arg is "NAME" or "NAME=…" for a name of the list; 0 else. */
static size_t option_length(const char *const *names, const char *arg)
{
	for (; names && *names; names++) {
		size_t len = strlen(*names);

		if (strncmp(arg, *names, len) == 0 && (arg[len] == '\0' || arg[len] == '=')) {
			return len;
		}
	}
	return 0;
}

char *preset_results_path(const struct preset *preset, const struct command *command)
{
	const char *path = NULL;

	for (size_t i = command->first; i < command->argc; i++) {
		const char *arg = command->argv[i];
		size_t len = option_length(preset->results_options, arg);

		if (len && arg[len] == '=') {
			path = arg + len + 1;
		} else if (len && i + 1 < command->argc) {
			path = command->argv[++i];
		}
	}
	return mem_str(path);
}

static void add_words(const struct command *command, size_t from, size_t to, struct strv *out)
{
	for (size_t i = from; i < to; i++) {
		strv_add(out, command->argv[i]);
	}
}

/* The framework's own arguments but those for a results file. */
static void add_arguments(const struct preset *preset, const struct command *command,
			  struct strv *out)
{
	for (size_t i = command->first; i < command->argc; i++) {
		const char *arg = command->argv[i];
		size_t len = option_length(preset->results_options, arg);

		if (!len) {
			strv_add(out, arg);
		} else if (arg[len] == '\0') {
			i++;
		}
	}
}

void preset_without_results(const struct preset *preset, const struct command *command,
			    struct strv *out)
{
	add_words(command, 0, command->first, out);
	add_arguments(preset, command, out);
}

void preset_redirect(const struct preset *preset, const struct command *command, const char *path,
		     struct strv *out)
{
	add_words(command, 0, command->first, out);
	if (preset->results_joined) {
		strv_fmt(out, "%s=%s", preset->results_options[0], path);
	} else {
		strv_add(out, preset->results_options[0]);
		strv_add(out, path);
	}
	for (const char *const *extra = preset->results_extra; extra && *extra; extra++) {
		strv_add(out, *extra);
	}
	add_arguments(preset, command, out);
}

char *preset_doubt(const struct preset *preset, const struct first_run *first, bool *stateful)
{
	const struct attempt *attempt = first->attempt;

	*stateful = false;
	if (attempt->end != END_EXITED || attempt->exit_code != preset->tests_failed_code) {
		return NULL;
	}
	if (!preset->doubt) {
		return mem_fmt("nothing proves that exit code %d of %s means failed tests alone",
			       attempt->exit_code, preset->name);
	}
	return preset->doubt(first, stateful);
}
