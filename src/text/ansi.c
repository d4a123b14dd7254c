/* SPDX-License-Identifier: Apache-2.0 */
#include "text/ansi.h"

#include <stdbool.h>
#include <string.h>

/* No real sequence is longer; what claims to be is text. */
#define CSI_MAX    64
#define STRING_MAX 4096

#define ESC "\x1b"

enum strength {
	REAL,    /* the ESC itself */
	SPELLED, /* stands for ESC and nothing else */
	VAGUE    /* may stand for something else */
};

/* The ways to write ESC, as their writers spell it. `[` may be part of a real sequence only behind
 * the whole introducer. */
struct introducer {
	const char *text;
	enum strength strength;
};

static const struct introducer introducers[] = {
	{ESC, REAL},
	{"&#27;", SPELLED},
	{"&#x1b;", SPELLED},
	{"&#x1B;", SPELLED},
	{"&#X1B;", SPELLED},
	{"&amp;#27;", SPELLED},
	{"&amp;#x1b;", SPELLED},
	{"&amp;#x1B;", SPELLED},
	{"&amp#27;", SPELLED},
	{"\\x1b", SPELLED},
	{"\\x1B", SPELLED},
	{"\\u001b", SPELLED},
	{"\\u001B", SPELLED},
	{"\\u{1b}", SPELLED},
	{"\\u{1B}", SPELLED},
	{"\\033", SPELLED},
	{"\\e", VAGUE},
	{"#x1b", SPELLED},
	{"#x1B", SPELLED},
	{"[NON-XML-CHAR-0x1B]", SPELLED},
	{"<1b>", SPELLED},
	{"<1B>", SPELLED},
	{"\xE2\x90\x9B", SPELLED}, /* U+241B, the symbol for escape */
	{"\xEF\xBF\xBD", VAGUE},   /* U+FFFD, where a repair took it out */
};

/* The bytes that any of them, or U+009B, starts with. */
#define FIRST_BYTES ESC "&\\#[<\xE2\xEF\xC2"

static const char first_bytes[] = FIRST_BYTES;
static const char stop_bytes[] = FIRST_BYTES "\a\n";

static bool in_range(char c, int low, int high)
{
	int byte = (unsigned char)c;

	return byte >= low && byte <= high;
}

static const struct introducer *find(const char *text)
{
	for (size_t i = 0; i < ARRAY_LEN(introducers); i++) {
		const char *spelling = introducers[i].text;

		if (*text == *spelling && strncmp(text, spelling, strlen(spelling)) == 0) {
			return &introducers[i];
		}
	}
	return NULL;
}

/* The length of the rest of a control sequence, behind its "[": parameters, intermediates, one
 * final byte; 0 when it is none. */
static size_t csi_len(const char *text)
{
	size_t len = 0;

	while (len < CSI_MAX && in_range(text[len], 0x30, 0x3F)) {
		len++;
	}
	while (len < CSI_MAX && in_range(text[len], 0x20, 0x2F)) {
		len++;
	}
	return in_range(text[len], 0x40, 0x7E) ? len + 1 : 0;
}

/* Colours, erasing and the cursor: what programs really write, digits between "[" and a letter. */
static bool csi_is_common(const char *text)
{
	size_t digits = strspn(text, "0123456789;");

	return (digits > 0 && digits < CSI_MAX && text[digits] &&
		strchr("mKJHfABCDGhl", text[digits])) ||
	       *text == 'm' || *text == 'K';
}

/* How a string such as ESC ] … is ended at text, when it is: BEL, or ESC \ with any spelling of
 * ESC, which `esc` is (NULL none). */
static size_t terminator_len(const char *text, const struct introducer *esc)
{
	static const char *const ends[] = {"\a",      "&#7;", "&#x7;",   "\\x07",
					   "\\u0007", "\\a",  "\xC2\x9C"};
	size_t len = esc ? strlen(esc->text) : 0;

	if (len > 0 && text[len] == '\\') {
		return len + 1;
	}
	for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
		if (strncmp(text, ends[i], strlen(ends[i])) == 0) {
			return strlen(ends[i]);
		}
	}
	return 0;
}

/* The length of the rest of a string sequence with its end; 0 when a line, another sequence or the
 * limit comes first: hiding text up to there would hide a message. */
static size_t string_len(const char *text)
{
	size_t len = strcspn(text, stop_bytes);

	while (len < STRING_MAX && text[len] && text[len] != '\n') {
		const struct introducer *esc = find(text + len);
		size_t end = terminator_len(text + len, esc);

		if (end > 0) {
			return len + end;
		}
		if (esc && esc->strength != VAGUE) {
			return 0;
		}
		len++;
		len += strcspn(text + len, stop_bytes);
	}
	return 0;
}

/* The length of what follows an introducer and belongs to it; 0 when nothing does. */
static size_t sequence_len(const char *text, enum strength strength)
{
	size_t len = 0;

	if (text[0] == '[') {
		len = strength == VAGUE && !csi_is_common(text + 1) ? 0 : csi_len(text + 1);
		return len > 0 ? len + 1 : 0;
	}
	if (strength == VAGUE) {
		return 0;
	}
	if (text[0] == ']' || (strength == REAL && text[0] && strchr("PX^_", text[0]))) {
		len = string_len(text + 1);
		return len > 0 ? len + 1 : (size_t)(strength == REAL);
	}
	if (text[0] == '(' || text[0] == ')' ||
	    (strength == REAL && in_range(text[0], 0x20, 0x2F))) {
		return in_range(text[1], 0x30, 0x7E) ? 2 : 0;
	}
	return strength == REAL && in_range(text[0], 0x30, 0x7E) ? 1 : 0;
}

/* The length of the escape sequence at text; 0 when there is none. */
static size_t escape_len(const char *text)
{
	const struct introducer *start = find(text);
	size_t head = start ? strlen(start->text) : 0;
	size_t tail = 0;

	if (strncmp(text, "\xC2\x9B", 2) == 0) {
		return 2 + csi_len(text + 2);
	}
	if (!start) {
		return 0;
	}
	tail = sequence_len(text + head, start->strength);
	return tail > 0 || start->strength == REAL ? head + tail : 0;
}

void ansi_strip(struct buf *out, const char *text)
{
	while (*text) {
		size_t plain = strcspn(text, first_bytes);
		size_t escape = 0;

		buf_add(out, text, plain);
		text += plain;
		escape = *text ? escape_len(text) : 0;
		if (escape > 0) {
			text += escape;
		} else if (*text) {
			buf_char(out, *text++);
		}
	}
}
