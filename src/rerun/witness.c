/* SPDX-License-Identifier: Apache-2.0 */
#include "rerun/witness.h"

#include "base/mem.h"
#include "base/str.h"
#include "os/file.h"

#include <stdlib.h>
#include <string.h>

/* A suite of 100,000 failed tests with long names. */
#define REPORT_MAX ((size_t)64 << 20)

/* Other versions of the file would come from another steady; still it comes from outside. */
#define VERSION 1

extern const char embed_steady_witness_py[];

static const struct {
	const char *path, *text;
} files[] = {
	{"steady_witness.py", embed_steady_witness_py},
	{"steady_witness-1.dist-info/METADATA",
	 "Metadata-Version: 2.1\nName: steady-witness\nVersion: 1\n"},
	{"steady_witness-1.dist-info/entry_points.txt",
	 "[pytest11]\nsteady_witness = steady_witness\n"},
};

int witness_place(const char *folder, int attempt, struct strv *env, struct err *err)
{
	AUTO_FREE char *place = path_join(folder, "witness");
	AUTO_FREE char *info = path_join(place, "steady_witness-1.dist-info");
	const char *old = getenv("PYTHONPATH");

	if (file_make_dirs(info, 0700, err) < 0) {
		return -1;
	}
	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		AUTO_FREE char *path = path_join(place, files[i].path);

		if (file_write(path, files[i].text, strlen(files[i].text), err) < 0) {
			return -1;
		}
	}
	strv_fmt(env, "PYTHONPATH=%s%s%s", place, str_empty(old) ? "" : ":", str_or(old, ""));
	strv_fmt(env, "STEADY_WITNESS=%s/witness%s.json", folder, attempt == 1 ? "" : "-retry");
	return 0;
}

struct json *witness_read(const char *folder)
{
	AUTO_FREE char *path = path_join(folder, "witness.json");
	AUTO_FREE char *text = NULL;
	struct json *seen = NULL;
	struct err ignored = ERR_INIT;
	size_t len = 0;

	if (file_read(path, REPORT_MAX, &text, &len, &ignored) < 0 ||
	    json_parse(text, len, &seen, &ignored) < 0) {
		return NULL;
	}
	if (json_number(json_get(seen, "version")) != VERSION) {
		json_free(seen);
		return NULL;
	}
	return seen;
}

static int64_t number(const struct json *seen, const char *key)
{
	return json_number(json_get(seen, key));
}

char *witness_doubt(const struct json *seen, size_t failed_tests)
{
	const struct json *gates = json_get(seen, "gates");
	const char *stopped = json_get_str(seen, "stopped");
	int64_t not_run = number(seen, "not_run"), skips = number(seen, "own_skips");

	if (not_run > 0) {
		return mem_fmt("%lld of %lld collected tests did not run", (long long)not_run,
			       (long long)number(seen, "collected"));
	}
	if (!str_empty(stopped)) {
		return mem_fmt("pytest was told to end: %s", stopped);
	}
	if (number(seen, "late_errors") > 0) {
		return mem_str("an error while tearing down may come from what other tests did");
	}
	if (!json_truth(json_get(seen, "untouched")) ||
	    number(seen, "counted") != number(seen, "failures")) {
		return mem_str("something beside the tests made the run fail");
	}
	if (json_len(gates) > 0) {
		return mem_fmt("%s can make the run fail for more than its tests",
			       str_or(json_text(json_at(gates, 0)), "a plugin"));
	}
	if (skips > 0) {
		return mem_fmt(
			"%lld test%s skipped by a decision at run time, which may have had the "
			"same reason as the failure",
			(long long)skips, skips == 1 ? " or module was" : "s or modules were");
	}
	if (json_len(json_get(seen, "failed")) != failed_tests) {
		return mem_fmt("pytest counts %zu failed tests and its results %zu",
			       json_len(json_get(seen, "failed")), failed_tests);
	}
	return NULL;
}

/* The report's class may have a prefix (--junit-prefix). */
static bool same_class(const char *reported, const char *seen)
{
	AUTO_FREE char *tail = mem_fmt(".%s", seen);

	return str_eq(reported, seen) || str_ends(reported, tail);
}

/* Ids are relative to rootdir, arguments to the current folder. A path from the root is the last
 * resort, because pytest reads a "[" in it as the start of parameters. */
static char *seen_from(const char *folder, const char *root, const char *id)
{
	AUTO_FREE char *current = path_cwd();
	AUTO_FREE char *here = folder ? path_join(current, folder) : TAKE(current);
	CLEANUP(buf_release) struct buf out = BUF_INIT(BUF_OWN_MAX);
	size_t len = str_eq(root, "/") ? 0 : strlen(root);

	if (strncmp(here, root, len) != 0 || (here[len] != '\0' && here[len] != '/')) {
		return path_join(root, id);
	}
	for (const char *rest = here + len; *rest; rest++) {
		buf_str_add(&out, *rest == '/' ? "../" : "");
	}
	buf_str_add(&out, id);
	return buf_take(&out);
}

char *witness_node_id(const struct json *seen, const char *folder, const struct result *test)
{
	const struct json *failed = json_get(seen, "failed");
	const char *found = NULL;

	for (size_t i = 0; i < json_len(failed); i++) {
		const struct json *item = json_at(failed, i);

		if (!str_eq(test->test.name, json_get_str(item, "name")) ||
		    !same_class(str_or(test->test.class_name, ""),
				str_or(json_get_str(item, "class"), ""))) {
			continue;
		}
		if (found) {
			return NULL;
		}
		found = str_or(json_get_str(item, "id"), NULL);
	}
	return found ? seen_from(folder, str_or(json_get_str(seen, "rootdir"), "/"), found) : NULL;
}

static bool holds_number(const struct json *list, size_t number)
{
	for (size_t i = 0; i < json_len(list); i++) {
		if (json_number(json_at(list, i)) == (int64_t)number) {
			return true;
		}
	}
	return false;
}

bool witness_options(const struct json *seen, char *const *words, size_t count, struct strv *out)
{
	const struct json *args = json_get(seen, "args"), *paths = json_get(seen, "paths");
	size_t ours = json_len(args) - count; /* what stands in front of the user's words */

	if (json_len(args) < count || json_kind(paths) != JSON_KIND_ARRAY) {
		return false;
	}
	for (size_t i = 0; i < count; i++) {
		if (!str_eq(words[i], json_text(json_at(args, ours + i)))) {
			return false;
		}
	}
	for (size_t i = 0; i < count; i++) {
		if (!holds_number(paths, ours + i)) {
			strv_add(out, words[i]);
		}
	}
	return true;
}
