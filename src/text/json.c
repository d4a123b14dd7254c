/* SPDX-License-Identifier: Apache-2.0 */
#include "text/json.h"

#include "text/escape.h"
#include "text/utf8.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define REAL_DIGITS 9
#define INDENT_MAX  31u

/* `struct json` is jansson's json_t under another name. These two are the only casts; the library's
 * getters are not const-correct, hence the detour that drops const. */
static json_t *lib(const struct json *value)
{
	union {
		const struct json *ours;
		json_t *theirs;
	} same = {.ours = value};

	return same.theirs;
}

static struct json *own(json_t *value)
{
	/* Nothing in here is refused but for want of memory, which ends the program everywhere. */
	if (!value) {
		abort();
	}
	return (struct json *)value;
}

static const struct json *lend(json_t *value)
{
	return (const struct json *)value;
}

struct json *json_new_object(void)
{
	return own(json_object());
}

struct json *json_new_array(void)
{
	return own(json_array());
}

struct json *json_new_str(const char *text)
{
	CLEANUP(buf_release) struct buf clean = BUF_INIT(BUF_OWN_MAX);
	json_t *value = NULL;

	if (!text) {
		return json_new_null();
	}
	value = json_string(text);
	if (!value) {
		utf8_clean(&clean, text, strlen(text));
		value = json_string(buf_str(&clean));
	}
	return own(value);
}

struct json *json_new_int(int64_t value)
{
	return own(json_integer(value));
}

struct json *json_new_real(double value)
{
	return isfinite(value) ? own(json_real(value)) : json_new_null();
}

struct json *json_new_bool(bool value)
{
	return own(value ? json_true() : json_false());
}

struct json *json_new_null(void)
{
	return own(json_null());
}

struct json *json_clone(const struct json *value)
{
	return own(json_deep_copy((const json_t *)(const void *)value));
}

void json_put(struct json *object, const char *key, struct json *value)
{
	CLEANUP(buf_release) struct buf clean = BUF_INIT(BUF_OWN_MAX);

	utf8_clean(&clean, key, strlen(key));
	if (json_object_set_new_nocheck(lib(object), buf_str(&clean), lib(value)) < 0) {
		abort();
	}
}

void json_put_str(struct json *object, const char *key, const char *text)
{
	json_put(object, key, json_new_str(text));
}

void json_put_int(struct json *object, const char *key, int64_t value)
{
	json_put(object, key, json_new_int(value));
}

void json_put_real(struct json *object, const char *key, double value)
{
	json_put(object, key, json_new_real(value));
}

void json_put_bool(struct json *object, const char *key, bool value)
{
	json_put(object, key, json_new_bool(value));
}

void json_add(struct json *array, struct json *value)
{
	if (json_array_append_new(lib(array), lib(value)) < 0) {
		abort();
	}
}

static int collect(const char *text, size_t len, void *payload)
{
	buf_add(payload, text, len);
	return 0;
}

/* Copies JSON text; what must not reach a terminal can only stand inside strings, where a \u escape
 * means the same. */
static void add_shielded(struct buf *out, const char *text, size_t len)
{
	size_t start = 0, pos = 0, used = 0;

	for (; pos < len; pos += used) {
		uint32_t point = utf8_decode(text + pos, len - pos, &used);

		if (point < 0x7F || !utf8_is_unsafe(point)) {
			continue;
		}
		buf_add(out, text + start, pos - start);
		if (point >= 0x10000) {
			buf_fmt(out, "\\u%04X", 0xD800 + ((point - 0x10000) >> 10));
			point = 0xDC00 + (point & 0x3FF);
		}
		buf_fmt(out, "\\u%04X", point);
		start = pos + used;
	}
	buf_add(out, text + start, pos - start);
}

void json_write(const struct json *value, unsigned indent, struct buf *out)
{
	CLEANUP(buf_release) struct buf plain = BUF_INIT(BUF_OWN_MAX);
	size_t layout =
		indent > 0 ? JSON_INDENT(indent < INDENT_MAX ? indent : INDENT_MAX) : JSON_COMPACT;
	size_t flags = JSON_ENCODE_ANY | JSON_REAL_PRECISION(REAL_DIGITS) | layout;

	json_dump_callback(lib(value), collect, &plain, flags);
	add_shielded(out, buf_str(&plain), plain.len);
}

static int parse(const char *text, size_t len, size_t flags, struct json **out, struct err *err)
{
	json_error_t fault = {0};
	json_t *value = json_loadb(text, len, JSON_DECODE_ANY | flags, &fault);
	CLEANUP(buf_release) struct buf why = BUF_INIT(512);

	if (!value) {
		escape_terminal(&why, fault.text);
		return err_set(err, ERR_INPUT, "line %d column %d: %s",
			       fault.line > 0 ? fault.line : 1, fault.column > 0 ? fault.column : 1,
			       buf_str(&why));
	}
	*out = own(value);
	return 0;
}

int json_parse(const char *text, size_t len, struct json **out, struct err *err)
{
	return parse(text, len, JSON_REJECT_DUPLICATES, out, err);
}

int json_parse_foreign(const char *text, size_t len, struct json **out, struct err *err)
{
	static const char mark[] = "\xef\xbb\xbf";
	size_t skip = len >= 3 && memcmp(text, mark, 3) == 0 ? 3 : 0;

	if (parse(text + skip, len - skip, JSON_ALLOW_NUL, out, err) == 0) {
		return 0;
	}
	return parse(text + skip, len - skip, JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL, out, err);
}

enum json_kind json_kind(const struct json *value)
{
	static const enum json_kind kinds[] = {
		[JSON_OBJECT] = JSON_KIND_OBJECT, [JSON_ARRAY] = JSON_KIND_ARRAY,
		[JSON_STRING] = JSON_KIND_STR,    [JSON_INTEGER] = JSON_KIND_INT,
		[JSON_REAL] = JSON_KIND_REAL,     [JSON_TRUE] = JSON_KIND_BOOL,
		[JSON_FALSE] = JSON_KIND_BOOL,    [JSON_NULL] = JSON_KIND_NULL,
	};

	return value ? kinds[json_typeof(lib(value))] : JSON_KIND_NULL;
}

const struct json *json_get(const struct json *object, const char *key)
{
	return lend(json_object_get(lib(object), key));
}

const char *json_get_str(const struct json *object, const char *key)
{
	return json_text(json_get(object, key));
}

const char *json_text(const struct json *value)
{
	return json_string_value(lib(value));
}

int64_t json_number(const struct json *value)
{
	return json_integer_value(lib(value));
}

double json_double(const struct json *value)
{
	return json_number_value(lib(value));
}

bool json_truth(const struct json *value)
{
	return json_is_true(lib(value));
}

size_t json_len(const struct json *array)
{
	return json_array_size(lib(array));
}

const struct json *json_at(const struct json *array, size_t index)
{
	return lend(json_array_get(lib(array), index));
}

void json_each(const struct json *object,
	       void (*fn)(const char *key, const struct json *value, void *payload), void *payload)
{
	json_t *members = lib(object);

	for (void *at = json_object_iter(members); at; at = json_object_iter_next(members, at)) {
		fn(json_object_iter_key(at), lend(json_object_iter_value(at)), payload);
	}
}

void json_free(struct json *value)
{
	json_decref(lib(value));
}

void cleanup_json(struct json **slot)
{
	json_free(*slot);
	*slot = NULL;
}
