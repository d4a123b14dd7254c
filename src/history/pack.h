/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_HISTORY_PACK_H
#define STEADY_HISTORY_PACK_H

#include "base/buf.h"

#include <stdint.h>

/*
 * What blobs are made of: packed bytes (one zstd frame) and numbers of variable length. Everything
 * read is taken for hostile. The only file that sees <zstd.h> is pack.c.
 */

#define PACK_MAX ((size_t)16 << 20) /* of the content */

/* Appends content packed; the caller keeps it under PACK_MAX. */
void pack_add(struct buf *out, const void *content, size_t len);

/* Appends the content of what was packed; false when that is damaged or more than PACK_MAX. */
bool pack_read(struct buf *out, const void *packed, size_t len);

void pack_number(struct buf *out, uint64_t value);
void pack_signed(struct buf *out, int64_t value);

/* What pack_signed() makes of a number from 0 to below that is one byte. */
#define PACK_SMALL 64
static inline char pack_small(int64_t value)
{
	return (char)(value << 1);
}

/* Bytes still to be read. */
struct pack_cursor {
	const unsigned char *at, *end;
};

struct pack_cursor pack_open(const struct buf *content);

/* False when the bytes end too early or the number is too great. Of one byte, as most are, inline. */
bool pack_next_long(struct pack_cursor *cursor, uint64_t *value);

static inline bool pack_next_number(struct pack_cursor *cursor, uint64_t *value)
{
	if (cursor->at < cursor->end && *cursor->at < 0x80) {
		*value = *cursor->at++;
		return true;
	}
	return pack_next_long(cursor, value);
}

static inline bool pack_next_signed(struct pack_cursor *cursor, int64_t *value)
{
	uint64_t folded = 0;

	if (!pack_next_number(cursor, &folded)) {
		return false;
	}
	*value = (int64_t)(folded >> 1 ^ (folded & 1 ? UINT64_MAX : 0));
	return true;
}

static inline bool pack_next_byte(struct pack_cursor *cursor, unsigned char *value)
{
	if (cursor->at == cursor->end) {
		return false;
	}
	*value = *cursor->at++;
	return true;
}

/* A text that ends with a NUL: borrowed from the content. NULL when there is no NUL. */
const char *pack_next_text(struct pack_cursor *cursor);

#endif
