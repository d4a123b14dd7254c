/* SPDX-License-Identifier: Apache-2.0 */
#include "files.h"

#include <fcntl.h>
#include <sys/stat.h>

static void assert_open_fails(const char *path, enum history_mode mode, enum err_code code,
			      const char *part)
{
	struct history *history = NULL;
	struct err err = ERR_INIT;

	assert_int_equal(history_open(path, mode, &history, &err), -1);
	assert_null(history);
	assert_int_equal(err.code, code);
	assert_has(err.msg, part);
	assert_has(err.msg, path);
	assert_null(strchr(err.msg, '\n'));
}

static void writing_makes_folders_and_a_private_file(void **state)
{
	const struct place *place = *state;
	AUTO_FREE char *path = mem_fmt("%s/a/b/history.db", place->dir);
	AUTO_FREE char *dir = mem_fmt("%s/a/b", place->dir);
	AUTO_FREE char *log = mem_fmt("%s-wal", path);
	AUTO_FREE char *bytes = NULL;
	mode_t mask = umask(0);
	struct history *history = sample_open(path, HISTORY_WRITE);
	size_t len = 0;
	struct stat st;

	umask(mask);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	/* Also what SQLite puts beside it. */
	assert_int_equal(sample_ask(history, "SELECT count(*) FROM run"), 0);
	assert_int_equal(stat(log, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	history_close(history);
	assert_int_equal(entries_in(dir), 1);
	bytes = bytes_of(path, &len);
	assert_memory_equal(bytes + 68, "STDY", 4);
	assert_int_equal(bytes[63], history_schema_version());
	assert_int_equal(bytes[18], 2); /* write-ahead logging */
}

static void connections_are_strict(void **state)
{
	static const struct {
		const char *sql;
		int64_t answer;
		const char *comment;
	} rows[] = {
		{"PRAGMA foreign_keys", 1, "references are checked"},
		{"PRAGMA synchronous", 3, "EXTRA"},
		{"PRAGMA trusted_schema", 0, "a schema from elsewhere cannot call functions"},
		{"PRAGMA application_id", 0x53544459, "ours"},
		{"SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND type = 'table' "
		 "AND NOT strict AND name NOT LIKE 'sqlite%'",
		 0, "every table is STRICT"},
	};
	const struct place *place = *state;
	struct history *history = sample_open(place->path, HISTORY_WRITE);
	struct err err = ERR_INIT;
	int64_t answer;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		print_message("%s\n", rows[i].comment);
		assert_int_equal(sample_ask(history, rows[i].sql), rows[i].answer);
	}
	assert_int_equal(history->db.busy_ms, DB_BUSY_MS);
	/* A text in double quotes is a missing column, not a text. */
	assert_int_equal(db_ask_int(&history->db, "SELECT \"run\"", &answer, &err), -1);
	assert_int_equal(db_exec(&history->db,
				 "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = ''",
				 &err),
			 -1);
	history_close(history);
}

static void reading_what_is_not_there(void **state)
{
	const struct place *place = *state;
	AUTO_FREE char *below_file = mem_fmt("%s/history.db", place->path);

	assert_open_fails(place->path, HISTORY_READ, ERR_NOT_FOUND, "no history at ");
	assert_int_equal(entries_in(place->dir), 0);
	write_bytes(place->path, "", 0);
	assert_open_fails(place->path, HISTORY_READ, ERR_NOT_FOUND, " yet");
	assert_open_fails(below_file, HISTORY_READ, ERR_NOT_FOUND, "no history at ");
	assert_open_fails(below_file, HISTORY_WRITE, ERR_HISTORY, "");
	/* An empty file is ours to fill. */
	history_close(sample_open(place->path, HISTORY_WRITE));
	history_close(sample_open(place->path, HISTORY_READ));
}

static void reading_does_not_write(void **state)
{
	const struct place *place = *state;
	struct run run = sample_run("other", "j", 1);
	struct history *history;
	struct err err = ERR_INIT;

	record_one(place->path);
	history = sample_open(place->path, HISTORY_READ);
	assert_int_equal(history_record(history, &run, &err), -1);
	assert_int_equal(err.code, ERR_HISTORY);
	assert_has(err.msg, "is read-only");
	assert_int_equal(sample_ask(history, "SELECT count(*) FROM run"), 1);
	history_close(history);
	run_release(&run);
}

static void make_text(const char *path)
{
	write_bytes(path,
		    "not a database at all, but long enough to have a header of one; "
		    "it goes on and on and on and on and on and on and on\n",
		    117);
}

static void make_short(const char *path)
{
	write_bytes(path, "SQLite format 3", 16);
}

static void make_foreign(const char *path)
{
	make_patched(path, 68, "\0\0\0\0", 4);
}

static void make_other_id(const char *path)
{
	make_patched(path, 68, "GP10", 4);
}

static void make_newer(const char *path)
{
	make_patched(path, 60, "\0\0\x03\xe7", 4);
}

/* A later schema may hold what this build cannot read. */
static void make_newer_and_odd(const char *path)
{
	AUTO_FREE char *whole = NULL;
	size_t size = 0;

	make_newer(path);
	whole = bytes_of(path, &size);
	memset(whole + 100, 0x5a, 512);
	write_bytes(path, whole, size);
}

static void make_negative(const char *path)
{
	make_patched(path, 60, "\xff\xff\xff\xff", 4);
}

static void unusable_files_are_refused_untouched(void **state)
{
	static const struct {
		void (*make)(const char *path);
		const char *message;
		bool no_database;
	} rows[] = {
		{make_text, ": is not a database", true},
		{make_short, ": is not a database", true},
		{make_foreign, ": is not a steady history (another program's SQLite database)",
		 false},
		{make_other_id, ": is not a steady history (another program's SQLite database)",
		 false},
		{make_newer, ": was written by a newer steady (schema 999, this one knows ", false},
		{make_newer_and_odd, ": was written by a newer steady (schema 999, this one knows ",
		 false},
		{make_negative, ": was written by a newer steady (schema ", false},
	};
	const struct place *place = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO_FREE char *before = NULL;
		AUTO_FREE char *after = NULL;
		size_t before_len = 0;
		size_t after_len = 0;

		print_message("%zu%s\n", i, rows[i].message);
		rows[i].make(place->path);
		before = bytes_of(place->path, &before_len);
		assert_open_fails(place->path, HISTORY_READ, ERR_HISTORY, rows[i].message);
		assert_open_fails(place->path, HISTORY_WRITE, ERR_HISTORY, rows[i].message);
		if (!rows[i].no_database) {
			assert_open_fails(place->path, HISTORY_WRITE_HOME, ERR_HISTORY,
					  rows[i].message);
		}
		after = bytes_of(place->path, &after_len);
		assert_int_equal(before_len, after_len);
		assert_memory_equal(before, after, before_len);
		assert_int_equal(entries_in(place->dir), 1);
		unlink(place->path);
	}
}

static void a_newer_version_in_the_log_is_left_there(void **state)
{
	const struct place *place = *state;
	AUTO_FREE char *log = mem_fmt("%s-wal", place->path);
	AUTO_FREE char *before = NULL;
	AUTO_FREE char *after = NULL;
	AUTO_FREE char *log_before = NULL;
	AUTO_FREE char *log_after = NULL;
	size_t len[4] = {0};

	make_interrupted(place->path, "PRAGMA user_version = 99");
	before = bytes_of(place->path, &len[0]);
	log_before = bytes_of(log, &len[1]);
	assert_open_fails(place->path, HISTORY_READ, ERR_HISTORY, "newer steady (schema 99,");
	assert_open_fails(place->path, HISTORY_WRITE, ERR_HISTORY, "newer steady (schema 99,");
	after = bytes_of(place->path, &len[2]);
	log_after = bytes_of(log, &len[3]);
	assert_int_equal(len[0], len[2]);
	assert_int_equal(len[1], len[3]);
	assert_memory_equal(before, after, len[0]);
	assert_memory_equal(log_before, log_after, len[1]);
}

static void only_regular_files_are_opened(void **state)
{
	static const enum history_mode modes[] = {HISTORY_READ, HISTORY_WRITE};
	const struct place *place = *state;
	AUTO_FREE char *target = mem_fmt("%s/target.db", place->dir);

	record_one(target);
	for (size_t i = 0; i < ARRAY_LEN(modes); i++) {
		assert_int_equal(symlink(target, place->path), 0);
		assert_open_fails(place->path, modes[i], ERR_HISTORY, "is a symbolic link");
		unlink(place->path);
		assert_int_equal(symlink("nowhere", place->path), 0);
		assert_open_fails(place->path, modes[i], ERR_HISTORY, "is a symbolic link");
		unlink(place->path);
		assert_int_equal(mkfifo(place->path, 0600), 0);
		assert_open_fails(place->path, modes[i], ERR_HISTORY, "is a device or pipe");
		unlink(place->path);
		assert_int_equal(mkdir(place->path, 0700), 0);
		assert_open_fails(place->path, modes[i], ERR_HISTORY, "is a folder");
		rmdir(place->path);
		assert_open_fails("/dev/null", modes[i], ERR_HISTORY, "is a device or pipe");
	}
}

static void odd_names_are_names(void **state)
{
	static const char *const names[] = {
		":memory:", "file:x?mode=memory", "a%41b?c#d&e.db", " ", "file:/y", "\xc3\xa4\xff",
	};
	const struct place *place = *state;
	int here = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	assert_int_equal(chdir(place->dir), 0);
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct stat st;

		record_one(names[i]);
		assert_int_equal(stat(names[i], &st), 0);
		assert_true(st.st_size > 0);
		history_close(sample_open(names[i], HISTORY_READ));
	}
	assert_int_equal(fchdir(here), 0);
	close(here);
}

static void a_locked_history_says_so(void **state)
{
	const struct place *place = *state;
	struct history *one = sample_open(place->path, HISTORY_WRITE);
	struct history *two = sample_open(place->path, HISTORY_WRITE);
	struct run run = sample_run("k", "j", 1);
	struct err err = ERR_INIT;

	db_set_busy_ms(&two->db, 1);
	assert_ok(db_exec(&one->db, "BEGIN IMMEDIATE", &err));
	assert_int_equal(history_record(two, &run, &err), -1);
	assert_int_equal(err.code, ERR_HISTORY);
	assert_has(err.msg, "is in use by another process");
	assert_has(err.msg, place->path);
	assert_ok(db_exec(&one->db, "COMMIT", &err));
	assert_ok(history_record(two, &run, &err));
	run_release(&run);
	history_close(one);
	history_close(two);
}

static void closing_nothing_is_fine(void **state)
{
	(void)state;
	history_close(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLACED(writing_makes_folders_and_a_private_file),
		PLACED(connections_are_strict),
		PLACED(reading_what_is_not_there),
		PLACED(reading_does_not_write),
		PLACED(unusable_files_are_refused_untouched),
		PLACED(a_newer_version_in_the_log_is_left_there),
		PLACED(only_regular_files_are_opened),
		PLACED(odd_names_are_names),
		PLACED(a_locked_history_says_so),
		cmocka_unit_test(closing_nothing_is_fine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
