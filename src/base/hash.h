/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_BASE_HASH_H
#define STEADY_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

/*
 * XXH3-128 of bytes, as lower-case hex, cut to what an id needs. It keeps different things apart,
 * not liars: whoever can choose the bytes can make two that collide.
 */

#define HASH_HEX_MAX 32

struct hash;

struct hash *hash_new(void);
void hash_add(struct hash *hash, const void *data, size_t len);

/* Adds the text (NULL counts as "") and its terminating NUL, so that fields cannot run together. */
void hash_field(struct hash *hash, const char *text);

/* Ends and frees the hash; writes hex_len digits (at most HASH_HEX_MAX) and a NUL to out. */
void hash_end(struct hash *hash, char *out, size_t hex_len);

/* The number that the hex digits stand for, the first ones in `high`. */
struct hash_value {
	uint64_t high, low;
};

/* Writes the first hex_len digits and a NUL to out. */
void hash_hex(struct hash_value hash, char *out, size_t hex_len);

/* The hash of a few fields; of bytes that lie in one piece. */
struct hash_value hash_fields(const char *const *fields, size_t count);
struct hash_value hash_bytes(const void *data, size_t len);

/* The value of HASH_HEX_MAX digits; a character that is none counts as some digit. */
struct hash_value hash_from_hex(const char *hex);

/* A new random id of 32 hex digits that sorts by time: 12 digits of milliseconds, then chance. */
void hash_new_id(char out[33]);

#endif
