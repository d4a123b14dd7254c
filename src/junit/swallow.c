/* SPDX-License-Identifier: Apache-2.0 */
#include "junit/swallow.h"

#include "base/hash.h"
#include "junit/tag.h"

#include <string.h>

#define SHORTEST 5 /* "error": what logs are full of is shorter */

static const char cdata_start[] = "<![CDATA[";
static const char comment_start[] = "<!--";

static uint64_t name_hash(const char *name, size_t len)
{
	return hash_bytes(name, len).low;
}

static uint64_t innermost(const struct junit_swallow *swallow)
{
	return swallow->opened > 0 ? swallow->open[swallow->opened - 1] : 0;
}

/* A start tag that reports are made of, at its end. */
static void open_element(struct junit_swallow *swallow)
{
	bool test = memmem(swallow->head, swallow->head_len, "test", 4) != NULL;

	swallow->any = true;
	swallow->test |= test || memmem(swallow->head, swallow->head_len, "ailure", 6) ||
			 memmem(swallow->head, swallow->head_len, "rror", 4);
	swallow->last = innermost(swallow);
	if (swallow->before != '/' && swallow->opened < JUNIT_SWALLOW_DEPTH) {
		swallow->last = name_hash(swallow->head + 1, swallow->head_len - 1);
		swallow->open[swallow->opened++] = swallow->last;
		swallow->named |= test && swallow->attribute;
	}
}

/* An end tag closes the innermost element of its name, or one that was open before. */
static void close_element(struct junit_swallow *swallow)
{
	uint64_t name = name_hash(swallow->head + 2, swallow->head_len - 2);
	size_t i = swallow->opened;

	swallow->any = true;
	while (i > 0 && swallow->open[i - 1] != name) {
		i--;
	}
	if (i == 0 && swallow->unopened < JUNIT_SWALLOW_DEPTH) {
		swallow->closed[swallow->unopened++] = name;
	}
	swallow->opened = i > 0 ? i - 1 : 0;
	swallow->section &= swallow->opened >= swallow->owner_depth;
	swallow->named &= swallow->opened > 0;
	swallow->last = innermost(swallow);
}

/* An end tag that reports are not made of. */
static void close_other(struct junit_swallow *swallow, const char *name, size_t len)
{
	swallow->section &= name_hash(name, len) != swallow->owner;
	swallow->last = innermost(swallow);
}

/* The characters behind "<" are all there. What is no tag of a report matters only as what text may
 * stand in. */
static void end_head(struct junit_swallow *swallow)
{
	const char *head = swallow->head;
	size_t len = swallow->head_len;
	bool report = len > SHORTEST && junit_tag_is_structural(head, len);

	swallow->place = SWALLOW_TEXT;
	if (len < 2 || len == JUNIT_SWALLOW_HEAD) {
		return;
	}
	if (head[1] == '/') {
		if (report) {
			close_element(swallow);
		} else {
			close_other(swallow, head + 2, len - 2);
		}
	} else if (report) {
		swallow->place = SWALLOW_TAG;
		swallow->quote = swallow->before = '\0';
		swallow->attribute = false;
	} else {
		swallow->last = name_hash(head + 1, len - 1);
	}
}

static bool leads_to(const struct junit_swallow *swallow, char c, const char *start)
{
	size_t len = swallow->head_len;

	return len < strlen(start) && memcmp(swallow->head, start, len) == 0 && c == start[len];
}

/* Whether c goes on what stands behind "<"; the beginnings of other sections end with a character
 * of their own. */
static bool goes_on(struct junit_swallow *swallow, char c)
{
	size_t len = swallow->head_len;

	if (len == JUNIT_SWALLOW_HEAD) {
		return false;
	}
	if (len > 1 && swallow->head[1] == '!') {
		return leads_to(swallow, c, cdata_start) || leads_to(swallow, c, comment_start);
	}
	return len == 1 ? c == '/' || c == '!' || junit_is_name_start(c) : junit_is_name(c);
}

/* Another section begins. */
static void note_section(struct junit_swallow *swallow)
{
	if (swallow->head_len == strlen(cdata_start)) {
		swallow->section = true;
		swallow->owner = swallow->last;
		swallow->owner_depth = swallow->opened;
	} else if (swallow->head_len == strlen(comment_start) && swallow->head[2] == '-') {
		swallow->comment = true;
	}
}

/* Returns where it goes on; end when the text is over before that is known. */
static const char *take_head(struct junit_swallow *swallow, const char *text, const char *end)
{
	while (text < end && goes_on(swallow, *text)) {
		swallow->head[swallow->head_len++] = *text++;
		if (swallow->head[1] == '!') {
			note_section(swallow);
		}
	}
	if (text < end) {
		swallow->place = SWALLOW_TEXT;
		if (swallow->head_len < 2 || swallow->head[1] != '!') {
			end_head(swallow);
		}
	}
	return text;
}

/* To the end of a tag. A "<" cannot be in one: that was none. */
static const char *take_tag(struct junit_swallow *swallow, const char *text, const char *end)
{
	for (; text < end; text++) {
		if (*text == '<') {
			swallow->place = SWALLOW_TEXT;
			return text;
		}
		if (swallow->quote) {
			swallow->quote = *text == swallow->quote ? '\0' : swallow->quote;
		} else if (*text == '"' || *text == '\'') {
			swallow->quote = *text;
			swallow->attribute = true;
		} else if (*text == '>') {
			swallow->place = SWALLOW_TEXT;
			open_element(swallow);
			return text + 1;
		}
		swallow->before = *text;
	}
	return text;
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* A tag with a short name of letters, as logs and HTML are full of: what take_head() makes of it,
 * at once. Returns where it goes on; NULL when it is none. */
static const char *take_short(struct junit_swallow *swallow, const char *less, const char *end)
{
	size_t left = (size_t)(end - less);
	size_t start = left > 1 && less[1] == '/' ? 2 : 1;
	size_t len = 0;

	while (len < SHORTEST && start + len < left && is_letter(less[start + len])) {
		len++;
	}
	if (len == 0 || len == SHORTEST || start + len == left ||
	    junit_is_name(less[start + len])) {
		return NULL;
	}
	if (start == 1) {
		swallow->last = name_hash(less + 1, len);
	} else {
		close_other(swallow, less + 2, len);
	}
	return less + start + len;
}

static const char *take_text(struct junit_swallow *swallow, const char *text, const char *end)
{
	const char *less = memchr(text, '<', (size_t)(end - text));
	const char *next = NULL;

	if (!less) {
		return end;
	}
	swallow->used = true;
	next = take_short(swallow, less, end);
	if (next) {
		return next;
	}
	swallow->place = SWALLOW_HEAD;
	swallow->head[0] = '<';
	swallow->head_len = 1;
	return less + 1;
}

/* What is in the stacks behind their ends does not matter. */
void junit_swallow_reset(struct junit_swallow *swallow)
{
	memset(swallow, 0, offsetof(struct junit_swallow, head));
	swallow->head_len = swallow->opened = swallow->unopened = 0;
	swallow->last = 0;
}

void junit_swallow_add(struct junit_swallow *swallow, const char *text, size_t len)
{
	static const char *(*const steps[])(struct junit_swallow *, const char *, const char *) = {
		[SWALLOW_TEXT] = take_text,
		[SWALLOW_HEAD] = take_head,
		[SWALLOW_TAG] = take_tag,
	};
	const char *end = text + len;

	while (text < end) {
		text = steps[swallow->place](swallow, text, end);
	}
}

/* Whether what was closed first was opened again: one test after another, seen from inside. */
static bool is_mirrored(const struct junit_swallow *swallow)
{
	size_t count = swallow->opened;

	if (count == 0 || count != swallow->unopened) {
		return false;
	}
	for (size_t i = 0; i < count; i++) {
		if (swallow->open[i] != swallow->closed[count - 1 - i]) {
			return false;
		}
	}
	return true;
}

bool junit_swallow_by_cdata(const struct junit_swallow *swallow, const char *name, size_t len)
{
	uint64_t hash = 0;

	if (swallow->opened == 0) {
		return false;
	}
	hash = name_hash(name, len);
	return (swallow->section && swallow->owner == hash) ||
	       (innermost(swallow) == hash && is_mirrored(swallow));
}

/* Nobody means to begin a comment in a comment, or one in the middle of a test. */
bool junit_swallow_by_comment(const struct junit_swallow *swallow)
{
	return swallow->test && (swallow->comment || swallow->unopened > 0 || swallow->named);
}
