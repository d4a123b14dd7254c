/* SPDX-License-Identifier: Apache-2.0 */
#include "history/history.h"

#include "base/str.h"
#include "history/decode.h"
#include "history/internal.h"
#include "history/record.h"

#include <stdlib.h>
#include <string.h>

/* Fewer digits of a test id are more likely a word. */
#define PREFIX_MIN 4

/* The row id of the attempt to compare with, or 0. */
static int find_expected_attempt(struct db *db, const struct run *like, int64_t *attempt_id,
				 struct err *err)
{
	CLEANUP(stmt_done) struct stmt *find = db_stmt(db, "find_expected_attempt");
	AUTO_FREE char *command = record_command(&like->command);
	int more;

	stmt_bind_text(find, ":job", str_or(like->job, ""));
	stmt_bind_text(find, ":variant", str_or(like->variant, ""));
	stmt_bind_text(find, ":command", command);
	more = stmt_next(find, err);
	*attempt_id = more == 0 ? stmt_col_int(find, 0) : 0;
	return more < 0 ? -1 : 0;
}

int history_expected_tests(struct history *history, const struct run *like, struct strv *out,
			   struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = NULL;
	int64_t attempt_id = 0;
	int more;

	if (find_expected_attempt(&history->db, like, &attempt_id, err) < 0) {
		return -1;
	}
	row = db_stmt(&history->db, "list_attempt_tests");
	stmt_bind_int(row, ":attempt", attempt_id);
	while ((more = stmt_next(row, err)) == 0) {
		strv_give(out, decode_text(row, 0));
	}
	return more < 0 ? -1 : 0;
}

static int list_tests(struct stmt *row, struct test_facts_list *out, struct err *err)
{
	int more;

	while ((more = stmt_next(row, err)) == 0) {
		decode_test(row, VEC_PUSH(out));
	}
	return more < 0 ? -1 : 0;
}

/* The text in lower case when it can begin a test id, else NULL. The caller frees. */
static char *id_prefix(const char *text)
{
	size_t len = strlen(text);
	char *prefix;

	if (len < PREFIX_MIN || len > TEST_ID_LEN ||
	    strspn(text, "0123456789abcdefABCDEF") != len) {
		return NULL;
	}
	prefix = mem_str(text);
	for (char *c = prefix; *c; c++) {
		if (*c >= 'A' && *c <= 'F') {
			*c = (char)(*c - 'A' + 'a');
		}
	}
	return prefix;
}

int history_find_tests(struct history *history, const char *text, struct test_facts_list *out,
		       struct err *err)
{
	static const char *const exact[] = {"find_tests_by_shown", "find_tests_by_name"};
	AUTO_FREE char *prefix = id_prefix(text);
	struct stmt *row;

	for (size_t i = 0; i < ARRAY_LEN(exact); i++) {
		row = db_stmt(&history->db, exact[i]);
		stmt_bind_text(row, ":text", text);
		if (list_tests(row, out, err) < 0) {
			return -1;
		}
		if (out->len > 0) {
			return 0;
		}
	}
	row = db_stmt(&history->db, "find_tests_by_part");
	stmt_bind_text(row, ":text", text);
	stmt_bind_text(row, ":prefix", prefix);
	return list_tests(row, out, err);
}

void test_facts_list_release(struct test_facts_list *list)
{
	for (size_t i = 0; i < list->len; i++) {
		test_name_release(&list->items[i].name);
	}
	VEC_FREE(list);
}

int history_info(struct history *history, struct history_info *out, struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = db_stmt(&history->db, "info");
	int64_t version = 0;

	*out = (struct history_info){0};
	if (db_ask_int(&history->db, "PRAGMA user_version", &version, err) < 0 ||
	    stmt_next(row, err) < 0) {
		return -1;
	}
	out->schema = (int)version;
	out->runs = stmt_col_int(row, 0);
	out->tests = stmt_col_int(row, 1);
	out->results = stmt_col_int(row, 2);
	out->waits = stmt_col_int(row, 3);
	out->first_run_us = stmt_col_int(row, 4);
	out->last_run_us = stmt_col_int(row, 5);
	return 0;
}
