/* SPDX-License-Identifier: Apache-2.0 */
#include "junit/clip.h"

#include "base/mem.h"

#include <stdbool.h>
#include <string.h>

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

/* The length without a last character of which bytes are missing. The text is UTF-8 up to there. */
static size_t whole(const char *text, size_t len)
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
static void shorten_tail(struct buf *tail)
{
	size_t drop = tail->len - JUNIT_CLIP_TAIL;

	memmove(tail->data, tail->data + drop, JUNIT_CLIP_TAIL);
	tail->len = JUNIT_CLIP_TAIL;
	tail->data[tail->len] = '\0';
}

static void add_to_tail(struct buf *tail, const char *text, size_t len)
{
	while (len > 0) {
		size_t room = tail->max - tail->len;
		size_t part = len < room ? len : room;

		buf_add(tail, text, part);
		text += part;
		len -= part;
		if (tail->len == tail->max) {
			shorten_tail(tail);
		}
	}
}

void junit_clip_add(struct junit_clip *clip, const char *text, size_t len)
{
	size_t room = 0;
	size_t part = 0;

	clip->head.max = JUNIT_CLIP_HEAD;
	clip->tail.max = 2 * JUNIT_CLIP_TAIL;
	room = clip->head.max - clip->head.len;
	part = len < room ? len : room;
	buf_add(&clip->head, text, part);
	clip->total += len;
	add_to_tail(&clip->tail, text + part, len - part);
}

/* What is kept of the tail, from its first whole character on. */
static const char *tail_start(const struct junit_clip *clip)
{
	const char *start = buf_str(&clip->tail);

	if (clip->tail.len > JUNIT_CLIP_TAIL) {
		start += clip->tail.len - JUNIT_CLIP_TAIL;
	}
	while (is_continuation(*start)) {
		start++;
	}
	return start;
}

static void join(const struct junit_clip *clip, struct buf *out)
{
	const char *tail = buf_str(&clip->tail);

	buf_add(out, buf_str(&clip->head), clip->head.len);
	if (clip->total > clip->head.len + JUNIT_CLIP_TAIL) {
		tail = tail_start(clip);
		out->len = whole(buf_str(out), out->len);
		buf_fmt(out, "\n[… %zu bytes left out …]\n", clip->total - out->len - strlen(tail));
	}
	buf_str_add(out, tail);
}

char *junit_clip_take(struct junit_clip *clip)
{
	CLEANUP(buf_release) struct buf out = BUF_INIT(BUF_OWN_MAX);
	size_t start = 0;

	join(clip, &out);
	junit_clip_release(clip);
	start = strspn(buf_str(&out), "\r\n");
	while (out.len > start && strchr(" \t\r\n", out.data[out.len - 1])) {
		out.len--;
	}
	return out.len > start ? mem_strn(out.data + start, out.len - start) : NULL;
}

void junit_clip_release(struct junit_clip *clip)
{
	buf_release(&clip->head);
	buf_release(&clip->tail);
	clip->total = 0;
}

char *junit_clip_line(const char *text, size_t max)
{
	static const char mark[] = "…";
	size_t len = strlen(text);

	if (len <= max) {
		return mem_strn(text, len);
	}
	len = whole(text, max - strlen(mark));
	return mem_fmt("%.*s%s", (int)len, text, mark);
}
