/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_JUNIT_LEXER_H
#define STEADY_JUNIT_LEXER_H

#include "junit/longtag.h"
#include "junit/skeleton.h"
#include "junit/swallow.h"
#include "junit/tag.h"

/*
 * The second stage: clean UTF-8 is told apart into tags, text, CDATA, comments and processing
 * instructions. Only tags go to the XML parser, mended where needed; text and CDATA are handed on
 * with their references decoded; comments and instructions are dropped; a DOCTYPE is refused. It
 * works on a window: what is not complete at its end waits for more. Memory does not depend on the
 * file, nor does the result depend on the size of the pieces that come in.
 */
enum junit_lexer_place { LEXER_TEXT, LEXER_CDATA, LEXER_COMMENT, LEXER_INSTRUCTION, LEXER_LONGTAG };

struct junit_lexer {
	struct junit_faults *faults;
	struct junit_skeleton *skeleton;
	enum junit_lexer_place place;
	char *window;
	size_t len;
	size_t least;     /* bytes to wait for before the window is looked at */
	size_t looked_at; /* what the last look left over */
	char *decoded;    /* text with references, without them; NULL until needed */
	size_t decoded_len;
	bool sure;            /* of the encoding, whatever is declared */
	bool prolog;          /* no tag was seen */
	bool banner;          /* but text was */
	char first;           /* the first character of that */
	struct junit_tag tag; /* the last one */
	struct junit_longtag longtag;
	struct junit_swallow swallow; /* of the section that is open, or stands before this */
	size_t section_at;            /* where in the window that began */
	struct junit_place section;   /* once the window has passed it; else no line */
};

/* skeleton and faults are borrowed. */
void junit_lexer_init(struct junit_lexer *lexer, struct junit_skeleton *skeleton,
		      struct junit_faults *faults);
void junit_lexer_put(struct junit_lexer *lexer, const void *text, size_t len);

/* The next character put in stands for something else. */
void junit_lexer_repair(struct junit_lexer *lexer, enum junit_repair repair);

/* Hands on what is complete in the window now. */
void junit_lexer_flush(struct junit_lexer *lexer);

/* Nothing more comes: what is incomplete now is broken off. */
void junit_lexer_end(struct junit_lexer *lexer);
void junit_lexer_release(struct junit_lexer *lexer);

#endif
