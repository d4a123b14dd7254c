/* SPDX-License-Identifier: Apache-2.0 */
#include "junit/section.h"

#include "junit/cdata.h"

#include <string.h>

const struct junit_section junit_sections[] = {
	[LEXER_CDATA] = {"<![CDATA[", "]]>", "a CDATA section"},
	[LEXER_COMMENT] = {"<!--", "-->", "a comment"},
	[LEXER_INSTRUCTION] = {"<?", "?>", "a processing instruction"},
};

/* The end of the section; NULL when it is not in the window. *wait: more decides. */
static const char *section_end(struct junit_lexer *lexer, const char *text, size_t len, bool last,
			       bool *wait)
{
	const char *ending = junit_sections[lexer->place].end;
	const char *stop = text + len;
	const char *end = junit_find(text, len, ending);

	while (end && lexer->place == LEXER_CDATA) {
		const char *behind = end + strlen(ending);
		int inner = junit_cdata_is_inner(behind, (size_t)(stop - behind), last);

		*wait = inner < 0;
		if (inner <= 0) {
			break;
		}
		junit_faults_repair(lexer->faults, REPAIR_CDATA_END, (size_t)(end - lexer->window));
		end = junit_find(behind, (size_t)(stop - behind), ending);
	}
	return end;
}

struct junit_place junit_section_start(const struct junit_lexer *lexer)
{
	return lexer->section.line ? lexer->section
				   : junit_faults_place(lexer->faults, lexer->section_at);
}

/* CDATA behind CDATA goes on with it, as writers do to write "]]>". */
void junit_section_begin(struct junit_lexer *lexer, enum junit_lexer_place place, size_t at)
{
	lexer->place = place;
	if (lexer->swallow.used && place == LEXER_CDATA) {
		return;
	}
	lexer->section_at = at;
	lexer->section.line = 0;
	junit_swallow_reset(&lexer->swallow);
}

static int break_by_section(struct junit_lexer *lexer, enum junit_lexer_place place)
{
	struct junit_place start = junit_section_start(lexer);

	junit_skeleton_flush(lexer->skeleton);
	return junit_faults_fail(lexer->faults, COURSE_BROKEN, &start,
				 "%s has swallowed tags of the report", junit_sections[place].name);
}

/* At the end of a section. Of CDATA the tag behind it will tell. */
static void judge_section(struct junit_lexer *lexer, enum junit_lexer_place place)
{
	const struct junit_swallow *swallow = &lexer->swallow;
	struct junit_faults *faults = lexer->faults;

	if ((place == LEXER_INSTRUCTION && swallow->any) ||
	    (place == LEXER_COMMENT && junit_swallow_by_comment(swallow))) {
		break_by_section(lexer, place);
	} else if (place == LEXER_COMMENT && swallow->test &&
		   faults->repairs[REPAIR_COMMENTED].count++ == 0) {
		faults->repairs[REPAIR_COMMENTED].first = junit_section_start(lexer);
	}
	if (place != LEXER_CDATA) {
		junit_swallow_reset(&lexer->swallow);
	}
}

/* CDATA, a comment or an instruction up to its end or the end of the window. */
size_t junit_section_take(struct junit_lexer *lexer, size_t at, bool last)
{
	const char *text = lexer->window + at;
	size_t len = lexer->len - at;
	size_t width = strlen(junit_sections[lexer->place].end);
	enum junit_lexer_place place = lexer->place;
	bool is_text = place == LEXER_CDATA;
	bool wait = false;
	const char *end = section_end(lexer, text, len, last, &wait);

	if (end) {
		len = (size_t)(end - text);
	} else if (!last) {
		len -= len < width - 1 ? len : width - 1;
	}
	if (is_text && len > 0) {
		junit_skeleton_text(lexer->skeleton, text, len, at);
	}
	junit_swallow_add(&lexer->swallow, text, len);
	if (!end || wait) {
		return len;
	}
	lexer->place = LEXER_TEXT;
	if (lexer->swallow.used) {
		judge_section(lexer, place);
	}
	return len + width;
}

/* A tag behind CDATA tells whether that was meant to end there. */
int junit_section_judge_tag(struct junit_lexer *lexer)
{
	const struct junit_tag *tag = &lexer->tag;

	if (tag->closing && junit_swallow_by_cdata(&lexer->swallow, tag->name, tag->name_len)) {
		return break_by_section(lexer, LEXER_CDATA);
	}
	junit_swallow_reset(&lexer->swallow);
	return 0;
}
