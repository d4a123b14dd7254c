/* SPDX-License-Identifier: Apache-2.0 */
#include "owners/codeowners.h"

#include "base/map.h"
#include "base/str.h"
#include "base/vec.h"
#include "owners/owner.h"
#include "owners/pattern.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* Below a second. The largest file that GitHub takes needs about so many for a thousand paths. */
#define STEPS_MOST ((size_t)200000000)

/* Whoever has more of them has none. */
#define OWNERS_MOST 32

struct rule {
	struct owners_pattern pattern;
	const char *owners; /* words; "" none */
	size_t section;
};

struct section {
	const char *owners; /* of rules that name none */
	size_t told;        /* the question that it answered last */
	const char *answer;
};

struct codeowners {
	char *text; /* the others borrow from it */
	struct {
		VEC(struct rule)
	} rules;
	struct {
		VEC(struct section) /* the first one is what stands in front of all */
	} sections;
	size_t steps, questions;
};

static char *skip_blanks(char *text)
{
	return text + strspn(text, " \t");
}

/* Cuts the text behind the pattern, whose blanks may be escaped, and returns what follows. */
static char *cut_pattern(char *text)
{
	while (*text && *text != ' ' && *text != '\t') {
		text += *text == '\\' && text[1] ? 2 : 1;
	}
	if (*text) {
		*text++ = '\0';
	}
	return skip_blanks(text);
}

/* Cuts a comment off. False when a word is no owner. */
static bool check_owners(char *text)
{
	char *at = text;

	while (*at && *at != '#') {
		size_t len = strcspn(at, " \t");

		if (!owner_is_one(at, len)) {
			return false;
		}
		at = skip_blanks(at + len);
	}
	*at = '\0';
	return true;
}

/* Sections of one name are one, in either case of letters. */
static size_t find_section(struct codeowners *file, struct map *names, char *name)
{
	size_t index = file->sections.len;

	for (char *c = name; *c; c++) {
		*c = (char)tolower((unsigned char)*c);
	}
	if (!map_get(names, name, &index)) {
		map_put(names, name, index);
		VEC_PUSH(&file->sections)->owners = "";
	}
	return index;
}

/* "[Name]", "^[Name][2] @owner": false when the line is none. */
static bool read_section(struct codeowners *file, struct map *names, char *line, size_t *current)
{
	char *name = line + (*line == '^');
	char *end = *name == '[' ? strchr(name, ']') : NULL;
	char *rest = end ? end + 1 : NULL;

	if (!end || end == name + 1) {
		return false;
	}
	if (*rest == '[') {
		rest += 1 + strspn(rest + 1, "0123456789");
		if (*rest++ != ']') {
			return false;
		}
	}
	if (*rest && *rest != ' ' && *rest != '\t') {
		return false;
	}
	rest = skip_blanks(rest);
	if (!check_owners(rest)) {
		return false;
	}
	*end = '\0';
	*current = find_section(file, names, name + 1);
	if (*rest) {
		file->sections.items[*current].owners = rest;
	}
	return true;
}

static void read_line(struct codeowners *file, struct map *names, char *line, size_t *current)
{
	struct rule rule = {.section = *current};
	char *owners = NULL;

	line = skip_blanks(line);
	if (!*line || *line == '#' || read_section(file, names, line, current)) {
		return;
	}
	owners = cut_pattern(line);
	rule.owners = owners;
	if (check_owners(owners) && owners_pattern_make(line, &rule.pattern)) {
		*VEC_PUSH(&file->rules) = rule;
	}
}

/* No name has one in it, and no line ends there. */
static void replace_nuls(char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		text[i] = text[i] ? text[i] : '\x01';
	}
}

struct codeowners *codeowners_parse(char *text, size_t len)
{
	CLEANUP(map_release) struct map names = {0};
	struct codeowners *file = mem_alloc(sizeof(*file));
	char *line = text + (str_starts(text, "\xEF\xBB\xBF") ? 3 : 0);
	size_t current = 0;

	replace_nuls(text, len);
	file->text = text;
	file->steps = STEPS_MOST;
	VEC_PUSH(&file->sections)->owners = "";
	while (*line) {
		size_t end = strcspn(line, "\n");
		char *next = line + end + (line[end] == '\n');

		line[end] = '\0';
		while (end > 0 && line[end - 1] == '\r') {
			line[--end] = '\0';
		}
		read_line(file, &names, line, &current);
		line = next;
	}
	return file;
}

void codeowners_free(struct codeowners *file)
{
	if (file) {
		VEC_FREE(&file->rules);
		VEC_FREE(&file->sections);
		free(file->text);
		free(file);
	}
}

/* The owners by their words, each once. */
static void add_owners(struct buf *out, size_t start, const char *words, size_t *count)
{
	while (*words && *count < OWNERS_MOST) {
		size_t len = strcspn(words, " \t");

		if (!owner_is_among(buf_str(out) + start, words, len)) {
			if (out->len > start) {
				buf_char(out, ' ');
			}
			buf_add(out, words, len);
			++*count;
		}
		words += len;
		words += strspn(words, " \t");
	}
}

void codeowners_find(struct codeowners *file, const char *path, struct buf *out)
{
	size_t start = out->len, open = file->sections.len, count = 0, len = strlen(path);

	file->questions++;
	for (size_t i = file->rules.len; i > 0 && open > 0 && file->steps > 0; i--) {
		const struct rule *rule = &file->rules.items[i - 1];
		struct section *section = &file->sections.items[rule->section];

		file->steps--;
		if (section->told != file->questions && rule->pattern.least <= len &&
		    owners_pattern_matches(&rule->pattern, path, &file->steps)) {
			section->told = file->questions;
			section->answer = *rule->owners ? rule->owners : section->owners;
			open--;
		}
	}
	if (file->steps == 0) {
		return;
	}
	VEC_EACH (const struct section, section, &file->sections) {
		if (section->told == file->questions) {
			add_owners(out, start, section->answer, &count);
		}
	}
}

bool codeowners_is_exhausted(const struct codeowners *file)
{
	return file->steps == 0;
}

bool codeowners_names(const char *owners, const char *name)
{
	if (str_empty(owners)) {
		return str_eq(name, "none");
	}
	return owner_is_among(owners, name, strlen(name));
}
