/* SPDX-License-Identifier: Apache-2.0 */
#include "text/utf8.h"

#include "base/mem.h"

#include <string.h>

#define REPLACEMENT 0xFFFDu
#define POINT_MAX   0x10FFFFu

/* What the first byte promises: how many bytes, and the least code point that needs so many. */
struct shape {
	size_t len;
	uint32_t least;
	unsigned char mask, lead;
};

static const struct shape shapes[] = {
	{1, 0x0, 0x80, 0x00},
	{2, 0x80, 0xE0, 0xC0},
	{3, 0x800, 0xF0, 0xE0},
	{4, 0x10000, 0xF8, 0xF0},
};

static bool is_point(uint32_t point)
{
	return point <= POINT_MAX && (point < 0xD800 || point > 0xDFFF);
}

static bool is_continuation(char c)
{
	return ((unsigned char)c & 0xC0) == 0x80;
}

static const struct shape *shape_of(char first)
{
	for (size_t i = 0; i < ARRAY_LEN(shapes); i++) {
		if (((unsigned char)first & shapes[i].mask) == shapes[i].lead) {
			return &shapes[i];
		}
	}
	return NULL;
}

/* The code point of that shape at text, or one above POINT_MAX when the bytes do not keep the
 * promise. */
static uint32_t read_shape(const struct shape *shape, const char *text, size_t len)
{
	uint32_t point = (unsigned char)text[0] & (unsigned char)~shape->mask;

	if (len < shape->len) {
		return POINT_MAX + 1;
	}
	for (size_t i = 1; i < shape->len; i++) {
		if (!is_continuation(text[i])) {
			return POINT_MAX + 1;
		}
		point = point << 6 | ((unsigned char)text[i] & 0x3Fu);
	}
	return point >= shape->least ? point : POINT_MAX + 1;
}

uint32_t utf8_decode(const char *text, size_t len, size_t *used)
{
	const struct shape *shape = NULL;
	uint32_t point = 0;

	*used = len > 0 ? 1 : 0;
	if (len == 0) {
		return REPLACEMENT;
	}
	shape = shape_of(text[0]);
	if (!shape) {
		return REPLACEMENT;
	}
	point = read_shape(shape, text, len);
	if (!is_point(point)) {
		return REPLACEMENT;
	}
	*used = shape->len;
	return point;
}

void utf8_put(struct buf *out, uint32_t point)
{
	char bytes[4];
	size_t len = ARRAY_LEN(shapes);

	if (!is_point(point)) {
		point = REPLACEMENT;
	}
	while (len > 1 && point < shapes[len - 1].least) {
		len--;
	}
	for (size_t i = len; i-- > 1; point >>= 6) {
		bytes[i] = (char)(0x80 | (point & 0x3F));
	}
	bytes[0] = (char)(shapes[len - 1].lead | point);
	buf_add(out, bytes, len);
}

/* Appends valid text, or as many whole characters of it as fit. */
static void add_whole(struct buf *out, const char *text, size_t len)
{
	size_t room = out->max - out->len;

	if (out->cut) {
		return;
	}
	if (len > room) {
		while (room > 0 && is_continuation(text[room])) {
			room--;
		}
		len = room;
		out->cut = true;
	}
	buf_add(out, text, len);
}

/* How many bytes of ASCII the text begins with: most text is nothing else. */
static size_t ascii_run(const char *text, size_t len)
{
	uint64_t eight;
	size_t at = 0;

	for (; len - at >= sizeof(eight); at += sizeof(eight)) {
		memcpy(&eight, text + at, sizeof(eight));
		if (eight & UINT64_C(0x8080808080808080)) {
			break;
		}
	}
	while (at < len && (unsigned char)text[at] < 0x80) {
		at++;
	}
	return at;
}

void utf8_clean(struct buf *out, const char *text, size_t len)
{
	size_t start = 0, pos = 0, used = 0;

	for (; (pos += ascii_run(text + pos, len - pos)) < len; pos += used) {
		if (utf8_decode(text + pos, len - pos, &used) != REPLACEMENT || used != 1) {
			continue;
		}
		add_whole(out, text + start, pos - start);
		add_whole(out, "\xEF\xBF\xBD", 3);
		start = pos + 1;
	}
	add_whole(out, text + start, pos - start);
}

bool utf8_is_unsafe(uint32_t point)
{
	static const struct {
		uint32_t first, last;
	} ranges[] = {
		{0x0, 0x1F},        /* C0 */
		{0x7F, 0x9F},       /* DEL, C1 */
		{0x61C, 0x61C},     /* Arabic letter mark */
		{0x200E, 0x200F},   /* left-to-right and right-to-left mark */
		{0x2028, 0x202E},   /* separators, embeddings and overrides */
		{0x2066, 0x206F},   /* isolates, deprecated formatting */
		{0xFEFF, 0xFEFF},   /* byte order mark */
		{0xFFF9, 0xFFFB},   /* interlinear annotation */
		{0xE0000, 0xE007F}, /* tags: invisible ASCII */
	};

	for (size_t i = 0; i < ARRAY_LEN(ranges); i++) {
		if (point >= ranges[i].first && point <= ranges[i].last) {
			return true;
		}
	}
	return false;
}

/* Of the text's first bytes, how many fill at most `columns` columns; *more when text remains. */
static size_t prefix(const char *text, size_t len, size_t columns, bool *more)
{
	size_t pos = 0, filled = 0, used = 0;

	for (; pos < len; pos += used) {
		uint32_t point = utf8_decode(text + pos, len - pos, &used);

		if (point >= 0x300 && point <= 0x36F) {
			continue;
		}
		if (filled == columns) {
			break;
		}
		filled++;
	}
	*more = pos < len;
	return pos;
}

bool utf8_is_shown(const char *text)
{
	size_t left = strlen(text), used = 0;

	for (; left > 0; text += used, left -= used) {
		if (utf8_is_unsafe(utf8_decode(text, left, &used))) {
			return false;
		}
	}
	return true;
}

size_t utf8_width(const char *text)
{
	size_t len = strlen(text), width = 0, used = 0;

	for (size_t pos = 0; pos < len; pos += used) {
		uint32_t point = utf8_decode(text + pos, len - pos, &used);

		width += point < 0x300 || point > 0x36F;
	}
	return width;
}

void utf8_cut(struct buf *out, const char *text, size_t columns)
{
	size_t len = strlen(text), kept = 0;
	bool more = false;

	if (columns == 0) {
		return;
	}
	kept = prefix(text, len, columns, &more);
	if (more) {
		kept = prefix(text, len, columns - 1, &more);
	}
	utf8_clean(out, text, kept);
	if (more) {
		buf_str_add(out, "…");
	}
}
