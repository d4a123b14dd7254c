/* SPDX-License-Identifier: Apache-2.0 */
#include "history/decode.h"

#include "base/str.h"
#include "text/escape.h"
#include "text/json.h"
#include "text/utf8.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

char *decode_text(const struct stmt *row, int column)
{
	return mem_str(str_or(stmt_col_borrow(row, column), ""));
}

enum run_outcome decode_run_outcome(const char *word)
{
	enum run_outcome outcome = RUN_ERROR;

	return word && run_outcome_parse(word, &outcome) ? outcome : RUN_ERROR;
}

enum outcome decode_outcome(const char *word)
{
	static const enum outcome all[] = {OUTCOME_PASSED, OUTCOME_SKIPPED, OUTCOME_FAILED};

	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		if (str_eq(word, outcome_name(all[i]))) {
			return all[i];
		}
	}
	return OUTCOME_ERROR;
}

enum attempt_end decode_attempt_end(const char *word)
{
	static const enum attempt_end all[] = {END_EXITED, END_SIGNALLED, END_TIMEOUT,
					       END_CANCELLED};

	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		if (str_eq(word, attempt_end_name(all[i]))) {
			return all[i];
		}
	}
	return END_UNKNOWN;
}

enum file_state decode_file_state(const char *word)
{
	static const enum file_state all[] = {FILE_OK, FILE_REPAIRED, FILE_INCOMPLETE};

	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		if (str_eq(word, file_state_name(all[i]))) {
			return all[i];
		}
	}
	return FILE_REFUSED;
}

enum retry_verdict decode_verdict(const char *word)
{
	static const enum retry_verdict all[] = {RETRY_NOT_TRIED, RETRY_PASSED, RETRY_FAILED_AGAIN,
						 RETRY_SKIPPED, RETRY_BLOCKED};

	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		if (str_eq(word, retry_verdict_name(all[i]))) {
			return all[i];
		}
	}
	return RETRY_NOT_SEEN;
}

void decode_words(const char *list, struct strv *out)
{
	AUTO_JSON struct json *words = NULL;
	struct err ignored = ERR_INIT;

	if (list && json_parse(list, strlen(list), &words, &ignored) == 0) {
		for (size_t i = 0; i < json_len(words); i++) {
			strv_add(out, str_or(json_text(json_at(words, i)), ""));
		}
	}
}

char *decode_command(const char *list)
{
	AUTO_JSON struct json *words = NULL;
	struct buf line = BUF_INIT(BUF_OWN_MAX);
	struct err ignored = ERR_INIT;

	if (!list || json_parse(list, strlen(list), &words, &ignored) < 0) {
		return mem_str("");
	}
	for (size_t i = 0; i < json_len(words); i++) {
		if (i > 0) {
			buf_char(&line, ' ');
		}
		escape_shell(&line, str_or(json_text(json_at(words, i)), ""));
	}
	return buf_take(&line);
}

void decode_id(char *slot, size_t size, const char *id)
{
	snprintf(slot, size, "%s", str_or(id, ""));
}

int decode_int(const struct stmt *row, int column)
{
	int64_t value = stmt_col_int(row, column);

	return value < 0 ? 0 : value > INT_MAX ? INT_MAX : (int)value;
}

void decode_test(const struct known_test *test, struct test_facts *out)
{
	test_name_copy(&out->name, &test->name);
	known_test_id(test, out->id);
}

void decode_wait(const struct stmt *row, int column, struct wait *out)
{
	wait_init(out);
	out->target = decode_text(row, column);
	out->service = stmt_col_text(row, column + 1);
	out->probe = stmt_col_text(row, column + 2);
	out->ready = stmt_col_int(row, column + 3) != 0;
	out->cancelled = stmt_col_int(row, column + 4) != 0;
	out->stage = stmt_col_text(row, column + 5);
	out->error = stmt_col_text(row, column + 6);
	out->attempts = decode_int(row, column + 7);
	out->started_us = stmt_col_int(row, column + 8);
	out->duration_us = stmt_col_known(row, column + 9);
	out->limit_us = stmt_col_known(row, column + 10);
	out->attempt = decode_int(row, column + 11);
	out->optional = stmt_col_int(row, column + 12) != 0;
	out->invert = stmt_col_int(row, column + 13) != 0;
	out->permanent = stmt_col_int(row, column + 14) != 0;
	out->losses = decode_int(row, column + 15);
	for (int i = 0; i < STAGE_COUNT; i++) {
		out->passed_us[i] = stmt_col_known(row, column + 16 + i);
	}
	out->last_seen_us = stmt_col_known(row, column + 16 + STAGE_COUNT);
	out->owner = stmt_col_text(row, column + 17 + STAGE_COUNT);
}

void decode_event(const struct stmt *row, int column, struct service_event *out)
{
	const char *change = stmt_col_borrow(row, column + 1);

	out->service = decode_text(row, column);
	if (!service_change_parse(str_or(change, ""), &out->change)) {
		out->change = SERVICE_DOWN;
	}
	out->at_us = stmt_col_int(row, column + 2);
	out->detail = decode_text(row, column + 3);
}
