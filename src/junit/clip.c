/* SPDX-License-Identifier: Apache-2.0 */
#include "junit/clip.h"

#include "base/mem.h"

#include <string.h>

#define NOTE_MAX 64

static bool is_continuation(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

/* How many bytes follow that lead byte of a character. */
static size_t followers(char lead)
{
	unsigned char byte = (unsigned char)lead;

	return (size_t)(byte >= 0xc0) + (size_t)(byte >= 0xe0) + (size_t)(byte >= 0xf0);
}

size_t junit_clip_whole(const char *text, size_t len)
{
	size_t back = 0;

	while (back < len && is_continuation(text[len - 1 - back])) {
		back++;
	}
	if (back == len || followers(text[len - 1 - back]) <= back) {
		return len;
	}
	return len - 1 - back;
}

/* Throws away the front of the tail once it has grown to twice of what is kept. */
static void shorten_tail(struct junit_clip *clip)
{
	struct buf *tail = &clip->tail;
	size_t drop = tail->len - clip->tail_max;

	memmove(tail->data, tail->data + drop, clip->tail_max);
	tail->len = clip->tail_max;
	tail->data[tail->len] = '\0';
}

/* Of a piece that is longer than what is kept only the end is looked at. */
static void add_to_tail(struct junit_clip *clip, const char *text, size_t len)
{
	struct buf *tail = &clip->tail;

	tail->max = 2 * clip->tail_max;
	if (len >= clip->tail_max) {
		buf_clear(tail);
		buf_add(tail, text + len - clip->tail_max, clip->tail_max);
		return;
	}
	if (tail->len + len > tail->max) {
		shorten_tail(clip);
	}
	buf_add(tail, text, len);
}

static void add(struct junit_clip *clip, const char *text, size_t len)
{
	size_t room = clip->head.len < clip->head_max ? clip->head_max - clip->head.len : 0;
	size_t part = len < room ? len : room;

	/* room for what junit_clip_text() puts behind the head */
	clip->head.max = clip->head_max + clip->tail_max + NOTE_MAX;
	buf_add(&clip->head, text, part);
	clip->total += len;
	if (len > part && clip->tail_max > 0) {
		add_to_tail(clip, text + part, len - part);
	}
}

/* "\r\n" and "\r" are line breaks of other systems; the failure is the same. */
void junit_clip_add(struct junit_clip *clip, const char *text, size_t len)
{
	const char *end = text + len;

	while (text < end) {
		const char *cr = memchr(text, '\r', (size_t)(end - text));
		const char *stop = cr ? cr : end;

		if (clip->after_cr) {
			add(clip, "\n", 1);
			text += *text == '\n';
			clip->after_cr = false;
			continue;
		}
		add(clip, text, (size_t)(stop - text));
		text = stop + (cr ? 1 : 0);
		clip->after_cr = cr != NULL;
	}
}

/* What is kept of the tail, from its first whole character on. */
static const char *tail_start(const struct junit_clip *clip)
{
	const char *start = buf_str(&clip->tail);

	if (clip->tail.len > clip->tail_max) {
		start += clip->tail.len - clip->tail_max;
	}
	while (is_continuation(*start)) {
		start++;
	}
	return start;
}

static void join(struct junit_clip *clip)
{
	struct buf *out = &clip->head;
	const char *tail = buf_str(&clip->tail);

	if (clip->total > out->len + clip->tail_max) {
		tail = tail_start(clip);
		out->len = junit_clip_whole(buf_str(out), out->len);
		buf_fmt(out, "%s[… %zu bytes left out …]\n", out->len ? "\n" : "",
			clip->total - out->len - strlen(tail));
	}
	buf_str_add(out, tail);
	buf_clear(&clip->tail);
}

const char *junit_clip_text(struct junit_clip *clip)
{
	struct buf *out = &clip->head;
	size_t start = 0;

	if (clip->total == 0) {
		return NULL;
	}
	if (clip->tail.len > 0) {
		join(clip);
	}
	start = strspn(buf_str(out), "\n");
	while (out->len > start && strchr(" \t\n", out->data[out->len - 1])) {
		out->data[--out->len] = '\0';
	}
	return out->len > start ? out->data + start : NULL;
}

void junit_clip_clear(struct junit_clip *clip)
{
	buf_clear(&clip->head);
	buf_clear(&clip->tail);
	clip->total = 0;
	clip->after_cr = false;
}

void junit_clip_release(struct junit_clip *clip)
{
	buf_release(&clip->head);
	buf_release(&clip->tail);
	clip->total = 0;
}

void junit_clip_line(struct buf *text, size_t max)
{
	static const char mark[] = "…";

	if (text->len <= max) {
		return;
	}
	text->len = junit_clip_whole(text->data, max - strlen(mark));
	buf_str_add(text, mark);
}
