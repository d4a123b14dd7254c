/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_JUNIT_ENCODING_H
#define STEADY_JUNIT_ENCODING_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Which encoding a file has. The bytes decide, not what is declared: a byte order mark or NULs make
 * UTF-16; a declared Latin-1 (read as windows-1252, which has it in it) is believed; anything else
 * is UTF-8. Of encodings that are not known here only the ASCII part survives.
 */
enum junit_encoding { ENCODING_UNDECIDED, ENCODING_UTF8, ENCODING_LATIN, ENCODING_UTF16 };

struct junit_encoding_found {
	enum junit_encoding encoding;
	bool big_endian;
	bool mismatch;   /* what is declared cannot be true */
	size_t mark_len; /* of the byte order mark */
};

/* Bytes at the start that are looked at, if there are so many. */
#define JUNIT_ENCODING_START ((size_t)512)

struct junit_encoding_found junit_encoding_decide(const unsigned char *start, size_t len);

#endif
