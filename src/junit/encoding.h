/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_JUNIT_ENCODING_H
#define STEADY_JUNIT_ENCODING_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Which encoding a file has. The bytes decide, not what is declared: a byte order mark or NULs make
 * UTF-16; a declared Latin-1 (read as windows-1252, which has it in it) is believed; anything else
 * is UTF-8. Of encodings that add other characters to ASCII only the ASCII part survives. What a
 * file in any other encoding says cannot be known: its tags may be written otherwise too.
 */
enum junit_encoding {
	ENCODING_UNDECIDED,
	ENCODING_UTF8,
	ENCODING_LATIN,
	ENCODING_OTHER, /* adds characters to ASCII, which are not known here */
	ENCODING_UTF16
};

struct junit_encoding_found {
	enum junit_encoding encoding;
	bool big_endian;
	bool mismatch;   /* what is declared cannot be true */
	size_t mark_len; /* of the byte order mark */
};

/* Bytes at the start that are looked at, if there are so many. */
#define JUNIT_ENCODING_START ((size_t)512)

struct junit_encoding_found junit_encoding_decide(const unsigned char *start, size_t len);

/* The value of encoding="…" in the XML declaration that text begins with; "" when there is none. */
#define JUNIT_ENCODING_NAME 40

void junit_encoding_declared(const char *text, size_t len, char name[JUNIT_ENCODING_NAME]);

/* Whether a file that declares it can be read without missing a tag. */
bool junit_encoding_is_read(const char *name);

#endif
