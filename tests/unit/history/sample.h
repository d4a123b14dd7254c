/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_TESTS_UNIT_HISTORY_SAMPLE_H
#define STEADY_TESTS_UNIT_HISTORY_SAMPLE_H

#include "check.h"

#include "base/str.h"
#include "history/block.h"
#include "history/history.h"
#include "history/internal.h"
#include "history/test_page.h"
#include "os/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A folder of its own for every test, with the path of a history in it that is not there yet. */
struct place {
	char dir[64];
	char *path;
};

static inline int place_make(void **state)
{
	struct place *place = mem_alloc(sizeof(*place));

	snprintf(place->dir, sizeof(place->dir), "/tmp/steady-unit-XXXXXX");
	if (!mkdtemp(place->dir)) {
		return -1;
	}
	place->path = mem_fmt("%s/history.db", place->dir);
	*state = place;
	return 0;
}

static inline int place_remove(void **state)
{
	struct place *place = *state;

	file_remove_tree(place->dir);
	free(place->path);
	free(place);
	return 0;
}

#define PLACED(test) cmocka_unit_test_setup_teardown(test, place_make, place_remove)

/* Fails the test with the error's own words. */
static inline void sample_check(int status, const char *what, const struct err *err)
{
	if (status < 0) {
		fail_msg("%s: %s", what, err->msg);
	}
}

#define assert_ok(expression) sample_check((expression), #expression, &err)

static inline void assert_has(const char *text, const char *part)
{
	if (!strstr(text, part)) {
		fail_msg("no \"%s\" in \"%s\"", part, text);
	}
}

static inline struct history *sample_open(const char *path, enum history_mode mode)
{
	struct history *history = NULL;
	struct err err = ERR_INIT;

	assert_ok(history_open(path, mode, &history, &err));
	return history;
}

/* Runs are built up from the end: each function adds to what was added last. */
static inline struct run sample_run(const char *key, const char *job, int64_t started_us)
{
	struct run run = {.started_us = started_us, .duration_us = 100, .outcome = RUN_PASSED};

	snprintf(run.key, sizeof(run.key), "%s", key);
	run.job = mem_str(job);
	run.variant = mem_str("");
	return run;
}

static inline struct attempt *sample_attempt(struct run *run, int number)
{
	struct attempt *attempt = VEC_PUSH(&run->attempts);

	attempt->number = number;
	attempt->end = END_EXITED;
	attempt->started_us = run->started_us;
	attempt->duration_us = 10;
	return attempt;
}

static inline struct results_file *sample_file(struct run *run, const char *digest)
{
	struct attempt *attempt = &run->attempts.items[run->attempts.len - 1];
	struct results_file *file = VEC_PUSH(&attempt->files);

	snprintf(file->digest, sizeof(file->digest), "%s", digest);
	file->path = mem_fmt("%s.xml", digest);
	file->time_us = -1;
	return file;
}

static inline struct result *sample_result(struct run *run, const char *name, enum outcome outcome)
{
	struct attempt *attempt = &run->attempts.items[run->attempts.len - 1];
	struct result *result = VEC_PUSH(&attempt->files.items[attempt->files.len - 1].results);

	result->test.class_name = mem_str("pkg.Case");
	result->test.name = mem_str(name);
	test_name_id(&result->test, result->id);
	result->outcome = outcome;
	result->duration_us = 5;
	return result;
}

static inline void sample_failure(struct result *result, const char *signature, const char *message)
{
	struct failure *failure = mem_alloc(sizeof(*failure));

	snprintf(failure->signature, sizeof(failure->signature), "%s", signature);
	failure->type = mem_str("AssertionError");
	failure->message = mem_str(message);
	failure->text = mem_str("a stack");
	result->failure = failure;
}

/* The verdict about a result of the first attempt. */
static inline void sample_verdict(struct run *run, const char *name, enum retry_verdict verdict)
{
	struct failed_test *failed = VEC_PUSH(&run->failed);

	ATTEMPT_EACH_RESULT(result, &run->attempts.items[0])
	{
		if (str_eq(result->test.name, name)) {
			failed->first = result;
		}
	}
	assert_non_null(failed->first);
	failed->retry = verdict;
	failed->decided_by = verdict == RETRY_NOT_TRIED ? 0 : 2;
}

static inline struct wait *sample_wait(struct run *run, const char *service, bool ready)
{
	struct wait *wait = VEC_PUSH(&run->waits);

	wait_init(wait);
	wait->target = mem_fmt("tcp://%s", service);
	wait->service = mem_str(service);
	wait->probe = mem_str("tcp");
	wait->stage = mem_str("connect");
	wait->error = ready ? NULL : mem_str("refused");
	wait->ready = ready;
	wait->attempts = 3;
	wait->started_us = run->started_us;
	wait->duration_us = 40;
	wait->limit_us = 60;
	return wait;
}

static inline void sample_id(const char *name, char id[TEST_ID_LEN + 1])
{
	struct test_name test = {.class_name = mem_str("pkg.Case"), .name = mem_str(name)};

	test_name_id(&test, id);
	test_name_release(&test);
}

/* Records and releases. */
static inline void sample_record(const char *path, struct run *run)
{
	struct history *history = sample_open(path, HISTORY_WRITE);
	struct err err = ERR_INIT;

	assert_ok(history_record(history, run, &err));
	history_close(history);
	run_release(run);
}

/* A window over all of it. */
#define SAMPLE_EVER \
	{ \
		.since_us = 0, .until_us = INT64_MAX \
	}

static inline void sample_load(const char *path, const struct history_window *window,
			       struct evidence *out)
{
	struct history *history = sample_open(path, HISTORY_READ);
	struct err err = ERR_INIT;

	assert_ok(history_load(history, window, out, &err));
	history_close(history);
}

static inline int64_t sample_ask(struct history *history, const char *sql)
{
	struct err err = ERR_INIT;
	int64_t answer = 0;

	assert_ok(db_ask_int(&history->db, sql, &answer, &err));
	return answer;
}

/* The first column of the first row as text; the caller frees; NULL without a row or value. */
static inline char *sample_ask_text(struct history *history, const char *sql)
{
	CLEANUP(stmt_release) struct stmt stmt = {0};
	struct err err = ERR_INIT;
	int more;

	stmt_make(&stmt, &history->db, "test", sql, strlen(sql));
	assert_ok(more = stmt_next(&stmt, &err));
	return more == 0 ? stmt_col_text(&stmt, 0) : NULL;
}

/* What the failure with that id said, field by field with "|" behind each; the caller frees. */
static inline char *sample_said(struct history *history, int64_t id)
{
	struct buf out = BUF_INIT(BUF_OWN_MAX);
	struct failure *failure = NULL;
	struct err err = ERR_INIT;

	assert_ok(history_failure(history, id, &failure, &err));
	assert_non_null(failure);
	buf_fmt(&out, "%s|%s|%s|%s|", failure->signature, failure->type ? failure->type : "NULL",
		failure->message ? failure->message : "NULL",
		failure->text ? failure->text : "NULL");
	failure_free(failure);
	return buf_take(&out);
}

static inline struct history_info sample_info(struct history *history)
{
	struct history_info info;
	struct err err = ERR_INIT;

	assert_ok(history_info(history, &info, &err));
	return info;
}

/* Names a test by its id, "?" when there is none. */
static inline void sample_name(struct history *history, int64_t id, struct buf *out)
{
	CLEANUP(test_page_release) struct test_page page = {0};
	struct err err = ERR_INIT;
	int more = test_page_find(&history->db, id, &page, &err);

	assert_ok(more);
	buf_str_add(out, more == 0 ? page.tests.items[id - page.first_id].name.name : "?");
}

/*
 * Every result on record, as "<attempt> <test> <outcome>" each: first those that blocks tell, in
 * the order of their lists, then the rows. The caller frees.
 */
static inline char *sample_results(struct history *history)
{
	static const char blocks[] =
		"SELECT number, suite_id, results, pace_id FROM block JOIN attempt "
		"ON attempt.id = attempt_id ORDER BY run_id, number, nth";
	static const char rows[] =
		"SELECT number, test_id, outcome FROM result JOIN attempt "
		"ON attempt.id = attempt_id ORDER BY run_id, number, test_id, nth";
	CLEANUP(block_cache_release)
	struct block_cache cache = {.suites = {.db = &history->db}};
	CLEANUP(block_release) struct block block = {0};
	CLEANUP(stmt_release) struct stmt row = {0};
	CLEANUP(stmt_release) struct stmt told = {0};
	struct buf out = BUF_INIT(BUF_OWN_MAX);
	struct err err = ERR_INIT;
	int more;

	stmt_make(&told, &history->db, "test", blocks, strlen(blocks));
	while ((more = stmt_next(&told, &err)) == 0) {
		assert_ok(block_read(&block, &cache, &told, 1, &err));
		BLOCK_EACH(i, &block)
		{
			unsigned char code = (unsigned char)block.codes.data[i];

			if (code != BLOCK_ROW) {
				buf_fmt(&out, "%s%d ", out.len ? ", " : "",
					(int)stmt_col_int(&told, 0));
				sample_name(history, block.test_ids[i], &out);
				buf_fmt(&out, " %s", outcome_name(block_outcome(code)));
			}
		}
	}
	assert_ok(more);
	stmt_make(&row, &history->db, "test", rows, strlen(rows));
	while ((more = stmt_next(&row, &err)) == 0) {
		buf_fmt(&out, "%s%d ", out.len ? ", " : "", (int)stmt_col_int(&row, 0));
		sample_name(history, stmt_col_int(&row, 1), &out);
		buf_fmt(&out, " %s", stmt_col_borrow(&row, 2));
	}
	assert_ok(more);
	return buf_take(&out);
}

static inline void assert_results(struct history *history, const char *expected)
{
	AUTO_FREE char *results = sample_results(history);

	assert_string_equal(results, expected);
}

static inline void assert_ask_text(struct history *history, const char *sql, const char *expected)
{
	AUTO_FREE char *answer = sample_ask_text(history, sql);

	assert_non_null(answer);
	assert_string_equal(answer, expected);
}

#endif
