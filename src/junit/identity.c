/* SPDX-License-Identifier: Apache-2.0 */
#include "junit/identity.h"

#include "base/mem.h"
#include "base/str.h"
#include "junit/mask.h"
#include "text/ansi.h"

#include <ctype.h>
#include <string.h>

#define PART_MAX (64 * JUNIT_KILOBYTE)
#define UNSTABLE " (unstable)"

struct part_row {
	const char *word;
	enum junit_key key;
};

static const struct part_row part_rows[] = {
	{"class", KEY_CLASS}, {"suite", KEY_SUITE},   {"suite-path", KEY_PATH},
	{"file", KEY_FILE},   {"hostname", KEY_HOST}, {"name", KEY_NOTHING},
};

static unsigned part_of(const char *word, size_t len)
{
	for (size_t i = 0; i < ARRAY_LEN(part_rows); i++) {
		if (strlen(part_rows[i].word) == len && memcmp(part_rows[i].word, word, len) == 0) {
			return part_rows[i].key;
		}
	}
	return 0;
}

int junit_key_parse(const char *text, unsigned *out, struct err *err)
{
	const char *at = text;

	*out = 0;
	do {
		size_t len = strcspn(at += strspn(at, ", "), ", ");
		unsigned part = part_of(at, len);

		if (!part) {
			return err_set(err, ERR_USAGE,
				       "'%.*s' is not one of class, suite, suite-path, file, "
				       "hostname, name",
				       (int)(len < 40 ? len : 40), at);
		}
		*out |= part;
		at += len;
	} while (at[strspn(at, ", ")]);
	return 0;
}

/* --- parts --- */

static void add_clean(struct buf *out, const char *text)
{
	CLEANUP(buf_release) struct buf plain = BUF_INIT(PART_MAX);

	if (junit_name_is_clean(text)) {
		buf_str_add(out, text);
		return;
	}
	ansi_strip(&plain, text);
	for (char *at = plain.data; at && (at = strstr(at, "\r\n")) != NULL;) {
		memmove(at, at + 1, strlen(at));
	}
	junit_mask(out, buf_str(&plain));
}

/* Folders differ from machine to machine: a path is taken from the checkout's root on, or only its
 * last part. */
static void add_path(struct buf *out, const char *path, const char *root)
{
	size_t len = root ? strlen(root) : 0;
	const char *slash = NULL;

	if (str_starts(path, "file://")) {
		path += strlen("file://");
	}
	if (len > 0 && str_starts(path, root) && path[len] == '/') {
		path += len + 1;
	} else if (*path == '/' || (isalpha((unsigned char)*path) && path[1] == ':')) {
		slash = strrchr(path, strchr(path, '/') ? '/' : '\\');
		path = slash ? slash + 1 : path;
	}
	while (str_starts(path, "./") || str_starts(path, ".\\")) {
		path += 2;
	}
	for (; *path; path++) {
		buf_char(out, *path == '\\' ? '/' : *path);
	}
}

/* "spec.lua:12" without the line. */
static void add_no_line(struct buf *out, const char *text)
{
	size_t len = strlen(text);
	size_t digits = 0;

	while (digits < len && isdigit((unsigned char)text[len - 1 - digits])) {
		digits++;
	}
	if (digits > 0 && digits < len && text[len - 1 - digits] == ':') {
		len -= digits + 1;
	}
	buf_add(out, text, len);
}

/* "chrome.156_0_8078.linux" and "Chrome 156.0.1 (Linux)" without the version. */
static void add_no_version(struct buf *out, const char *text)
{
	while (*text) {
		size_t len = strspn(text, "0123456789._");
		bool version =
			len > 2 && isdigit((unsigned char)*text) && strcspn(text, "._") < len - 1;

		if (version) {
			text += len;
		} else {
			buf_char(out, *text++);
		}
	}
}

static void add_part(struct buf *group, const char *text)
{
	if (!str_empty(text)) {
		buf_str_add(group, group->len ? " > " : "");
		add_clean(group, text);
	}
}

static void add_file(struct buf *group, const struct junit_origin *origin)
{
	CLEANUP(buf_release) struct buf path = BUF_INIT(PART_MAX);

	if (!str_empty(origin->file)) {
		add_path(&path, origin->file, origin->root);
		add_part(group, buf_str(&path));
	}
}

/* The parts that the key asks for; nothing when there is none of them. */
static void add_parts(struct buf *group, unsigned key, const char *class_name,
		      const struct junit_origin *origin)
{
	if (key & KEY_HOST) {
		add_part(group, origin->host);
	}
	if (key & KEY_FILE) {
		add_file(group, origin);
	}
	if (key & KEY_SUITE) {
		add_part(group, origin->suite);
	}
	if (key & KEY_PATH) {
		add_part(group, origin->path);
	}
	if (key & KEY_CLASS) {
		add_part(group, class_name);
	}
	if (key & KEY_CLASS_NO_LINE && class_name) {
		add_no_line(group, class_name);
	}
	if (key & KEY_CLASS_NO_VERSION && class_name) {
		add_no_version(group, class_name);
	}
}

static void set_group(struct junit_case *test, unsigned key, const struct junit_origin *origin)
{
	const char *class_name = junit_text_get(&test->class_name);
	const char *usual = str_or(class_name, origin->suite);

	test->own_group.max = PART_MAX;
	test->own_group.len = 0;
	test->group = key & KEY_NOTHING || str_empty(usual) ? NULL : usual;
	if (key & ~(unsigned)(KEY_NO_NUMBER | KEY_NO_INDEX | KEY_NOTHING)) {
		add_parts(&test->own_group, key, class_name, origin);
	}
	if (test->own_group.len == 0 && test->group &&
	    !(test->group == class_name ? test->class_clean : junit_name_is_clean(usual))) {
		add_clean(&test->own_group, test->group);
	}
	if (test->own_group.len > 0) {
		test->group = buf_str(&test->own_group);
	}
}

/* "12 - title" and "#12 title" of TAP: the number is its place, not its name. */
static const char *skip_number(const char *name)
{
	size_t hash = *name == '#' ? 1 : 0;
	size_t digits = strspn(name + hash, "0123456789");
	const char *rest = name + hash + digits;

	if (digits == 0) {
		return name;
	}
	if (str_starts(rest, " - ")) {
		return rest + 3;
	}
	return hash && *rest == ' ' ? rest + 1 : name;
}

/* "suite:4:title" without the place in its list. */
static void add_no_index(struct buf *out, const char *text)
{
	while (*text) {
		size_t digits = *text == ':' ? strspn(text + 1, "0123456789") : 0;

		if (digits > 0 && text[1 + digits] == ':') {
			text += 1 + digits;
		} else {
			buf_char(out, *text++);
		}
	}
}

/* "begin 5 title" of bats; the title, or NULL. */
static const char *further_try(const char *name)
{
	size_t digits = str_starts(name, "begin ") ? strspn(name + 6, "0123456789") : 0;

	return digits > 0 && name[6 + digits] == ' ' ? name + 6 + digits + 1 : NULL;
}

static void cut_unstable(struct junit_case *test)
{
	struct buf *key = &test->own_key;

	if (key->len == 0) {
		buf_str_add(key, test->key);
	}
	key->len -= strlen(UNSTABLE);
	key->data[key->len] = '\0';
	test->key = buf_str(key);
	test->unstable = true;
}

static void set_key(struct junit_case *test, const struct junit_producer *producer, unsigned key)
{
	const char *name = junit_text_get(&test->name);
	const char *again = NULL;

	test->own_key.max = PART_MAX;
	test->own_key.len = 0;
	test->key = name;
	test->retry = test->unstable = false;
	if (!name) {
		return;
	}
	again = junit_producer_has(producer, HABIT_BEGIN) ? further_try(name) : NULL;
	test->retry = again != NULL;
	name = again ? again : key & KEY_NO_NUMBER ? skip_number(name) : name;
	test->key = name;
	if (key & KEY_NO_INDEX) {
		buf_clear(&test->own_key);
		add_no_index(&test->own_key, name);
		test->key = buf_str(&test->own_key);
	} else if (name == junit_text_get(&test->name)
			   ? !junit_hints_are_clean(test->name.hints, name)
			   : !junit_name_is_clean(name)) {
		add_clean(&test->own_key, name);
		test->key = buf_str(&test->own_key);
	}
	if (junit_producer_has(producer, HABIT_UNSTABLE) && str_ends(test->key, UNSTABLE)) {
		cut_unstable(test);
	}
}

void junit_identify(struct junit_case *test, const struct junit_producer *producer, unsigned key,
		    const struct junit_origin *origin)
{
	unsigned own = producer ? producer->key : 0;

	set_group(test, key ? key : own, origin);
	set_key(test, producer, own);
}
