/* SPDX-License-Identifier: Apache-2.0 */
#include "files.h"

#include <sys/stat.h>
#include <sys/wait.h>

#define NOBODY 65534

/*
 * Opening as a user whom permissions bind. In the child nothing may assert: it answers with
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
		{0600, 0700, false, HISTORY_WRITE, NULL, "nothing in the way"},
		{0400, 0700, false, HISTORY_WRITE, "is read-only", "file"},
		{0600, 0500, false, HISTORY_WRITE, "is read-only", "folder"},
		{0400, 0500, false, HISTORY_WRITE, "is read-only", "both"},
		{0000, 0700, false, HISTORY_WRITE, "", "not even readable"},
		{0400, 0700, false, HISTORY_READ, NULL, "file"},
		{0600, 0500, false, HISTORY_READ, NULL, "folder"},
		{0400, 0500, false, HISTORY_READ, NULL, "both"},
		{0000, 0700, false, HISTORY_READ, "", "not even readable"},
		{0600, 0700, true, HISTORY_READ, NULL, "a log to recover"},
		{0400, 0700, true, HISTORY_READ, NULL, "a log, file"},
		{0600, 0500, true, HISTORY_READ, NULL, "a log, folder"},
		{0400, 0500, true, HISTORY_READ, NULL, "a log, both"},
		{0400, 0500, true, HISTORY_WRITE, "is read-only", "a log, both, to write"},
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLACED(permissions_decide),
		PLACED(a_copy_is_made_where_reading_needs_to_write),
		PLACED(a_read_only_folder_has_no_new_history),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
