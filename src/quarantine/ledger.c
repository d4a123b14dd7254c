/* SPDX-License-Identifier: Apache-2.0 */
#include "quarantine/ledger.h"

#include "base/map.h"
#include "base/mem.h"
#include "base/str.h"
#include "model/result.h"
#include "os/file.h"
#include "text/duration.h"
#include "text/utf8.h"
#include "text/yaml.h"

#include <stdlib.h>
#include <string.h>

#define ROWS_MAX       500
#define SIGNATURES_MAX 100
#define VALUE_MAX      1000 /* bytes */
#define PATTERN_LEAST  3    /* characters that are no * */

struct reader {
	const char *path;
	struct err *err;
};

/* The row's place for messages that concern all of it. */
static int refuse_row(const struct reader *reader, unsigned line, const char *what)
{
	return err_set(reader->err, ERR_INPUT, "%s: line %u: %s", reader->path, line, what);
}

static int refuse(const struct reader *reader, const struct yaml_node *node, const char *key,
		  const char *what)
{
	return err_set(reader->err, ERR_INPUT, "%s: line %u: %s: %s", reader->path, node->line, key,
		       what);
}

bool ledger_day_parse(const char *text, int64_t *out_us)
{
	return strlen(text) == strlen("2026-12-24") && time_parse(text, out_us);
}

bool ledger_is_signature(const char *text)
{
	return strlen(text) == SIGNATURE_LEN && strspn(text, "0123456789abcdef") == SIGNATURE_LEN;
}

const char *ledger_test_fault(const char *test)
{
	size_t others = 0;

	for (const char *at = test; *at; at++) {
		others += *at != '*';
	}
	if (!*test) {
		return "empty";
	}
	if (strlen(test) > VALUE_MAX) {
		return "longer than 1000 bytes";
	}
	return others < PATTERN_LEAST && strchr(test, '*') ? "this pattern names nearly every test"
							   : NULL;
}

/* Names may hold anything: they are escaped wherever they are shown. */
static const char *test_fault(const char *text, struct quarantine_row *row)
{
	row->test = mem_str(text);
	return ledger_test_fault(text);
}

static const char *words_fault(const char *text, char **slot)
{
	*slot = mem_str(text);
	if (!*text) {
		return "empty";
	}
	if (strlen(text) > VALUE_MAX) {
		return "longer than 1000 bytes";
	}
	return utf8_is_shown(text) ? NULL : "holds a character that cannot be shown on a line";
}

/* It may be a text of several lines. */
static const char *reason_fault(const char *text, struct quarantine_row *row)
{
	AUTO_FREE char *line = mem_str(text);
	size_t len = strlen(line);

	while (len > 0 && line[len - 1] == '\n') {
		line[--len] = '\0';
	}
	for (char *at = line; *at; at++) {
		*at = *at == '\n' ? ' ' : *at;
	}
	return words_fault(line, &row->reason);
}

static const char *owner_fault(const char *text, struct quarantine_row *row)
{
	return words_fault(text, &row->owner);
}

static const char *issue_fault(const char *text, struct quarantine_row *row)
{
	return words_fault(text, &row->issue);
}

static const char *job_fault(const char *text, struct quarantine_row *row)
{
	return words_fault(text, &row->job);
}

#define DAY_WANTED "a day such as 2026-12-24 is expected"

static const char *added_fault(const char *text, struct quarantine_row *row)
{
	return ledger_day_parse(text, &row->added_us) ? NULL : DAY_WANTED;
}

static const char *expires_fault(const char *text, struct quarantine_row *row)
{
	return ledger_day_parse(text, &row->expires_us) ? NULL : DAY_WANTED;
}

static const char *any_fault(const char *text, struct quarantine_row *row)
{
	row->any_failure = str_eq(text, "true");
	return row->any_failure || str_eq(text, "false") ? NULL : "true or false is expected";
}

static const char *signature_fault(const char *text, struct quarantine_row *row)
{
	if (!ledger_is_signature(text)) {
		return "16 hex digits are expected, as `steady explain` prints them";
	}
	if (strv_has(&row->signatures, text)) {
		return "there twice";
	}
	if (row->signatures.len >= SIGNATURES_MAX) {
		return "more than 100";
	}
	strv_add(&row->signatures, text);
	return NULL;
}

static const struct field {
	const char *key;
	const char *(*take)(const char *text, struct quarantine_row *row); /* what is wrong */
	bool needed, many;
} fields[] = {
	{"test", test_fault, true, false},        {"reason", reason_fault, true, false},
	{"owner", owner_fault, true, false},      {"issue", issue_fault, false, false},
	{"job", job_fault, false, false},         {"added", added_fault, false, false},
	{"expires", expires_fault, true, false},  {"signatures", signature_fault, false, true},
	{"any-failure", any_fault, false, false},
};

static int take(const struct reader *reader, const struct field *field,
		const struct yaml_node *node, struct quarantine_row *row)
{
	const char *fault = NULL;

	if (node->kind != YAML_SCALAR) {
		return refuse(reader, node, field->key, "one value is expected");
	}
	fault = field->take(node->text, row);
	return fault ? refuse(reader, node, field->key, fault) : 0;
}

static int unknown_key(const struct reader *reader, const struct yaml_node *node)
{
	struct str_guess guess = {0};

	for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
		str_guess_try(&guess, node->key, fields[i].key);
	}
	return err_set(reader->err, ERR_INPUT, "%s: line %u: unknown key '%.100s'%s%s%s",
		       reader->path, node->line, node->key, guess.meant ? " (did you mean '" : "",
		       str_or(guess.meant, ""), guess.meant ? "'?)" : "");
}

static int read_field(const struct reader *reader, const struct yaml_node *node,
		      struct quarantine_row *row)
{
	const struct field *field = fields;

	while (field < fields + ARRAY_LEN(fields) && !str_eq(field->key, node->key)) {
		field++;
	}
	if (field == fields + ARRAY_LEN(fields)) {
		return unknown_key(reader, node);
	}
	if (!field->many) {
		return take(reader, field, node, row);
	}
	if (node->kind != YAML_LIST) {
		return refuse(reader, node, field->key, "a list is expected");
	}
	VEC_EACH (const struct yaml_node, item, &node->children) {
		if (take(reader, field, item, row) < 0) {
			return -1;
		}
	}
	return 0;
}

/* What a row must and must not say as a whole. */
static int check_row(const struct reader *reader, const struct yaml_node *node,
		     const struct quarantine_row *row)
{
	for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
		if (fields[i].needed && !yaml_get(node, fields[i].key)) {
			return refuse(reader, node, fields[i].key, "missing in this row");
		}
	}
	if (row->any_failure && row->signatures.len > 0) {
		return refuse(reader, node, "any-failure", "then there are no signatures to name");
	}
	if (!row->any_failure && row->signatures.len == 0) {
		return refuse(reader, node, "signatures",
			      "name the failures that are excused, or say any-failure: true");
	}
	if (row->added_us > row->expires_us) {
		return refuse(reader, node, "expires", "lies before added");
	}
	return 0;
}

static int read_row(const struct reader *reader, const struct yaml_node *node,
		    struct quarantine_row *row)
{
	row->line = node->line;
	row->start = node->start;
	row->end = node->end;
	if (node->kind != YAML_MAP) {
		return refuse_row(reader, node->line,
				  "keys and values are expected, such as test: …");
	}
	VEC_EACH (const struct yaml_node, child, &node->children) {
		if (read_field(reader, child, row) < 0) {
			return -1;
		}
	}
	return check_row(reader, node, row);
}

/* The same test of the same job. */
static int check_new(const struct reader *reader, const struct quarantine_row *row,
		     struct map *seen)
{
	AUTO_FREE char *key = mem_fmt("%s\n%s", str_or(row->job, ""), row->test);
	size_t line = 0;

	if (map_get(seen, key, &line)) {
		return err_set(reader->err, ERR_INPUT,
			       "%s: line %u: test: this one is there already, in line %zu",
			       reader->path, row->line, line);
	}
	map_put(seen, key, row->line);
	return 0;
}

static int read_rows(const struct reader *reader, const struct yaml_node *root,
		     struct quarantine_list *out)
{
	CLEANUP(map_release) struct map seen = {0};

	if (root->kind == YAML_MAP && root->children.len == 0) {
		return 0;
	}
	if (root->kind != YAML_LIST) {
		return refuse_row(reader, root->line, "a list of rows is expected");
	}
	if (root->children.len > ROWS_MAX) {
		return refuse_row(reader, root->line, "more than 500 rows");
	}
	VEC_EACH (const struct yaml_node, item, &root->children) {
		struct quarantine_row *row = VEC_PUSH(out);

		if (read_row(reader, item, row) < 0 || check_new(reader, row, &seen) < 0) {
			return -1;
		}
	}
	return 0;
}

int ledger_parse(const char *path, const char *text, size_t len, struct quarantine_list *out,
		 struct err *err)
{
	const struct reader reader = {path, err};
	CLEANUP(yaml_release) struct yaml_node root = {0};

	*out = (struct quarantine_list){0};
	if (len > LEDGER_MAX) {
		return refuse_row(&reader, 1, "longer than 256 KiB");
	}
	/* libyaml would take UTF-16 */
	if (len >= 2 && (memcmp(text, "\xFF\xFE", 2) == 0 || memcmp(text, "\xFE\xFF", 2) == 0)) {
		return refuse_row(&reader, 1, "not UTF-8");
	}
	if (yaml_parse(text, len, &root, err) < 0) {
		return err_wrap(err, "%s", path);
	}
	if (read_rows(&reader, &root, out) < 0) {
		quarantine_list_release(out);
		return -1;
	}
	return 0;
}

int ledger_read(const char *path, struct quarantine_list *out, struct err *err)
{
	AUTO_FREE char *text = NULL;
	size_t len = 0;

	*out = (struct quarantine_list){0};
	if (file_read(path, LEDGER_MAX, &text, &len, err) < 0) {
		return -1;
	}
	return ledger_parse(path, text, len, out, err);
}
