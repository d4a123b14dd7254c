/* SPDX-License-Identifier: Apache-2.0 */
#include "junit/decode.h"

#include "junit/reference.h"

#include <string.h>

/* Bytes judged at a time, many of them with one instruction (a vector of gcc and clang). */
#define BLOCK ((size_t)64)

typedef signed char vector __attribute__((vector_size(16)));

static const char replacement[] = "\xEF\xBF\xBD";

/* What windows-1252 has where ISO 8859-1 has controls that nobody writes. 0: nothing. */
static const uint16_t windows[32] = {
	0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
	0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
	0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178,
};

static bool is_clean_ascii(unsigned char c)
{
	return (c >= 0x20 && c < 0x80) || c == '\n' || c == '\t' || c == '\r';
}

/* Whether a block has bytes that are not. As signed numbers all beyond ASCII are below 0. */
static bool has_unclean(const unsigned char *data)
{
	union {
		vector all;
		uint64_t words[sizeof(vector) / sizeof(uint64_t)];
	} bad = {0};
	uint64_t any = 0;

	for (size_t i = 0; i < BLOCK; i += sizeof(vector)) {
		vector v;

		memcpy(&v, data + i, sizeof(v));
		bad.all |= (vector)(~((v == '\n') | (v == '\t') | (v == '\r')) & (v < ' '));
	}
	for (size_t i = 0; i < sizeof(vector) / sizeof(uint64_t); i++) {
		any |= bad.words[i];
	}
	return any != 0;
}

static size_t ascii_span(const unsigned char *data, size_t len)
{
	size_t at = 0;

	while (len - at >= BLOCK && !has_unclean(data + at)) {
		at += BLOCK;
	}
	while (at < len && is_clean_ascii(data[at])) {
		at++;
	}
	return at;
}

/* The bytes that a character with this first byte has; 0 for a byte that begins none. */
static size_t promised(unsigned char lead)
{
	return lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 0;
}

static bool is_continuation(unsigned char c)
{
	return (c & 0xC0) == 0x80;
}

/* The length of the character of two or more bytes at data; 0 when there is none that is whole,
 * well-formed and allowed. */
static size_t character_len(const unsigned char *data, size_t len)
{
	size_t want = promised(data[0]);
	uint32_t point = 0;

	if (want == 0 || want > len) {
		return 0;
	}
	for (size_t i = 1; i < want; i++) {
		if (!is_continuation(data[i])) {
			return 0;
		}
		point = point << 6 | (data[i] & 0x3Fu);
	}
	if (want == 2) {
		return 2;
	}
	point |= want == 3 ? (data[0] & 0x0Fu) << 12 : (data[0] & 0x07u) << 18;
	return point >= (want == 3 ? 0x800u : 0x10000u) && junit_is_character(point) ? want : 0;
}

/* Whether more bytes could still make a character of these, which are too few. */
static bool is_beginning(const unsigned char *data, size_t len)
{
	if (len == 0 || promised(data[0]) <= len) {
		return false;
	}
	for (size_t i = 1; i < len; i++) {
		if (!is_continuation(data[i])) {
			return false;
		}
	}
	return true;
}

size_t junit_clean_span(const unsigned char *data, size_t len)
{
	size_t at = ascii_span(data, len);

	while (at < len && data[at] >= 0x80) {
		size_t step = character_len(data + at, len - at);

		if (step == 0) {
			break;
		}
		at += step;
		if (at < len && data[at] < 0x80) {
			at += ascii_span(data + at, len - at);
		}
	}
	return at;
}

static void put(struct junit_decoder *decoder, const void *text, size_t len)
{
	junit_lexer_put(decoder->lexer, text, len);
}

static void put_bad(struct junit_decoder *decoder, enum junit_repair repair)
{
	junit_lexer_repair(decoder->lexer, repair);
	put(decoder, replacement, strlen(replacement));
}

static void put_point(struct junit_decoder *decoder, uint32_t point)
{
	char text[4];

	put(decoder, text, junit_encode(point, text));
}

static void put_latin(struct junit_decoder *decoder, unsigned char byte)
{
	uint32_t point = byte < 0xA0 ? windows[byte - 0x80] : byte;

	if (point) {
		put_point(decoder, point);
	} else {
		put_bad(decoder, REPAIR_BYTE);
	}
}

/* One byte that is no part of clean UTF-8. */
static void put_byte(struct junit_decoder *decoder, unsigned char byte)
{
	if (byte < 0x80) {
		put_bad(decoder, REPAIR_CHARACTER);
	} else if (decoder->encoding == ENCODING_LATIN) {
		put_latin(decoder, byte);
	} else {
		put_bad(decoder, REPAIR_BYTE);
	}
}

/* A whole character that is not allowed (U+FFFE) is one mistake, not three. */
static size_t bad_len(const unsigned char *data, size_t len)
{
	bool noncharacter = len >= 3 && data[0] == 0xEF && data[1] == 0xBF && data[2] >= 0xBE &&
			    data[2] <= 0xBF;

	return noncharacter ? 3 : 1;
}

static size_t put_clean(struct junit_decoder *decoder, const unsigned char *data, size_t len)
{
	size_t clean = junit_clean_span(data, len);

	if (decoder->encoding != ENCODING_UTF8 && clean > 0) {
		size_t plain = ascii_span(data, clean);

		put(decoder, data, plain);
		if (plain < clean) {
			junit_lexer_repair(decoder->lexer, REPAIR_DECLARATION);
			put(decoder, data + plain, clean - plain);
		}
	} else {
		put(decoder, data, clean);
	}
	return clean;
}

/* Handles what is there; returns how many bytes at the end begin a character. */
static size_t feed_8bit(struct junit_decoder *decoder, const unsigned char *data, size_t len,
			bool last)
{
	while (len > 0) {
		size_t step = put_clean(decoder, data, len);

		data += step;
		len -= step;
		if (len == 0 || (!last && is_beginning(data, len))) {
			return len;
		}
		step = bad_len(data, len);
		if (step == 3 && decoder->encoding != ENCODING_LATIN) {
			put_bad(decoder, REPAIR_CHARACTER);
		} else {
			step = 1;
			put_byte(decoder, data[0]);
		}
		data += step;
		len -= step;
	}
	return 0;
}

static unsigned unit_at(const struct junit_decoder *decoder, const unsigned char *data)
{
	return decoder->big_endian ? (unsigned)data[0] << 8 | data[1]
				   : (unsigned)data[1] << 8 | data[0];
}

/* One character of UTF-16; 0 when more bytes are needed for it. */
static size_t take_utf16(struct junit_decoder *decoder, const unsigned char *data, size_t len,
			 bool last)
{
	uint32_t point = 0;
	unsigned low = 0;
	bool is_high = false;

	if (len < 2) {
		if (last) {
			put_bad(decoder, REPAIR_BYTE);
		}
		return last ? len : 0;
	}
	point = unit_at(decoder, data);
	is_high = point >= 0xD800 && point < 0xDC00;
	if (is_high && len < 4 && !last) {
		return 0;
	}
	low = is_high && len >= 4 ? unit_at(decoder, data + 2) : 0;
	if (low >= 0xDC00 && low < 0xE000) {
		put_point(decoder, 0x10000 + ((point - 0xD800) << 10) + (low - 0xDC00));
		return 4;
	}
	if (junit_is_character(point)) {
		put_point(decoder, point);
	} else {
		put_bad(decoder, point < 0x20 ? REPAIR_CHARACTER : REPAIR_BYTE);
	}
	return 2;
}

static size_t feed_utf16(struct junit_decoder *decoder, const unsigned char *data, size_t len,
			 bool last)
{
	while (len > 0) {
		size_t step = take_utf16(decoder, data, len, last);

		if (step == 0) {
			return len;
		}
		data += step;
		len -= step;
	}
	return 0;
}

static size_t feed_some(struct junit_decoder *decoder, const unsigned char *data, size_t len,
			bool last)
{
	return decoder->encoding == ENCODING_UTF16 ? feed_utf16(decoder, data, len, last)
						   : feed_8bit(decoder, data, len, last);
}

/* A character that lies across two pieces is put together in `held`. */
static void feed(struct junit_decoder *decoder, const unsigned char *data, size_t len, bool last)
{
	size_t left = 0;

	while (decoder->held_len > 0 && (len > 0 || last)) {
		if (len > 0) {
			decoder->held[decoder->held_len++] = *data++;
			len--;
		}
		left = feed_some(decoder, decoder->held, decoder->held_len, last && len == 0);
		memmove(decoder->held, decoder->held + decoder->held_len - left, left);
		decoder->held_len = left;
	}
	left = feed_some(decoder, data, len, last);
	if (left > 0) {
		memcpy(decoder->held, data + len - left, left);
		decoder->held_len = left;
	}
}

static void start(struct junit_decoder *decoder)
{
	struct junit_encoding_found found =
		junit_encoding_decide(decoder->start, decoder->start_len);

	decoder->encoding = found.encoding;
	decoder->big_endian = found.big_endian;
	decoder->lexer->sure = found.encoding == ENCODING_UTF16 || found.mark_len > 0;
	if (found.mismatch) {
		junit_lexer_repair(decoder->lexer, REPAIR_DECLARATION);
	}
	feed(decoder, decoder->start + found.mark_len, decoder->start_len - found.mark_len, false);
}

void junit_decoder_init(struct junit_decoder *decoder, struct junit_lexer *lexer,
			struct junit_faults *faults)
{
	*decoder = (struct junit_decoder){.faults = faults, .lexer = lexer};
}

void junit_decoder_feed(struct junit_decoder *decoder, const void *data, size_t len)
{
	const unsigned char *bytes = data;

	if (decoder->encoding == ENCODING_UNDECIDED) {
		size_t room = sizeof(decoder->start) - decoder->start_len;
		size_t part = len < room ? len : room;

		memcpy(decoder->start + decoder->start_len, bytes, part);
		decoder->start_len += part;
		bytes += part;
		len -= part;
		if (decoder->start_len < sizeof(decoder->start)) {
			return;
		}
		start(decoder);
	}
	if (len > 0) {
		feed(decoder, bytes, len, false);
	}
}

void junit_decoder_end(struct junit_decoder *decoder)
{
	if (decoder->encoding == ENCODING_UNDECIDED) {
		start(decoder);
	}
	feed(decoder, decoder->start, 0, true);
}
