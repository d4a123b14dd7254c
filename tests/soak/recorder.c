/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Records small runs until it is killed: recorder HISTORY SEED [COUNT [TESTS]]. The key of each run is
 * written to stdout when it was recorded, never before, with how long that took in microseconds. Each
 * run is opened for, recorded and closed, as commands do it; some are imports in two parts. What a run
 * holds follows from its key, so that a half one can be told.
 *
 * recorder HISTORY check: the keys of all runs, when each is whole and the file is sound.
 */
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "history/history.h"
#include "history/internal.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TESTS_FEW 12
#define FILES     2

static size_t tests = TESTS_FEW;

static uint64_t draw(uint64_t *seed)
{
	uint64_t z = (*seed += UINT64_C(0x9e3779b97f4a7c15));

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

static void add_file(struct attempt *attempt, const char *key, int nth)
{
	struct results_file *file = VEC_PUSH(&attempt->files);

	snprintf(file->digest, sizeof(file->digest), "%.28s-%d", key, nth % 10);
	file->path = mem_fmt("%d.xml", nth);
	file->time_us = -1;
	for (size_t i = 0; i < tests / FILES; i++) {
		struct result *result = VEC_PUSH(&file->results);

		result->test.class_name = mem_fmt("C%d", nth);
		/* now and then a test that nobody has seen */
		result->test.name = i ? mem_fmt("t%zu", i) : mem_fmt("t-%s", key);
		test_name_id(&result->test, result->id);
		result->outcome = i == 1 ? OUTCOME_FAILED : OUTCOME_PASSED;
		result->duration_us = 5;
		if (i == 1) {
			result->failure = mem_alloc(sizeof(*result->failure));
			snprintf(result->failure->signature, sizeof(result->failure->signature),
				 "%.16s", key);
			result->failure->message = mem_fmt("no %s", key);
		}
	}
}

static void make_run(struct run *run, const char *key, bool imported)
{
	struct attempt *attempt;

	*run = (struct run){.started_us = 1000, .duration_us = 100, .outcome = RUN_FAILED};
	snprintf(run->key, sizeof(run->key), "%s", key);
	run->job = mem_str("j");
	run->variant = mem_str("");
	run->imported = imported;
	attempt = VEC_PUSH(&run->attempts);
	attempt->number = 1;
	attempt->end = END_EXITED;
	attempt->started_us = run->started_us;
	attempt->duration_us = 10;
	for (int i = 0; i < FILES; i++) {
		add_file(attempt, key, i);
	}
}

static int record(const char *path, const char *key, bool imported, struct err *err)
{
	struct history *history = NULL;
	struct import_effect effect = {0};
	struct run run;
	int rc;

	make_run(&run, key, imported);
	rc = history_open(path, HISTORY_WRITE, &history, err);
	if (rc == 0) {
		rc = imported ? history_import(history, &run, &effect, err)
			      : history_record(history, &run, err);
	}
	history_close(history);
	import_effect_release(&effect);
	run_release(&run);
	return rc;
}

static int record_all(const char *path, uint64_t seed, uint64_t count)
{
	for (uint64_t i = 0; count == 0 || i < count; i++) {
		struct err err = ERR_INIT;
		char key[40], line[80];
		int64_t start_us = clock_machine_us();
		int len;

		snprintf(key, sizeof(key), "soak-%" PRIu64 "-%" PRIu64, seed, i);
		if (record(path, key, draw(&seed) % 4 == 0, &err) < 0) {
			fprintf(stderr, "%s: %s\n", key, err.msg);
			return 1;
		}
		len = snprintf(line, sizeof(line), "%s %" PRId64 "\n", key,
			       clock_machine_us() - start_us);
		if (write(STDOUT_FILENO, line, (size_t)len) != len) {
			return 1;
		}
	}
	return 0;
}

static int ask(struct history *history, const char *sql, const char *expected)
{
	CLEANUP(stmt_release) struct stmt stmt = {0};
	struct err err = ERR_INIT;
	const char *answer;

	stmt_make(&stmt, &history->db, "soak", sql, strlen(sql));
	if (stmt_next(&stmt, &err) != 0) {
		fprintf(stderr, "%s\n", err.msg);
		return 1;
	}
	answer = stmt_col_borrow(&stmt, 0);
	if (!answer || strcmp(answer, expected) != 0) {
		fprintf(stderr, "%s: %s\n", sql, answer ? answer : "NULL");
		return 1;
	}
	return 0;
}

/* All the rows of a run, and one name more that only it has. */
static int check_run(struct history *history, int64_t id, const char *key)
{
	CLEANUP(run_release) struct run run = {0};
	struct err err = ERR_INIT;
	size_t seen = 0, failed = 0;

	if (history_load_run(history, id, &run, &err) < 0) {
		fprintf(stderr, "%s: %s\n", key, err.msg);
		return 1;
	}
	VEC_EACH (const struct attempt, attempt, &run.attempts) {
		ATTEMPT_EACH_RESULT(result, attempt)
		{
			seen++;
			failed += result->outcome == OUTCOME_FAILED;
		}
	}
	if (seen != tests || failed != FILES) {
		fprintf(stderr, "%s: half a run: %zu results, %zu failed\n", key, seen, failed);
		return 1;
	}
	return 0;
}

static int check_runs(struct history *history)
{
	static const char sql[] = "SELECT id, key FROM run WHERE key GLOB 'soak-*'";
	CLEANUP(stmt_release) struct stmt stmt = {0};
	struct err err = ERR_INIT;
	int more, wrong = 0;

	stmt_make(&stmt, &history->db, "soak", sql, strlen(sql));
	while ((more = stmt_next(&stmt, &err)) == 0) {
		AUTO_FREE char *key = stmt_col_text(&stmt, 1);

		wrong |= check_run(history, stmt_col_int(&stmt, 0), key);
		puts(key);
	}
	return more < 0 ? 1 : wrong;
}

static int check(const char *path)
{
	struct history *history = NULL;
	struct err err = ERR_INIT;
	int wrong;

	if (history_open(path, HISTORY_READ, &history, &err) < 0) {
		fprintf(stderr, "%s\n", err.msg);
		return err.code == ERR_NOT_FOUND ? 3 : 1;
	}
	wrong = ask(history, "PRAGMA integrity_check", "ok") |
		ask(history, "SELECT count(*) || '' FROM pragma_foreign_key_check", "0") |
		check_runs(history);
	history_close(history);
	return wrong;
}

static void to_stderr(enum log_level level, const char *line, void *payload)
{
	(void)payload;
	fprintf(stderr, "%s: %s\n", level == LOG_WARNING ? "warning" : "note", line);
}

int main(int argc, char **argv)
{
	log_set_sink(to_stderr, NULL);
	if (argc == 3 && strcmp(argv[2], "check") == 0) {
		return check(argv[1]);
	}
	if (argc < 3) {
		fputs("usage: recorder HISTORY SEED [COUNT [TESTS]] | HISTORY check\n", stderr);
		return 2;
	}
	if (argc > 4) {
		tests = strtoul(argv[4], NULL, 10);
	}
	return record_all(argv[1], strtoull(argv[2], NULL, 10),
			  argc > 3 ? strtoull(argv[3], NULL, 10) : 0);
}
