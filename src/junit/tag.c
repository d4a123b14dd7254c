/* SPDX-License-Identifier: Apache-2.0 */
#include "junit/tag.h"

#include "base/mem.h"
#include "junit/reference.h"

#include <string.h>

enum { SPACE = 1, NAME = 2, START = 4 };

/* What a byte can be: space, part of a name, or its start too (all beyond ASCII can). */
#define S SPACE
#define N NAME
#define A (NAME | START)
/* clang-format off */
static const unsigned char kinds[256] = {
	0, 0, 0, 0, 0, 0, 0, 0, 0, S, S, 0, 0, S, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	S, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, N, N, 0, N, N, N, N, N, N, N, N, N, N, A, 0, 0, 0, 0, 0,
	0, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, 0, 0, 0, 0, A,
	0, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, 0, 0, 0, 0, 0,
	A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A,
	A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A,
	A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A,
	A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A,
};
/* clang-format on */
#undef S
#undef N
#undef A

static unsigned kind_of(char c)
{
	return kinds[(unsigned char)c];
}

bool junit_is_name(char c)
{
	return (kind_of(c) & NAME) != 0;
}

bool junit_is_name_start(char c)
{
	return (kind_of(c) & START) != 0;
}

/* To the first byte that is of no such kind. The NUL behind the text stops it. */
static const char *pass(const char *at, unsigned kind)
{
	while (kind_of(*at) & kind) {
		at++;
	}
	return at;
}

static void add_attr(struct junit_tag *tag, const char *name, size_t name_len, const char *value,
		     const char *end)
{
	if (tag->attributes < JUNIT_ATTRIBUTE_MAX) {
		tag->attrs[tag->attributes] =
			(struct junit_tag_attr){name, name_len, {value, (size_t)(end - value)}};
	}
	tag->attributes++;
}

static void end_tag(struct junit_tag *tag, enum junit_tag_kind kind, size_t len)
{
	tag->kind = kind;
	tag->len = len;
}

/* --- well-formed ones --- */

/* One attribute from its name to behind its value. NULL: odd; end: more is needed. */
static const char *scan_attribute(struct junit_tag *tag, const char *name, const char *end)
{
	const char *name_end = pass(name, NAME);
	const char *at = pass(name_end, SPACE);
	const char *value = NULL;

	if (*at == '=') {
		at = pass(at + 1, SPACE);
		value = at + 1;
	}
	if (at == end) {
		return end;
	}
	if (!value || (*at != '"' && *at != '\'')) {
		return NULL;
	}
	at = memchr(value, *at, (size_t)(end - value));
	if (!at) {
		return end;
	}
	add_attr(tag, name, (size_t)(name_end - name), value, at);
	return at + 1;
}

/* The end was found. "<" and "&" can only stand in values. */
static void finish(struct junit_tag *tag, const char *text, const char *end)
{
	size_t len = (size_t)(end - text);
	bool odd = tag->attributes > 0 &&
		   (memchr(text + 1, '<', len - 1) || !junit_references_are_good(text, end));

	end_tag(tag, odd ? TAG_ODD : TAG_WHOLE, len);
}

/* At what is neither a space nor the name of an attribute. */
static void scan_end(struct junit_tag *tag, const char *text, const char *at, const char *end)
{
	if (at == end || (*at == '/' && at + 1 == end)) {
		end_tag(tag, TAG_PARTIAL, 0);
	} else if (*at == '>') {
		finish(tag, text, at + 1);
	} else if (*at == '/' && at[1] == '>' && !tag->closing) {
		tag->empty = true;
		finish(tag, text, at + 2);
	} else {
		end_tag(tag, TAG_ODD, 0);
	}
}

static void begin(struct junit_tag *tag, const char *text)
{
	tag->closing = text[1] == '/';
	tag->empty = false;
	tag->attributes = 0;
	tag->len = 0;
	tag->name = text + 1 + tag->closing;
	tag->name_len = (size_t)(pass(tag->name, NAME) - tag->name);
}

void junit_tag_scan(struct junit_tag *tag, const char *text, size_t len)
{
	const char *end = text + len;
	const char *at = NULL;

	begin(tag, text);
	at = tag->name + tag->name_len;
	for (;;) {
		const char *word = pass(at, SPACE);

		if (word == at || !junit_is_name_start(*word) || tag->closing) {
			scan_end(tag, text, word, end);
			return;
		}
		at = scan_attribute(tag, word, end);
		if (!at || at == end) {
			end_tag(tag, at ? TAG_PARTIAL : TAG_ODD, 0);
			return;
		}
	}
}

/* --- others --- */

/* Elements whose tag inside a value means that a quote is missing before it. */
static const char *const structural[] = {
	"testsuite", "testcase", "testrun", "failure", "error",      "skipped",
	"flaky",     "rerun",    "system-", "propert", "stackTrace",
};

struct mender {
	struct junit_faults *faults;
	struct junit_tag *tag;
	const char *text, *end;
	size_t offset;
	bool last;
};

static void repair(struct mender *mender, enum junit_repair what, const char *at)
{
	junit_faults_repair(mender->faults, what, mender->offset + (size_t)(at - mender->text));
}

static const char *skip(const char *at, const char *end, unsigned kind)
{
	while (at < end && (kind_of(*at) & kind)) {
		at++;
	}
	return at;
}

static bool begins_structural(const char *name, const char *end)
{
	for (size_t i = 0; i < ARRAY_LEN(structural); i++) {
		size_t len = strlen(structural[i]);

		if ((size_t)(end - name) >= len && memcmp(name, structural[i], len) == 0) {
			return true;
		}
	}
	return false;
}

/* With a prefix too. What is true of a few bytes stays true when more come. */
bool junit_tag_is_structural(const char *text, size_t len)
{
	const char *end = text + len;
	const char *name = len > 1 && text[1] == '/' ? text + 2 : text + 1;
	const char *stop = skip(name, end, NAME);

	for (; name <= stop; name++) {
		if (begins_structural(name, end)) {
			return true;
		}
		name = memchr(name, ':', (size_t)(stop - name));
		if (!name) {
			break;
		}
	}
	return false;
}

/* Whether "name = quote" stands at `at`: 1 yes, 0 no, -1 more is needed. */
static int is_attribute(const struct mender *mender, const char *at)
{
	const char *end = mender->end;
	const char *limit =
		(size_t)(end - at) > JUNIT_TAG_AHEAD / 2 ? at + JUNIT_TAG_AHEAD / 2 : end;
	int unknown = limit == end && !mender->last ? -1 : 0;

	if (at < limit && !junit_is_name_start(*at)) {
		return 0;
	}
	at = skip(at, limit, NAME);
	at = skip(at, limit, SPACE);
	if (at < limit && *at != '=') {
		return 0;
	}
	at = at < limit ? skip(at + 1, limit, SPACE) : at;
	if (at == limit) {
		return unknown;
	}
	return *at == '"' || *at == '\'';
}

/* ">" behind a quote ends the tag, unless the value goes on behind it: name="a">" time="1" */
static int ends_tag(const struct mender *mender, const char *at, char quote)
{
	if (at + 1 == mender->end) {
		return mender->last ? 1 : -1;
	}
	if (at[1] != quote) {
		return 1;
	}
	if (at + 2 == mender->end) {
		return mender->last ? 1 : -1;
	}
	return kind_of(at[2]) & SPACE ? 0 : 1;
}

/* Whether the tag can go on behind a quote, as it does behind a value: 1, 0, -1 for unknown. */
static int goes_on(const struct mender *mender, const char *at, char quote)
{
	const char *end = mender->end;
	const char *limit =
		(size_t)(end - at) > JUNIT_TAG_AHEAD / 2 ? at + JUNIT_TAG_AHEAD / 2 : end;

	at = skip(at, limit, SPACE);
	if (at == limit) {
		return limit == end && !mender->last ? -1 : 1;
	}
	if (*at == '>') {
		return ends_tag(mender, at, quote);
	}
	if (*at == '/') {
		return at + 1 == end ? (mender->last ? 0 : -1) : at[1] == '>';
	}
	return is_attribute(mender, at);
}

/* The quote that ends a value; NULL with the kind set when there is none. */
static const char *find_value_end(struct mender *mender, const char *at, char quote)
{
	for (;; at++) {
		int ends = 0;

		at = memchr(at, quote, (size_t)(mender->end - at));
		ends = at ? goes_on(mender, at + 1, quote) : -1;
		if (ends != 0) {
			mender->tag->kind = TAG_PARTIAL;
			return ends > 0 ? at : NULL;
		}
	}
}

/* Notes what is odd in a value; false when it holds what must not be in one. */
static bool check_value(struct mender *mender, const char *at, const char *end, char quote)
{
	while (at < end) {
		struct junit_reference reference = {.len = 1};

		if (*at == '<') {
			if (junit_tag_is_structural(at, (size_t)(end - at))) {
				return false;
			}
			repair(mender, REPAIR_LESS, at);
		} else if (*at == quote) {
			repair(mender, REPAIR_QUOTE, at);
		} else if (*at == '&') {
			reference = junit_reference_at(at, (size_t)(end - at), true);
			if (reference.kind != REFERENCE_CHARACTER) {
				repair(mender,
				       reference.kind == REFERENCE_BAD ? REPAIR_REFERENCE
								       : REPAIR_AMPERSAND,
				       at);
			}
		}
		at += reference.len;
	}
	return true;
}

/* One attribute from its name to behind its value; NULL with the kind set. */
static const char *mend_attribute(struct mender *mender, const char *name)
{
	struct junit_tag *tag = mender->tag;
	const char *name_end = skip(name, mender->end, NAME);
	const char *at = skip(name_end, mender->end, SPACE);
	const char *value = NULL;

	if (at < mender->end && *at == '=') {
		at = skip(at + 1, mender->end, SPACE);
		value = at + 1;
	}
	tag->kind = at == mender->end ? TAG_PARTIAL : TAG_ODD;
	if (at == mender->end || !value || (*at != '"' && *at != '\'')) {
		return NULL;
	}
	at = find_value_end(mender, value, *at);
	if (!at) {
		return NULL;
	}
	tag->kind = TAG_ODD;
	if (!check_value(mender, value, at, *at)) {
		return NULL;
	}
	add_attr(tag, name, (size_t)(name_end - name), value, at);
	return at + 1;
}

static void mend(struct mender *mender)
{
	struct junit_tag *tag = mender->tag;
	const char *at = tag->name + tag->name_len;

	while (at) {
		const char *word = skip(at, mender->end, SPACE);

		if (word == mender->end || !junit_is_name_start(*word)) {
			scan_end(tag, mender->text, word, mender->end);
			break;
		}
		if (word == at) {
			repair(mender, REPAIR_QUOTE, at);
		}
		at = mend_attribute(mender, word);
	}
}

void junit_tag_mend(struct junit_tag *tag, const struct junit_tag_text *text,
		    struct junit_faults *faults)
{
	struct mender mender = {.faults = faults,
				.tag = tag,
				.text = text->text,
				.end = text->text + text->len,
				.offset = text->offset,
				.last = text->last};
	struct junit_faults before = *faults;

	begin(tag, text->text);
	tag->kind = TAG_ODD;
	if (!tag->closing) {
		mend(&mender);
	}
	/* the values may be odd, which was noted; the tag is whole */
	if (tag->kind == TAG_ODD && tag->len > 0) {
		tag->kind = TAG_WHOLE;
	}
	if (tag->kind != TAG_WHOLE) {
		/* nothing was repaired; the next try would count it again */
		memcpy(faults->repairs, before.repairs, sizeof(before.repairs));
	}
}
