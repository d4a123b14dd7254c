/* SPDX-License-Identifier: Apache-2.0 */
#include "history/segment.h"

#include "base/map.h"
#include "base/str.h"
#include "text/json.h"

#include <stdlib.h>
#include <string.h>

#define ATTEMPT_MAX 1000
#define LINES_MAX   ((size_t)5000000)

/* Members that no field of the kind has. */
struct sieve {
	const struct line_fields *fields;
	struct json *rest;
	size_t len;
};

static void sieve(const char *key, const struct json *value, void *payload)
{
	struct sieve *sieve = payload;

	for (size_t i = 0; i < sieve->fields->len; i++) {
		if (strcmp(sieve->fields->fields[i].key, key) == 0) {
			return;
		}
	}
	json_put(sieve->rest, key, json_clone(value));
	sieve->len++;
}

static void keep_stray(struct segment_reader *reader, const char *place, const struct json *value)
{
	struct buf text = BUF_INIT(BUF_OWN_MAX);

	json_write(value, 0, &text);
	if (reader->strays + text.len > SEGMENT_STRAYS) {
		reader->strays_dropped = true;
		buf_release(&text);
		return;
	}
	reader->strays += text.len;
	*VEC_PUSH(&reader->run.strays) = (struct stray){mem_str(place), buf_take(&text)};
}

static void keep_rest(struct segment_reader *reader, enum line_kind kind,
		      const struct json *members, const char *place)
{
	AUTO_JSON struct json *rest = json_new_object();
	struct sieve all = {&segment_lines[kind], rest, 0};

	json_each(members, sieve, &all);
	if (all.len > 0) {
		keep_stray(reader, place, rest);
	}
}

static bool is_hex(const char *text, size_t len)
{
	return strlen(text) == len && strspn(text, "0123456789abcdef") == len;
}

static int read_run(struct segment_reader *reader, const struct json *members, struct err *err)
{
	struct run *run = &reader->run;

	if (segment_read_members(LINE_RUN, members, run, err) < 0) {
		return -1;
	}
	if (!*run->key || strlen(run->key) > RUN_KEY_MAX) {
		return err_set(err, ERR_INPUT, "run.key: 1 to %d bytes are expected", RUN_KEY_MAX);
	}
	keep_rest(reader, LINE_RUN, members, "run");
	return 0;
}

static struct attempt *last_attempt(struct segment_reader *reader)
{
	struct attempt_list *attempts = &reader->run.attempts;

	return attempts->len > 0 ? &attempts->items[attempts->len - 1] : NULL;
}

static int check_attempt(const struct segment_reader *reader, const struct attempt *attempt,
			 struct err *err)
{
	const struct attempt_list *attempts = &reader->run.attempts;
	int before = attempts->len > 1 ? attempts->items[attempts->len - 2].number : 0;

	if (attempt->number <= before || attempt->number > ATTEMPT_MAX) {
		return err_set(err, ERR_INPUT,
			       "attempt.number: %d: attempts count up, from 1 to %d",
			       attempt->number, ATTEMPT_MAX);
	}
	if (*attempt->only && !is_hex(attempt->only, TEST_ID_LEN)) {
		return err_set(err, ERR_INPUT, "attempt.only: is no identity of a test");
	}
	return 0;
}

/* The object that a line of that kind adds to; NULL with the error set. */
static void *add_object(struct segment_reader *reader, enum line_kind kind, struct err *err)
{
	struct attempt *attempt = last_attempt(reader);

	switch (kind) {
	case LINE_WAIT:
		return VEC_PUSH(&reader->run.waits);
	case LINE_SERVICE:
		return VEC_PUSH(&reader->run.services);
	case LINE_EVENT:
		return VEC_PUSH(&reader->run.events);
	case LINE_ATTEMPT:
		return VEC_PUSH(&reader->run.attempts);
	case LINE_FILE:
	case LINE_LEAK:
		if (attempt) {
			return kind == LINE_FILE ? (void *)VEC_PUSH(&attempt->files)
						 : (void *)VEC_PUSH(&attempt->leaks);
		}
		err_set(err, ERR_INPUT, "%s: stands in front of the first attempt",
			segment_lines[kind].name);
		return NULL;
	case LINE_RUN:
	case LINE_RESULT:
	case LINE_RETRY:
	case LINE_KINDS:
		break;
	}
	err_set(err, ERR_INPUT, "%s: not here", segment_lines[kind].name);
	return NULL;
}

static int read_object(struct segment_reader *reader, enum line_kind kind,
		       const struct json *members, struct err *err)
{
	void *object = add_object(reader, kind, err);
	AUTO_FREE char *place = NULL;

	if (!object || segment_read_members(kind, members, object, err) < 0) {
		return -1;
	}
	if (kind == LINE_ATTEMPT && check_attempt(reader, object, err) < 0) {
		return -1;
	}
	place = segment_place(kind, reader->counts[kind]);
	keep_rest(reader, kind, members, place);
	return 0;
}

static void result_line_release(struct result_line *line)
{
	free(line->suite);
	free(line->class_name);
	free(line->name);
	free(line->file);
	free(line->type);
	free(line->message);
	free(line->text);
}

static void take_result(struct result_line *line, struct result *out)
{
	out->test.suite = TAKE(line->suite);
	out->test.class_name = TAKE(line->class_name);
	out->test.name = TAKE(line->name);
	out->test.file = TAKE(line->file);
	out->test.copy = line->copy;
	out->outcome = (enum outcome)line->outcome;
	out->duration_us = line->duration_us;
	out->failed_tries = line->failed_tries;
	if (line->has_failure) {
		out->failure = mem_alloc(sizeof(*out->failure));
		out->failure->type = TAKE(line->type);
		out->failure->message = TAKE(line->message);
		out->failure->text = TAKE(line->text);
		memcpy(out->failure->signature, line->signature, sizeof(line->signature));
	}
	if (*line->id) {
		memcpy(out->id, line->id, sizeof(out->id));
	} else {
		test_name_id(&out->test, out->id);
	}
}

static int check_result(const struct result_line *line, struct err *err)
{
	if (*line->id && !is_hex(line->id, TEST_ID_LEN)) {
		return err_set(err, ERR_INPUT, "result.id: is no identity of a test");
	}
	if (!*line->id && str_empty(line->name)) {
		return err_set(err, ERR_INPUT, "result.name: is missing");
	}
	if (*line->signature && !is_hex(line->signature, SIGNATURE_LEN)) {
		return err_set(err, ERR_INPUT, "result.signature: is no fingerprint");
	}
	return 0;
}

static int read_result(struct segment_reader *reader, const struct json *members, struct err *err)
{
	CLEANUP(result_line_release) struct result_line line = {0};
	struct attempt *attempt = last_attempt(reader);
	AUTO_FREE char *place = NULL;
	struct result *result;

	if (!attempt) {
		return err_set(err, ERR_INPUT, "result: stands in front of the first attempt");
	}
	if (segment_read_members(LINE_RESULT, members, &line, err) < 0 ||
	    check_result(&line, err) < 0) {
		return -1;
	}
	if (attempt->files.len == 0) {
		VEC_PUSH(&attempt->files)->time_us = -1;
	}
	result = VEC_PUSH(&attempt->files.items[0].results);
	take_result(&line, result);
	place = segment_result_place(attempt->number, result->id);
	keep_rest(reader, LINE_RESULT, members, place);
	return 0;
}

/* Its result is looked for when all are there: until then they move. */
static int read_retry(struct segment_reader *reader, const struct json *members, struct err *err)
{
	struct retry_line line = {0};
	AUTO_FREE char *place = segment_place(LINE_RETRY, reader->counts[LINE_RETRY]);
	struct failed_test *test;

	if (segment_read_members(LINE_RETRY, members, &line, err) < 0) {
		free(line.service);
		free(line.excused_by);
		return -1;
	}
	test = VEC_PUSH(&reader->run.failed);
	test->retry = (enum retry_verdict)line.verdict;
	test->decided_by = line.decided_by;
	test->service = line.service;
	quarantine_mark_excused(&test->quarantine, line.excused_by);
	strv_add(&reader->retried, line.id);
	keep_rest(reader, LINE_RETRY, members, place);
	return 0;
}

static void index_failed(const struct run *run, struct map *out)
{
	const struct result_list *results =
		run->attempts.len > 0 && run->attempts.items[0].files.len > 0
			? &run->attempts.items[0].files.items[0].results
			: NULL;

	for (size_t i = 0; results && i < results->len; i++) {
		if (outcome_is_bad(results->items[i].outcome)) {
			map_put(out, results->items[i].id, i);
		}
	}
}

static int join_retries(struct segment_reader *reader, struct err *err)
{
	CLEANUP(map_release) struct map failed = {0};
	struct run *run = &reader->run;
	size_t at;

	if (run->imported && run->failed.len > 0) {
		return err_set(err, ERR_INPUT, "retry: an imported run has none");
	}
	index_failed(run, &failed);
	for (size_t i = 0; i < run->failed.len; i++) {
		if (!map_get(&failed, reader->retried.items[i], &at)) {
			return err_set(err, ERR_INPUT,
				       "retry.id: %s did not fail in the first attempt",
				       reader->retried.items[i]);
		}
		run->failed.items[i].first =
			&run->attempts.items[0].files.items[0].results.items[at];
	}
	return 0;
}

static int read_end(struct segment_reader *reader, const struct json *members, struct err *err)
{
	const struct json *lines = json_get(members, "lines");

	if (json_kind(lines) != JSON_KIND_INT || json_number(lines) != (int64_t)reader->lines) {
		return err_set(err, ERR_INPUT, "end.lines: %zu lines have come", reader->lines);
	}
	if (join_retries(reader, err) < 0) {
		return -1;
	}
	reader->whole = true;
	return 0;
}

/* 0 to LINE_KINDS; LINE_KINDS when it is none that is known. */
static enum line_kind find_kind(const struct json *line, const struct json **members)
{
	for (int i = 0; i < LINE_KINDS; i++) {
		*members = json_get(line, segment_lines[i].name);
		if (*members) {
			return (enum line_kind)i;
		}
	}
	return LINE_KINDS;
}

static int read_kind(struct segment_reader *reader, enum line_kind kind, const struct json *members,
		     struct err *err)
{
	int done;

	if (json_kind(members) != JSON_KIND_OBJECT) {
		return err_set(err, ERR_INPUT, "%s: an object is expected",
			       segment_lines[kind].name);
	}
	if (kind == LINE_RESULT) {
		done = read_result(reader, members, err);
	} else if (kind == LINE_RETRY) {
		done = read_retry(reader, members, err);
	} else if (kind == LINE_RUN) {
		done = err_set(err, ERR_INPUT, "run: the one before it has not ended");
	} else {
		done = read_object(reader, kind, members, err);
	}
	reader->counts[kind]++;
	return done;
}

static int check_schema(const struct json *line, struct err *err)
{
	const char *schema = json_get_str(line, "schema");

	if (!schema || !str_starts(schema, "steady.segment/")) {
		return err_set(err, ERR_INPUT, "is no first line of a segment (%s)",
			       SEGMENT_SCHEMA);
	}
	if (strcmp(schema, SEGMENT_SCHEMA) != 0) {
		return err_set(err, ERR_INPUT,
			       "%.40s was written by a newer steady; this one reads %s", schema,
			       SEGMENT_SCHEMA);
	}
	return 0;
}

static int read_first(struct segment_reader *reader, const struct json *line, struct err *err)
{
	const struct json *members = json_get(line, "run");

	if (check_schema(line, err) < 0) {
		return -1;
	}
	if (json_kind(members) != JSON_KIND_OBJECT) {
		return err_set(err, ERR_INPUT, "run: an object is expected");
	}
	reader->begun = true;
	reader->counts[LINE_RUN] = 1;
	return read_run(reader, members, err);
}

static int read_line(struct segment_reader *reader, const struct json *line, struct err *err)
{
	const struct json *members = NULL;
	const struct json *end = json_get(line, "end");
	AUTO_FREE char *place = NULL;
	enum line_kind kind;

	if (json_kind(line) != JSON_KIND_OBJECT) {
		return err_set(err, ERR_INPUT, "an object is expected");
	}
	if (!reader->begun) {
		return read_first(reader, line, err);
	}
	if (end) {
		return read_end(reader, end, err);
	}
	kind = find_kind(line, &members);
	if (kind < LINE_KINDS) {
		return read_kind(reader, kind, members, err);
	}
	place = mem_fmt("line/%06zu", reader->strange++);
	keep_stray(reader, place, line);
	return 0;
}

int segment_read_line(struct segment_reader *reader, const char *line, size_t len, struct err *err)
{
	AUTO_JSON struct json *parsed = NULL;

	if (reader->lines == LINES_MAX) {
		return err_set(err, ERR_INPUT, "a segment has at most %zu lines", LINES_MAX);
	}
	if (json_parse(line, len, &parsed, err) < 0) {
		err->code = ERR_INPUT;
		return -1;
	}
	if (read_line(reader, parsed, err) < 0) {
		return -1;
	}
	reader->lines++;
	return 0;
}

void segment_reader_release(struct segment_reader *reader)
{
	run_release(&reader->run);
	strv_release(&reader->retried);
	*reader = (struct segment_reader){0};
}

bool segment_begins(const char *line, size_t len)
{
	static const char start[] = "{\"schema\":";

	return len >= sizeof(start) - 1 && memcmp(line, start, sizeof(start) - 1) == 0;
}
