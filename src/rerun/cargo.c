/* SPDX-License-Identifier: Apache-2.0 */
#include "rerun/cargo.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"
#include "os/file.h"
#include "rerun/internal.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CONFIG_MAX   ((size_t)1 << 20)
#define NAME_MAX_LEN ((size_t)65536)

/* Does the file hold the word? Where it cannot be read, it holds nothing for cargo either. */
static bool holds_word(const char *path, const char *word)
{
	AUTO_FREE char *text = file_text(path, CONFIG_MAX, NULL);

	return text && strstr(text, word);
}

/* The first of the folder's files that holds the word; NULL when none does. The caller frees. */
static char *find_in(const char *folder, const char *const *names, const char *word)
{
	for (; *names; names++) {
		AUTO_FREE char *path = path_join(folder, *names);

		if (holds_word(path, word)) {
			return TAKE(path);
		}
	}
	return NULL;
}

/* The same in the current folder and all above it. */
static char *find_above(const char *const *names, const char *word)
{
	AUTO_FREE char *folder = path_cwd();

	for (;;) {
		char *found = find_in(folder, names, word);
		char *above = NULL;

		if (found || str_eq(folder, "/")) {
			return found;
		}
		above = path_dir(folder);
		cleanup_free(&folder);
		folder = above;
	}
}

static char *find_at_home(const char *word)
{
	static const char *const names[] = {"config.toml", "config", NULL};
	const char *own = getenv("CARGO_HOME");
	AUTO_FREE char *usual = path_join(str_or(getenv("HOME"), "/"), ".cargo");

	return find_in(own ? own : usual, names, word);
}

/* CARGO_TARGET_<TRIPLE>_RUNNER; the caller frees. */
static char *find_variable(void)
{
	for (char **entry = environ; entry && *entry; entry++) {
		const char *equals = strchr(*entry, '=');
		AUTO_FREE char *name = equals ? mem_strn(*entry, (size_t)(equals - *entry)) : NULL;

		if (name && str_starts(name, "CARGO_TARGET_") && str_ends(name, "_RUNNER")) {
			return TAKE(name);
		}
	}
	return NULL;
}

/* A --config that sets one, or whose file may. */
static const char *find_option(const struct command *command)
{
	for (size_t i = 0; i < command->argc && !str_eq(command->argv[i], "--"); i++) {
		const char *arg = command->argv[i];
		const char *value = str_starts(arg, "--config=") ? arg + strlen("--config=")
				    : str_eq(arg, "--config") && i + 1 < command->argc
					    ? command->argv[i + 1]
					    : NULL;

		if (value && (strstr(value, "runner") || holds_word(value, "runner"))) {
			return value;
		}
	}
	return NULL;
}

/* That the word is there is enough: what is called so and means something else costs a report, and
 * what is missed takes the user's runner away. */
char *cargo_bar(const struct command *command)
{
	static const char *const names[] = {".cargo/config.toml", ".cargo/config", NULL};
	AUTO_FREE char *found = find_variable();

	if (!found) {
		found = mem_str(find_option(command));
	}
	if (!found) {
		found = find_above(names, "runner");
	}
	if (!found) {
		found = find_at_home("runner");
	}
	return found ? mem_fmt("%s sets a runner, and cargo takes one", found) : NULL;
}

/* What the project says of its report, also for one profile, goes before what we could say. */
char *nextest_bar(const struct command *command)
{
	static const char *const names[] = {".config/nextest.toml", NULL};
	AUTO_FREE char *found = find_above(names, "junit");

	(void)command;
	return found ? mem_fmt("%s says where the report goes", found) : NULL;
}

static void add_escaped(struct buf *out, const char *name)
{
	for (; *name; name++) {
		if (strchr("\\),", *name)) {
			buf_char(out, '\\');
		}
		buf_char(out, *name);
	}
}

char *nextest_spell(const struct first_run *first, const struct result *test)
{
	CLEANUP(buf_release) struct buf out = BUF_INIT(NAME_MAX_LEN);

	(void)first;
	if (str_empty(test->test.class_name) || str_empty(test->test.name)) {
		return NULL;
	}
	buf_str_add(&out, "binary_id(=");
	add_escaped(&out, test->test.class_name);
	buf_str_add(&out, ") & test(=");
	add_escaped(&out, test->test.name);
	buf_str_add(&out, ")");
	return buf_take(&out);
}

void cargo_also(const struct first_run *first, struct strv *out)
{
	const struct command *command = first->command;
	size_t i = command->first;

	while (i < command->argc && !str_eq(command->argv[i], "--")) {
		i++;
	}
	if (i == command->argc) {
		strv_add(out, "--");
	}
	for (; i < command->argc; i++) {
		if (str_eq(command->argv[i], "--exact")) {
			return;
		}
	}
	strv_add(out, "--exact");
}
