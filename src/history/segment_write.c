/* SPDX-License-Identifier: Apache-2.0 */
#include "history/segment.h"

#include "base/str.h"
#include "history/segment_fields.h"
#include "text/json.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Where lines go, and which of their members. */
struct writer {
	const struct run *run;
	const struct segment_sink *sink;
	bool digest; /* without what may change, and strays */
	size_t lines;
	struct buf line;
	struct err *err;
};

static const void *member(const void *object, const struct field *field)
{
	return (const char *)object + field->offset;
}

static void put_text(struct json *out, const char *key, const char *text)
{
	if (text) {
		json_put_str(out, key, text);
	}
}

static void put_known(struct json *out, const char *key, int64_t value, int64_t absent)
{
	if (value > absent) {
		json_put_int(out, key, value);
	}
}

static void put_list(struct json *out, const char *key, const struct strv *list)
{
	struct json *words = NULL;

	if (list->len == 0) {
		return;
	}
	words = json_new_array();
	VEC_EACH (char *, word, list) {
		json_add(words, json_new_str(*word));
	}
	json_put(out, key, words);
}

static void put_field(struct json *out, const struct field *field, const void *object)
{
	const void *at = member(object, field);

	switch (field->type) {
	case FIELD_TEXT:
		put_text(out, field->key, *(char *const *)at);
		break;
	case FIELD_SLOT:
		put_text(out, field->key, *(const char *)at ? at : NULL);
		break;
	case FIELD_INT:
		put_known(out, field->key, *(const int *)at, 0);
		break;
	case FIELD_SIZE:
		put_known(out, field->key, (int64_t) * (const size_t *)at, 0);
		break;
	case FIELD_COUNT:
		put_known(out, field->key, *(const unsigned *)at, 0);
		break;
	case FIELD_TIME:
		put_known(out, field->key, *(const int64_t *)at, field->needed ? -1 : 0);
		break;
	case FIELD_KNOWN:
		put_known(out, field->key, *(const int64_t *)at, -1);
		break;
	case FIELD_SHARE:
		if (*(const double *)at >= 0) {
			json_put_real(out, field->key, *(const double *)at);
		}
		break;
	case FIELD_BOOL:
		if (*(const bool *)at) {
			json_put_bool(out, field->key, true);
		}
		break;
	case FIELD_LIST:
		put_list(out, field->key, at);
		break;
	case FIELD_WORD:
		put_text(out, field->key, field->word(*(const int *)at));
		break;
	}
}

static int put_line(struct writer *writer, const struct json *line)
{
	buf_clear(&writer->line);
	json_write(line, 0, &writer->line);
	buf_char(&writer->line, '\n');
	writer->lines++;
	return writer->sink->put(writer->sink->payload, buf_str(&writer->line), writer->line.len,
				 writer->err);
}

static void add_member(const char *key, const struct json *value, void *payload)
{
	json_put(payload, key, json_clone(value));
}

static void add_strays(const struct writer *writer, const char *place, struct json *out)
{
	VEC_EACH (const struct stray, stray, &writer->run->strays) {
		AUTO_JSON struct json *members = NULL;
		struct err ignored = ERR_INIT;

		if (!writer->digest && str_eq(stray->place, place) &&
		    json_parse(stray->json, strlen(stray->json), &members, &ignored) == 0) {
			json_each(members, add_member, out);
		}
	}
}

/* One line about the object; `place` for its strays. */
static int put_object(struct writer *writer, enum line_kind kind, const void *object,
		      const char *place)
{
	const struct line_fields *fields = &segment_lines[kind];
	AUTO_JSON struct json *line = json_new_object();
	struct json *members = json_new_object();

	for (size_t i = 0; i < fields->len; i++) {
		if (!writer->digest || !fields->fields[i].apart) {
			put_field(members, &fields->fields[i], object);
		}
	}
	add_strays(writer, place, members);
	if (kind == LINE_RUN) {
		json_put_str(line, "schema", SEGMENT_SCHEMA);
	}
	json_put(line, fields->name, members);
	return put_line(writer, line);
}

/* The n-th of its kind in the run. */
static int put_nth(struct writer *writer, enum line_kind kind, const void *object, size_t nth)
{
	AUTO_FREE char *place = segment_place(kind, nth);

	return put_object(writer, kind, object, place);
}

static int put_surroundings(struct writer *writer)
{
	const struct run *run = writer->run;

	for (size_t i = 0; i < run->waits.len; i++) {
		if (put_nth(writer, LINE_WAIT, &run->waits.items[i], i) < 0) {
			return -1;
		}
	}
	for (size_t i = 0; i < run->services.len; i++) {
		if (put_nth(writer, LINE_SERVICE, &run->services.items[i], i) < 0) {
			return -1;
		}
	}
	for (size_t i = 0; i < run->events.len; i++) {
		if (put_nth(writer, LINE_EVENT, &run->events.items[i], i) < 0) {
			return -1;
		}
	}
	return 0;
}

static int compare_texts(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) : (a != NULL) - (b != NULL);
}

int segment_compare_results(const void *left, const void *right)
{
	const struct result *a = *(const struct result *const *)left;
	const struct result *b = *(const struct result *const *)right;
	int order = strcmp(a->id, b->id);

	if (order != 0) {
		return order;
	}
	if (a->outcome != b->outcome) {
		return a->outcome < b->outcome ? -1 : 1;
	}
	if (a->duration_us != b->duration_us) {
		return a->duration_us < b->duration_us ? -1 : 1;
	}
	if (a->failed_tries != b->failed_tries) {
		return a->failed_tries < b->failed_tries ? -1 : 1;
	}
	return compare_texts(a->failure ? a->failure->signature : NULL,
			     b->failure ? b->failure->signature : NULL);
}

/* To the last letter: for one order of all that is written. */
static int compare_wholly(const void *left, const void *right)
{
	const struct failure *a = (*(const struct result *const *)left)->failure;
	const struct failure *b = (*(const struct result *const *)right)->failure;
	int order = segment_compare_results(left, right);

	if (order == 0 && a && b) {
		order = compare_texts(a->type, b->type);
	}
	if (order == 0 && a && b) {
		order = compare_texts(a->message, b->message);
	}
	return order == 0 && a && b ? compare_texts(a->text, b->text) : order;
}

static int put_result(struct writer *writer, const struct result *result, int attempt)
{
	AUTO_FREE char *place = NULL;
	struct result_line line = {
		.suite = result->test.suite,
		.class_name = result->test.class_name,
		.name = result->test.name,
		.file = result->test.file,
		.copy = result->test.copy,
		.outcome = (int)result->outcome,
		.duration_us = result->duration_us,
		.failed_tries = result->failed_tries,
		.has_failure = result->failure != NULL,
	};
	char identity[TEST_ID_LEN + 1];

	test_name_id(&result->test, identity);
	if (writer->digest || !str_eq(identity, result->id)) {
		memcpy(line.id, result->id, sizeof(line.id));
	}
	if (result->failure) {
		line.type = result->failure->type;
		line.message = result->failure->message;
		line.text = result->failure->text;
		memcpy(line.signature, result->failure->signature, sizeof(line.signature));
	}
	if (writer->run->strays.len > 0) {
		place = segment_result_place(attempt, result->id);
	}
	return put_object(writer, LINE_RESULT, &line, place ? place : "");
}

static int put_results(struct writer *writer, const struct attempt *attempt)
{
	const struct result_list *results = &attempt->files.items[0].results;
	AUTO_FREE const struct result **sorted = mem_array(results->len + 1, sizeof(*sorted));

	for (size_t i = 0; i < results->len; i++) {
		sorted[i] = &results->items[i];
	}
	qsort(sorted, results->len, sizeof(*sorted), compare_wholly);
	for (size_t i = 0; i < results->len; i++) {
		if (put_result(writer, sorted[i], attempt->number) < 0) {
			return -1;
		}
	}
	return 0;
}

static int put_attempt(struct writer *writer, const struct attempt *attempt, size_t nth,
		       size_t *files, size_t *leaks)
{
	if (put_nth(writer, LINE_ATTEMPT, attempt, nth) < 0) {
		return -1;
	}
	VEC_EACH (const struct results_file, file, &attempt->files) {
		if ((file->path || *file->digest) &&
		    put_nth(writer, LINE_FILE, file, (*files)++) < 0) {
			return -1;
		}
	}
	VEC_EACH (const struct attempt_leak, leak, &attempt->leaks) {
		if (put_nth(writer, LINE_LEAK, leak, (*leaks)++) < 0) {
			return -1;
		}
	}
	return attempt->files.len > 0 ? put_results(writer, attempt) : 0;
}

static int put_attempts(struct writer *writer)
{
	size_t files = 0, leaks = 0;

	for (size_t i = 0; i < writer->run->attempts.len; i++) {
		if (put_attempt(writer, &writer->run->attempts.items[i], i, &files, &leaks) < 0) {
			return -1;
		}
	}
	return 0;
}

static int compare_retries(const void *left, const void *right)
{
	const struct retry_line *a = left, *b = right;

	return strcmp(a->id, b->id);
}

/* Of an import the retries follow from the attempts. */
static int put_retries(struct writer *writer)
{
	const struct failed_test_list *failed = &writer->run->failed;
	AUTO_FREE struct retry_line *lines = mem_array(failed->len + 1, sizeof(*lines));
	size_t len = writer->run->imported ? 0 : failed->len;

	for (size_t i = 0; i < len; i++) {
		const struct failed_test *test = &failed->items[i];

		memcpy(lines[i].id, test->first->id, sizeof(lines[i].id));
		lines[i].verdict = (int)test->retry;
		lines[i].decided_by = test->decided_by;
		lines[i].service = test->service;
		lines[i].excused_by = quarantine_excused_by(&test->quarantine);
	}
	qsort(lines, len, sizeof(*lines), compare_retries);
	for (size_t i = 0; i < len; i++) {
		if (put_nth(writer, LINE_RETRY, &lines[i], i) < 0) {
			return -1;
		}
	}
	return 0;
}

/* Lines of a kind that this version does not know. */
static int put_stray_lines(struct writer *writer)
{
	VEC_EACH (const struct stray, stray, &writer->run->strays) {
		AUTO_JSON struct json *line = NULL;
		struct err ignored = ERR_INIT;

		if (!writer->digest && str_starts(stray->place, "line/") &&
		    json_parse(stray->json, strlen(stray->json), &line, &ignored) == 0 &&
		    put_line(writer, line) < 0) {
			return -1;
		}
	}
	return 0;
}

static int put_end(struct writer *writer)
{
	AUTO_JSON struct json *line = json_new_object();
	struct json *end = json_new_object();

	json_put_int(end, "lines", (int64_t)writer->lines);
	json_put(line, "end", end);
	return put_line(writer, line);
}

static int put_all(struct writer *writer)
{
	if (put_object(writer, LINE_RUN, writer->run, "run") < 0 || put_surroundings(writer) < 0 ||
	    put_attempts(writer) < 0 || put_retries(writer) < 0 || put_stray_lines(writer) < 0) {
		return -1;
	}
	return put_end(writer);
}

int segment_write(const struct run *run, const struct segment_sink *sink, struct err *err)
{
	struct writer writer = {
		.run = run, .sink = sink, .line = BUF_INIT(BUF_OWN_MAX), .err = err};
	int done = put_all(&writer);

	buf_release(&writer.line);
	return done;
}

static int add_to_hash(void *payload, const char *bytes, size_t len, struct err *err)
{
	(void)err;
	hash_add(payload, bytes, len);
	return 0;
}

void segment_digest(const struct run *run, char out[SEGMENT_DIGEST + 1])
{
	struct hash *hash = hash_new();
	const struct segment_sink sink = {add_to_hash, hash};
	struct err ignored = ERR_INIT;
	struct writer writer = {.run = run,
				.sink = &sink,
				.digest = true,
				.line = BUF_INIT(BUF_OWN_MAX),
				.err = &ignored};

	put_all(&writer);
	buf_release(&writer.line);
	hash_end(hash, out, SEGMENT_DIGEST);
}
