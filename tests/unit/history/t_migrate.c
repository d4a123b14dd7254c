/* SPDX-License-Identifier: Apache-2.0 */
#include "sample.h"

#include "history/migrate.h"
#include "history/sql.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>

/* A database made by a script, without history_open(). */
static void make_raw(const char *path, const char *script)
{
	CLEANUP(db_close) struct db db = {0};
	struct err err = ERR_INIT;
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	close(fd);
	assert_ok(db_open(&db, path, path, false, &err));
	assert_ok(db_exec(&db, script, &err));
}

static void make_version(const char *path, int version)
{
	AUTO_FREE char *file = mem_fmt(FIXTURES "/history/v%d.sql", version);
	AUTO_FREE char *script = NULL;
	struct err err = ERR_INIT;

	assert_ok(file_read(file, 1 << 20, &script, NULL, &err));
	make_raw(path, script);
}

static void make_v1(const char *path)
{
	make_version(path, 1);
}

static int64_t ask(const char *path, const char *sql)
{
	CLEANUP(db_close) struct db db = {0};
	struct err err = ERR_INIT;
	int64_t answer = 0;

	assert_ok(db_open(&db, path, path, false, &err));
	assert_ok(db_ask_int(&db, sql, &answer, &err));
	return answer;
}

static void assert_evidence(const char *path)
{
	static const struct {
		const char *key, *job, *source;
		enum run_outcome outcome;
		int64_t started_us, duration_us, retry_us;
	} runs[] = {
		{"run-1", "unit", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", RUN_FLAKY,
		 1764000000000000, 9000000, 2000000},
		{"run-2", "unit", NULL, RUN_NOT_READY, 1764003600000000, 60000000, 0},
		{"ci-9", "integration", "commit:2222222222222222222222222222222222222222",
		 RUN_FLAKY, 1764007200000000, 1400000, 700000},
	};
	static const struct {
		const char *name;
		size_t run;
		enum outcome first;
		bool passed_retry;
		int64_t duration_us;
		const char *example;
	} observations[] = {
		{"test_flaky[\xc3\xa4]", 0, OUTCOME_FAILED, true, 5,
		 "AssertionError: assert 1 == 2"},
		{"test_import", 2, OUTCOME_ERROR, true, 5, "AssertionError: boom"},
	};
	const struct history_window window = {.until_us = INT64_MAX};
	CLEANUP(evidence_release) struct evidence evidence = {0};
	struct history *history;
	struct err err = ERR_INIT;

	history = sample_open(path, HISTORY_WRITE);
	assert_int_equal(sample_ask(history, "PRAGMA user_version"), history_schema_version());
	assert_ok(history_load(history, &window, &evidence, &err));
	history_close(history);
	assert_int_equal(evidence.runs.len, ARRAY_LEN(runs));
	for (size_t i = 0; i < ARRAY_LEN(runs); i++) {
		const struct run_facts *run = &evidence.runs.items[i];

		assert_string_equal(run->key, runs[i].key);
		assert_string_equal(run->job, runs[i].job);
		assert_true(str_eq(run->source, runs[i].source));
		assert_int_equal(run->outcome, runs[i].outcome);
		assert_int_equal(run->started_us, runs[i].started_us);
		assert_int_equal(run->duration_us, runs[i].duration_us);
		assert_int_equal(run->retry_us, runs[i].retry_us);
	}
	assert_int_equal(evidence.observations.len, ARRAY_LEN(observations));
	for (size_t i = 0; i < ARRAY_LEN(observations); i++) {
		const struct observation *seen = &evidence.observations.items[i];

		assert_string_equal(evidence.tests.items[seen->test].name.name,
				    observations[i].name);
		assert_int_equal(seen->run, observations[i].run);
		assert_int_equal(seen->first, observations[i].first);
		assert_int_equal(seen->passed_retry, observations[i].passed_retry);
		assert_int_equal(seen->duration_us, observations[i].duration_us);
		assert_int_equal(seen->has_signature, observations[i].example != NULL);
		if (seen->has_signature) {
			assert_string_equal(evidence.signatures.items[seen->signature].example,
					    observations[i].example);
		}
	}
	assert_int_equal(evidence.tests_seen, 4);
	assert_int_equal(evidence.runs.items[0].tests, 2);
	assert_int_equal(evidence.results, 8);
	assert_int_equal(evidence.waits.len, 2);
	assert_string_equal(evidence.waits.items[1].wait.error, "refused");
}

/* All fixtures hold the same runs. */
static void every_version_holds_its_evidence(void **state)
{
	const struct place *place = *state;

	for (int version = 1; version <= history_schema_version(); version++) {
		print_message("schema %d\n", version);
		make_version(place->path, version);
		assert_evidence(place->path);
		unlink(place->path);
	}
}

/* Under the identities of today, whatever they were when the test was recorded. */
static void tests_of_every_version_are_recognised(void **state)
{
	const struct place *place = *state;

	for (int version = 1; version <= history_schema_version(); version++) {
		struct run run = sample_run("new", "unit", 1765000000000000);
		struct history *history;
		struct err err = ERR_INIT;
		char id[TEST_ID_LEN + 1];
		CLEANUP(strv_release) struct strv ids = {0};
		const struct history_window window = {.until_us = INT64_MAX, .also = &ids};
		size_t at = 0;
		CLEANUP(evidence_release) struct evidence evidence = {0};

		print_message("schema %d\n", version);
		make_version(place->path, version);
		sample_attempt(&run, 1);
		sample_file(&run, "new");
		sample_result(&run, "test_new", OUTCOME_PASSED);
		sample_result(&run, "test_steady", OUTCOME_PASSED);
		sample_record(place->path, &run);
		history = sample_open(place->path, HISTORY_READ);
		assert_int_equal(sample_info(history).tests, 5);
		assert_int_equal(sample_info(history).results, 10);
		sample_id("test_steady", id);
		strv_add(&ids, id);
		assert_ok(history_load(history, &window, &evidence, &err));
		while (!evidence.tests.items[at].asked) {
			at++;
		}
		assert_string_equal(evidence.tests.items[at].id, id);
		assert_int_equal(evidence.runs.len, 4);
		for (size_t i = 0; i < evidence.runs.len; i++) {
			assert_int_equal(evidence_ran(&evidence, at, i), i != 1);
		}
		history_close(history);
		unlink(place->path);
	}
}

/* An attempt may hold rows of schema 1 beside blocks. */
static void an_attempt_of_schema_1_takes_more(void **state)
{
	const struct place *place = *state;
	struct run run = sample_run("ci-9", "integration", 1764007200000000);
	struct import_effect effect;
	struct history *history;
	struct err err = ERR_INIT;

	make_v1(place->path);
	run.imported = true;
	sample_attempt(&run, 2);
	sample_file(&run, "d5");
	sample_result(&run, "test_new", OUTCOME_PASSED);
	sample_result(&run, "test_import", OUTCOME_FAILED);
	history = sample_open(place->path, HISTORY_WRITE);
	assert_ok(history_import(history, &run, &effect, &err));
	assert_int_equal(effect.conflicts.len, 1);
	assert_string_equal(effect.conflicts.items[0], "pkg.Case::test_import");
	assert_ask_text(history, "SELECT outcome FROM run WHERE key = 'ci-9'", "failed");
	import_effect_release(&effect);
	history_close(history);
	run_release(&run);
}

/* Row ids stay, also where some are missing: results and verdicts refer to them. */
static void moved_tests_keep_their_ids(void **state)
{
	const struct place *place = *state;
	CLEANUP(buf_release) struct buf name = BUF_INIT(100);
	CLEANUP(db_close) struct db db = {0};
	struct history *history;
	struct err err = ERR_INIT;

	make_v1(place->path);
	assert_ok(db_open(&db, place->path, place->path, false, &err));
	assert_ok(db_exec(&db,
			  "INSERT INTO test VALUES (900, 'ff', 'S', NULL, 'far', 'f.py', 3, '');"
			  "WITH RECURSIVE n(i) AS (VALUES (1000) UNION ALL SELECT i + 1 FROM n "
			  "WHERE i < 9999) INSERT INTO test SELECT i, hex(i), NULL, 'C', 't' || i, "
			  "NULL, 0, '' FROM n",
			  &err));
	history = sample_open(place->path, HISTORY_WRITE);
	assert_int_equal(sample_info(history).tests, 9005);
	sample_name(history, 4, &name);
	sample_name(history, 900, &name);
	sample_name(history, 901, &name);
	sample_name(history, 1000, &name);
	sample_name(history, 9999, &name);
	assert_string_equal(buf_str(&name), "test_importfar?t1000t9999");
	history_close(history);
}

/* The definitions of all tables and indexes; the caller frees. */
static char *schema_of(const char *path)
{
	static const char sql[] = "SELECT group_concat(type || name || ifnull(sql, ''), ';') FROM "
				  "(SELECT * FROM sqlite_schema ORDER BY type, name)";
	CLEANUP(db_close) struct db db = {0};
	CLEANUP(stmt_release) struct stmt stmt = {0};
	struct err err = ERR_INIT;

	assert_ok(db_open(&db, path, path, false, &err));
	stmt_make(&stmt, &db, "schema", sql, strlen(sql));
	assert_int_equal(stmt_next(&stmt, &err), 0);
	return stmt_col_text(&stmt, 0);
}

static void migrate(const char *path, const struct migrate_plan *plan)
{
	CLEANUP(db_close) struct db db = {0};
	struct err err = ERR_INIT;

	assert_ok(db_open(&db, path, path, false, &err));
	assert_ok(migrate_run(&db, path, plan, &err));
}

static void steps_are_frozen(void **state)
{
	const struct place *place = *state;
	AUTO_FREE char *fresh = mem_fmt("%s/fresh.db", place->dir);

	for (int version = 1; version <= history_schema_version(); version++) {
		const struct migrate_plan first = {.steps = migrate_schema.steps, .len = version};
		AUTO_FREE char *made = NULL;
		AUTO_FREE char *frozen = NULL;

		print_message("schema %d\n", version);
		make_version(place->path, version);
		make_raw(fresh, "");
		migrate(fresh, &first);
		made = schema_of(fresh);
		frozen = schema_of(place->path);
		assert_string_equal(made, frozen);
		assert_int_equal(ask(fresh, "PRAGMA application_id"), DB_APPLICATION_ID);
		unlink(fresh);
		unlink(place->path);
	}
}

static void old_and_new_histories_end_alike(void **state)
{
	const struct place *place = *state;
	AUTO_FREE char *fresh = mem_fmt("%s/fresh.db", place->dir);
	AUTO_FREE char *made = NULL;
	AUTO_FREE char *migrated = NULL;

	make_v1(place->path);
	history_close(sample_open(place->path, HISTORY_WRITE));
	history_close(sample_open(fresh, HISTORY_WRITE));
	made = schema_of(fresh);
	migrated = schema_of(place->path);
	assert_string_equal(made, migrated);
}

static int cheer_up(struct db *db, struct err *err)
{
	return db_exec(db, "UPDATE run SET mood = 'good' WHERE mood = 'bad'", err);
}

/* Two made-up steps behind the real first one. */
static const struct migrate_plan longer = {
	.steps =
		(const struct migrate_step[]){
			{.script = embed_schema_1_sql},
			{.script = "ALTER TABLE run ADD COLUMN mood TEXT; "
				   "UPDATE run SET mood = 'bad';",
			 .work = cheer_up},
			{.script = "CREATE TABLE mood (name TEXT) STRICT; "
				   "INSERT INTO mood SELECT mood FROM run;"},
		},
	.len = 3,
};

static void steps_follow_one_another_behind_a_backup(void **state)
{
	const struct place *place = *state;
	AUTO_FREE char *backup = mem_fmt("%s.schema-1.backup", place->path);
	AUTO_FREE char *second = mem_fmt("%s.schema-2.backup", place->path);
	AUTO_FREE char *part = mem_fmt("%s.part", backup);
	struct err err = ERR_INIT;
	struct stat st;

	make_v1(place->path);
	/* What an interrupted attempt left is in nobody's way. */
	assert_ok(file_write(part, "half", 4, &err));
	migrate(place->path, &longer);
	assert_int_equal(ask(place->path, "PRAGMA user_version"), 3);
	assert_int_equal(ask(place->path, "SELECT count(*) FROM mood WHERE name = 'good'"), 3);
	assert_int_equal(stat(backup, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(ask(backup, "PRAGMA user_version"), 1);
	assert_int_equal(ask(backup, "PRAGMA application_id"), DB_APPLICATION_ID);
	assert_int_equal(ask(backup, "SELECT count(*) FROM run"), 3);
	assert_int_equal(ask(backup, "SELECT count(*) FROM result"), 8);
	assert_false(file_exists(part));
	/* One copy of what was there at first is enough. */
	assert_false(file_exists(second));
	/* And again: nothing to do. */
	migrate(place->path, &longer);
	assert_int_equal(ask(place->path, "SELECT count(*) FROM mood"), 3);
}

static void a_new_history_needs_no_backup(void **state)
{
	const struct place *place = *state;
	AUTO_FREE char *backup = mem_fmt("%s.schema-0.backup", place->path);

	make_raw(place->path, "");
	migrate(place->path, &longer);
	assert_int_equal(ask(place->path, "PRAGMA user_version"), 3);
	assert_false(file_exists(backup));
}

static int stumble(struct db *db, struct err *err)
{
	return db_exec(db, "INSERT INTO nowhere VALUES (1)", err);
}

static void a_step_that_fails_changes_nothing(void **state)
{
	const struct migrate_plan broken = {
		.steps =
			(const struct migrate_step[]){
				{.script = embed_schema_1_sql},
				{.script = "CREATE TABLE half (a TEXT)", .work = stumble},
			},
		.len = 2,
	};
	const struct place *place = *state;
	CLEANUP(db_close) struct db db = {0};
	struct err err = ERR_INIT;

	make_v1(place->path);
	assert_ok(db_open(&db, place->path, place->path, false, &err));
	assert_int_equal(migrate_run(&db, place->path, &broken, &err), -1);
	assert_int_equal(err.code, ERR_HISTORY);
	assert_has(err.msg, "update to schema 2");
	assert_has(err.msg, place->path);
	assert_int_equal(ask(place->path, "PRAGMA user_version"), 1);
	assert_int_equal(ask(place->path, "SELECT count(*) FROM sqlite_schema WHERE name = 'half'"),
			 0);
	/* The connection is of use again. */
	assert_ok(migrate_run(&db, place->path, &longer, &err));
}

static void without_a_backup_nothing_is_changed(void **state)
{
	const struct place *place = *state;
	AUTO_FREE char *blocked = mem_fmt("%s.schema-1.backup", place->path);
	CLEANUP(db_close) struct db db = {0};
	struct err err = ERR_INIT;

	make_v1(place->path);
	/* A folder stands where the copy should go. */
	assert_ok(file_make_dirs(blocked, 0700, &err));
	assert_ok(db_open(&db, place->path, place->path, false, &err));
	assert_int_equal(migrate_run(&db, place->path, &longer, &err), -1);
	assert_int_equal(err.code, ERR_HISTORY);
	assert_has(err.msg, ".schema-1.backup");
	assert_int_equal(ask(place->path, "PRAGMA user_version"), 1);
}

static void a_newer_version_is_no_step_back(void **state)
{
	const struct migrate_plan first = {.steps = migrate_schema.steps, .len = 1};
	const struct place *place = *state;
	CLEANUP(db_close) struct db db = {0};
	struct err err = ERR_INIT;

	make_v1(place->path);
	migrate(place->path, &longer);
	assert_ok(db_open(&db, place->path, place->path, false, &err));
	assert_int_equal(migrate_run(&db, place->path, &first, &err), -1);
	assert_int_equal(err.code, ERR_HISTORY);
	assert_has(err.msg, "was written by a newer steady (schema 3, this one knows 1)");
}

static void many_may_try_at_once(void **state)
{
	const struct place *place = *state;
	pid_t pids[4];
	int gate[2];

	make_v1(place->path);
	assert_int_equal(pipe(gate), 0);
	for (size_t i = 0; i < ARRAY_LEN(pids); i++) {
		pids[i] = fork();
		assert_true(pids[i] >= 0);
		if (pids[i] == 0) {
			struct db db = {0};
			struct err err = ERR_INIT;
			char byte;

			close(gate[1]);
			if (read(gate[0], &byte, 1) != 0 ||
			    db_open(&db, place->path, place->path, false, &err) < 0 ||
			    migrate_run(&db, place->path, &longer, &err) < 0) {
				fprintf(stderr, "%s\n", err.msg);
				_exit(1);
			}
			_exit(0);
		}
	}
	close(gate[0]);
	close(gate[1]);
	for (size_t i = 0; i < ARRAY_LEN(pids); i++) {
		int status = -1;

		assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
		assert_int_equal(status, 0);
	}
	assert_int_equal(ask(place->path, "PRAGMA user_version"), 3);
	assert_int_equal(ask(place->path, "SELECT count(*) FROM mood"), 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLACED(every_version_holds_its_evidence),
		PLACED(tests_of_every_version_are_recognised),
		PLACED(an_attempt_of_schema_1_takes_more),
		PLACED(moved_tests_keep_their_ids),
		PLACED(steps_are_frozen),
		PLACED(old_and_new_histories_end_alike),
		PLACED(steps_follow_one_another_behind_a_backup),
		PLACED(a_new_history_needs_no_backup),
		PLACED(a_step_that_fails_changes_nothing),
		PLACED(without_a_backup_nothing_is_changed),
		PLACED(a_newer_version_is_no_step_back),
		PLACED(many_may_try_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
