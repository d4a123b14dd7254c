/* SPDX-License-Identifier: Apache-2.0 */
#include "base/hash.h"

#include "base/clock.h"
#include "base/mem.h"

#include <endian.h>
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

/* The hex digits of 32 bits, all eight in one number: each moves to a byte of its own, and to those
 * above 9 is added what lies between '9' and 'a'. */
static void write_digits(uint64_t bits, char out[8])
{
	uint64_t letters = 0;

	bits = (bits & 0xffff0000U) << 16 | (bits & 0xffffU);
	bits = (bits & UINT64_C(0x0000ff000000ff00)) << 8 | (bits & UINT64_C(0x000000ff000000ff));
	bits = (bits & UINT64_C(0x00f000f000f000f0)) << 4 | (bits & UINT64_C(0x000f000f000f000f));
	letters = (bits + UINT64_C(0x0606060606060606)) >> 4 & UINT64_C(0x0101010101010101);
	bits += UINT64_C(0x3030303030303030) + letters * ('a' - '9' - 1);
	bits = htobe64(bits);
	memcpy(out, &bits, sizeof(bits));
}

void hash_hex(struct hash_value hash, char *out, size_t hex_len)
{
	char digits[HASH_HEX_MAX];

	write_digits(hash.high >> 32, digits);
	write_digits(hash.high & UINT32_MAX, digits + 8);
	write_digits(hash.low >> 32, digits + 16);
	write_digits(hash.low & UINT32_MAX, digits + 24);
	memcpy(out, digits, hex_len);
	out[hex_len] = '\0';
}

static struct hash_value value_of(XXH128_hash_t hash)
{
	return (struct hash_value){.high = hash.high64, .low = hash.low64};
}

static struct hash_value end(struct hash *hash)
{
	XXH128_hash_t value = XXH3_128bits_digest(state_of(hash));

	XXH3_freeState(state_of(hash));
	return value_of(value);
}

void hash_end(struct hash *hash, char *out, size_t hex_len)
{
	hash_hex(end(hash), out, hex_len);
}

/* Most names are short, and a state costs more to set up than they cost to hash. */
struct hash_value hash_fields(const char *const *fields, size_t count)
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
	return hash ? end(hash) : hash_bytes(together, len);
}

struct hash_value hash_bytes(const void *data, size_t len)
{
	return value_of(XXH3_128bits(data, len));
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
