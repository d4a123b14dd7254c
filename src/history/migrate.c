/* SPDX-License-Identifier: Apache-2.0 */
#include "history/migrate.h"

#include "history/sql.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const struct migrate_step schema_steps[] = {
	{.script = embed_schema_1_sql},
	{.script = embed_schema_2_sql, .work = migrate_tests},
	{.script = embed_schema_3_sql},
	{.script = embed_schema_4_sql},
	{.script = embed_schema_5_sql, .work = migrate_rollups},
	{.script = embed_schema_6_sql},
	{.script = embed_schema_7_sql},
};

const struct migrate_plan migrate_schema = {
	.steps = schema_steps,
	.len = ARRAY_LEN(schema_steps),
};

/* SQLite fills an existing empty file; made by us, nobody else can read it at any time. */
static int vacuum_into(const char *file, const char *copy, struct err *err)
{
	static const char sql[] = "VACUUM INTO :copy";
	CLEANUP(db_close) struct db from = {0};
	CLEANUP(stmt_release) struct stmt vacuum = {0};
	AUTO_CLOSE int fd = open(copy, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0) {
		return err_sys(err, ERR_HISTORY, "%s", copy);
	}
	if (db_open(&from, file, file, false, err) < 0) {
		return -1;
	}
	stmt_make(&vacuum, &from, "vacuum", sql, strlen(sql));
	stmt_bind_text(&vacuum, ":copy", copy);
	if (stmt_run(&vacuum, err) < 0) {
		return -1;
	}
	return fsync(fd) < 0 ? err_sys(err, ERR_HISTORY, "%s", copy) : 0;
}

/* The caller holds the write lock, so that the copy is of the version that its name says. */
static int back_up(const char *file, int64_t version, struct err *err)
{
	AUTO_FREE char *copy = mem_fmt("%s.schema-%" PRId64 ".backup", file, version);
	AUTO_FREE char *part = mem_fmt("%s.part", copy);

	unlink(part);
	if (vacuum_into(file, part, err) < 0) {
		unlink(part);
		return err_wrap(err, "backup before an update");
	}
	if (rename(part, copy) < 0) {
		err_sys(err, ERR_HISTORY, "%s", copy);
		unlink(part);
		return -1;
	}
	return 0;
}

static int read_version(struct db *db, const struct migrate_plan *plan, int64_t *version,
			struct err *err)
{
	if (db_ask_int(db, "PRAGMA user_version", version, err) < 0) {
		return -1;
	}
	if (*version < 0 || *version > plan->len) {
		return err_set(err, ERR_HISTORY,
			       "%s: was written by a newer steady (schema %" PRId64
			       ", this one knows %d)",
			       db->path, *version, plan->len);
	}
	return 0;
}

static int do_step(struct db *db, const struct migrate_step *step, struct err *err)
{
	if (db_exec(db, step->script, err) < 0) {
		return -1;
	}
	return step->work ? step->work(db, err) : 0;
}

/* One that was killed while it was made has nothing to back up, and perhaps no space for that. */
static bool holds_runs(struct db *db, int64_t version)
{
	struct err ignored = ERR_INIT;
	int64_t any = 0;

	return version > 0 &&
	       (db_ask_int(db, "SELECT EXISTS (SELECT 1 FROM run)", &any, &ignored) < 0 || any);
}

/* One step from whatever version the database has once the lock is ours. */
static int take_step(struct db *db, const char *file, const struct migrate_plan *plan,
		     bool *backed_up, struct err *err)
{
	CLEANUP(tx_end) struct tx tx = {0};
	AUTO_FREE char *mark = NULL;
	int64_t version = 0;

	if (tx_begin(&tx, db, TX_WRITE, err) < 0 || read_version(db, plan, &version, err) < 0) {
		return -1;
	}
	if (version == plan->len) {
		return 0;
	}
	if (!*backed_up && holds_runs(db, version) && back_up(file, version, err) < 0) {
		return -1;
	}
	*backed_up = true;
	mark = mem_fmt("PRAGMA user_version = %" PRId64, version + 1);
	if (do_step(db, &plan->steps[version], err) < 0 || db_exec(db, mark, err) < 0) {
		return err_wrap(err, "update to schema %" PRId64, version + 1);
	}
	return tx_commit(&tx, err);
}

int migrate_run(struct db *db, const char *file, const struct migrate_plan *plan, struct err *err)
{
	bool backed_up = false;
	int64_t version = 0;

	if (read_version(db, plan, &version, err) < 0) {
		return -1;
	}
	/* Blobs of some kilobytes fit better; a file that is not empty keeps the size it has. */
	if (version == 0 && db_exec(db, "PRAGMA page_size = 8192", err) < 0) {
		return -1;
	}
	while (version < plan->len) {
		if (take_step(db, file, plan, &backed_up, err) < 0 ||
		    read_version(db, plan, &version, err) < 0) {
			return -1;
		}
	}
	return 0;
}
