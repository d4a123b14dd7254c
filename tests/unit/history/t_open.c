/* SPDX-License-Identifier: Apache-2.0 */
#include "sample.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define NOBODY 65534

/* The bytes of a file; the caller frees. */
static char *bytes_of(const char *path, size_t *len)
{
	struct err err = ERR_INIT;
	char *bytes = NULL;

	assert_ok(file_read(path, (size_t)1 << 24, &bytes, len, &err));
	return bytes;
}

static size_t entries_in(const char *dir)
{
	DIR *stream = opendir(dir);
	size_t count = 0;

	assert_non_null(stream);
	while (readdir(stream)) {
		count++;
	}
	closedir(stream);
	return count - 2;
}

static void write_bytes(const char *path, const void *bytes, size_t len)
{
	struct err err = ERR_INIT;

	assert_ok(file_write(path, bytes, len, &err));
}

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

static void record_one(const char *path)
{
	struct run run = sample_run("k", "j", 1000);

	sample_attempt(&run, 1);
	sample_file(&run, "a");
	sample_result(&run, "t", OUTCOME_PASSED);
	sample_record(path, &run);
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
		{"PRAGMA foreign_keys",					 1,          "references are checked"                       },
		{"PRAGMA synchronous",					  1,          "NORMAL"                                       },
		{"PRAGMA busy_timeout",					 10000,      "writers wait"                                 },
		{"PRAGMA trusted_schema",                                       0,          "a schema from elsewhere cannot call functions"},
		{"PRAGMA application_id",                                       0x53544459, "ours"                                         },
		{"SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND type = 'table' "
		 "AND NOT strict AND name NOT LIKE 'sqlite%'", 0,          "every table is STRICT"                        },
	};
	const struct place *place = *state;
	struct history *history = sample_open(place->path, HISTORY_WRITE);
	struct err err = ERR_INIT;
	int64_t answer;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		print_message("%s\n", rows[i].comment);
		assert_int_equal(sample_ask(history, rows[i].sql), rows[i].answer);
	}
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

/* A history of this build with some bytes of its first page changed. */
static void make_patched(const char *path, size_t at, const char *bytes, size_t len)
{
	AUTO_FREE char *whole = NULL;
	size_t size = 0;

	record_one(path);
	whole = bytes_of(path, &size);
	memcpy(whole + at, bytes, len);
	write_bytes(path, whole, size);
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

static void make_negative(const char *path)
{
	make_patched(path, 60, "\xff\xff\xff\xff", 4);
}

static void make_bad_schema(const char *path)
{
	char garbage[512];

	memset(garbage, 0x5a, sizeof(garbage));
	make_patched(path, 100, garbage, sizeof(garbage));
}

static void make_bad_page_size(const char *path)
{
	make_patched(path, 16, "\x12\x34", 2);
}

static void make_cut(const char *path)
{
	AUTO_FREE char *whole = NULL;
	size_t size = 0;

	record_one(path);
	whole = bytes_of(path, &size);
	write_bytes(path, whole, 300);
}

static void unusable_files_are_refused_untouched(void **state)
{
	static const struct {
		void (*make)(const char *path);
		const char *message;
	} rows[] = {
		{make_text,          ": is not a database"                                          },
		{make_short,         ": is not a database"                                          },
		{make_foreign,       ": is not a steady history (another program's SQLite database)"},
		{make_other_id,      ": is not a steady history (another program's SQLite database)"},
		{make_newer,         ": was written by a newer steady (schema 999, this one knows " },
		{make_negative,      ": was written by a newer steady (schema "                     },
		{make_bad_schema,    ": is damaged ("                                               },
		{make_bad_page_size, ": is damaged ("                                               },
		{make_cut,           ": is damaged ("					       },
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
		after = bytes_of(place->path, &after_len);
		assert_int_equal(before_len, after_len);
		assert_memory_equal(before, after, before_len);
		assert_int_equal(entries_in(place->dir), 1);
		unlink(place->path);
	}
}

/* A copy of a history that is in use, with its log: as a killed process leaves it. */
static void make_interrupted(const char *path, const char *script)
{
	AUTO_FREE char *busy = mem_fmt("%s.busy", path);
	AUTO_FREE char *log = mem_fmt("%s-wal", path);
	AUTO_FREE char *busy_log = mem_fmt("%s-wal", busy);
	AUTO_FREE char *busy_index = mem_fmt("%s-shm", busy);
	struct run run = sample_run("k", "j", 1000);
	struct history *history = sample_open(busy, HISTORY_WRITE);
	struct err err = ERR_INIT;

	assert_ok(history_record(history, &run, &err));
	run_release(&run);
	if (script) {
		assert_ok(db_exec(&history->db, script, &err));
	}
	assert_ok(file_copy(busy, path, &err));
	assert_ok(file_copy(busy_log, log, &err));
	history_close(history);
	unlink(busy);
	unlink(busy_log);
	unlink(busy_index);
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

	make_interrupted(place->path, "PRAGMA user_version = 5");
	before = bytes_of(place->path, &len[0]);
	log_before = bytes_of(log, &len[1]);
	assert_open_fails(place->path, HISTORY_READ, ERR_HISTORY, "newer steady (schema 5,");
	assert_open_fails(place->path, HISTORY_WRITE, ERR_HISTORY, "newer steady (schema 5,");
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

/*
 * The rest runs as a user whom permissions bind. In the child nothing may assert: it answers with
 * what the error said.
 */
struct answer {
	int status; /* of history_open() */
	enum err_code code;
	int64_t runs;
	char msg[512];
};

static struct answer open_unprivileged(const char *path, enum history_mode mode,
				       const char *tmp_dir)
{
	struct answer answer = {.status = -2};
	int fds[2];
	pid_t pid;

	assert_int_equal(pipe(fds), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		struct history *history = NULL;
		struct err err = ERR_INIT;

		setenv("TMPDIR", tmp_dir, 1);
		if (geteuid() != 0 || setresuid(NOBODY, NOBODY, NOBODY) == 0) {
			answer.status = history_open(path, mode, &history, &err);
		}
		if (answer.status == 0) {
			db_ask_int(&history->db, "SELECT count(*) FROM run", &answer.runs, &err);
			history_close(history);
		}
		answer.code = err.code;
		snprintf(answer.msg, sizeof(answer.msg), "%.500s", err.msg);
		_exit(write(fds[1], &answer, sizeof(answer)) == sizeof(answer) ? 0 : 1);
	}
	close(fds[1]);
	assert_int_equal(read(fds[0], &answer, sizeof(answer)), sizeof(answer));
	close(fds[0]);
	waitpid(pid, NULL, 0);
	return answer;
}

static void assert_refused(const struct answer *answer, const char *part)
{
	assert_int_equal(answer->status, -1);
	assert_int_equal(answer->code, ERR_HISTORY);
	assert_has(answer->msg, part);
}

static void assert_runs(const struct answer *answer, int64_t runs)
{
	if (answer->status < 0) {
		fail_msg("%s", answer->msg);
	}
	assert_int_equal(answer->runs, runs);
}

/* Gives the folder and what is in it to the user of the child. */
static void set_modes(const struct place *place, mode_t file_mode, mode_t dir_mode)
{
	static const char *const suffixes[] = {"", "-wal", "-shm"};

	for (size_t i = 0; i < ARRAY_LEN(suffixes); i++) {
		AUTO_FREE char *path = mem_fmt("%s%s", place->path, suffixes[i]);

		if (geteuid() == 0 && chown(path, NOBODY, NOBODY) < 0) {
			continue;
		}
		chmod(path, file_mode);
	}
	if (geteuid() == 0) {
		assert_int_equal(chown(place->dir, NOBODY, NOBODY), 0);
	}
	assert_int_equal(chmod(place->dir, dir_mode), 0);
}

/* A folder for everyone. */
static char *make_tmp(void)
{
	char *dir = mem_str("/tmp/steady-unit-tmp-XXXXXX");

	assert_non_null(mkdtemp(dir));
	assert_int_equal(chmod(dir, 0777), 0);
	return dir;
}

static void remove_tmp(char **dir)
{
	file_remove_tree(*dir);
	free(*dir);
}

static void permissions_decide(void **state)
{
	static const struct {
		mode_t file, dir;
		bool interrupted;
		enum history_mode mode;
		const char *message; /* NULL: it works */
		const char *comment;
	} rows[] = {
		{0600, 0700, false, HISTORY_WRITE, NULL,           "nothing in the way"   },
		{0400, 0700, false, HISTORY_WRITE, "is read-only", "file"                 },
		{0600, 0500, false, HISTORY_WRITE, "is read-only", "folder"               },
		{0400, 0500, false, HISTORY_WRITE, "is read-only", "both"                 },
		{0000, 0700, false, HISTORY_WRITE, "",             "not even readable"    },
		{0400, 0700, false, HISTORY_READ,  NULL,           "file"                 },
		{0600, 0500, false, HISTORY_READ,  NULL,           "folder"               },
		{0400, 0500, false, HISTORY_READ,  NULL,           "both"                 },
		{0000, 0700, false, HISTORY_READ,  "",             "not even readable"    },
		{0600, 0700, true,  HISTORY_READ,  NULL,           "a log to recover"     },
		{0400, 0700, true,  HISTORY_READ,  NULL,           "a log, file"          },
		{0600, 0500, true,  HISTORY_READ,  NULL,           "a log, folder"        },
		{0400, 0500, true,  HISTORY_READ,  NULL,           "a log, both"          },
		{0400, 0500, true,  HISTORY_WRITE, "is read-only", "a log, both, to write"},
	};
	const struct place *place = *state;
	CLEANUP(remove_tmp) char *tmp_dir = make_tmp();

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct answer answer;
		size_t entries;

		print_message("%04o in %04o %s: %s\n", rows[i].file, rows[i].dir,
			      rows[i].mode == HISTORY_READ ? "read" : "write", rows[i].comment);
		if (rows[i].interrupted) {
			make_interrupted(place->path, NULL);
		} else {
			record_one(place->path);
		}
		entries = entries_in(place->dir);
		set_modes(place, rows[i].file, rows[i].dir);
		answer = open_unprivileged(place->path, rows[i].mode, tmp_dir);
		chmod(place->dir, 0700);
		if (rows[i].message) {
			assert_refused(&answer, rows[i].message);
			assert_has(answer.msg, place->path);
		} else {
			assert_runs(&answer, 1);
		}
		/* No side files stay behind that a later writer could not use. */
		assert_true(entries_in(place->dir) <= entries);
		assert_int_equal(entries_in(tmp_dir), 0);
		file_remove_tree(place->dir);
		assert_int_equal(mkdir(place->dir, 0700), 0);
	}
}

/* The two that take a copy to read: it is made where temporary files go, and does not stay. */
static void a_copy_is_made_where_reading_needs_to_write(void **state)
{
	static const char old[] = "PRAGMA application_id = 1398031449; CREATE TABLE older (a TEXT)";
	const struct place *place = *state;
	CLEANUP(remove_tmp) char *tmp_dir = make_tmp();
	struct err err = ERR_INIT;

	for (int older = 0; older < 2; older++) {
		struct answer answer;

		if (older) {
			CLEANUP(db_close) struct db db = {0};

			write_bytes(place->path, "", 0);
			assert_ok(db_open(&db, place->path, place->path, false, &err));
			assert_ok(db_exec(&db, old, &err));
		} else {
			make_interrupted(place->path, NULL);
		}
		set_modes(place, 0400, 0500);
		answer = open_unprivileged(place->path, HISTORY_READ, "/nowhere");
		assert_refused(&answer, "has to be copied to be read: /nowhere/");
		answer = open_unprivileged(place->path, HISTORY_READ, tmp_dir);
		assert_runs(&answer, older ? 0 : 1);
		assert_int_equal(entries_in(tmp_dir), 0);
		chmod(place->dir, 0700);
		file_remove_tree(place->dir);
		assert_int_equal(mkdir(place->dir, 0700), 0);
	}
}

static void a_read_only_folder_has_no_new_history(void **state)
{
	const struct place *place = *state;
	struct answer answer;

	set_modes(place, 0600, 0500);
	answer = open_unprivileged(place->path, HISTORY_WRITE, "/tmp");
	assert_refused(&answer, "its folder is read-only");
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
		PLACED(permissions_decide),
		PLACED(a_copy_is_made_where_reading_needs_to_write),
		PLACED(a_read_only_folder_has_no_new_history),
		cmocka_unit_test(closing_nothing_is_fine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
