/* SPDX-License-Identifier: Apache-2.0 */
#include "junit/fast.h"

#include "base/mem.h"
#include "junit/cdata.h"
#include "junit/decode.h"
#include "junit/encoding.h"
#include "junit/longtag.h"
#include "junit/reference.h"

#include <stdlib.h>
#include <string.h>

#define WINDOW        (4 * JUNIT_TAG_MAX)
#define CHARACTER_MAX 4u
#define INDENT_MAX    16

void junit_fast_init(struct junit_fast *fast, const struct junit_markup *markup, void *payload,
		     struct junit_faults *faults)
{
	*fast = (struct junit_fast){
		.markup = markup,
		.payload = payload,
		.faults = faults,
		.window = mem_must(malloc(WINDOW + JUNIT_FAST_BEHIND + 1)),
	};
	fast->guess = &fast->first;
	faults->text = fast->window;
}

void junit_fast_release(struct junit_fast *fast)
{
	free(fast->window);
	junit_fast_names_release(&fast->names);
}

static bool is_going(const struct junit_fast *fast)
{
	return !fast->gave_up && junit_faults_going(fast->faults);
}

static const char *give_up(struct junit_fast *fast, const char *at)
{
	fast->gave_up = true;
	return at;
}

/* More bytes may tell what this is. They need not be many. */
static const char *unknown(struct junit_fast *fast, const char *at, const char *end, bool last)
{
	return last || (size_t)(end - at) > JUNIT_TAG_MAX ? give_up(fast, at) : at;
}

/* --- the start --- */

/* Behind an XML declaration, if there is one; NULL when it is odd. */
static const char *skip_declaration(const char *at, size_t len)
{
	char name[JUNIT_ENCODING_NAME];
	const char *end = NULL;

	if (len < 5 || memcmp(at, "<?xml", 5) != 0) {
		return at;
	}
	end = junit_find(at, len, "?>");
	if (!end || memchr(at + 1, '<', (size_t)(end - at - 1))) {
		return NULL;
	}
	junit_encoding_declared(at, len, name);
	return *name && !junit_encoding_is_read(name) ? NULL : end + 2;
}

static const char *take_start(struct junit_fast *fast, const char *at, const char *end, bool last)
{
	size_t len = (size_t)(end - at);
	struct junit_encoding_found found = {0};

	if (len < JUNIT_ENCODING_START && !last) {
		return at;
	}
	len = len < JUNIT_ENCODING_START ? len : JUNIT_ENCODING_START;
	found = junit_encoding_decide((const unsigned char *)at, len);
	if (found.encoding != ENCODING_UTF8 || found.mismatch) {
		return give_up(fast, at);
	}
	fast->place = FAST_TEXT;
	fast->faults->base =
		found.mark_len; /* a byte order mark is no character of the first line */
	at = skip_declaration(at + found.mark_len, len - found.mark_len);
	return at ? at : give_up(fast, fast->window);
}

/* --- text --- */

static bool is_blank(const char *text, const char *end)
{
	while (text < end && (*text == ' ' || *text == '\n' || *text == '\t' || *text == '\r')) {
		text++;
	}
	return text == end;
}

static void tell(struct junit_fast *fast, const char *text, size_t len)
{
	if (len > 0) {
		fast->markup->text(fast->payload, text, len);
	}
}

/* With what references stand for. */
static const char *tell_text(struct junit_fast *fast, const char *text, const char *end)
{
	const char *at = text;

	while ((at = memchr(text, '&', (size_t)(end - text))) != NULL) {
		struct junit_reference reference = junit_reference_at(at, (size_t)(end - at), true);
		char bytes[4];

		if (reference.kind != REFERENCE_CHARACTER) {
			return give_up(fast, at);
		}
		tell(fast, text, (size_t)(at - text));
		tell(fast, bytes, junit_encode(reference.point, bytes));
		text = at + reference.len;
	}
	tell(fast, text, (size_t)(end - text));
	return end;
}

/* Where text ends that may go on behind the window: "&am", "]]". */
static const char *safe_end(const char *text, const char *end)
{
	size_t near = (size_t)(end - text) < JUNIT_REFERENCE_MAX ? (size_t)(end - text)
								 : JUNIT_REFERENCE_MAX;
	const char *reference = memrchr(end - near, '&', near);

	if (reference) {
		return reference;
	}
	for (int i = 0; i < 2 && end > text && end[-1] == ']'; i++) {
		end--;
	}
	return end;
}

static const char *take_text(struct junit_fast *fast, const char *at, const char *end, bool last)
{
	const char *stop = memchr(at, '<', (size_t)(end - at));

	if (!stop) {
		stop = last ? end : safe_end(at, end);
	}
	if (stop - at <= INDENT_MAX && is_blank(at, stop)) {
		if (fast->depth > 0) {
			tell(fast, at, (size_t)(stop - at));
		}
		return stop;
	}
	if (fast->depth == 0) {
		return is_blank(at, stop) ? stop : give_up(fast, at);
	}
	if (junit_find(at, (size_t)(stop - at), "]]>")) {
		return give_up(fast, at);
	}
	return tell_text(fast, at, stop);
}

/* --- sections --- */

static const char *take_cdata(struct junit_fast *fast, const char *at, const char *end, bool last)
{
	const char *close = junit_find(at, (size_t)(end - at), "]]>");
	const char *stop = close ? close : end - at > 2 ? end - 2 : at;
	int inner = 0;

	if (close) {
		inner = junit_cdata_is_inner(close + 3, (size_t)(end - close - 3), last);
	}
	tell(fast, at, (size_t)(stop - at));
	junit_swallow_add(&fast->swallow, at, (size_t)(stop - at));
	if ((!close && last) || inner > 0 || fast->swallow.any) {
		return give_up(fast, at);
	}
	if (!close || inner < 0) {
		return stop;
	}
	fast->place = FAST_TEXT;
	return close + 3;
}

/* Only a comment in which nothing begins, for that could be a test. */
static const char *take_comment(struct junit_fast *fast, const char *at, const char *end, bool last)
{
	const char *close = junit_find(at + 4, (size_t)(end - at - 4), "-->");

	if (!close) {
		return unknown(fast, at, end, last);
	}
	if (memchr(at + 4, '<', (size_t)(close - at - 4))) {
		return give_up(fast, at);
	}
	junit_swallow_reset(&fast->swallow);
	return close + 3;
}

static const char *take_section(struct junit_fast *fast, const char *at, const char *end, bool last)
{
	static const char cdata[] = "<![CDATA[";
	size_t len = (size_t)(end - at);

	if (len >= 4 && memcmp(at, "<!--", 4) == 0) {
		return take_comment(fast, at, end, last);
	}
	if (fast->depth == 0 || len < strlen(cdata) || memcmp(at, cdata, strlen(cdata)) != 0) {
		return unknown(fast, at, end, last);
	}
	fast->place = FAST_CDATA;
	if (!fast->swallow.used) {
		junit_swallow_reset(&fast->swallow);
	}
	return at + strlen(cdata);
}

/* --- the window --- */

static const char *take(struct junit_fast *fast, const char *at, const char *end, bool last)
{
	const char *behind = NULL;

	switch (fast->place) {
	case FAST_START:
		return take_start(fast, at, end, last);
	case FAST_CDATA:
		return take_cdata(fast, at, end, last);
	case FAST_TEXT:
		break;
	}
	if (*at != '<') {
		return take_text(fast, at, end, last);
	}
	if (at[1] == '!') {
		return take_section(fast, at, end, last);
	}
	behind = junit_fast_tag(fast, at, end);
	return behind ? behind : unknown(fast, at, end, last);
}

static void look(struct junit_fast *fast, bool last)
{
	char *end = fast->window + fast->checked;
	const char *at = fast->window;
	char kept = *end;
	size_t taken = 0;

	*end = '\0'; /* what looks for the end of a name stops there */
	while (at < end && is_going(fast)) {
		enum junit_fast_place place = fast->place;
		const char *behind = take(fast, at, end, last);

		if (behind == at && fast->place == place) {
			break;
		}
		at = behind;
	}
	*end = kept;
	taken = (size_t)(at - fast->window);
	junit_faults_pass(fast->faults, taken);
	memmove(fast->window, at, fast->len - taken);
	fast->len -= taken;
	fast->checked -= taken;
}

/* Bytes that are no characters make it give up; at the end of the window one may be cut. */
static void check(struct junit_fast *fast, bool last)
{
	const unsigned char *fresh = (const unsigned char *)fast->window + fast->checked;

	fast->checked += junit_clean_span(fresh, fast->len - fast->checked);
	if (fast->len - fast->checked >= (last ? 1 : CHARACTER_MAX)) {
		fast->gave_up = true;
	}
}

bool junit_fast_feed(struct junit_fast *fast, const void *data, size_t len)
{
	const char *bytes = data;

	while (len > 0 && is_going(fast)) {
		size_t room = WINDOW - fast->len;
		size_t part = len < room ? len : room;

		if (room == 0) {
			fast->gave_up = true;
			break;
		}
		memcpy(fast->window + fast->len, bytes, part);
		fast->len += part;
		bytes += part;
		len -= part;
		check(fast, false);
		look(fast, false);
	}
	return is_going(fast);
}

bool junit_fast_end(struct junit_fast *fast)
{
	if (is_going(fast)) {
		check(fast, true);
	}
	if (is_going(fast)) {
		look(fast, true);
	}
	if (!is_going(fast) || fast->len > 0 || fast->place != FAST_TEXT || fast->depth > 0 ||
	    !fast->rooted || junit_faults_any(fast->faults)) {
		fast->gave_up = true;
	}
	return !fast->gave_up;
}
