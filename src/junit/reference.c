/* SPDX-License-Identifier: Apache-2.0 */
#include "junit/reference.h"

#include "base/mem.h"

#include <ctype.h>
#include <string.h>

#define BEYOND UINT32_C(0x110000)

struct named {
	const char *name;
	char character;
};

static const struct named names[] = {
	{"lt", '<'}, {"gt", '>'}, {"amp", '&'}, {"quot", '"'}, {"apos", '\''},
};

bool junit_is_character(uint32_t point)
{
	if (point < 0x20) {
		return point == '\t' || point == '\n' || point == '\r';
	}
	return (point < 0xD800 || point > 0xDFFF) && point != 0xFFFE && point != 0xFFFF &&
	       point < BEYOND;
}

size_t junit_encode(uint32_t point, char out[4])
{
	static const unsigned char leads[] = {0, 0, 0xC0, 0xE0, 0xF0};
	size_t len = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;

	for (size_t i = len; i-- > 1; point >>= 6) {
		out[i] = (char)(0x80 | (point & 0x3F));
	}
	out[0] = (char)(leads[len == 1 ? 0 : len] | point);
	return len;
}

static bool is_name(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '-' || c == '.' || c == ':';
}

static uint32_t digit_of(char c)
{
	return isdigit((unsigned char)c) ? (uint32_t)(c - '0')
					 : (uint32_t)(tolower((unsigned char)c) - 'a') + 10;
}

/* The number behind "&#"; BEYOND for one that is too large; false when it is none. */
static bool number_of(const char *text, size_t len, uint32_t *out)
{
	bool hex = len > 0 && text[0] == 'x';
	size_t at = hex ? 1 : 0;
	uint32_t value = 0;

	if (at == len) {
		return false;
	}
	for (; at < len; at++) {
		if (hex ? !isxdigit((unsigned char)text[at]) : !isdigit((unsigned char)text[at])) {
			return false;
		}
		value = value * (hex ? 16 : 10) + digit_of(text[at]);
		value = value < BEYOND ? value : BEYOND;
	}
	*out = value;
	return true;
}

/* What stands between "&" and ";". */
static void resolve(struct junit_reference *reference, const char *text, size_t len)
{
	reference->kind = REFERENCE_BAD;
	if (text[0] == '#') {
		if (!number_of(text + 1, len - 1, &reference->point)) {
			reference->kind = REFERENCE_NONE;
			reference->len = 1;
		} else if (junit_is_character(reference->point)) {
			reference->kind = REFERENCE_CHARACTER;
		}
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		if (strlen(names[i].name) == len && memcmp(names[i].name, text, len) == 0) {
			reference->kind = REFERENCE_CHARACTER;
			reference->point = (unsigned char)names[i].character;
		}
	}
}

struct junit_reference junit_reference_at(const char *text, size_t len, bool last)
{
	struct junit_reference reference = {.kind = REFERENCE_NONE, .len = 1};
	size_t end = len < JUNIT_REFERENCE_MAX ? len : JUNIT_REFERENCE_MAX;
	size_t at = 1;

	if (at < end && text[at] == '#') {
		at++;
	}
	while (at < end && is_name(text[at])) {
		at++;
	}
	if (at == len && len < JUNIT_REFERENCE_MAX && !last) {
		reference.kind = REFERENCE_PARTIAL;
	} else if (at < end && text[at] == ';' && at > 1) {
		reference.len = at + 1;
		resolve(&reference, text + 1, at - 1);
	}
	return reference;
}

bool junit_references_are_good(const char *text, const char *end)
{
	while ((text = memchr(text, '&', (size_t)(end - text))) != NULL) {
		struct junit_reference reference =
			junit_reference_at(text, (size_t)(end - text), true);

		if (reference.kind != REFERENCE_CHARACTER) {
			return false;
		}
		text += reference.len;
	}
	return true;
}
