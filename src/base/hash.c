/* SPDX-License-Identifier: Apache-2.0 */
#include "base/hash.h"

#include "base/clock.h"
#include "base/mem.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <xxhash.h>

static XXH3_state_t *state_of(struct hash *hash)
{
	return (XXH3_state_t *)hash;
}

struct hash *hash_new(void)
{
	XXH3_state_t *state = mem_must(XXH3_createState());

	XXH3_128bits_reset(state);
	return (struct hash *)state;
}

void hash_add(struct hash *hash, const void *data, size_t len)
{
	XXH3_128bits_update(state_of(hash), data, len);
}

void hash_field(struct hash *hash, const char *text)
{
	if (!text) {
		text = "";
	}
	hash_add(hash, text, strlen(text) + 1);
}

static void write_hex(XXH128_hash_t hash, char *out, size_t hex_len)
{
	static const char digits[] = "0123456789abcdef";
	XXH128_canonical_t digest;

	XXH128_canonicalFromHash(&digest, hash);
	for (size_t i = 0; i < hex_len; i++) {
		out[i] = digits[i % 2 ? digest.digest[i / 2] & 15 : digest.digest[i / 2] >> 4];
	}
	out[hex_len] = '\0';
}

void hash_end(struct hash *hash, char *out, size_t hex_len)
{
	write_hex(XXH3_128bits_digest(state_of(hash)), out, hex_len);
	XXH3_freeState(state_of(hash));
}

/* Most names are short, and a state costs more to set up than they cost to hash. */
void hash_fields(const char *const *fields, size_t count, char *out, size_t hex_len)
{
	struct hash *hash = NULL;
	char together[512];
	size_t len = 0;

	for (size_t i = 0; i < count; i++) {
		size_t width = strlen(fields[i] ? fields[i] : "") + 1;

		if (!hash && len + width > sizeof(together)) {
			hash = hash_new();
			hash_add(hash, together, len);
		}
		if (hash) {
			hash_field(hash, fields[i]);
		} else {
			memcpy(together + len, fields[i] ? fields[i] : "", width);
			len += width;
		}
	}
	if (hash) {
		hash_end(hash, out, hex_len);
	} else {
		write_hex(XXH3_128bits(together, len), out, hex_len);
	}
}

struct hash_value hash_bytes(const void *data, size_t len)
{
	XXH128_hash_t hash = XXH3_128bits(data, len);

	return (struct hash_value){.high = hash.high64, .low = hash.low64};
}

/* Without a branch, which random digits would mislead every other time: letters have bit 6. */
static uint64_t read_hex(const char *hex, size_t len)
{
	uint64_t value = 0;

	for (size_t i = 0; i < len; i++) {
		unsigned c = (unsigned char)hex[i];

		value = value << 4 | (((c & 15) + 9 * (c >> 6 & 1)) & 15);
	}
	return value;
}

struct hash_value hash_from_hex(const char *hex)
{
	return (struct hash_value){
		.high = read_hex(hex, HASH_HEX_MAX / 2),
		.low = read_hex(hex + HASH_HEX_MAX / 2, HASH_HEX_MAX / 2),
	};
}

void hash_new_id(char out[33])
{
	uint64_t chance[2] = {0};
	uint64_t ms = (uint64_t)(clock_wall_us() / US_PER_MS) & UINT64_C(0xffffffffffff);

	if (getrandom(chance, sizeof(chance), 0) != (ssize_t)sizeof(chance)) {
		chance[0] = (uint64_t)clock_mono_us();
	}
	snprintf(out, 33, "%012" PRIx64 "%016" PRIx64 "%04" PRIx64, ms, chance[0],
		 chance[1] & 0xffff);
}
