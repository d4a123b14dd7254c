/* SPDX-License-Identifier: Apache-2.0 */
#include "run/collect.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "failure/secrets.h"
#include "failure/signature.h"
#include "os/glob.h"

#include <stdint.h>
#include <stdio.h>

#define NS_PER_S INT64_C(1000000000)

static void match(const struct strv *globs, struct strv *out, struct strv *unread)
{
	VEC_EACH (char *, glob, globs) {
		if (file_exists(*glob)) {
			strv_add(out, *glob);
		} else {
			glob_files(*glob, out, unread);
		}
	}
}

void collect_match(const struct strv *globs, struct strv *out)
{
	match(globs, out, NULL);
}

static void add_stamp(struct snapshot *snapshot, const char *path, const struct file_stamp *stamp)
{
	if (map_put(&snapshot->index, path, snapshot->stamps.len)) {
		*VEC_PUSH(&snapshot->stamps) = *stamp;
	}
}

void snapshot_take(struct snapshot *snapshot, const struct strv *globs)
{
	CLEANUP(strv_release) struct strv paths = {0};
	CLEANUP(strv_release) struct strv unread = {0};
	struct file_stamp stamp;

	match(globs, &paths, &unread);
	VEC_EACH (char *, path, &paths) {
		if (file_stamp(*path, &stamp) == 0) {
			add_stamp(snapshot, *path, &stamp);
		}
	}
	VEC_EACH (char *, folder, &unread) {
		if (file_stamp_folder(*folder, &stamp) == 0) {
			add_stamp(snapshot, *folder, &stamp);
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

/* Permissions and the number of names may differ. */
static bool same_content(const struct file_stamp *a, const struct file_stamp *b)
{
	struct file_stamp copy = *a;

	copy.ctime_ns = b->ctime_ns;
	return file_stamp_eq(&copy, b);
}

static bool is_fresh(const struct snapshot *before, const char *path, const struct file_stamp *now)
{
	size_t old = 0;

	if (map_get(&before->index, path, &old) && same_content(&before->stamps.items[old], now)) {
		return false;
	}
	return now->mtime_ns <= now->ctime_ns && is_dated_since(before->start_ns, now->mtime_ns) &&
	       is_dated_since(before->start_ns, now->ctime_ns);
}

/* The same for all names of a file. */
struct identity {
	char text[48];
};

static struct identity identify(const struct file_stamp *stamp)
{
	struct identity id;

	snprintf(id.text, sizeof(id.text), "%jx:%jx", (uintmax_t)stamp->dev, (uintmax_t)stamp->ino);
	return id;
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

		if (file_stamp(*path, &now) < 0 || !map_put(&seen, identify(&now).text, 0)) {
			continue;
		}
		if (is_fresh(before, *path, &now)) {
			strv_add(out, *path);
		} else {
			(*stale)++;
		}
	}
}

void collect_unreadable(const struct snapshot *before, const struct strv *globs,
			struct attempt *attempt)
{
	CLEANUP(strv_release) struct strv paths = {0};
	CLEANUP(strv_release) struct strv unread = {0};
	struct file_stamp now;

	match(globs, &paths, &unread);
	VEC_EACH (char *, folder, &unread) {
		if (file_stamp_folder(*folder, &now) == 0 && !is_fresh(before, *folder, &now)) {
			log_warning("%s: this folder cannot be read; whether results are in it is "
				    "not known",
				    *folder);
			continue;
		}
		*VEC_PUSH(&attempt->files) = (struct results_file){
			.path = mem_str(*folder),
			.state = FILE_REFUSED,
			.error = mem_str("this folder cannot be read"),
			.time_us = -1,
		};
	}
}

static int64_t written_at(const char *path)
{
	struct file_stamp stamp;

	return file_stamp(path, &stamp) == 0 ? stamp.mtime_ns / (NS_PER_S / US_PER_S) : 0;
}

void collect_file(const char *path, const struct junit_read_options *reading,
		  struct results_file *out)
{
	const struct junit_read_options usual = {0};

	junit_read_with(path, reading ? reading : &usual, out);
	out->written_us = written_at(path);
	VEC_EACH (struct result, result, &out->results) {
		if (result->failure) {
			secrets_hide_in(result->failure);
			failure_sign(result->failure);
		}
	}
}

void collect_results(struct attempt *attempt, const struct strv *paths,
		     const struct junit_read_options *reading)
{
	VEC_EACH (char *, path, paths) {
		struct results_file *file = VEC_PUSH(&attempt->files);

		collect_file(*path, reading, file);
	}
}

/* At most so many old files of a glob are named. */
#define OLD_NAMED 3

static void name_unkept(struct buf *out, const char *glob, const struct strv *old)
{
	buf_fmt(out, "%s'%s' brought no test results", out->len ? ", " : "", glob);
	for (size_t i = 0; i < old->len && i < OLD_NAMED; i++) {
		buf_fmt(out, "%s%s", i ? ", " : " (old: ", old->items[i]);
	}
	if (old->len > OLD_NAMED) {
		buf_fmt(out, " and %zu more", old->len - OLD_NAMED);
	}
	buf_str_add(out, old->len ? ")" : "");
}

/* Whether one of the files that a glob matches was read and held a test; the old ones into *old. */
static bool is_kept(const struct snapshot *before, const char *glob, const struct map *read,
		    struct strv *old)
{
	CLEANUP(strv_release) struct strv one = {0};
	CLEANUP(strv_release) struct strv paths = {0};
	struct file_stamp now;

	strv_add(&one, glob);
	collect_match(&one, &paths);
	VEC_EACH (char *, path, &paths) {
		if (file_stamp(*path, &now) < 0) {
			continue;
		}
		if (map_get(read, identify(&now).text, NULL)) {
			return true;
		}
		if (!is_fresh(before, *path, &now)) {
			strv_add(old, *path);
		}
	}
	return false;
}

char *collect_unkept(const struct snapshot *before, const struct strv *globs,
		     const struct attempt *attempt)
{
	CLEANUP(map_release) struct map read = {0};
	struct buf unkept = BUF_INIT(4096);
	struct file_stamp now;

	VEC_EACH (const struct results_file, file, &attempt->files) {
		if (file->tests > 0 && file_stamp(file->path, &now) == 0) {
			map_put(&read, identify(&now).text, 0);
		}
	}
	VEC_EACH (char *, glob, globs) {
		CLEANUP(strv_release) struct strv old = {0};

		if (!is_kept(before, *glob, &read, &old)) {
			name_unkept(&unkept, *glob, &old);
		}
	}
	return unkept.len ? buf_take(&unkept) : NULL;
}
