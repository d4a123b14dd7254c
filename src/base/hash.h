/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_BASE_HASH_H
#define STEADY_BASE_HASH_H

#include <stddef.h>

/* SHA-256 (libmd) of bytes, as lower-case hex, cut to what an id needs. */

#define HASH_HEX_MAX 64

struct hash;

struct hash *hash_new(void);
void hash_add(struct hash *hash, const void *data, size_t len);

/* Adds the text (NULL counts as "") and its terminating NUL, so that fields cannot run together. */
void hash_field(struct hash *hash, const char *text);

/* Ends and frees the hash; writes hex_len digits (at most HASH_HEX_MAX) and a NUL to out. */
void hash_end(struct hash *hash, char *out, size_t hex_len);

/* A new random id of 32 hex digits that sorts by time: 12 digits of milliseconds, then chance. */
void hash_new_id(char out[33]);

#endif
