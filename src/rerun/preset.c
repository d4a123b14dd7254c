/* SPDX-License-Identifier: Apache-2.0 */
#include "rerun/preset.h"

#include "base/mem.h"
#include "base/str.h"
#include "os/file.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#define LIST(...) ((const char *const[]){__VA_ARGS__, NULL})

static const struct preset presets[] = {
	{
		.name = "pytest",
		.programs = LIST("pytest", "pytest-3", "py.test", "py.test-3"),
		.results_options = LIST("--junitxml", "--junit-xml"),
		.results_joined = true,
		/* xunit1 keeps the file of a test, which naming it again needs */
		.results_extra = LIST("-o", "junit_family=xunit1"),
		.early_options = LIST("--exitfirst", "--maxfail", "--stepwise", "--sw",
				      "--stepwise-skip", "--sw-skip", "--cov-fail-under"),
		.early_letters = "x",
		.value_letters = "kmconprW",
		.args_variable = "PYTEST_ADDOPTS",
		/* pytest frames every reason to stop early, a plugin's too, in exclamation marks */
		.early_marks = LIST("!!!!!!!! ", "!!! stopping after ",
				    "!!! Interrupted: ", "Required test coverage of"),
		.tests_failed_code = 1,
		.soft_signal = SIGINT,
		.select = pytest_select,
	},
	{
		.name = "ctest",
		.programs = LIST("ctest", "ctest3"),
		.results_options = LIST("--output-junit"),
		.early_options = LIST("--stop-on-failure", "--stop-time"),
		.tests_failed_code = 8,
		.soft_signal = SIGTERM,
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

void preset_redirect(const struct preset *preset, const struct command *command, const char *path,
		     struct strv *out)
{
	for (size_t i = 0; i < command->first; i++) {
		strv_add(out, command->argv[i]);
	}
	if (preset->results_joined) {
		strv_fmt(out, "%s=%s", preset->results_options[0], path);
	} else {
		strv_add(out, preset->results_options[0]);
		strv_add(out, path);
	}
	for (const char *const *extra = preset->results_extra; extra && *extra; extra++) {
		strv_add(out, *extra);
	}
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

static bool cluster_has_early(const struct preset *preset, const char *arg)
{
	if (!preset->early_letters || arg[0] != '-' || arg[1] == '-') {
		return false;
	}
	for (const char *letter = arg + 1; *letter; letter++) {
		if (strchr(preset->early_letters, *letter)) {
			return true;
		}
		if (strchr(preset->value_letters, *letter)) {
			return false;
		}
	}
	return false;
}

static bool is_early(const struct preset *preset, const char *arg)
{
	return option_length(preset->early_options, arg) || cluster_has_early(preset, arg);
}

static bool variable_has_early(const struct preset *preset)
{
	const char *value = preset->args_variable ? getenv(preset->args_variable) : NULL;

	while (value && *value) {
		size_t len = strcspn(value, " \t\n");
		AUTO_FREE char *word = mem_strn(value, len);

		if (is_early(preset, word)) {
			return true;
		}
		value += len + strspn(value + len, " \t\n");
	}
	return false;
}

const char *preset_early_reason(const struct preset *preset, const struct command *command,
				const char *output_tail)
{
	for (size_t i = command->first; i < command->argc; i++) {
		if (is_early(preset, command->argv[i])) {
			return "the command line can stop the run early or add a gate";
		}
	}
	if (variable_has_early(preset)) {
		return "an environment variable can stop the run early";
	}
	for (const char *const *mark = preset->early_marks; mark && *mark; mark++) {
		if (strstr(output_tail, *mark)) {
			return "the output says that the run stopped early or failed a gate";
		}
	}
	return NULL;
}
