/* SPDX-License-Identifier: Apache-2.0 */
#include "junit/lexer.h"

#include "base/mem.h"
#include "junit/banner.h"
#include "junit/cdata.h"
#include "junit/encoding.h"
#include "junit/reference.h"
#include "junit/section.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define WINDOW     (2 * JUNIT_TAG_MAX) /* a tag, what stands behind it, and a piece more */
#define LEAST      (16 * JUNIT_KILOBYTE)
#define INDENT_MAX 16

static const char replacement[] = "\xEF\xBF\xBD";

void junit_lexer_init(struct junit_lexer *lexer, struct junit_skeleton *skeleton,
		      struct junit_faults *faults)
{
	*lexer = (struct junit_lexer){
		.faults = faults,
		.skeleton = skeleton,
		.window = mem_array(WINDOW + 1, 1),
		.least = LEAST,
		.prolog = true,
	};
	faults->text = lexer->window;
}

void junit_lexer_release(struct junit_lexer *lexer)
{
	free(lexer->window);
	free(lexer->decoded);
	junit_longtag_release(&lexer->longtag);
}

/* Hands on what was found. Before a fault too: what stands before it counts. */
static void flush(struct junit_lexer *lexer)
{
	junit_skeleton_flush(lexer->skeleton);
	lexer->decoded_len = 0;
}

/* --- text --- */

/* Appends to the decoded text, whose room is never less than the window's. */
static void add_decoded(struct junit_lexer *lexer, const char *text, size_t len)
{
	memcpy(lexer->decoded + lexer->decoded_len, text, len);
	lexer->decoded_len += len;
}

static void decode_reference(struct junit_lexer *lexer, const char *text,
			     const struct junit_reference *reference)
{
	size_t offset = (size_t)(text - lexer->window);
	char bytes[4];

	switch (reference->kind) {
	case REFERENCE_CHARACTER:
		add_decoded(lexer, bytes, junit_encode(reference->point, bytes));
		break;
	case REFERENCE_BAD:
		junit_faults_repair(lexer->faults, REPAIR_REFERENCE, offset);
		add_decoded(lexer, replacement, strlen(replacement));
		break;
	case REFERENCE_NONE:
	case REFERENCE_PARTIAL:
		junit_faults_repair(lexer->faults, REPAIR_AMPERSAND, offset);
		add_decoded(lexer, text, 1);
		break;
	}
}

/* Hands on text that has references in it. */
static void decode_text(struct junit_lexer *lexer, const char *text, size_t len)
{
	const char *end = text + len;
	size_t offset = (size_t)(text - lexer->window);
	size_t start = 0;

	if (!lexer->decoded) {
		lexer->decoded = mem_array(WINDOW, 1);
	}
	start = lexer->decoded_len;
	while (text < end) {
		const char *at = memchr(text, '&', (size_t)(end - text));
		struct junit_reference reference = {0};

		add_decoded(lexer, text, (size_t)((at ? at : end) - text));
		if (!at) {
			break;
		}
		reference = junit_reference_at(at, (size_t)(end - at), true);
		decode_reference(lexer, at, &reference);
		text = at + reference.len;
	}
	junit_skeleton_text(lexer->skeleton, lexer->decoded + start, lexer->decoded_len - start,
			    offset);
}

/* Text before the first tag: the output of a program that wrote its report behind it, or no report
 * at all. */
static void note_banner(struct junit_lexer *lexer, const char *text, size_t len)
{
	for (size_t i = 0; i < len && !lexer->banner; i++) {
		if (!strchr(" \t\r\n", text[i])) {
			lexer->banner = true;
			lexer->first = text[i];
		}
	}
}

static void note_cdata_end(struct junit_lexer *lexer, const char *text, size_t len)
{
	const char *end = text + len;

	for (const char *at = text; (at = memchr(at, ']', (size_t)(end - at))) != NULL; at++) {
		if (end - at > 2 && at[1] == ']' && at[2] == '>') {
			junit_faults_repair(lexer->faults, REPAIR_CDATA_END,
					    (size_t)(at - lexer->window));
		}
	}
}

/* How many bytes at the end of text may go on in the next piece: "&am", "]]". */
static size_t unfinished(const char *text, size_t len)
{
	size_t near = len < JUNIT_REFERENCE_MAX ? len : JUNIT_REFERENCE_MAX;
	const char *at = memrchr(text + len - near, '&', near);
	size_t brackets = 0;

	if (at &&
	    junit_reference_at(at, (size_t)(text + len - at), false).kind == REFERENCE_PARTIAL) {
		return (size_t)(text + len - at);
	}
	while (brackets < 2 && brackets < len && text[len - 1 - brackets] == ']') {
		brackets++;
	}
	return brackets;
}

/* What most tags stand behind: a line break and an indent. */
static bool is_blank(const char *text, size_t len)
{
	size_t at = 0;

	while (at < len && (text[at] == ' ' || text[at] == '\n')) {
		at++;
	}
	return at == len;
}

/* Text up to the next "<" or the end of the window; returns how much was taken. */
static size_t take_text(struct junit_lexer *lexer, size_t at, bool last)
{
	const char *text = lexer->window + at;
	size_t len = lexer->len - at;
	const char *less = memchr(text, '<', len);

	if (less) {
		len = (size_t)(less - text);
	} else if (!last) {
		len -= unfinished(text, len);
	}
	if (len == 0) {
		return 0;
	}
	if (len <= INDENT_MAX && is_blank(text, len)) {
		junit_skeleton_text(lexer->skeleton, text, len, at);
		return len;
	}
	if (lexer->prolog) {
		note_banner(lexer, text, len);
	}
	note_cdata_end(lexer, text, len);
	if (memchr(text, '&', len)) {
		decode_text(lexer, text, len);
	} else {
		junit_skeleton_text(lexer->skeleton, text, len, at);
	}
	return len;
}

/* A "<" that begins no markup. */
static size_t take_less(struct junit_lexer *lexer, size_t at)
{
	junit_faults_repair(lexer->faults, REPAIR_LESS, at);
	junit_skeleton_text(lexer->skeleton, lexer->window + at, 1, at);
	if (lexer->prolog) {
		note_banner(lexer, lexer->window + at, 1);
	}
	return 1;
}

/* --- tags --- */

/* Hands on the tag that was found whole; returns its length. */
static size_t put_tag(struct junit_lexer *lexer, size_t at)
{
	const struct junit_tag *tag = &lexer->tag;

	lexer->prolog = false;
	if (lexer->swallow.used && junit_section_judge_tag(lexer) < 0) {
		return 0;
	}
	if (tag->attributes > JUNIT_ATTRIBUTE_MAX) {
		flush(lexer);
		junit_faults_refuse(lexer->faults, at, "an element has more than %u attributes",
				    JUNIT_ATTRIBUTE_MAX);
	} else {
		junit_skeleton_tag(lexer->skeleton, tag, at);
	}
	return tag->len;
}

static size_t start_longtag(struct junit_lexer *lexer, size_t at)
{
	flush(lexer);
	junit_longtag_start(&lexer->longtag, junit_faults_place(lexer->faults, at));
	lexer->place = LEXER_LONGTAG;
	return 0;
}

static size_t hopeless(struct junit_lexer *lexer, size_t at)
{
	const struct junit_tag *tag = &lexer->tag;

	flush(lexer);
	junit_faults_break(lexer->faults, at, "the tag <%s%.*s… is not well-formed",
			   tag->closing ? "/" : "", (int)(tag->name_len < 60 ? tag->name_len : 60),
			   tag->name);
	return 0;
}

/* What of the window is looked at for one tag: never more than it takes to call it long, so that this
 * does not depend on how much the window happens to hold behind it. */
static struct junit_tag_text tag_text(const struct junit_lexer *lexer, size_t at, bool last)
{
	size_t len = lexer->len - at;
	size_t most = JUNIT_TAG_MAX + JUNIT_TAG_AHEAD + 1;

	return (struct junit_tag_text){lexer->window + at, len < most ? len : most,
				       last && len <= most, at};
}

static void scan_tag(struct junit_lexer *lexer, const struct junit_tag_text *text)
{
	char *end = lexer->window + text->offset + text->len;
	char kept = *end;

	*end = '\0'; /* as the scanner wants it */
	junit_tag_scan(&lexer->tag, text->text, text->len);
	*end = kept;
}

static size_t take_tag(struct junit_lexer *lexer, size_t at, bool last)
{
	struct junit_tag *tag = &lexer->tag;
	struct junit_tag_text text = tag_text(lexer, at, last);

	scan_tag(lexer, &text);
	if (tag->kind == TAG_ODD) {
		junit_tag_mend(tag, &text, lexer->faults);
	}
	if (tag->kind == TAG_WHOLE) {
		return put_tag(lexer, at);
	}
	if (tag->kind == TAG_PARTIAL && text.len > JUNIT_TAG_MAX + JUNIT_TAG_AHEAD) {
		return start_longtag(lexer, at);
	}
	return tag->kind == TAG_ODD ? hopeless(lexer, at) : 0;
}

/* A tag that the window has passed: its repairs are told as if it stood where it began. */
static void mend_longtag(struct junit_lexer *lexer)
{
	const struct buf *text = &lexer->longtag.text;
	struct junit_tag_text whole = {text->data, text->len, true, 0};
	struct junit_faults *faults = lexer->faults;
	struct junit_faults own = {.text = text->data, .place = lexer->longtag.start};

	junit_tag_mend(&lexer->tag, &whole, &own);
	for (size_t i = 0; i < REPAIR_COUNT; i++) {
		if (faults->repairs[i].count == 0) {
			faults->repairs[i].first = own.repairs[i].first;
		}
		faults->repairs[i].count += own.repairs[i].count;
	}
}

/* The long tag, once it is whole, is one like any other. `at` is its end. */
static void finish_longtag(struct junit_lexer *lexer, size_t at)
{
	lexer->place = LEXER_TEXT;
	junit_tag_scan(&lexer->tag, lexer->longtag.text.data, lexer->longtag.text.len);
	if (lexer->tag.kind == TAG_ODD) {
		mend_longtag(lexer);
	}
	if (lexer->tag.kind != TAG_WHOLE) {
		junit_faults_fail(lexer->faults, COURSE_BROKEN, &lexer->longtag.start,
				  "a very long tag is not well-formed");
		return;
	}
	put_tag(lexer, at);
	flush(lexer); /* its text is used again */
}

static size_t take_longtag(struct junit_lexer *lexer, size_t at)
{
	size_t taken = junit_longtag_add(&lexer->longtag, lexer->window + at, lexer->len - at,
					 lexer->faults, at);

	if (lexer->longtag.done && junit_faults_going(lexer->faults)) {
		finish_longtag(lexer, at + taken);
	}
	return taken;
}

static bool starts(const char *text, size_t len, const char *with)
{
	size_t width = strlen(with);

	return len >= width && memcmp(text, with, width) == 0;
}

/* An XML declaration may name an encoding in which what follows means something else, failures
 * included. False: more is needed to see. */
static bool check_declaration(struct junit_lexer *lexer, size_t at, bool last)
{
	const char *text = lexer->window + at;
	size_t len = lexer->len - at;
	char name[JUNIT_ENCODING_NAME];

	len = len < JUNIT_ENCODING_START ? len : JUNIT_ENCODING_START;
	if (!last && len < JUNIT_ENCODING_START && !junit_find(text, len, "?>")) {
		return false;
	}
	junit_encoding_declared(text, len, name);
	if (*name && !lexer->sure && !junit_encoding_is_read(name)) {
		flush(lexer);
		junit_faults_refuse(lexer->faults, at,
				    "the encoding %s is not known here: write the report in UTF-8",
				    name);
	}
	return true;
}

/* Before the report begins there can be other output, in which nothing but a declaration has a
 * meaning: no comment must reach from there into the report. */
static bool is_output(const struct junit_lexer *lexer, const char *text, size_t len)
{
	return lexer->prolog && lexer->banner && !starts(text, len, "<?xml");
}

/* "<!" or "<?": a section, a DOCTYPE, or nothing that belongs here. */
static size_t take_special(struct junit_lexer *lexer, size_t at, bool last)
{
	const char *text = lexer->window + at;
	size_t len = lexer->len - at;

	for (enum junit_lexer_place i = LEXER_CDATA; i <= LEXER_INSTRUCTION; i++) {
		if (starts(text, len, junit_sections[i].start)) {
			if (i == LEXER_INSTRUCTION && !check_declaration(lexer, at, last)) {
				return 0;
			}
			if (is_output(lexer, text, len)) {
				return take_less(lexer, at);
			}
			junit_section_begin(lexer, i, at);
			return strlen(junit_sections[i].start);
		}
	}
	if (len < 9 && !last) {
		return 0;
	}
	flush(lexer);
	if (len >= 9 && strncasecmp(text, "<!DOCTYPE", 9) == 0) {
		junit_faults_refuse(lexer->faults, at, "a DOCTYPE is not allowed");
	} else {
		junit_faults_break(lexer->faults, at, "\"<!\" begins nothing that is known");
	}
	return 0;
}

/* Whether the "<" at text begins a tag: 1, 0, -1 more is needed. A character that stands for one
 * that was bad begins no name. */
static int is_tag(const char *text, size_t len, bool last)
{
	size_t name = len > 1 && text[1] == '/' ? 2 : 1;

	if (len < name + strlen(replacement)) {
		if (!last) {
			return -1;
		}
		return len > name && junit_is_name_start(text[name]);
	}
	return junit_is_name_start(text[name]) &&
	       memcmp(text + name, replacement, strlen(replacement)) != 0;
}

/* At a "<". */
static size_t take_markup(struct junit_lexer *lexer, size_t at, bool last)
{
	const char *text = lexer->window + at;
	size_t len = lexer->len - at;
	int tag = 0;

	if (len > 1 && (text[1] == '!' || text[1] == '?')) {
		return take_special(lexer, at, last);
	}
	tag = is_tag(text, len, last);
	if (tag > 0 && lexer->prolog && lexer->banner) {
		tag = junit_banner_ends(text, len, last);
	}
	if (tag <= 0) {
		return tag < 0 ? 0 : take_less(lexer, at);
	}
	return take_tag(lexer, at, last);
}

/* --- the window --- */

/* One thing at `at`; returns how many bytes it took, 0 when more are needed. */
static size_t take(struct junit_lexer *lexer, size_t at, bool last)
{
	switch (lexer->place) {
	case LEXER_CDATA:
	case LEXER_COMMENT:
	case LEXER_INSTRUCTION:
		return junit_section_take(lexer, at, last);
	case LEXER_LONGTAG:
		return take_longtag(lexer, at);
	case LEXER_TEXT:
		break;
	}
	return lexer->window[at] == '<' ? take_markup(lexer, at, last) : take_text(lexer, at, last);
}

static void look(struct junit_lexer *lexer, bool last)
{
	enum junit_lexer_place before = lexer->place;
	size_t at = 0;

	while (at < lexer->len && junit_faults_going(lexer->faults)) {
		size_t step = take(lexer, at, last);

		if (step == 0 && lexer->place == before) {
			break;
		}
		before = lexer->place;
		at += step;
		if (junit_skeleton_is_full(lexer->skeleton)) {
			flush(lexer);
		}
	}
	flush(lexer);
	if (!junit_faults_going(lexer->faults)) {
		lexer->len = 0;
		return;
	}
	if (lexer->section.line == 0 && (lexer->swallow.used || lexer->place != LEXER_TEXT)) {
		lexer->section = junit_section_start(lexer);
	}
	junit_faults_pass(lexer->faults, at);
	memmove(lexer->window, lexer->window + at, lexer->len - at);
	lexer->len -= at;
	lexer->looked_at = lexer->len;
}

void junit_lexer_put(struct junit_lexer *lexer, const void *text, size_t len)
{
	const char *from = text;

	while (len > 0 && junit_faults_going(lexer->faults)) {
		size_t room = WINDOW - lexer->len;
		size_t part = len < room ? len : room;

		memcpy(lexer->window + lexer->len, from, part);
		lexer->len += part;
		from += part;
		len -= part;
		if (lexer->len - lexer->looked_at >= lexer->least || lexer->len == WINDOW) {
			look(lexer, false);
		}
	}
}

void junit_lexer_repair(struct junit_lexer *lexer, enum junit_repair repair)
{
	junit_faults_repair(lexer->faults, repair, lexer->len);
}

void junit_lexer_flush(struct junit_lexer *lexer)
{
	look(lexer, false);
}

static void end_in_text(struct junit_lexer *lexer)
{
	if (lexer->len > 0) {
		junit_faults_break(lexer->faults, 0, "the file breaks off inside a tag");
	}
}

void junit_lexer_end(struct junit_lexer *lexer)
{
	look(lexer, true);
	switch (lexer->place) {
	case LEXER_TEXT:
		end_in_text(lexer);
		break;
	case LEXER_LONGTAG:
		junit_faults_fail(lexer->faults, COURSE_BROKEN, &lexer->longtag.start,
				  "the file breaks off inside a tag");
		break;
	case LEXER_CDATA:
	case LEXER_COMMENT:
	case LEXER_INSTRUCTION:
		junit_faults_break(lexer->faults, lexer->len, "the file breaks off inside %s",
				   junit_sections[lexer->place].name);
		break;
	}
}
