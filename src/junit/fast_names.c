/* SPDX-License-Identifier: Apache-2.0 */
#include "junit/fast_names.h"

#include "base/mem.h"
#include "junit/tag.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define NAME_MAX_LEN 64u

static void set_head(struct junit_fast_name *name)
{
	size_t len = name->len < sizeof(name->head) ? name->len : sizeof(name->head);

	memcpy(&name->head, name->text, len);
	memset(&name->mask, 0xff, len);
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
	if (width == most || !junit_fast_ends_name(text[width]) || !junit_is_name_start(*text)) {
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

static struct junit_fast_name *add(struct junit_fast_names *names, const char *text, size_t len)
{
	struct junit_fast_name *name = mem_alloc(sizeof(*name));

	name->text = mem_strn(text, len);
	name->len = len;
	name->word = word_of(name->text);
	set_head(name);
	return names->items[names->len++] = name;
}

struct junit_fast_name *junit_fast_find(struct junit_fast_names *names, const char *text,
					size_t len)
{
	size_t width = name_len(text, len);

	for (size_t i = 0; i < names->len && width > 0; i++) {
		if (names->items[i]->len == width &&
		    memcmp(names->items[i]->text, text, width) == 0) {
			return names->items[i];
		}
	}
	return width > 0 && names->len < JUNIT_FAST_NAMES ? add(names, text, width) : NULL;
}

void junit_fast_names_release(struct junit_fast_names *names)
{
	for (size_t i = 0; i < names->len; i++) {
		free(names->items[i]->text);
		free(names->items[i]);
	}
	names->len = 0;
}
