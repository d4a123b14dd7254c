/* SPDX-License-Identifier: Apache-2.0 */
#include "base/str.h"
#include "text/utf8.h"
#include "text/yaml.h"

#include <inttypes.h>
#include <string.h>
#include <strings.h>

/* Letters, digits and what means nothing to YAML wherever it stands inside a word. */
static bool is_harmless(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c && strchr("_./+-()", c));
}

/* A colon or a space with something harmless on its right. */
static bool is_inside(const char *at)
{
	return (*at == ':' && (is_harmless(at[1]) || at[1] == ':')) ||
	       (*at == ' ' && is_harmless(at[1]));
}

static bool is_word_of_yaml(const char *text)
{
	static const char *const words[] = {"true", "false", "yes", "no", "on",
					    "off",  "null",  "y",   "n"};

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (strcasecmp(text, words[i]) == 0) {
			return true;
		}
	}
	return false;
}

static bool is_plain(const char *text)
{
	const char *at = text;

	if (!((*text >= 'a' && *text <= 'z') || (*text >= 'A' && *text <= 'Z'))) {
		return false;
	}
	while (is_harmless(*at) || is_inside(at)) {
		at++;
	}
	return !*at && !is_word_of_yaml(text);
}

static void quoted(struct buf *out, const char *text)
{
	size_t left = strlen(text), used = 0;

	buf_char(out, '"');
	for (; left > 0; text += used, left -= used) {
		uint32_t point = utf8_decode(text, left, &used);

		if (point == '"' || point == '\\') {
			buf_fmt(out, "\\%c", (char)point);
		} else if (!utf8_is_unsafe(point)) {
			buf_add(out, text, used);
		} else if (point <= 0xFF) {
			buf_fmt(out, "\\x%02" PRIX32, point);
		} else if (point <= 0xFFFF) {
			buf_fmt(out, "\\u%04" PRIX32, point);
		} else {
			buf_fmt(out, "\\U%08" PRIX32, point);
		}
	}
	buf_char(out, '"');
}

void yaml_scalar(struct buf *out, const char *text)
{
	if (is_plain(text)) {
		buf_str_add(out, text);
	} else {
		quoted(out, text);
	}
}
