/* SPDX-License-Identifier: Apache-2.0 */
#include "owners/pattern.h"

#include "base/str.h"

#include <string.h>

/* The characters that mean themselves nowhere. */
static bool has_bad(const char *text)
{
	if (*text == '!') {
		return true;
	}
	for (; *text; text++) {
		if (*text == '\\' && text[1]) {
			text++;
		} else if (*text == '[' || *text == ']' || str_starts(text, "***")) {
			return true;
		}
	}
	return false;
}

/* Stars may stand for nothing, all else but an escape for a byte at least. */
static size_t least_of(const char *text)
{
	size_t count = 0;

	if (str_starts(text, "**/")) {
		text += 3;
	}
	for (; *text; text++) {
		if (str_starts(text, "/**/")) {
			text += 2; /* one slash is left */
		} else if (*text != '*' && !(*text == '\\' && text[1])) {
			count++;
		}
	}
	return count;
}

bool owners_pattern_make(char *text, struct owners_pattern *out)
{
	size_t len = strlen(text);
	const char *last = NULL;
	bool rooted = text[0] == '/';

	*out = (struct owners_pattern){0};
	if (has_bad(text)) {
		return false;
	}
	if (len > 1 && text[len - 1] == '/') {
		text[--len] = '\0';
		out->inside = true;
	}
	out->text = text + rooted;
	if (!*out->text) {
		return false;
	}
	last = strrchr(out->text, '/');
	out->anywhere = !rooted && !last;
	out->below = out->inside || !str_eq(last ? last + 1 : out->text, "*");
	out->least = least_of(out->text);
	return true;
}

static size_t part_len(const char *path)
{
	return strcspn(path, "/");
}

/* The first character's bytes; a bad byte is a character. */
static size_t char_len(const char *text, const char *end)
{
	size_t len = 1;

	if ((unsigned char)*text < 0xC0) {
		return 1;
	}
	while (text + len < end && len < 4 && ((unsigned char)text[len] & 0xC0) == 0x80) {
		len++;
	}
	return len;
}

static bool spend(size_t *steps)
{
	if (*steps == 0) {
		return false;
	}
	--*steps;
	return true;
}

struct span {
	const char *at, *end;
};

/* One character of each, no star: moves both on. */
static bool take_one(struct span *pattern, struct span *part)
{
	if (pattern->at == pattern->end || part->at == part->end) {
		return false;
	}
	if (*pattern->at == '?') {
		pattern->at++;
		part->at += char_len(part->at, part->end);
		return true;
	}
	if (*pattern->at == '\\' && pattern->at + 1 < pattern->end) {
		pattern->at++;
	}
	return *pattern->at++ == *part->at++;
}

/* A name between slashes. Where it goes wrong the last star takes one byte more: what an earlier one takes
 * need never be changed. */
static bool part_matches(struct span pattern, struct span part, size_t *steps)
{
	struct span star = {0}, kept = {0};

	while (part.at < part.end || pattern.at < pattern.end) {
		if (!spend(steps)) {
			return false;
		}
		if (pattern.at < pattern.end && *pattern.at == '*') {
			pattern.at++;
			star = pattern;
			kept = part;
		} else if (!take_one(&pattern, &part)) {
			if (!star.at || kept.at == kept.end) {
				return false;
			}
			kept.at++;
			pattern = star;
			part = kept;
		}
	}
	return true;
}

static bool is_any_depth(const char *part)
{
	return str_starts(part, "**") && part_len(part) == 2;
}

/* Behind the name and its slash; at the end of the text, there. */
static const char *next_part(const char *part)
{
	part += part_len(part);
	return *part == '/' ? part + 1 : part;
}

/* By names, as part_matches() is by characters: "**" is the star here. */
bool owners_pattern_matches(const struct owners_pattern *pattern, const char *path, size_t *steps)
{
	const char *at = pattern->text;
	const char *star = pattern->anywhere ? at : NULL, *kept = path;

	while (spend(steps)) {
		if (!*at && (*path ? pattern->below : !pattern->inside)) {
			return true;
		}
		if (*at && is_any_depth(at)) {
			at = next_part(at);
			if (!*at) {
				return *path != '\0';
			}
			star = at;
			kept = path;
		} else if (*at && *path &&
			   part_matches((struct span){at, at + part_len(at)},
					(struct span){path, path + part_len(path)}, steps)) {
			at = next_part(at);
			path = next_part(path);
		} else if (star && *kept) {
			kept = next_part(kept);
			at = star;
			path = kept;
		} else {
			return false;
		}
	}
	return false;
}
