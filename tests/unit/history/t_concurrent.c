/* SPDX-License-Identifier: Apache-2.0 */
#include "sample.h"

#include "history/record.h"
#include "history/sql.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

#define PROCESSES 8
#define RUNS      10

/* Several processes and one file. A child never asserts: it ends with _exit(). */

static struct run small_run(int process, int nth)
{
	char key[32];
	struct run run;

	snprintf(key, sizeof(key), "p%d-%d", process, nth);
	run = sample_run(key, "j", process * 1000 + nth);
	sample_attempt(&run, 1);
	sample_file(&run, key);
	for (int i = 0; i < 20; i++) {
		snprintf(key, sizeof(key), "t%d", i);
		sample_result(&run, key, i == nth ? OUTCOME_FAILED : OUTCOME_PASSED);
	}
	return run;
}

/* Opens, records and closes again for every run, as separate commands do. */
static int record_runs(const char *path, int process)
{
	struct err err = ERR_INIT;

	for (int i = 0; i < RUNS; i++) {
		struct history *history = NULL;
		struct run run = small_run(process, i);
		int done = history_open(path, HISTORY_WRITE, &history, &err);

		if (done == 0) {
			done = history_record(history, &run, &err);
		}
		history_close(history);
		run_release(&run);
		if (done < 0) {
			fprintf(stderr, "process %d, run %d: %s\n", process, i, err.msg);
			return 1;
		}
	}
	return 0;
}

static void writers_wait_for_one_another(void **state)
{
	const struct place *place = *state;
	struct history *history;
	pid_t pids[PROCESSES];
	int gate[2];

	assert_int_equal(pipe(gate), 0);
	for (int i = 0; i < PROCESSES; i++) {
		pids[i] = fork();
		assert_true(pids[i] >= 0);
		if (pids[i] == 0) {
			char byte;

			/* All start when the parent closes its end: also making the file is a race. */
			close(gate[1]);
			_exit(read(gate[0], &byte, 1) == 0 ? record_runs(place->path, i) : 2);
		}
	}
	close(gate[0]);
	close(gate[1]);
	for (int i = 0; i < PROCESSES; i++) {
		int status = -1;

		assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
		assert_int_equal(status, 0);
	}
	history = sample_open(place->path, HISTORY_READ);
	assert_int_equal(sample_ask(history, "SELECT count(*) FROM run"), PROCESSES * RUNS);
	assert_int_equal(sample_info(history).results, PROCESSES * RUNS * 20);
	assert_int_equal(sample_info(history).tests, 20);
	assert_ask_text(history, "PRAGMA integrity_check", "ok");
	history_close(history);
}

static void readers_see_whole_runs_while_one_is_written(void **state)
{
	const struct history_window window = {.until_us = INT64_MAX};
	const struct place *place = *state;
	struct history *writer = sample_open(place->path, HISTORY_WRITE);
	struct history *reader;
	struct run run = small_run(0, 0);
	struct err err = ERR_INIT;

	for (int committed = 0; committed < 2; committed++) {
		CLEANUP(evidence_release) struct evidence evidence = {0};
		CLEANUP(tx_end) struct tx tx = {0};

		run.key[0] = committed ? 'b' : 'a';
		assert_ok(tx_begin(&tx, &writer->db, TX_WRITE, &err));
		assert_ok(record_run(&writer->db, &run, &err));
		reader = sample_open(place->path, HISTORY_READ);
		assert_ok(history_load(reader, &window, &evidence, &err));
		assert_int_equal(evidence.runs.len, committed);
		assert_int_equal(evidence.results, committed * 20);
		history_close(reader);
		assert_ok(tx_commit(&tx, &err));
	}
	history_close(writer);
	run_release(&run);
}

/*
 * Runs work() in a child up to the point where it tells so, in the middle of a transaction, and
 * kills it there.
 */
static void kill_in_the_middle(const char *path, int (*work)(const char *path))
{
	int told[2];
	char byte;
	pid_t pid;

	assert_int_equal(pipe(told), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		if (work(path) == 0 && write(told[1], "x", 1) == 1) {
			for (;;) {
				pause();
			}
		}
		_exit(1);
	}
	close(told[1]);
	assert_int_equal(read(told[0], &byte, 1), 1);
	close(told[0]);
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static int begin_a_record(const char *path)
{
	struct history *history = NULL;
	struct run run = small_run(1, 1);
	struct tx tx = {0};
	struct err err = ERR_INIT;

	if (history_open(path, HISTORY_WRITE, &history, &err) < 0 ||
	    /* A tiny cache, so that uncommitted pages reach the disk. */
	    db_exec(&history->db, "PRAGMA cache_size = 1", &err) < 0 ||
	    tx_begin(&tx, &history->db, TX_WRITE, &err) < 0 ||
	    record_run(&history->db, &run, &err) < 0) {
		fprintf(stderr, "%s\n", err.msg);
		return -1;
	}
	return 0;
}

static void a_killed_record_leaves_the_earlier_runs(void **state)
{
	const struct place *place = *state;
	struct run first = small_run(0, 0);
	struct run again = small_run(1, 1);
	struct history *history;
	struct err err = ERR_INIT;

	sample_record(place->path, &first);
	kill_in_the_middle(place->path, begin_a_record);
	history = sample_open(place->path, HISTORY_READ);
	assert_ask_text(history, "SELECT group_concat(key) FROM run", "p0-0");
	assert_int_equal(sample_info(history).results, 20);
	assert_ask_text(history, "PRAGMA integrity_check", "ok");
	assert_int_equal(sample_ask(history, "SELECT count(*) FROM pragma_foreign_key_check"), 0);
	history_close(history);
	/* The lock went with the process, and what it began can be recorded. */
	history = sample_open(place->path, HISTORY_WRITE);
	db_set_busy_ms(&history->db, 0);
	assert_ok(history_record(history, &again, &err));
	assert_int_equal(sample_ask(history, "SELECT count(*) FROM run"), 2);
	history_close(history);
	run_release(&again);
}

/* As history_open() does on an empty file, up to the commit. */
static int begin_a_history(const char *path)
{
	struct db db = {0};
	struct tx tx = {0};
	struct err err = ERR_INIT;
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	close(fd);
	if (fd < 0 || db_open(&db, path, path, false, &err) < 0 ||
	    tx_begin(&tx, &db, TX_WRITE, &err) < 0 || db_exec(&db, embed_schema_1_sql, &err) < 0) {
		fprintf(stderr, "%s\n", err.msg);
		return -1;
	}
	return 0;
}

static void a_killed_creation_can_be_repeated(void **state)
{
	const struct place *place = *state;
	struct run run = small_run(0, 0);
	struct history *history = NULL;
	struct err err = ERR_INIT;

	kill_in_the_middle(place->path, begin_a_history);
	assert_int_equal(history_open(place->path, HISTORY_READ, &history, &err), -1);
	assert_int_equal(err.code, ERR_NOT_FOUND);
	sample_record(place->path, &run);
	history = sample_open(place->path, HISTORY_READ);
	assert_int_equal(sample_ask(history, "SELECT count(*) FROM run"), 1);
	assert_ask_text(history, "PRAGMA integrity_check", "ok");
	history_close(history);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLACED(writers_wait_for_one_another),
		PLACED(readers_see_whole_runs_while_one_is_written),
		PLACED(a_killed_record_leaves_the_earlier_runs),
		PLACED(a_killed_creation_can_be_repeated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
