/* SPDX-License-Identifier: Apache-2.0 */
#include "os/glob.h"

#include "base/log.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/str.h"
#include "os/file.h"

#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <string.h>
#include <sys/stat.h>

#define ENTRIES_MAX 100000

struct walk {
	const char *what; /* the pattern or folder, for the warning */
	size_t seen;      /* entries looked at so far */
	struct strv found;
	struct strv *unread; /* NULL not wanted */
};

struct entry {
	char *name;
	bool dir; /* a folder itself, not a link to one */
};

struct entry_list {
	VEC(struct entry)
};

static void entry_list_release(struct entry_list *list)
{
	VEC_EACH (struct entry, entry, list) {
		cleanup_free(&entry->name);
	}
	VEC_FREE(list);
}

static bool walk_ended(struct walk *walk)
{
	if (walk->seen == ENTRIES_MAX) {
		log_warning("%s: stopped after %d entries; files may be missing", walk->what,
			    ENTRIES_MAX);
		walk->seen++;
	}
	return walk->seen > ENTRIES_MAX;
}

static bool is_own_dir(const char *dir, const struct dirent *entry)
{
	AUTO_FREE char *path = NULL;
	struct stat st;

	if (entry->d_type != DT_UNKNOWN) {
		return entry->d_type == DT_DIR;
	}
	path = path_join(dir, entry->d_name);
	return lstat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static void note_unread(struct walk *walk, const char *dir)
{
	if (walk->unread && errno != ENOENT && errno != ENOTDIR && !strv_has(walk->unread, dir)) {
		strv_add(walk->unread, dir);
	}
}

/* The names in a folder, without . and ..; read as a whole so that no descriptor stays open. */
static void read_dir(struct walk *walk, const char *dir, struct entry_list *out)
{
	DIR *stream = opendir(*dir ? dir : ".");
	struct dirent *entry = NULL;

	if (!stream) {
		note_unread(walk, *dir ? dir : ".");
		return;
	}
	while (!walk_ended(walk) && (entry = readdir(stream))) {
		struct entry *added = NULL;

		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) {
			continue;
		}
		walk->seen++;
		added = VEC_PUSH(out);
		added->name = mem_str(entry->d_name);
		added->dir = is_own_dir(dir, entry);
	}
	closedir(stream);
}

static void add_if_file(struct walk *walk, const char *path)
{
	AUTO_FREE char *dir = path_dir(path);
	struct stat st;

	if (stat(path, &st) == 0) {
		if (S_ISREG(st.st_mode)) {
			strv_add(&walk->found, path);
		}
	} else if (errno == EACCES) {
		note_unread(walk, dir);
	}
}

/* Appends what the walk found, sorted, leaving out what is in the list already. */
static void deliver(struct walk *walk, struct strv *out)
{
	CLEANUP(map_release) struct map known = {0};

	for (size_t i = 0; i < out->len; i++) {
		map_put(&known, out->items[i], i);
	}
	strv_sort(&walk->found);
	for (size_t i = 0; i < walk->found.len; i++) {
		if (map_put(&known, walk->found.items[i], i)) {
			strv_add(out, walk->found.items[i]);
		}
	}
	strv_release(&walk->found);
}

static void match_from(struct walk *walk, const char *dir, const char *pattern);

static bool is_any_depth(const char *pattern)
{
	return str_starts(pattern, "**") && (pattern[2] == '/' || pattern[2] == '\0');
}

/* "**": what follows is matched here and in every folder below. */
static void match_any_depth(struct walk *walk, const char *dir, const char *rest)
{
	CLEANUP(entry_list_release) struct entry_list entries = {0};

	match_from(walk, dir, rest);
	read_dir(walk, dir, &entries);
	VEC_EACH (struct entry, entry, &entries) {
		AUTO_FREE char *path = path_join(dir, entry->name);

		if (entry->dir && entry->name[0] != '.') {
			match_any_depth(walk, path, rest);
		}
	}
}

/* One name with wildcards; rest is NULL when it is the last of the pattern. */
static void match_names(struct walk *walk, const char *dir, const char *name, const char *rest)
{
	CLEANUP(entry_list_release) struct entry_list entries = {0};

	read_dir(walk, dir, &entries);
	VEC_EACH (struct entry, entry, &entries) {
		AUTO_FREE char *path = NULL;

		if (fnmatch(name, entry->name, FNM_PERIOD) != 0) {
			continue;
		}
		path = path_join(dir, entry->name);
		if (!rest) {
			add_if_file(walk, path);
		} else if (file_is_dir(path)) {
			match_from(walk, path, rest);
		}
	}
}

/* Matches the rest of a pattern below a folder; dir is "" for the current one. */
static void match_from(struct walk *walk, const char *dir, const char *pattern)
{
	AUTO_FREE char *name = mem_strn(pattern, strcspn(pattern, "/"));
	AUTO_FREE char *path = path_join(dir, name);
	const char *rest = pattern + strlen(name);

	rest = *rest == '/' ? rest + strspn(rest, "/") : NULL;
	if (walk_ended(walk)) {
		return;
	}
	if (is_any_depth(pattern)) {
		while (rest && is_any_depth(rest)) {
			rest += 2 + strspn(rest + 2, "/");
		}
		match_any_depth(walk, dir, str_or(rest, "*"));
	} else if (strpbrk(name, "*?[")) {
		match_names(walk, dir, name, rest);
	} else if (!rest) {
		walk->seen++;
		add_if_file(walk, path);
	} else {
		walk->seen++;
		match_from(walk, path, rest);
	}
}

void glob_files(const char *pattern, struct strv *out, struct strv *unread)
{
	struct walk walk = {.what = pattern, .unread = unread};

	match_from(&walk, pattern[0] == '/' ? "/" : "", pattern + strspn(pattern, "/"));
	deliver(&walk, out);
}

static void walk_tree(struct walk *walk, const char *dir, const char *suffix)
{
	CLEANUP(entry_list_release) struct entry_list entries = {0};

	read_dir(walk, dir, &entries);
	VEC_EACH (struct entry, entry, &entries) {
		AUTO_FREE char *path = path_join(dir, entry->name);

		if (entry->dir) {
			walk_tree(walk, path, suffix);
		} else if (str_ends(entry->name, suffix)) {
			add_if_file(walk, path);
		}
	}
}

void glob_tree(const char *dir, const char *suffix, struct strv *out, struct strv *unread)
{
	struct walk walk = {.what = dir, .unread = unread};

	walk_tree(&walk, dir, suffix);
	deliver(&walk, out);
}
