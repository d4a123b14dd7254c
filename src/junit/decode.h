/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_JUNIT_DECODE_H
#define STEADY_JUNIT_DECODE_H

#include "junit/encoding.h"
#include "junit/lexer.h"

/*
 * The first stage: bytes of any encoding become UTF-8 in which every character is one that XML
 * allows; what is none becomes U+FFFD, one for one, and is counted as a repair. Clean UTF-8 goes
 * on as it came, without a copy. A declared Latin-1 is believed except where the bytes are
 * well-formed UTF-8.
 */
struct junit_decoder {
	struct junit_faults *faults;
	struct junit_lexer *lexer;
	enum junit_encoding encoding;
	bool big_endian;
	unsigned char start[JUNIT_ENCODING_START]; /* until it is decided */
	size_t start_len;
	unsigned char held[4]; /* the beginning of a character that is not all there */
	size_t held_len;
};

void junit_decoder_init(struct junit_decoder *decoder, struct junit_lexer *lexer,
			struct junit_faults *faults);
void junit_decoder_feed(struct junit_decoder *decoder, const void *data, size_t len);

/* No more bytes come. */
void junit_decoder_end(struct junit_decoder *decoder);

/* How many of the first bytes are whole characters that XML allows, in UTF-8. */
size_t junit_clean_span(const unsigned char *data, size_t len);

#endif
