/* SPDX-License-Identifier: Apache-2.0 */
#include "junit/told.h"

#include "base/hash.h"
#include "base/mem.h"
#include "junit/longtag.h"
#include "junit/mask.h"

#define ATTR_MAX        (2 * JUNIT_TAG_MAX) /* a tag has no longer values */
#define MESSAGE_MAX_LEN (4 * JUNIT_KILOBYTE)

/* --- strings --- */

static void text_init(struct junit_text *text)
{
	text->buf.max = ATTR_MAX;
}

void junit_text_set(struct junit_text *text, const char *value)
{
	text->buf.max = ATTR_MAX;
	buf_clear(&text->buf);
	text->there = value != NULL;
	buf_str_add(&text->buf, value ? value : "");
}

void junit_text_name(struct junit_text *text, const struct junit_attr *attr, size_t max)
{
	char digest[JUNIT_NAME_DIGEST + 1];
	struct hash *hash = NULL;

	text_init(text);
	text->there = true;
	text->hints = junit_name_hints(attr->value, attr->len);
	if (attr->len <= max && junit_hints_are_plain(text->hints)) {
		text->buf.len = 0;
		text->buf.cut = false;
		buf_add(&text->buf, attr->value, attr->len);
		return;
	}
	junit_attr_copy(attr, &text->buf);
	text->hints = junit_name_hints(buf_str(&text->buf), text->buf.len);
	if (text->buf.len <= max) {
		return;
	}
	hash = hash_new();
	hash_field(hash, buf_str(&text->buf));
	hash_end(hash, digest, JUNIT_NAME_DIGEST);
	junit_clip_line(&text->buf, max - JUNIT_NAME_DIGEST);
	buf_str_add(&text->buf, digest);
	text->hints = junit_name_hints(buf_str(&text->buf), text->buf.len);
}

/* An empty type or message says nothing. */
static void take_message(struct junit_text *text, const struct junit_attrs *attrs,
			 enum junit_word word)
{
	const struct junit_attr *attr = junit_attrs_find(attrs, word);

	text->there = attr && attr->len > 0;
	if (text->there) {
		text_init(text);
		junit_attr_copy(attr, &text->buf);
		junit_clip_line(&text->buf, MESSAGE_MAX_LEN);
	}
}

/* --- details --- */

struct kind_row {
	enum junit_word word;
	enum steady_junit_kind kind;
};

static const struct kind_row kind_rows[] = {
	{WORD_FAILURE, STEADY_JUNIT_TOLD_FAILURE},
	{WORD_ERROR, STEADY_JUNIT_TOLD_ERROR},
	{WORD_SKIPPED, STEADY_JUNIT_TOLD_SKIPPED},
	{WORD_FLAKY_FAILURE, STEADY_JUNIT_TOLD_FLAKY_FAILURE},
	{WORD_FLAKY_ERROR, STEADY_JUNIT_TOLD_FLAKY_ERROR},
	{WORD_RERUN_FAILURE, STEADY_JUNIT_TOLD_RERUN_FAILURE},
	{WORD_RERUN_ERROR, STEADY_JUNIT_TOLD_RERUN_ERROR},
};

bool junit_told_kind(enum junit_word word, enum steady_junit_kind *out)
{
	for (size_t i = 0; i < ARRAY_LEN(kind_rows); i++) {
		if (kind_rows[i].word == word) {
			*out = kind_rows[i].kind;
			return true;
		}
	}
	return false;
}

void junit_told_init(struct junit_told *told, size_t head, size_t tail)
{
	told->text = (struct junit_clip)JUNIT_CLIP_INIT(head, tail);
}

void junit_told_open(struct junit_told *told, enum steady_junit_kind kind,
		     const struct junit_attrs *attrs)
{
	told->kind = kind;
	take_message(&told->type, attrs, WORD_TYPE);
	take_message(&told->message, attrs, WORD_MESSAGE);
	junit_clip_clear(&told->text);
}

struct steady_junit_detail junit_told_detail(struct junit_told *told)
{
	return (struct steady_junit_detail){
		.kind = told->kind,
		.type = junit_text_get(&told->type),
		.message = junit_text_get(&told->message),
		.text = junit_clip_text(&told->text),
	};
}

void junit_told_release(struct junit_told *told)
{
	buf_release(&told->type.buf);
	buf_release(&told->message.buf);
	junit_clip_release(&told->text);
}
