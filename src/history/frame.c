/* SPDX-License-Identifier: Apache-2.0 */
#include "history/frame.h"

#include "base/hash.h"

#include <string.h>

void frame_add(struct buf *out, const char *const texts[FRAME_TEXTS])
{
	unsigned has = 0;

	for (size_t i = 0; i < FRAME_TEXTS; i++) {
		has |= texts[i] ? 1U << i : 0;
	}
	buf_char(out, (char)has);
	for (size_t i = 0; i < FRAME_TEXTS; i++) {
		if (texts[i]) {
			buf_add(out, texts[i], strlen(texts[i]) + 1);
		}
	}
}

bool frame_next(struct pack_cursor *cursor, const char *texts[FRAME_TEXTS])
{
	unsigned char has = 0;

	if (!pack_next_byte(cursor, &has) || has >> FRAME_TEXTS) {
		return false;
	}
	for (size_t i = 0; i < FRAME_TEXTS; i++) {
		texts[i] = has & 1U << i ? pack_next_text(cursor) : NULL;
		if (!texts[i] && has & 1U << i) {
			return false;
		}
	}
	return true;
}

/* An absent field and an empty one are different contents. */
static void add_field(struct hash *hash, const char *text)
{
	hash_add(hash, text ? "+" : "-", 1);
	hash_field(hash, text);
}

int64_t frame_digest(const char *signature, const char *const texts[FRAME_TEXTS])
{
	struct hash *hash = hash_new();
	char digest[HASH_HEX_MAX + 1];

	add_field(hash, signature);
	for (size_t i = 0; i < FRAME_TEXTS; i++) {
		add_field(hash, texts[i]);
	}
	hash_end(hash, digest, HASH_HEX_MAX);
	return (int64_t)hash_from_hex(digest).high;
}
