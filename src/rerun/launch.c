/* SPDX-License-Identifier: Apache-2.0 */
#include "rerun/launch.h"

#include "base/mem.h"
#include "base/str.h"
#include "os/file.h"
#include "rerun/internal.h"

#include <ctype.h>
#include <string.h>

#define LIST(...) ((const char *const[]){__VA_ARGS__, NULL})

static bool is_assignment(const char *word)
{
	size_t len = 0;

	while (isalnum((unsigned char)word[len]) || word[len] == '_') {
		len++;
	}
	return len > 0 && word[len] == '=';
}

/* "60", "1.5h" */
static bool is_duration(const char *word)
{
	size_t len = strspn(word, "0123456789.");

	return isdigit((unsigned char)*word) &&
	       (word[len] == '\0' || (strchr("smhd", word[len]) && word[len + 1] == '\0'));
}

static const struct launcher launchers[] = {
	{.name = "env",
	 .letters = "i0v",
	 .flags = LIST("--ignore-environment", "--null", "--debug"),
	 .values = LIST("-u", "--unset", "-C", "--chdir"),
	 .folders = LIST("-C", "--chdir"),
	 .code = LIST("-S", "--split-string"),
	 .operand = is_assignment,
	 .many = true},
	{.name = "timeout",
	 .letters = "fpv",
	 .flags = LIST("--foreground", "--preserve-status", "--verbose"),
	 .values = LIST("-s", "--signal", "-k", "--kill-after"),
	 .operand = is_duration},
	{.name = "time",
	 .letters = "apqv",
	 .flags = LIST("--append", "--portability", "--quiet", "--verbose"),
	 .values = LIST("-f", "--format", "-o", "--output")},
	{.name = "nice", .values = LIST("-n", "--adjustment")},
	{.name = "ionice",
	 .letters = "t",
	 .flags = LIST("--ignore"),
	 .values = LIST("-c", "-n", "--class", "--classdata")},
	{.name = "stdbuf", .values = LIST("-i", "-o", "-e", "--input", "--output", "--error")},
	{.name = "xvfb-run",
	 .letters = "al",
	 .flags = LIST("--auto-servernum", "--auto-display", "--listen-tcp"),
	 .values = LIST("-e", "-f", "-n", "-p", "-s", "-w", "--error-file", "--auth-file",
			"--server-num", "--xauth-protocol", "--server-args", "--wait")},
	{.name = "dbus-run-session", .values = LIST("--config-file", "--dbus-daemon")},
	{.name = "uv",
	 .letters = "nqv",
	 .last = "m",
	 .flags = LIST("--module", "--frozen", "--locked", "--no-sync", "--isolated", "--active",
		       "--exact", "--offline", "--quiet", "--verbose", "--no-cache", "--no-config",
		       "--no-project", "--no-env-file", "--no-progress", "--all-extras",
		       "--all-groups", "--all-packages", "--dev", "--no-dev", "--only-dev",
		       "--no-default-groups", "--no-editable", "--native-tls", "--managed-python",
		       "--no-managed-python"),
	 .values = LIST("-p", "--python", "--with", "--with-editable", "--with-requirements",
			"--extra", "--no-extra", "--group", "--no-group", "--only-group",
			"--package", "--project", "--directory", "--env-file", "--color",
			"--resolution", "--index", "--default-index", "--config-file"),
	 .folders = LIST("--directory"),
	 .verbs = LIST("run")},
	{.name = "uvx",
	 .letters = "nqv",
	 .flags = LIST("--isolated", "--offline", "--quiet", "--verbose", "--no-cache"),
	 .values = LIST("-p", "--python", "--with", "--from"),
	 .folders = LIST("--directory")},
	{.name = "poetry",
	 .letters = "nqv",
	 .flags = LIST("--no-interaction", "--quiet", "--verbose", "--ansi", "--no-ansi",
		       "--no-cache", "--no-plugins"),
	 .values = LIST("-C", "--directory", "-P", "--project"),
	 .folders = LIST("-C", "--directory"),
	 .verbs = LIST("run")},
	{.name = "pipenv", .verbs = LIST("run"), .scripted = true},
	{.name = "pdm", .values = LIST("-p", "--project"), .verbs = LIST("run"), .scripted = true},
	{.name = "hatch", .values = LIST("-e", "--env"), .verbs = LIST("run"), .scripted = true},
	{.name = "rye", .verbs = LIST("run"), .scripted = true},
	{.name = "coverage",
	 .letters = "aLp",
	 .last = "m",
	 .flags = LIST("--module", "--append", "--branch", "--pylib", "--parallel-mode", "--timid"),
	 .values = LIST("--rcfile", "--source", "--include", "--omit", "--data-file",
			"--concurrency", "--context"),
	 .verbs = LIST("run")},
	{.name = "npx",
	 .letters = "qy",
	 .flags = LIST("--yes", "--no", "--no-install", "--offline", "--quiet"),
	 .values = LIST("-p", "--package"),
	 .code = LIST("-c", "--call")},
	{.name = "yarn",
	 .values = LIST("--cwd"),
	 .folders = LIST("--cwd"),
	 .verbs = LIST("run", "exec"),
	 .scripted = true},
	{.name = "pnpm",
	 .values = LIST("-C", "--dir", "--filter", "-F"),
	 .folders = LIST("-C", "--dir"),
	 .verbs = LIST("run", "exec"),
	 .scripted = true},
	{.name = "bun",
	 .values = LIST("--cwd"),
	 .folders = LIST("--cwd"),
	 .verbs = LIST("run", "exec"),
	 .scripted = true},
	{.name = "bunx", .flags = LIST("--bun")},
	{.name = "bundle", .values = LIST("--gemfile"), .verbs = LIST("exec")},
	{.name = "node",
	 .values = LIST("-r", "--require", "--import", "--loader", "-C", "--conditions"),
	 .code = LIST("-e", "--eval", "-p", "--print")},
	{.name = "php", .values = LIST("-d", "-c"), .code = LIST("-r")},
	{.name = "ruby",
	 .values = LIST("-I", "-r", "-C"),
	 .folders = LIST("-C"),
	 .code = LIST("-e")},
	{.name = "perl", .values = LIST("-I"), .code = LIST("-e", "-E")},
	{.name = "lua", .code = LIST("-e")},
};

static const struct launcher python = {
	.name = "python",
	.letters = "bBdEIOPqsSuvx",
	.last = "m",
	.values = LIST("-X", "-W"),
	.code = LIST("-c"),
};

/* "python3.11", but no script such as "python-ci.sh" */
static bool is_python(const char *base)
{
	size_t len = strlen("python");

	return str_starts(base, "python") && base[len + strspn(base + len, "0123456789.")] == '\0';
}

const struct launcher *launcher_find(const char *word)
{
	const char *base = path_base(word);

	for (size_t i = 0; i < ARRAY_LEN(launchers); i++) {
		if (strcmp(launchers[i].name, base) == 0) {
			return &launchers[i];
		}
	}
	return is_python(base) ? &python : NULL;
}

bool launcher_is_installed(const char *word)
{
	AUTO_FREE char *folder = path_dir(word);
	AUTO_FREE char *interpreter = path_join(folder, "python");

	return !strchr(word, '/') || str_ends(folder, "/.bin") || file_exists(interpreter) ||
	       (*word == '/' && str_ends(folder, "/bin"));
}

/* Several letters in one word, but for "-mNAME", where another program is the last one's value. */
static bool is_cluster(const struct launcher *launcher, const char *word)
{
	const char *end = word + 1 + strspn(word + 1, str_or(launcher->letters, ""));

	return *end == '\0' || (end[1] == '\0' && strchr(str_or(launcher->last, ""), *end));
}

/* The value that is joined to an option of the list: "-n5", "--chdir=sub"; NULL when none is. */
static const char *joined_value(const char *const *options, const char *word)
{
	for (; options && *options; options++) {
		size_t len = strlen(*options);
		bool is_long = (*options)[1] == '-';

		if (strncmp(*options, word, len) == 0 && word[len] &&
		    (!is_long || word[len] == '=')) {
			return word + len + is_long;
		}
	}
	return NULL;
}

/* Reads the option at start->own, and its value; false when no program follows it. */
static bool read_option(const struct launcher *launcher, char *const *argv, size_t argc,
			struct start *start)
{
	const char *word = argv[start->own];
	const char *joined = joined_value(launcher->folders, word);

	if (is_listed(launcher->code, word)) {
		return false;
	}
	if (joined) {
		start->folder = joined;
	} else if (is_listed(launcher->values, word)) {
		start->own++;
		if (is_listed(launcher->folders, word) && start->own < argc) {
			start->folder = argv[start->own];
		}
	} else if (!str_eq(word, "--") && !is_listed(launcher->flags, word) &&
		   !joined_value(launcher->values, word) && !is_cluster(launcher, word)) {
		start->opaque = true;
	}
	return true;
}

static bool takes_word(const struct launcher *launcher, const char *word, bool first)
{
	return (first && is_listed(launcher->verbs, word)) ||
	       (launcher->operand && (first || launcher->many) && launcher->operand(word));
}

struct start launch_read(char *const *argv, size_t argc)
{
	const struct launcher *current = NULL;
	struct start start = {0};
	bool first = true; /* no word of its own but options stands behind it yet */

	for (; start.own < argc; start.own++) {
		const char *word = argv[start.own];
		const struct launcher *launcher = launcher_find(word);

		if (current && word[0] == '-') {
			if (!read_option(current, argv, argc, &start)) {
				break;
			}
		} else if (current && takes_word(current, word, first)) {
			first = false;
		} else if (launcher) {
			current = launcher;
			first = true;
			start.opaque |= launcher->scripted || !launcher_is_installed(word);
		} else {
			break;
		}
	}
	start.own = start.own < argc ? start.own : argc;
	return start;
}
