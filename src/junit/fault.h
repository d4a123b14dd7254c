/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_JUNIT_FAULT_H
#define STEADY_JUNIT_FAULT_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What is wrong with one file, and where. All stages of a reading share one of these: a repair is
 * counted and its first place kept; the first break (the structure is lost: what follows may hold
 * tests that nobody sees) or refusal (nothing of the file can be used) ends the reading.
 *
 * Places are counted in the file as an editor shows it: characters, from 1. Every stage keeps the
 * number of characters and lines as it is (a bad byte becomes one U+FFFD), so the lexer's window
 * is all that is needed to tell a place. They are computed only when somebody asks.
 */
struct junit_place {
	size_t line, column; /* 0: unknown */
};

enum junit_repair {
	REPAIR_DECLARATION, /* the declared encoding is not the one of the bytes */
	REPAIR_BYTE,        /* bytes that are no character of the encoding */
	REPAIR_CHARACTER,   /* control characters and others that XML forbids */
	REPAIR_REFERENCE,   /* "&#0;", "&nbsp;" */
	REPAIR_AMPERSAND,   /* "&" as such */
	REPAIR_LESS,        /* "<" as such, in text or in an attribute */
	REPAIR_QUOTE,       /* a quote inside an attribute, or no space behind one */
	REPAIR_CDATA_END,   /* "]]>" in text */
	REPAIR_ROOTS,       /* more than one root element */
	REPAIR_OUTSIDE,     /* text outside of the root */
	REPAIR_PADDING,     /* zeros behind compressed data */
	REPAIR_COMMENTED,   /* no repair, but worth a warning: a test in a comment */
	REPAIR_COUNT
};

enum junit_course { COURSE_GOING, COURSE_BROKEN, COURSE_REFUSED };

/* Zero-initialise, then junit_faults_init(). */
struct junit_faults {
	enum junit_course course;
	struct err err;         /* of the break or refusal, with its place */
	struct junit_place end; /* that place; 0 for a fault that is not in the text */
	struct {
		size_t count;
		struct junit_place first;
	} repairs[REPAIR_COUNT];

	/* The window: text[base] is the character at `place`. `here` is what is being looked at. */
	const char *text;
	size_t base;
	struct junit_place place;
	size_t here;
};

void junit_faults_init(struct junit_faults *faults);
static inline bool junit_faults_going(const struct junit_faults *faults)
{
	return faults->course == COURSE_GOING;
}

/* Ends the reading at the offset; the first end stays. Both return -1. */
int junit_faults_break(struct junit_faults *faults, size_t offset, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
int junit_faults_refuse(struct junit_faults *faults, size_t offset, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* The same for a place that the window has passed; NULL for a fault that is not in the text. */
int junit_faults_fail(struct junit_faults *faults, enum junit_course course,
		      const struct junit_place *place, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

void junit_faults_repair(struct junit_faults *faults, enum junit_repair repair, size_t offset);
bool junit_faults_repaired(const struct junit_faults *faults);

/* Whether anything at all is noted, also what is no repair. */
bool junit_faults_any(const struct junit_faults *faults);

/* Whether something of that kind was repaired before the end of the reading. */
bool junit_faults_tells(const struct junit_faults *faults, enum junit_repair repair);

/* What was repaired as people read it: "control characters were replaced by U+FFFD". */
const char *junit_repair_text(enum junit_repair repair);

/* The place of an offset of the window; what was passed already has the window's first place. */
struct junit_place junit_faults_place(const struct junit_faults *faults, size_t offset);

/* The window moves on: its first `len` bytes are gone. */
void junit_faults_pass(struct junit_faults *faults, size_t len);

#endif
