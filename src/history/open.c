/* SPDX-License-Identifier: Apache-2.0 */
#include "history/history.h"

#include "base/log.h"
#include "history/aside.h"
#include "history/internal.h"
#include "history/migrate.h"
#include "history/remote.h"
#include "history/scratch.h"
#include "os/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * The way in. Nothing may change before it is certain that the file is a history that this build
 * knows: the kind of file first, then its first bytes, then its schema, then migrations.
 *
 * Reading needs more ways than writing. SQLite wants to write a little even to read (the side files
 * of write-ahead logging). Where it may not, a database without pending log is opened as frozen,
 * and one with a log that a killed process left behind is read from a private copy.
 *
 * A history that cannot be read any more would keep every later run from being recorded: whoever
 * writes sets it aside, when it is certain that it is ours.
 */

int history_schema_version(void)
{
	return migrate_schema.len;
}

void history_close(struct history *history)
{
	if (!history) {
		return;
	}
	history_take_back(history);
	db_close(&history->db);
	if (history->private_copy) {
		file_remove_tree(history->private_copy);
	}
	free(history->private_copy);
	free(history);
}

static void close_slot(struct history **slot)
{
	history_close(*slot);
}

/* The size of a side file of the database, 0 also when there is none. */
static off_t side_size(const char *path, const char *suffix)
{
	AUTO_FREE char *side = mem_fmt("%s%s", path, suffix);
	struct stat st;

	return lstat(side, &st) == 0 ? st.st_size : 0;
}

static int check_kind(const char *path, const struct stat *st, struct err *err)
{
	if (S_ISREG(st->st_mode)) {
		return 0;
	}
	if (S_ISLNK(st->st_mode)) {
		return err_set(err, ERR_HISTORY,
			       "%s: is a symbolic link; name the file that it leads to", path);
	}
	return err_set(err, ERR_HISTORY, "%s: is a %s, not a file", path,
		       S_ISDIR(st->st_mode) ? "folder" : "device or pipe");
}

/* SQLite would make the file for everyone to read; an empty one is ours to fill. */
static int create(const char *path, struct err *err)
{
	AUTO_FREE char *dir = path_dir(path);
	AUTO_CLOSE int fd = -1;

	if (file_make_dirs(dir, 0755, err) < 0) {
		err->code = ERR_HISTORY;
		return -1;
	}
	fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd >= 0 || errno == EEXIST) {
		return 0;
	}
	if (errno == EACCES || errno == EROFS || errno == EPERM) {
		return err_set(err, ERR_HISTORY, "%s: cannot be made: its folder is read-only",
			       path);
	}
	return err_sys(err, ERR_HISTORY, "%s: cannot be made", path);
}

/* Whoever only reads, or looks after what is there, begins no history. */
static bool begins_one(enum history_mode mode)
{
	return mode == HISTORY_WRITE || mode == HISTORY_WRITE_HOME;
}

/* Sees to it that a regular file is there. */
static int prepare_path(const char *path, enum history_mode mode, struct err *err)
{
	struct stat st;

	if (lstat(path, &st) == 0) {
		if (check_kind(path, &st, err) < 0) {
			return -1;
		}
		if (!begins_one(mode) && st.st_size == 0) {
			return err_set(err, ERR_NOT_FOUND, "no history at %s yet", path);
		}
		return 0;
	}
	if (errno != ENOENT && (errno != ENOTDIR || begins_one(mode))) {
		return err_sys(err, ERR_HISTORY, "%s", path);
	}
	if (!begins_one(mode)) {
		return err_set(err, ERR_NOT_FOUND, "no history at %s yet", path);
	}
	return create(path, err);
}

/* Opens and looks at the first bytes. */
static int open_ours(struct db *db, const char *path, const char *file, bool frozen, int *version,
		     struct err *err)
{
	if (db_open(db, path, file, frozen, err) < 0 ||
	    db_check_header(db, history_schema_version(), version, err) < 0) {
		return -1;
	}
	/* Until the schema was seen, somebody's log stays where it is. */
	if (side_size(file, "-wal") > 0) {
		db_leave_log(db, true);
	}
	return 0;
}

static int open_copy(struct history *history, const char *path, int *version, struct err *err)
{
	char *dir = scratch_folder(err);
	AUTO_FREE char *file = NULL;
	AUTO_FREE char *log_from = mem_fmt("%s-wal", path);
	AUTO_FREE char *log_to = NULL;

	if (!dir) {
		err->code = ERR_HISTORY;
		return err_wrap(err, "%s: has to be copied to be read", path);
	}
	history->private_copy = dir;
	file = mem_fmt("%s/history.db", dir);
	log_to = mem_fmt("%s-wal", file);
	if (file_copy(path, file, err) < 0 ||
	    (side_size(path, "-wal") > 0 && file_copy(log_from, log_to, err) < 0)) {
		err->code = ERR_HISTORY;
		return err_wrap(err, "%s: has to be copied to be read", path);
	}
	chmod(file, 0600);
	if (open_ours(&history->db, path, file, false, version, err) < 0 ||
	    db_probe(&history->db, err) < 0) {
		return -1;
	}
	return migrate_run(&history->db, file, &migrate_schema, err);
}

/* Read-only surroundings: without changing anything, or from a copy where that cannot be. */
static int open_aside(struct history *history, const char *path, struct err *err)
{
	int version = 0;

	if (side_size(path, "-wal") == 0) {
		if (open_ours(&history->db, path, path, true, &version, err) < 0 ||
		    db_probe(&history->db, err) < 0) {
			return -1;
		}
		if (version == history_schema_version()) {
			return 0;
		}
		db_close(&history->db);
	}
	return open_copy(history, path, &version, err);
}

/* Whether opening in the usual way would leave side files that belong to the wrong user. */
static bool would_litter(const struct db *db, const char *path)
{
	return db_is_read_only(db) &&
	       (side_size(path, "-wal") == 0 || side_size(path, "-shm") == 0);
}

static int open_to_read(struct history *history, const char *path, struct err *err)
{
	struct db *db = &history->db;
	int version = 0;

	if (open_ours(db, path, path, false, &version, err) < 0) {
		return -1;
	}
	if (would_litter(db, path)) {
		db_close(db);
		return open_aside(history, path, err);
	}
	if (db_probe(db, err) < 0) {
		if (!db_needs_write(db)) {
			return -1;
		}
		db_close(db);
		return open_aside(history, path, err);
	}
	if (migrate_run(db, path, &migrate_schema, err) < 0) {
		return -1;
	}
	db_leave_log(db, false);
	return 0;
}

/* Machines that share a file system share no memory: told, once, and done without the log. */
static bool is_shared(const char *path)
{
	static bool told;
	const char *kind = remote_at(path);

	if (kind && !told) {
		told = true;
		log_warning("%s: lies on a file system that machines may share (%s), where locks "
			    "may not hold: better name one on a local disk with --history",
			    path, kind);
	}
	return kind != NULL;
}

static int open_to_write(struct history *history, const char *path, struct err *err)
{
	struct db *db = &history->db;
	int version = 0;

	if (open_ours(db, path, path, false, &version, err) < 0) {
		return -1;
	}
	if (db_is_read_only(db)) {
		return err_set(err, ERR_HISTORY, "%s: is read-only", path);
	}
	if (db_probe(db, err) < 0 || migrate_run(db, path, &migrate_schema, err) < 0) {
		return -1;
	}
	db_leave_log(db, false);
	db_want_journal(db, is_shared(path));
	return 0;
}

/* On failure *out may tell why: it is to be closed all the same. */
static int open_once(const char *path, enum history_mode mode, struct history **out,
		     struct err *err)
{
	struct history *history = mem_alloc(sizeof(*history));

	*out = history;
	history->mode = mode;
	if (prepare_path(path, mode, err) < 0) {
		return -1;
	}
	if (mode != HISTORY_READ) {
		file_stamp(path, &history->seen);
		return open_to_write(history, path, err);
	}
	if (open_to_read(history, path, err) < 0) {
		return -1;
	}
	return db_forbid_writes(&history->db, err);
}

/* Whether the way is free for a new file, because a damaged one of ours was in it. Closes. */
static bool put_aside(struct history *history, const char *path, const struct err *why)
{
	struct db *db = &history->db;
	AUTO_FREE char *to = NULL;
	struct err err = ERR_INIT;

	if (!begins_one(history->mode) || !db_is_damaged(db) ||
	    !(db->ours || history->mode == HISTORY_WRITE_HOME)) {
		return false;
	}
	db_leave_log(db, true);
	db_close(db);
	if (aside_put(path, &history->seen, &to, &err) < 0) {
		log_warning("%s", err.msg);
		return false;
	}
	if (to) {
		log_warning("%s; set aside as %s, and a new history was begun", why->msg, to);
	}
	return true;
}

int history_open(const char *path, enum history_mode mode, struct history **out, struct err *err)
{
	CLEANUP(close_slot) struct history *history = NULL;

	if (open_once(path, mode, &history, err) < 0) {
		if (!put_aside(history, path, err)) {
			return -1;
		}
		history_close(history);
		if (open_once(path, mode, &history, err) < 0) {
			return -1;
		}
	}
	*out = TAKE(history);
	return 0;
}

bool history_renew(struct history **history, const struct err *why)
{
	CLEANUP(close_slot) struct history *old = TAKE(*history);
	AUTO_FREE char *path = mem_str(old->db.path);
	struct err ignored = ERR_INIT;

	return (db_has_moved(&old->db) || put_aside(old, path, why)) &&
	       history_open(path, old->mode, history, &ignored) == 0;
}
