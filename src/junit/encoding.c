/* SPDX-License-Identifier: Apache-2.0 */
#include "junit/encoding.h"

#include "base/mem.h"
#include "base/str.h"

#include <ctype.h>
#include <string.h>

#define NAME_CHARACTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-:"

/* Names in small letters and digits only; "*": however they go on. The first row that fits decides.
 * Not here are encodings that write tags in other bytes, or bytes of tags for other characters:
 * EBCDIC, UTF-7, UTF-32, ISO 2022, HZ. */
struct name_row {
	const char *name;
	enum junit_encoding encoding;
};

static const struct name_row name_rows[] = {
	{"utf8", ENCODING_UTF8},         {"usascii", ENCODING_UTF8},
	{"ascii*", ENCODING_UTF8},       {"ansix34*", ENCODING_UTF8},
	{"646", ENCODING_UTF8},          {"utf16*", ENCODING_UTF16},
	{"ucs2*", ENCODING_UTF16},       {"iso10646ucs2", ENCODING_UTF16},
	{"unicode", ENCODING_UTF16},     {"iso88591", ENCODING_LATIN},
	{"latin1", ENCODING_LATIN},      {"l1", ENCODING_LATIN},
	{"csisolatin1", ENCODING_LATIN}, {"cp1252", ENCODING_LATIN},
	{"windows1252", ENCODING_LATIN}, {"iso8859*", ENCODING_OTHER},
	{"latin*", ENCODING_OTHER},      {"windows125*", ENCODING_OTHER},
	{"windows874", ENCODING_OTHER},  {"windows31j", ENCODING_OTHER},
	{"windows936", ENCODING_OTHER},  {"cp125*", ENCODING_OTHER},
	{"cp437", ENCODING_OTHER},       {"cp85*", ENCODING_OTHER},
	{"cp86*", ENCODING_OTHER},       {"cp874", ENCODING_OTHER},
	{"cp932", ENCODING_OTHER},       {"cp936", ENCODING_OTHER},
	{"cp949", ENCODING_OTHER},       {"cp950", ENCODING_OTHER},
	{"ibm437", ENCODING_OTHER},      {"ibm85*", ENCODING_OTHER},
	{"ibm86*", ENCODING_OTHER},      {"ms93*", ENCODING_OTHER},
	{"ms949", ENCODING_OTHER},       {"ms950", ENCODING_OTHER},
	{"koi8*", ENCODING_OTHER},       {"mac*", ENCODING_OTHER},
	{"xmac*", ENCODING_OTHER},       {"euc*", ENCODING_OTHER},
	{"gb2312", ENCODING_OTHER},      {"gbk", ENCODING_OTHER},
	{"gb18030", ENCODING_OTHER},     {"big5*", ENCODING_OTHER},
	{"shiftjis*", ENCODING_OTHER},   {"sjis", ENCODING_OTHER},
	{"ksc5601*", ENCODING_OTHER},    {"tis620*", ENCODING_OTHER},
};

void junit_encoding_declared(const char *text, size_t len, char name[JUNIT_ENCODING_NAME])
{
	AUTO_FREE char *head = mem_strn(text, len);
	char *end = str_starts(head, "<?xml") ? strstr(head, "?>") : NULL;
	char *word = NULL;
	size_t width = 0;

	*name = '\0';
	if (!end) {
		return;
	}
	*end = '\0';
	word = strstr(head, "encoding");
	word = word ? strpbrk(word, "\"'") : NULL;
	if (word) {
		word++;
		width = strspn(word, NAME_CHARACTERS);
		width = width < JUNIT_ENCODING_NAME ? width : JUNIT_ENCODING_NAME - 1;
		memcpy(name, word, width);
		name[width] = '\0';
	}
}

static bool fits(const char *name, const char *wanted)
{
	size_t len = strcspn(wanted, "*");

	return strncmp(name, wanted, len) == 0 && (wanted[len] == '*' || name[len] == '\0');
}

/* ENCODING_UNDECIDED for a name that is not known. */
static enum junit_encoding encoding_of(const char *name)
{
	char plain[JUNIT_ENCODING_NAME];
	size_t len = 0;

	for (; *name; name++) {
		if (isalnum((unsigned char)*name)) {
			plain[len++] = (char)tolower((unsigned char)*name);
		}
	}
	plain[len] = '\0';
	for (size_t i = 0; i < ARRAY_LEN(name_rows); i++) {
		if (fits(plain, name_rows[i].name)) {
			return name_rows[i].encoding;
		}
	}
	return ENCODING_UNDECIDED;
}

bool junit_encoding_is_read(const char *name)
{
	return encoding_of(name) != ENCODING_UNDECIDED;
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
	enum junit_encoding said = ENCODING_UNDECIDED;
	char name[JUNIT_ENCODING_NAME];
	size_t blank = 0;

	if (is_utf16(start, len, &found.big_endian)) {
		found.encoding = ENCODING_UTF16;
		found.mark_len = start[0] >= 0xFE ? 2 : 0;
		return found;
	}
	if (len >= 3 && memcmp(start, "\xEF\xBB\xBF", 3) == 0) {
		found.mark_len = 3;
	}
	for (blank = found.mark_len; blank < len && isspace(start[blank]);) {
		blank++;
	}
	junit_encoding_declared((const char *)start + blank, len - blank, name);
	said = encoding_of(name);
	if ((said == ENCODING_LATIN || said == ENCODING_OTHER) && found.mark_len == 0) {
		found.encoding = said;
	}
	found.mismatch = said == ENCODING_UTF16;
	return found;
}
