/* SPDX-License-Identifier: Apache-2.0 */
#include "junit/mask.h"

#include "base/mem.h"
#include "base/str.h"

#include <ctype.h>
#include <string.h>

static size_t hex_span(const char *text)
{
	size_t len = 0;

	while (isxdigit((unsigned char)text[len])) {
		len++;
	}
	return len;
}

static size_t address_len(const char *text)
{
	size_t len = str_starts(text, "0x") ? hex_span(text + 2) : 0;

	return len >= 6 ? len + 2 : 0;
}

/* Java's "Thing@1b2c3d4f" */
static size_t object_len(const char *text)
{
	size_t len = *text == '@' ? hex_span(text + 1) : 0;

	return len >= 6 && len <= 8 && !isalnum((unsigned char)text[len + 1]) ? len + 1 : 0;
}

static size_t uuid_len(const char *text)
{
	static const size_t groups[] = {8, 4, 4, 4, 12};
	const char *at = text;

	for (size_t i = 0; i < ARRAY_LEN(groups); i++) {
		if (hex_span(at) != groups[i] || at[groups[i]] != (i < 4 ? '-' : at[groups[i]])) {
			return 0;
		}
		at += groups[i] + (i < 4 ? 1 : 0);
	}
	return (size_t)(at - text);
}

static bool uuid_in(const char *text)
{
	for (const char *dash = text; (dash = strchr(dash, '-')) != NULL; dash++) {
		if (dash - text >= 8 && uuid_len(dash - 8) > 0) {
			return true;
		}
	}
	return false;
}

/* A path below a folder for temporary files, up to what cannot be part of one. */
static size_t temp_len(const char *text)
{
	static const char *const folders[] = {"/tmp/", "/var/tmp/", "/var/folders/", "/dev/shm/"};

	for (size_t i = 0; i < ARRAY_LEN(folders); i++) {
		if (str_starts(text, folders[i])) {
			return strcspn(text, " \t\n\"'`,;:()[]{}<>|");
		}
	}
	return 0;
}

static size_t pytest_len(const char *text)
{
	size_t len = str_starts(text, "pytest-") ? strspn(text + 7, "0123456789") : 0;

	return len > 0 ? len + 7 : 0;
}

struct mask_row {
	size_t (*len)(const char *text);
	const char *instead;
	const char *begins; /* bytes it can begin with */
};

static const struct mask_row mask_rows[] = {
	{address_len, "0x…", "0"},
	{object_len, "@…", "@"},
	{uuid_len, "<uuid>", "0123456789abcdefABCDEF"},
	{temp_len, "<tmp>", "/"},
	{pytest_len, "pytest-…", "p"},
};

static const struct mask_row *mask_at(const char *text, size_t *len)
{
	for (size_t i = 0; i < ARRAY_LEN(mask_rows); i++) {
		*len = strchr(mask_rows[i].begins, *text) ? mask_rows[i].len(text) : 0;
		if (*len > 0) {
			return &mask_rows[i];
		}
	}
	return NULL;
}

void junit_mask(struct buf *out, const char *text)
{
	char before = ' ';

	while (*text) {
		size_t len = 0;
		/* within a word nothing begins but "@" */
		bool inside = isalnum((unsigned char)before) && *text != '@';
		const struct mask_row *mask = inside ? NULL : mask_at(text, &len);

		if (mask) {
			buf_str_add(out, mask->instead);
		} else {
			buf_char(out, *text);
			len = 1;
		}
		before = text[len - 1];
		text += len;
	}
}

enum { SPELLED = 1, OBJECT = 2, HEX = 4, DASH = 8, FOLDER = 16, ODD = 32 };

#define C ODD

/* Bytes that something volatile, or a terminal sequence in any spelling, cannot do without; and those
 * of which XML makes something else. */
/* clang-format off */
static const unsigned char hints[256] = {
	C, C, C, C, C, C, C, C, C, C, C, C, C, C | SPELLED, C, C,
	C, C, C, C, C, C, C, C, C, C, C, C | SPELLED, C, C, C, C,
	['&'] = SPELLED | ODD, ['\\'] = SPELLED, ['<'] = SPELLED, ['#'] = SPELLED, [0xEF] = SPELLED,
	[0xE2] = SPELLED, [0xC2] = SPELLED, ['@'] = OBJECT, ['x'] = HEX, ['-'] = DASH, ['/'] = FOLDER,
};
/* clang-format on */
#undef C

unsigned junit_name_hints(const char *text, size_t len)
{
	const unsigned char *at = (const unsigned char *)text;
	unsigned seen = 0;

	for (; len >= 4; at += 4, len -= 4) {
		seen |= (unsigned)(hints[at[0]] | hints[at[1]] | hints[at[2]] | hints[at[3]]);
	}
	for (; len > 0; at++, len--) {
		seen |= hints[*at];
	}
	return seen;
}

bool junit_hints_are_plain(unsigned seen)
{
	return !(seen & ODD);
}

/* Most names are clean, and are taken as they are. */
bool junit_hints_are_clean(unsigned seen, const char *text)
{
	return !(seen & (SPELLED | OBJECT)) && !(seen & HEX && strstr(text, "0x")) &&
	       !(seen & DASH && (strstr(text, "pytest-") || uuid_in(text))) &&
	       !(seen & FOLDER &&
		 (strstr(text, "tmp/") || strstr(text, "/var/") || strstr(text, "/dev/shm/")));
}

bool junit_name_is_clean(const char *text)
{
	return junit_hints_are_clean(junit_name_hints(text, strlen(text)), text);
}
