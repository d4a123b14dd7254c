/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_JUNIT_SECTION_H
#define STEADY_JUNIT_SECTION_H

#include "junit/lexer.h"

/* The part of the lexer for what ends with a sequence of its own: CDATA, comments, instructions. */
struct junit_section {
	const char *start;
	const char *end;
	const char *name;
};

/* By their place; of others there is nothing. */
extern const struct junit_section junit_sections[LEXER_INSTRUCTION + 1];

void junit_section_begin(struct junit_lexer *lexer, enum junit_lexer_place place, size_t at);

/* CDATA, a comment or an instruction up to its end or the end of the window; returns how many bytes
 * that were. */
size_t junit_section_take(struct junit_lexer *lexer, size_t at, bool last);

/* The lexer's tag comes next; -1 when it tells that CDATA before it has swallowed others. */
int junit_section_judge_tag(struct junit_lexer *lexer);

/* Where the section began that is open or stands before this. */
struct junit_place junit_section_start(const struct junit_lexer *lexer);

#endif
