/* SPDX-License-Identifier: Apache-2.0 */
#include "run/collect.h"

#include "base/mem.h"
#include "failure/signature.h"
#include "junit/reader.h"
#include "os/glob.h"

#include <stdint.h>
#include <stdio.h>

#define NS_PER_S INT64_C(1000000000)

void collect_match(const struct strv *globs, struct strv *out)
{
	VEC_EACH (char *, glob, globs) {
		if (file_exists(*glob)) {
			strv_add(out, *glob);
		} else {
			glob_files(*glob, out);
		}
	}
}

void snapshot_take(struct snapshot *snapshot, const struct strv *globs)
{
	CLEANUP(strv_release) struct strv paths = {0};

	collect_match(globs, &paths);
	VEC_EACH (char *, path, &paths) {
		struct file_stamp stamp;

		if (file_stamp(*path, &stamp) == 0 &&
		    map_put(&snapshot->index, *path, snapshot->stamps.len)) {
			*VEC_PUSH(&snapshot->stamps) = stamp;
		}
	}
	snapshot->start_ns = file_clock_tick();
}

void snapshot_release(struct snapshot *snapshot)
{
	map_release(&snapshot->index);
	VEC_FREE(&snapshot->stamps);
}

/* Dates without a fraction come from file systems (FAT: every other second) and archives that do not
 * know it. */
static bool is_dated_since(int64_t start_ns, int64_t time_ns)
{
	return time_ns >= (time_ns % NS_PER_S ? start_ns : start_ns - start_ns % (2 * NS_PER_S));
}

static bool is_fresh(const struct snapshot *before, const char *path, const struct file_stamp *now)
{
	size_t old = 0;

	if (map_get(&before->index, path, &old) && file_stamp_eq(&before->stamps.items[old], now)) {
		return false;
	}
	return now->mtime_ns <= now->ctime_ns && is_dated_since(before->start_ns, now->mtime_ns) &&
	       is_dated_since(before->start_ns, now->ctime_ns);
}

void snapshot_fresh(const struct snapshot *before, const struct strv *globs, struct strv *out,
		    size_t *stale)
{
	CLEANUP(strv_release) struct strv paths = {0};
	CLEANUP(map_release) struct map seen = {0};

	collect_match(globs, &paths);
	strv_sort(&paths);
	VEC_EACH (char *, path, &paths) {
		struct file_stamp now;
		char key[48];

		if (file_stamp(*path, &now) < 0) {
			continue;
		}
		snprintf(key, sizeof(key), "%jx:%jx", (uintmax_t)now.dev, (uintmax_t)now.ino);
		if (!map_put(&seen, key, 0)) {
			continue;
		}
		if (is_fresh(before, *path, &now)) {
			strv_add(out, *path);
		} else {
			(*stale)++;
		}
	}
}

void collect_file(const char *path, struct results_file *out)
{
	junit_read(path, out);
	VEC_EACH (struct result, result, &out->results) {
		if (result->failure) {
			failure_sign(result->failure);
		}
	}
}

void collect_results(struct attempt *attempt, const struct strv *paths)
{
	VEC_EACH (char *, path, paths) {
		struct results_file *file = VEC_PUSH(&attempt->files);

		collect_file(*path, file);
	}
}
