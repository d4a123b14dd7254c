/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/matrix.h"

#include "base/str.h"
#include "text/json.h"

#include <string.h>

/* A part of a variant is a name, not a document. */
#define VALUE_LEN_MAX 200

static char *value_text(const struct json *value)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(VALUE_LEN_MAX);

	switch (json_kind(value)) {
	case JSON_KIND_STR:
		buf_str_add(&text, json_text(value));
		break;
	case JSON_KIND_BOOL:
	case JSON_KIND_INT:
	case JSON_KIND_REAL:
		json_write(value, 0, &text);
		break;
	case JSON_KIND_NULL:
	case JSON_KIND_ARRAY:
	case JSON_KIND_OBJECT:
		return NULL;
	}
	return buf_take(&text);
}

/* A comma ends a part, and names are told on one line. */
static void make_plain(char *text)
{
	for (; *text; text++) {
		if (*text == ',' || (unsigned char)*text < ' ') {
			*text = ' ';
		}
	}
}

static bool is_named(const struct strv *variants, const char *key)
{
	size_t len = strlen(key);

	VEC_EACH (char *, variant, variants) {
		if (strncmp(*variant, key, len) == 0 && (*variant)[len] == '=') {
			return true;
		}
	}
	return false;
}

static void add(const char *key, const struct json *value, void *payload)
{
	struct strv *variants = payload;
	AUTO_FREE char *text = value_text(value);
	AUTO_FREE char *name = mem_str(key);

	if (str_empty(text) || !*name || strpbrk(name, ",=")) {
		return;
	}
	make_plain(name);
	make_plain(text);
	if (!is_named(variants, name)) {
		strv_fmt(variants, "%s=%s", name, text);
	}
}

int matrix_add(const char *json, struct strv *variants, struct err *err)
{
	AUTO_JSON struct json *value = NULL;

	if (str_empty(json)) {
		return 0;
	}
	if (json_parse(json, strlen(json), &value, err) < 0) {
		err->code = ERR_USAGE;
		return err_wrap(err, "--matrix");
	}
	if (json_kind(value) != JSON_KIND_OBJECT && json_kind(value) != JSON_KIND_NULL) {
		return err_set(err, ERR_USAGE, "--matrix: an object is expected");
	}
	json_each(value, add, variants);
	return 0;
}
