/* SPDX-License-Identifier: Apache-2.0 */
#include "junit/guard.h"

#include "base/mem.h"
#include "base/str.h"

#include <stdbool.h>
#include <string.h>

/* What may follow a "<", and where that leads. Anything else is a tag. */
struct opening {
	const char *text;
	enum junit_guard_place place;
};

static const struct opening openings[] = {
	{"!--", GUARD_COMMENT},
	{"![CDATA[", GUARD_CDATA},
	{"?", GUARD_INSTRUCTION},
};

/* The bytes that end a place, by place. */
static const char *const endings[] = {
	[GUARD_COMMENT] = "-->",
	[GUARD_CDATA] = "]]>",
	[GUARD_INSTRUCTION] = "?>",
};

static void enter(struct junit_guard *guard, enum junit_guard_place place)
{
	guard->place = place;
	guard->recent[0] = '\0';
}

static void step_tag(struct junit_guard *guard, char c)
{
	if (c == '"' || c == '\'') {
		guard->quote = c;
		guard->place = GUARD_QUOTED;
	} else if (c == '=') {
		guard->attributes++;
	} else if (c == '>') {
		enter(guard, GUARD_TEXT);
	}
}

static void step_opening(struct junit_guard *guard, char c)
{
	size_t len = strlen(guard->recent);

	guard->recent[len] = c;
	guard->recent[len + 1] = '\0';
	for (size_t i = 0; i < ARRAY_LEN(openings); i++) {
		if (str_eq(openings[i].text, guard->recent)) {
			enter(guard, openings[i].place);
			return;
		}
		if (str_starts(openings[i].text, guard->recent)) {
			return;
		}
	}
	guard->attributes = 0;
	enter(guard, GUARD_TAG);
	step_tag(guard, c);
}

/* In a place that three bytes end: keeps the last ones and compares. */
static void step_inside(struct junit_guard *guard, char c)
{
	const char *ending = endings[guard->place];
	size_t want = strlen(ending);
	size_t len = strlen(guard->recent);

	if (len == want) {
		memmove(guard->recent, guard->recent + 1, len--);
	}
	guard->recent[len] = c;
	guard->recent[len + 1] = '\0';
	if (str_eq(guard->recent, ending)) {
		enter(guard, GUARD_TEXT);
	}
}

static void step(struct junit_guard *guard, char c)
{
	switch (guard->place) {
	case GUARD_TEXT:
		if (c == '<') {
			enter(guard, GUARD_OPENING);
		}
		break;
	case GUARD_OPENING:
		step_opening(guard, c);
		break;
	case GUARD_TAG:
		step_tag(guard, c);
		break;
	case GUARD_QUOTED:
		if (c == guard->quote) {
			guard->place = GUARD_TAG;
		}
		break;
	case GUARD_COMMENT:
	case GUARD_CDATA:
	case GUARD_INSTRUCTION:
		step_inside(guard, c);
		break;
	}
}

int junit_guard_check(struct junit_guard *guard, const char *data, size_t len, struct err *err)
{
	for (size_t i = 0; i < len; i++) {
		guard->line += data[i] == '\n' ? 1 : 0;
		if (data[i]) {
			step(guard, data[i]);
		}
		if (guard->attributes > JUNIT_ATTRIBUTES_MAX) {
			return err_set(err, ERR_INPUT,
				       "line %zu: an element has more than %u attributes",
				       guard->line + 1, JUNIT_ATTRIBUTES_MAX);
		}
	}
	return 0;
}
