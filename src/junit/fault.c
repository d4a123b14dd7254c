/* SPDX-License-Identifier: Apache-2.0 */
#include "junit/fault.h"

#include "base/mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Bytes counted at a time, so that the compiler can count many of them with one instruction. */
#define BLOCK 64

void junit_faults_init(struct junit_faults *faults)
{
	*faults = (struct junit_faults){.place = {1, 1}};
}

static size_t count_lines(const char *text, size_t len)
{
	size_t lines = 0;

	for (; len >= BLOCK; text += BLOCK, len -= BLOCK) {
		unsigned char found = 0;

		for (size_t i = 0; i < BLOCK; i++) {
			found = (unsigned char)(found + (text[i] == '\n'));
		}
		lines += found;
	}
	for (size_t i = 0; i < len; i++) {
		lines += text[i] == '\n';
	}
	return lines;
}

/* Every byte that does not go on with a character begins one. */
static size_t count_characters(const char *text, size_t len)
{
	size_t count = 0;

	for (; len >= BLOCK; text += BLOCK, len -= BLOCK) {
		unsigned char found = 0;

		for (size_t i = 0; i < BLOCK; i++) {
			found = (unsigned char)(found + ((signed char)text[i] >= -64));
		}
		count += found;
	}
	for (size_t i = 0; i < len; i++) {
		count += (signed char)text[i] >= -64;
	}
	return count;
}

struct junit_place junit_faults_place(const struct junit_faults *faults, size_t offset)
{
	struct junit_place place = faults->place;
	const char *start = faults->text + faults->base;
	const char *last = NULL;
	size_t len = offset > faults->base ? offset - faults->base : 0;

	if (len == 0) {
		return place;
	}
	last = memrchr(start, '\n', len);
	if (!last) {
		place.column += count_characters(start, len);
		return place;
	}
	place.line += count_lines(start, len);
	place.column = 1 + count_characters(last + 1, len - (size_t)(last + 1 - start));
	return place;
}

void junit_faults_pass(struct junit_faults *faults, size_t len)
{
	if (len > faults->base) {
		faults->place = junit_faults_place(faults, len);
		faults->base = len;
	}
	faults->base -= len;
}

/* The first end counts; what comes behind it is its consequence. */
__attribute__((format(printf, 4, 0))) static int end(struct junit_faults *faults,
						     enum junit_course course,
						     const struct junit_place *place,
						     const char *fmt, va_list args)
{
	char text[sizeof(faults->err.msg)];

	if (faults->course != COURSE_GOING) {
		return -1;
	}
	faults->course = course;
	vsnprintf(text, sizeof(text), fmt, args);
	err_set(&faults->err, ERR_INPUT, "%s", text);
	if (place) {
		faults->end = *place;
		err_wrap(&faults->err, "line %zu, column %zu", place->line, place->column);
	}
	return -1;
}

int junit_faults_break(struct junit_faults *faults, size_t offset, const char *fmt, ...)
{
	struct junit_place place = junit_faults_place(faults, offset);
	va_list args;

	va_start(args, fmt);
	end(faults, COURSE_BROKEN, &place, fmt, args);
	va_end(args);
	return -1;
}

int junit_faults_refuse(struct junit_faults *faults, size_t offset, const char *fmt, ...)
{
	struct junit_place place = junit_faults_place(faults, offset);
	va_list args;

	va_start(args, fmt);
	end(faults, COURSE_REFUSED, &place, fmt, args);
	va_end(args);
	return -1;
}

int junit_faults_fail(struct junit_faults *faults, enum junit_course course,
		      const struct junit_place *place, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	end(faults, course, place, fmt, args);
	va_end(args);
	return -1;
}

void junit_faults_repair(struct junit_faults *faults, enum junit_repair repair, size_t offset)
{
	if (faults->course == COURSE_GOING && faults->repairs[repair].count++ == 0) {
		faults->repairs[repair].first = junit_faults_place(faults, offset);
	}
}

bool junit_faults_repaired(const struct junit_faults *faults)
{
	for (size_t i = 0; i < REPAIR_COUNT; i++) {
		if (faults->repairs[i].count > 0 && i != REPAIR_COMMENTED) {
			return true;
		}
	}
	return false;
}

bool junit_faults_any(const struct junit_faults *faults)
{
	return faults->course != COURSE_GOING || junit_faults_repaired(faults) ||
	       faults->repairs[REPAIR_COMMENTED].count > 0;
}

/* The window is decoded ahead of the place where the reading ends; what lies behind does not count. */
bool junit_faults_tells(const struct junit_faults *faults, enum junit_repair repair)
{
	const struct junit_place *first = &faults->repairs[repair].first;
	const struct junit_place *end = &faults->end;

	if (faults->repairs[repair].count == 0) {
		return false;
	}
	return faults->course == COURSE_GOING || end->line == 0 || first->line < end->line ||
	       (first->line == end->line && first->column < end->column);
}

const char *junit_repair_text(enum junit_repair repair)
{
	static const char *const texts[] = {
		[REPAIR_DECLARATION] = "the declared encoding is not the one of the bytes",
		[REPAIR_BYTE] = "bytes that are no character were replaced by U+FFFD",
		[REPAIR_CHARACTER] = "characters that XML forbids were replaced by U+FFFD",
		[REPAIR_REFERENCE] = "references to no character were replaced by U+FFFD",
		[REPAIR_AMPERSAND] = "\"&\" was taken as such",
		[REPAIR_LESS] = "\"<\" was taken as such",
		[REPAIR_QUOTE] = "a quote inside an attribute was taken as such",
		[REPAIR_CDATA_END] = "\"]]>\" in text was taken as such",
		[REPAIR_ROOTS] = "a further root element",
		[REPAIR_OUTSIDE] = "text outside of the root element was ignored",
		[REPAIR_PADDING] = "zeros behind compressed data were ignored",
		[REPAIR_COMMENTED] = "a test in a comment does not count",
	};

	return texts[repair];
}
