/* SPDX-License-Identifier: Apache-2.0 */
#include "base/hash.h"

#include "base/clock.h"
#include "base/mem.h"

#include <inttypes.h>
#include <sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

struct hash {
	SHA2_CTX context;
};

struct hash *hash_new(void)
{
	struct hash *hash = mem_alloc(sizeof(*hash));

	SHA256Init(&hash->context);
	return hash;
}

void hash_add(struct hash *hash, const void *data, size_t len)
{
	SHA256Update(&hash->context, data, len);
}

void hash_field(struct hash *hash, const char *text)
{
	if (!text) {
		text = "";
	}
	hash_add(hash, text, strlen(text) + 1);
}

void hash_end(struct hash *hash, char *out, size_t hex_len)
{
	static const char digits[] = "0123456789abcdef";
	uint8_t digest[SHA256_DIGEST_LENGTH];

	SHA256Final(digest, &hash->context);
	free(hash);
	for (size_t i = 0; i < hex_len; i++) {
		out[i] = digits[i % 2 ? digest[i / 2] & 15 : digest[i / 2] >> 4];
	}
	out[hex_len] = '\0';
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
