/* SPDX-License-Identifier: Apache-2.0 */
#include "rerun/internal.h"

#include "base/buf.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/str.h"
#include "os/file.h"

#include <string.h>

/* One argument may hold 128 KiB on Linux, all of them and the environment 2 MiB. What comes near is
 * not worth building: then the whole command runs. */
#define ARGUMENT_MAX ((size_t)100000)
#define COMMAND_MAX  ((size_t)1000000)

/* The files of the selection, each once; -1 when one is not known. */
static int collect_files(const struct naming *naming, const struct first_run *first,
			 const struct selection *selection, struct strv *out)
{
	CLEANUP(map_release) struct map seen = {0};

	for (size_t i = 0; i < selection->count; i++) {
		AUTO_FREE char *file =
			naming->file ? naming->file(first, selection->tests[i]) : NULL;

		if (!file) {
			return -1;
		}
		if (map_put(&seen, file, 0)) {
			strv_add(out, file);
		}
	}
	return 0;
}

/* Is this argument a file, a folder or a part of an existing file? */
static bool names_tests(const char *arg)
{
	const char *colons = strstr(arg, "::");
	AUTO_FREE char *path = mem_strn(arg, colons ? (size_t)(colons - arg) : strlen(arg));

	return arg[0] != '-' && (file_exists(path) || file_is_dir(path));
}

/* The user's arguments but for what the names replace. */
static void keep_arguments(const struct preset *preset, const struct strv *argv, size_t first,
			   bool replace_paths, struct strv *out)
{
	const struct naming *naming = &preset->naming;

	for (size_t i = first; i < argv->len; i++) {
		const char *arg = argv->items[i];
		bool is_value = i > first && (is_listed(naming->values, argv->items[i - 1]) ||
					      is_listed(naming->replaces, argv->items[i - 1]));

		if (is_listed(naming->replaces, arg)) {
			i++;
		} else if (!names_option(naming->replaces, arg) &&
			   !names_option(naming->replaces_flag, arg) &&
			   (is_value || !replace_paths || !names_tests(arg))) {
			strv_add(out, arg);
		}
	}
}

static void quote(const struct naming *naming, const char *name, struct buf *out)
{
	for (; *name; name++) {
		if (naming->special && strchr(naming->special, *name)) {
			buf_char(out, naming->escape);
		}
		buf_char(out, *name);
	}
}

static void add_option(const struct naming *naming, const char *text, struct strv *out)
{
	if (naming->option && naming->joined) {
		strv_fmt(out, "%s%s", naming->option, text);
		return;
	}
	if (naming->option) {
		strv_add(out, naming->option);
	}
	strv_add(out, text);
}

/* The names as arguments; -1 when a test has none or they are too long. */
static int add_names(const struct naming *naming, const struct first_run *first,
		     const struct selection *selection, struct strv *out)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(ARGUMENT_MAX);
	CLEANUP(map_release) struct map seen = {0};
	size_t total = 0;

	for (size_t i = 0; i < selection->count; i++) {
		AUTO_FREE char *name =
			naming->spell ? naming->spell(first, selection->tests[i]) : NULL;

		if (!name || !*name) {
			return -1;
		}
		if (!map_put(&seen, name, 0)) {
			continue;
		}
		if (naming->each) {
			buf_clear(&text);
		}
		buf_str_add(&text, str_or(text.len ? naming->between : naming->open, ""));
		quote(naming, name, &text);
		if (naming->each) {
			buf_str_add(&text, str_or(naming->close, ""));
			add_option(naming, buf_str(&text), out);
		}
		total += strlen(name);
	}
	if (!naming->each) {
		buf_str_add(&text, str_or(naming->close, ""));
		add_option(naming, buf_str(&text), out);
	}
	return text.cut || total > COMMAND_MAX ? -1 : 0;
}

int naming_select(const struct preset *preset, const struct first_run *first,
		  const struct selection *selection, struct strv *out)
{
	const struct naming *naming = &preset->naming;
	bool by_file = selection->level == LEVEL_FILE;
	CLEANUP(strv_release) struct strv argv = {0};
	CLEANUP(strv_release) struct strv names = {0};
	CLEANUP(strv_release) struct strv files = {0};
	bool has_files = naming->files && collect_files(naming, first, selection, &files) == 0;

	if ((by_file && !has_files) ||
	    (!by_file && add_names(naming, first, selection, &names) < 0)) {
		return -1;
	}
	preset_without_results(preset, first->command, &argv);
	for (size_t i = 0; i < first->command->first; i++) {
		strv_add(out, argv.items[i]);
	}
	if (naming->first) {
		strv_add_all(out, by_file && naming->names_files ? &files : &names);
	}
	/* what only looks like a path is a pity in a command that people read before they use it */
	keep_arguments(preset, &argv, first->command->first,
		       has_files && (!naming->keeps_paths || !first->folder), out);
	if (naming->also) {
		naming->also(first, out);
	}
	if (!naming->first) {
		strv_add_all(out, by_file && naming->names_files ? &files : &names);
	}
	if (has_files && !naming->names_files) {
		strv_add_all(out, &files);
	}
	return 0;
}

int preset_select(const struct preset *preset, const struct first_run *first,
		  const struct selection *selection, struct strv *out)
{
	return (preset->select ? preset->select : naming_select)(preset, first, selection, out);
}
