/* SPDX-License-Identifier: Apache-2.0 */
#include "history/pack.h"

#include <string.h>
#include <zstd.h>

#define LEVEL      1
#define NUMBER_MAX 10 /* bytes */

/* Kept: making one costs more than packing a page. Released with the process. */
static ZSTD_CCtx *packer(void)
{
	static ZSTD_CCtx *kept;

	if (!kept) {
		kept = mem_must(ZSTD_createCCtx());
	}
	return kept;
}

static ZSTD_DCtx *unpacker(void)
{
	static ZSTD_DCtx *kept;

	if (!kept) {
		kept = mem_must(ZSTD_createDCtx());
	}
	return kept;
}

void pack_add(struct buf *out, const void *content, size_t len)
{
	size_t room = ZSTD_compressBound(len);
	AUTO_FREE char *packed = mem_resize(NULL, room, 1);
	size_t used = ZSTD_compressCCtx(packer(), packed, room, content, len, LEVEL);

	/* With enough room only memory can run out. */
	mem_must(ZSTD_isError(used) ? NULL : packed);
	buf_add(out, packed, used);
}

bool pack_read(struct buf *out, const void *packed, size_t len)
{
	unsigned long long size = ZSTD_getFrameContentSize(packed, len);
	AUTO_FREE char *content = NULL;

	/* The two values for "unknown" and "damaged" are huge. */
	if (size > PACK_MAX) {
		return false;
	}
	content = mem_resize(NULL, (size_t)size, 1);
	if (ZSTD_decompressDCtx(unpacker(), content, (size_t)size, packed, len) != size) {
		return false;
	}
	buf_add(out, content, (size_t)size);
	return true;
}

void pack_number(struct buf *out, uint64_t value)
{
	unsigned char bytes[NUMBER_MAX];
	size_t len = 0;

	for (; value >= 0x80; value >>= 7) {
		bytes[len++] = (unsigned char)(value | 0x80);
	}
	bytes[len++] = (unsigned char)value;
	buf_add(out, bytes, len);
}

void pack_signed(struct buf *out, int64_t value)
{
	pack_number(out, (uint64_t)value << 1 ^ (value < 0 ? UINT64_MAX : 0));
}

struct pack_cursor pack_open(const struct buf *content)
{
	const unsigned char *start = (const unsigned char *)buf_str(content);

	return (struct pack_cursor){.at = start, .end = start + content->len};
}

bool pack_next_long(struct pack_cursor *cursor, uint64_t *value)
{
	*value = 0;
	for (unsigned shift = 0; cursor->at < cursor->end && shift < 64; shift += 7) {
		unsigned char byte = *cursor->at++;

		*value |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80) {
			return shift < 63 || byte < 2;
		}
	}
	return false;
}

const char *pack_next_text(struct pack_cursor *cursor)
{
	const unsigned char *start = cursor->at;
	const unsigned char *nul =
		cursor->at < cursor->end
			? memchr(cursor->at, '\0', (size_t)(cursor->end - cursor->at))
			: NULL;

	if (!nul) {
		return NULL;
	}
	cursor->at = nul + 1;
	return (const char *)start;
}
