/* SPDX-License-Identifier: Apache-2.0 */
#include "junit/outside.h"

#include <string.h>

#define BAD_MIN     4
#define BAD_SHARE   3 /* one in so many is more than the escapes in a coloured log */
#define REPLACEMENT 0xEFBFBDu
#define THREE_BYTES 0xE08080u
#define THREE_LEADS 0xF0C0C0u

static bool is_printed(uint32_t c)
{
	return (c >= ' ' && c < 0x7F) || c == '\n' || c == '\r' || c == '\t';
}

/* Whether the character of these three bytes is, in UTF-16, two of ASCII. */
static bool is_pair(uint32_t bytes)
{
	uint32_t high = (bytes >> 12 & 0xF0) | (bytes >> 10 & 0x0F);
	uint32_t low = (bytes >> 2 & 0xC0) | (bytes & 0x3F);

	return (bytes & THREE_LEADS) == THREE_BYTES && is_printed(high) && is_printed(low);
}

static void count(struct junit_outside *outside, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char byte = (unsigned char)text[i];

		outside->characters += byte > ' ' && (byte & 0xC0) != 0x80;
		outside->last = (outside->last << 8 | byte) & 0xFFFFFF;
		outside->bad += outside->last == REPLACEMENT;
		outside->pairs += is_pair(outside->last);
	}
}

/* Its place is that of the first character that is no blank; of a run of text, which may come in
 * pieces, only the first counts. */
void junit_outside_add(struct junit_outside *outside, struct junit_faults *faults, const char *text,
		       size_t len)
{
	const char *source = faults->text + faults->here;
	bool decoded = text != source;
	size_t at = 0;

	while ((decoded || at < len) && strchr(" \t\r\n", source[at]) && source[at]) {
		at++;
	}
	if (!outside->noted && (decoded || at < len)) {
		outside->noted = true;
		outside->start = junit_faults_place(faults, faults->here + at);
		junit_faults_repair(faults, REPAIR_OUTSIDE, faults->here + at);
	}
	count(outside, text, len);
}

void junit_outside_judge(const struct junit_outside *outside, struct junit_faults *faults,
			 bool utf16)
{
	size_t bad = outside->bad + (utf16 ? outside->pairs : 0);
	bool zeros = outside->bad == outside->characters;

	if (!zeros && bad >= BAD_MIN && bad * BAD_SHARE > outside->characters) {
		junit_faults_fail(faults, COURSE_BROKEN, &outside->start,
				  "what stands behind the report cannot be read");
	}
}
