/* SPDX-License-Identifier: Apache-2.0 */
#include "history/history.h"

#include "base/str.h"
#include "history/decode.h"
#include "history/id_map.h"
#include "history/internal.h"
#include "history/seen_reader.h"

#include <stdlib.h>
#include <string.h>

#define FOUND_MAX 20

static void add_run(const struct stmt *row, struct known_run_list *out)
{
	struct known_run *run = VEC_PUSH(out);

	run->id = stmt_col_int(row, 0);
	run->key = decode_text(row, 1);
	run->job = decode_text(row, 2);
	run->variant = decode_text(row, 3);
	run->started_us = stmt_col_int(row, 4);
}

/* Whether that run comes behind those that bear the very key. */
static bool is_beaten(const struct stmt *row, const char *key, const struct known_run_list *found)
{
	return key && found->len > 0 && str_eq(found->items[0].key, key) &&
	       !str_eq(stmt_col_borrow(row, 1), key);
}

int history_find_runs(struct history *history, const struct run_question *question,
		      struct known_run_list *out, struct err *err)
{
	CLEANUP(stmt_done)
	struct stmt *row = db_stmt(&history->db, question->key ? "find_runs" : "find_last_run");
	int more = 0;

	if (question->key) {
		stmt_bind_text(row, ":key", question->key);
		stmt_bind_int(row, ":most", FOUND_MAX);
	} else {
		stmt_bind_int(row, ":newest", INT64_MAX);
	}
	stmt_bind_text(row, ":job", question->job);
	stmt_bind_text(row, ":variant", question->variant);
	while ((more = stmt_next(row, err)) == 0) {
		if (!is_beaten(row, question->key, out)) {
			add_run(row, out);
		}
	}
	return more < 0 ? -1 : 0;
}

int history_run_command(struct history *history, const struct run_question *question,
			struct strv *command, char **folder, struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = db_stmt(&history->db, "find_run_command");
	int more = 0;

	*folder = NULL;
	stmt_bind_text(row, ":key", question->key);
	stmt_bind_text(row, ":job", str_or(question->job, ""));
	stmt_bind_text(row, ":variant", str_or(question->variant, ""));
	more = stmt_next(row, err);
	if (more == 0) {
		decode_words(stmt_col_borrow(row, 0), command);
		*folder = stmt_col_text(row, 1);
	}
	return more < 0 ? -1 : 0;
}

void known_run_list_release(struct known_run_list *list)
{
	VEC_EACH (struct known_run, run, list) {
		free(run->key);
		free(run->job);
		free(run->variant);
	}
	VEC_FREE(list);
}

/* One signature, and the runs in which it was seen so far. */
struct alike {
	const char *signature; /* borrowed */
	int64_t last_run;
	size_t runs;
};

struct alike_list {
	VEC(struct alike)
};

static void alike_list_release(struct alike_list *list)
{
	VEC_FREE(list);
}

static struct alike *find_alike(const struct alike_list *list, const struct failed_test *test)
{
	const struct failure *failure = test->first->failure;

	VEC_EACH (struct alike, alike, list) {
		if (failure && strcmp(failure->signature, alike->signature) == 0) {
			return alike;
		}
	}
	return NULL;
}

/* Its bits in the map are its number in the list, from 1. */
static int add_alike(struct db *db, const char *signature, struct alike_list *list,
		     struct id_map *failures, struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = db_stmt(db, "list_failures_like");
	int more = 0;

	VEC_PUSH(list)->signature = signature;
	stmt_bind_text(row, ":signature", signature);
	while ((more = stmt_next(row, err)) == 0) {
		id_map_add(failures, stmt_col_int(row, 0), (unsigned)list->len);
	}
	return more < 0 ? -1 : 0;
}

static void note_alike(struct alike_list *list, const struct id_map *failures, int64_t failure_id,
		       int64_t run_id)
{
	const unsigned *number = id_map_get(failures, failure_id);
	struct alike *alike = number ? &list->items[*number - 1] : NULL;

	if (alike && run_id != alike->last_run) {
		alike->last_run = run_id;
		alike->runs++;
	}
}

/* Rows come run by run. */
static int count_runs(struct db *db, int64_t id, const struct id_map *failures,
		      struct alike_list *list, struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = db_stmt(db, "list_failure_runs");
	int more = 0;

	stmt_bind_int(row, ":oldest", 0);
	while ((more = stmt_next(row, err)) == 0) {
		if (stmt_col_int(row, 0) != id) {
			note_alike(list, failures, stmt_col_int(row, 1), stmt_col_int(row, 0));
		}
	}
	return more < 0 ? -1 : 0;
}

/* Of runs whose results were dropped the rollup still tells. */
static int count_thinned(struct db *db, const struct id_map *failures, struct alike_list *list,
			 struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = db_stmt(db, "care_thinned_rollups");
	int more = 0;

	stmt_bind_int(row, ":since", INT64_MIN);
	while ((more = stmt_next(row, err)) == 0) {
		struct seen_reader reader = seen_reader_open(row, 1);

		while ((more = seen_reader_next(&reader, err)) == 0) {
			note_alike(list, failures, reader.seen.failure_id, stmt_col_int(row, 0));
		}
		if (more < 0) {
			return -1;
		}
	}
	return more < 0 ? -1 : 0;
}

int history_count_alike(struct history *history, int64_t id, const struct run *run, size_t *counts,
			struct err *err)
{
	CLEANUP(alike_list_release) struct alike_list list = {0};
	CLEANUP(id_map_release) struct id_map failures = {0};

	VEC_EACH (const struct failed_test, test, &run->failed) {
		const struct failure *failure = test->first->failure;

		if (failure && *failure->signature && !find_alike(&list, test) &&
		    add_alike(&history->db, failure->signature, &list, &failures, err) < 0) {
			return -1;
		}
	}
	if (list.len > 0 && (count_runs(&history->db, id, &failures, &list, err) < 0 ||
			     count_thinned(&history->db, &failures, &list, err) < 0)) {
		return -1;
	}
	for (size_t i = 0; i < run->failed.len; i++) {
		const struct alike *alike = find_alike(&list, &run->failed.items[i]);

		counts[i] = alike ? alike->runs : 0;
	}
	return 0;
}
