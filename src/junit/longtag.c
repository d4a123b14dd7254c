/* SPDX-License-Identifier: Apache-2.0 */
#include "junit/longtag.h"

#include "junit/clip.h"
#include "junit/reference.h"

#include <inttypes.h>
#include <string.h>

#define TEXT_MAX     (3 * JUNIT_TAG_MAX)
#define DIGEST_START UINT64_C(14695981039346656037)
#define DIGEST_PRIME UINT64_C(1099511628211)

void junit_longtag_start(struct junit_longtag *tag, struct junit_place start)
{
	buf_release(&tag->text);
	*tag = (struct junit_longtag){.text = BUF_INIT(TEXT_MAX + JUNIT_TAG_MAX), .start = start};
}

static void start_value(struct junit_longtag *tag, char quote)
{
	tag->quote = quote;
	tag->kept = 0;
	tag->dropped = 0;
	tag->digest = DIGEST_START;
	tag->attributes++;
}

/* The length without a last character or reference of which the end was dropped. */
static size_t whole_len(const struct buf *text)
{
	size_t len = junit_clip_whole(text->data, text->len);
	size_t near = len < JUNIT_REFERENCE_MAX ? len : JUNIT_REFERENCE_MAX;
	const char *start = memrchr(text->data + len - near, '&', near);

	return start && !memchr(start, ';', (size_t)(text->data + len - start))
		       ? (size_t)(start - text->data)
		       : len;
}

static void end_value(struct junit_longtag *tag)
{
	if (tag->dropped > 0) {
		tag->text.len = whole_len(&tag->text);
		buf_fmt(&tag->text, "…[%zu bytes left out, %016" PRIx64 "]", tag->dropped,
			tag->digest);
	}
	buf_char(&tag->text, tag->quote);
	tag->quote = 0;
}

static void drop(struct junit_longtag *tag, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		tag->digest = (tag->digest ^ (unsigned char)text[i]) * DIGEST_PRIME;
	}
	tag->dropped += len;
}

/* A value up to its quote or the end of the piece. A "<" in it would be an element that a missing
 * quote hides. */
static size_t add_value(struct junit_longtag *tag, const char *text, size_t len,
			struct junit_faults *faults, size_t offset)
{
	const char *end = memchr(text, tag->quote, len);
	size_t width = end ? (size_t)(end - text) : len;
	const char *less = memchr(text, '<', width);
	size_t room = JUNIT_VALUE_KEPT - tag->kept;
	size_t part = 0;

	if (less == text) {
		junit_faults_break(faults, offset,
				   "\"<\" in a very long attribute: a quote may be missing");
		return len;
	}
	if (less) {
		/* what stands before it may be too long, whatever piece it comes in */
		width = (size_t)(less - text);
		end = NULL;
	}
	part = width < room ? width : room;
	buf_add(&tag->text, text, part);
	tag->kept += part;
	drop(tag, text + part, width - part);
	if (end) {
		end_value(tag);
	}
	return width + (end ? 1 : 0);
}

/* One byte outside of values; white space becomes one space. */
static void add_byte(struct junit_longtag *tag, char c)
{
	bool space = strchr(" \t\r\n", c) != NULL && c;

	if (!space || !tag->space) {
		buf_char(&tag->text, space ? ' ' : c);
	}
	tag->space = space;
	if (c == '"' || c == '\'') {
		start_value(tag, c);
	}
	tag->done = c == '>';
}

size_t junit_longtag_add(struct junit_longtag *tag, const char *text, size_t len,
			 struct junit_faults *faults, size_t offset)
{
	size_t at = 0;

	while (at < len && !tag->done && junit_faults_going(faults)) {
		if (tag->quote) {
			at += add_value(tag, text + at, len - at, faults, offset + at);
		} else {
			add_byte(tag, text[at++]);
		}
		if (tag->attributes > JUNIT_ATTRIBUTE_MAX) {
			junit_faults_fail(faults, COURSE_REFUSED, &tag->start,
					  "an element has more than %u attributes",
					  JUNIT_ATTRIBUTE_MAX);
		} else if (tag->text.len > TEXT_MAX) {
			junit_faults_fail(faults, COURSE_REFUSED, &tag->start,
					  "a tag is too long even with its values cut");
		}
	}
	return at;
}

void junit_longtag_release(struct junit_longtag *tag)
{
	buf_release(&tag->text);
}
