/* SPDX-License-Identifier: Apache-2.0 */
#include "owners/owner.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/* Of a host alone there are no more, and what is longer is no name. */
#define OWNER_LEN_MAX 254

static bool all_of(const char *text, size_t len, const char *others)
{
	for (size_t i = 0; i < len; i++) {
		if (!isalnum((unsigned char)text[i]) && !strchr(others, text[i])) {
			return false;
		}
	}
	return len > 0;
}

static bool is_handle(const char *name, size_t len)
{
	return all_of(name, len, "_.-/") && name[0] != '/' && name[len - 1] != '/';
}

static bool is_address(const char *word, size_t len)
{
	const char *at = memchr(word, '@', len);
	size_t user = at ? (size_t)(at - word) : 0;

	return at && all_of(word, user, "._%+-") && all_of(at + 1, len - user - 1, ".-") &&
	       memchr(at + 1, '.', len - user - 1);
}

static size_t handle_start(const char *word, size_t len)
{
	size_t start = 0;

	while (start < 2 && start < len && word[start] == '@') {
		start++;
	}
	return start;
}

bool owner_is_one(const char *word, size_t len)
{
	size_t start = handle_start(word, len);

	if (len > OWNER_LEN_MAX) {
		return false;
	}
	return start > 0 ? is_handle(word + start, len - start) : is_address(word, len);
}

bool owner_is_among(const char *words, const char *word, size_t len)
{
	size_t start = handle_start(word, len);

	word += start;
	len -= start;
	while (*words) {
		size_t other = strcspn(words, " \t"), skip = handle_start(words, other);

		if (other - skip == len && len > 0 && strncasecmp(words + skip, word, len) == 0) {
			return true;
		}
		words += other;
		words += strspn(words, " \t");
	}
	return false;
}
