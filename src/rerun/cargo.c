/* SPDX-License-Identifier: Apache-2.0 */
#include "rerun/cargo.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"
#include "os/file.h"
#include "rerun/internal.h"
#include "rerun/project.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NAME_MAX_LEN ((size_t)65536)

static char *find_at_home(const char *word)
{
	static const char *const names[] = {"config.toml", "config", NULL};
	const char *own = getenv("CARGO_HOME");
	AUTO_FREE char *usual = path_join(str_or(getenv("HOME"), "/"), ".cargo");

	return project_find_in(own ? own : usual, names, word);
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

		if (value && (strstr(value, "runner") || project_holds(value, "runner"))) {
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
		found = project_find_above(names, "runner");
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
	AUTO_FREE char *found = project_find_above(names, "junit");

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
