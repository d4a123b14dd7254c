/* SPDX-License-Identifier: Apache-2.0 */
#include "junit/encoding.h"

#include "base/mem.h"
#include "base/str.h"

#include <string.h>
#include <strings.h>

static const char *const latin_names[] = {
	"iso-8859-1", "iso8859-1", "iso_8859-1", "iso88591",     "latin1",
	"latin-1",    "l1",        "cp1252",     "windows-1252", "windows1252",
};

/* The value of encoding="…" in an XML declaration, in `out`; "" when there is none. */
static void declared(const unsigned char *start, size_t len, char out[32])
{
	AUTO_FREE char *text = mem_strn((const char *)start, len);
	char *at = text + strspn(text, "\xEF\xBB\xBF \t\r\n");
	char *end = str_starts(at, "<?xml") ? strstr(at, "?>") : NULL;
	char *word = NULL;
	size_t width = 0;

	out[0] = '\0';
	if (!end) {
		return;
	}
	*end = '\0';
	word = strstr(at, "encoding");
	word = word ? strpbrk(word, "\"'") : NULL;
	width = word ? strcspn(word + 1, "\"'") : 0;
	if (width > 0 && width < 32) {
		memcpy(out, word + 1, width);
		out[width] = '\0';
	}
}

static bool is_latin_name(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(latin_names); i++) {
		if (strcasecmp(latin_names[i], name) == 0) {
			return true;
		}
	}
	return false;
}

static bool is_utf16_name(const char *name)
{
	return strncasecmp(name, "utf-16", 6) == 0 || strncasecmp(name, "utf16", 5) == 0 ||
	       strncasecmp(name, "ucs-2", 5) == 0;
}

/* UTF-16 shows by its byte order mark, or by NULs in every other place of the first characters. */
static bool is_utf16(const unsigned char *start, size_t len, bool *big_endian)
{
	if (len < 2) {
		return false;
	}
	if ((start[0] == 0xFE && start[1] == 0xFF) || (start[0] == 0xFF && start[1] == 0xFE)) {
		*big_endian = start[0] == 0xFE;
		return true;
	}
	if (len < 4) {
		return false;
	}
	*big_endian = !start[0] && start[1] && !start[2] && start[3];
	return *big_endian || (start[0] && !start[1] && start[2] && !start[3]);
}

/* What UTF-16 declares is in UTF-16 too; it says nothing that the bytes did not. */
struct junit_encoding_found junit_encoding_decide(const unsigned char *start, size_t len)
{
	struct junit_encoding_found found = {.encoding = ENCODING_UTF8};
	char name[32];

	if (is_utf16(start, len, &found.big_endian)) {
		found.encoding = ENCODING_UTF16;
		found.mark_len = start[0] >= 0xFE ? 2 : 0;
		return found;
	}
	if (len >= 3 && memcmp(start, "\xEF\xBB\xBF", 3) == 0) {
		found.mark_len = 3;
	}
	declared(start, len, name);
	if (is_latin_name(name) && found.mark_len == 0) {
		found.encoding = ENCODING_LATIN;
	}
	found.mismatch = is_utf16_name(name);
	return found;
}
