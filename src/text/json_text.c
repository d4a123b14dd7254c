/* SPDX-License-Identifier: Apache-2.0 */
#include "text/json_text.h"

#include <string.h>

#define INDENT    2u
#define DEPTH_MAX 16u

/* A new line, as deep as the value stands. */
static void add_line(struct json_text *text)
{
	static const char line[1 + INDENT * DEPTH_MAX + 1] = "\n                                ";
	unsigned depth = text->depth < DEPTH_MAX ? text->depth : DEPTH_MAX;

	buf_add(text->out, line, 1 + (size_t)INDENT * depth);
}

/* All in front of a value. */
static void begin(struct json_text *text, const char *key)
{
	if (text->goes_on) {
		buf_char(text->out, ',');
	}
	if (text->depth > 0) {
		add_line(text);
	}
	text->goes_on = true;
	if (key) {
		buf_char(text->out, '"');
		buf_str_add(text->out, key);
		buf_str_add(text->out, "\": ");
	}
}

void json_text_open(struct json_text *text, const char *key, char bracket)
{
	begin(text, key);
	buf_char(text->out, bracket);
	text->depth++;
	text->goes_on = false;
}

void json_text_close(struct json_text *text, char bracket)
{
	text->depth--;
	if (text->goes_on) {
		add_line(text);
	}
	buf_char(text->out, bracket);
	text->goes_on = true;
}

static bool is_plain(const char *value)
{
	for (; *value; value++) {
		if (*value < ' ' || *value > '~' || *value == '"' || *value == '\\') {
			return false;
		}
	}
	return true;
}

void json_text_str(struct json_text *text, const char *key, const char *value)
{
	if (!value) {
		json_text_null(text, key);
		return;
	}
	if (!is_plain(value)) {
		json_text_tree(text, key, json_new_str(value));
		return;
	}
	begin(text, key);
	buf_char(text->out, '"');
	buf_str_add(text->out, value);
	buf_char(text->out, '"');
}

void json_text_int(struct json_text *text, const char *key, int64_t value)
{
	char digits[24];
	size_t at = sizeof(digits);
	uint64_t left = value < 0 ? -(uint64_t)value : (uint64_t)value;

	do {
		digits[--at] = (char)('0' + left % 10);
		left /= 10;
	} while (left > 0);
	if (value < 0) {
		digits[--at] = '-';
	}
	begin(text, key);
	buf_add(text->out, digits + at, sizeof(digits) - at);
}

void json_text_real(struct json_text *text, const char *key, double value)
{
	uint64_t bits = 0;
	size_t slot = 0;
	char *known = NULL;

	memcpy(&bits, &value, sizeof(bits));
	slot = (bits * 0x9e3779b97f4a7c15U >> 32) % ARRAY_LEN(text->reals);
	known = text->reals[slot].text;
	if (!*known || text->reals[slot].bits != bits) {
		CLEANUP(buf_release) struct buf real = BUF_INIT(sizeof(text->reals[0].text) - 1);
		AUTO_JSON struct json *tree = json_new_real(value);

		json_write(tree, 0, &real);
		memcpy(known, buf_str(&real), real.len + 1);
		text->reals[slot].bits = bits;
	}
	begin(text, key);
	buf_str_add(text->out, known);
}

void json_text_bool(struct json_text *text, const char *key, bool value)
{
	begin(text, key);
	buf_str_add(text->out, value ? "true" : "false");
}

void json_text_null(struct json_text *text, const char *key)
{
	begin(text, key);
	buf_str_add(text->out, "null");
}

void json_text_tree(struct json_text *text, const char *key, struct json *value)
{
	AUTO_JSON struct json *tree = value;
	CLEANUP(buf_release) struct buf plain = BUF_INIT(BUF_OWN_MAX);
	const char *at = NULL;

	json_write(tree, INDENT, &plain);
	begin(text, key);
	/* no string holds a new line as such */
	for (at = buf_str(&plain); *at; at += strcspn(at, "\n")) {
		if (*at == '\n') {
			add_line(text);
			at++;
		}
		buf_add(text->out, at, strcspn(at, "\n"));
	}
}
