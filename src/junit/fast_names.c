/* SPDX-License-Identifier: Apache-2.0 */
#include "junit/fast_names.h"

#include "base/mem.h"
#include "junit/tag.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define NAME_MAX_LEN 64u

/* What stands behind the name of an element, or of an attribute. */
static bool ends_name(char c)
{
	return c == '=' || c == '>' || c == ' ' || c == '/' || c == '\n' || c == '\t' || c == '\r';
}

static bool is_name(const struct junit_fast_name *name, const char *text, size_t len)
{
	return name->len < len && memcmp(name->text, text, name->len) == 0 &&
	       ends_name(text[name->len]);
}

static bool is_ascii_name(char c)
{
	return junit_is_name(c) && (unsigned char)c < 0x80 && c != ':';
}

/* The length of the name that text begins with; 0 when it is none of ours. */
static size_t name_len(const char *text, size_t len)
{
	size_t most = len < NAME_MAX_LEN ? len : NAME_MAX_LEN;
	size_t width = 0;

	while (width < most && is_ascii_name(text[width])) {
		width++;
	}
	if (width == most || !ends_name(text[width]) || !junit_is_name_start(*text)) {
		return 0;
	}
	return strncasecmp(text, "xml", 3) == 0 ? 0 : width;
}

static enum junit_word word_of(const char *name)
{
	enum junit_word word = WORD_COUNT - 1;

	while (word > WORD_NONE && strcmp(junit_word_text(word), name) != 0) {
		word--;
	}
	return word;
}

static struct junit_fast_name *find(struct junit_fast_names *names, const char *text, size_t len)
{
	struct junit_fast_name *name = NULL;

	for (size_t i = 0; i < names->len; i++) {
		name = names->items[i];
		if (name->len == len && memcmp(name->text, text, len) == 0) {
			return name;
		}
	}
	if (names->len == JUNIT_FAST_NAMES) {
		return NULL;
	}
	name = mem_alloc(sizeof(*name));
	name->text = mem_strn(text, len);
	name->len = len;
	name->word = word_of(name->text);
	names->items[names->len++] = name;
	return name;
}

struct junit_fast_name *junit_fast_name(struct junit_fast_names *names,
					struct junit_fast_name **guess, const char *text,
					size_t len)
{
	size_t width = 0;

	if (*guess && is_name(*guess, text, len)) {
		return *guess;
	}
	width = name_len(text, len);
	return width > 0 ? *guess = find(names, text, width) : NULL;
}

void junit_fast_names_release(struct junit_fast_names *names)
{
	for (size_t i = 0; i < names->len; i++) {
		free(names->items[i]->text);
		free(names->items[i]);
	}
	names->len = 0;
}
