/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_TEXT_JSON_H
#define STEADY_TEXT_JSON_H

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * JSON through jansson. `struct json` is one value. Setters take the value over; getters borrow,
 * and they take NULL and values of another kind, so that a path of getters needs no checks.
 * Strings are repaired to UTF-8 on the way in, so building never fails. The names of jansson itself
 * (json_object, json_array, json_real, json_null, JSON_OBJECT, …) are taken.
 *
 *	struct json *o = json_new_object();
 *	json_put_str(o, "outcome", "flaky");
 *	json_put(o, "tests", json_new_array());
 *	json_write(o, 2, &out);
 *	json_free(o);
 */
struct json;

struct json *json_new_object(void);
struct json *json_new_array(void);
struct json *json_new_str(const char *text); /* NULL gives null */
struct json *json_new_int(int64_t value);
struct json *json_new_real(double value); /* NaN and infinities give null */
struct json *json_new_bool(bool value);
struct json *json_new_null(void);

void json_put(struct json *object, const char *key, struct json *value);
void json_put_str(struct json *object, const char *key, const char *text);
void json_put_int(struct json *object, const char *key, int64_t value);
void json_put_real(struct json *object, const char *key, double value);
void json_put_bool(struct json *object, const char *key, bool value);
void json_add(struct json *array, struct json *value);

/*
 * Members keep their order. indent 0 writes one line without spaces, at most 31 is used. No newline
 * at the end. Reals have 9 significant digits: 0.1 prints as 0.1 and 123456.789 as itself, and the
 * last bits in which two machines may differ do not show. Characters that act on a terminal (C1
 * controls, bidirectional overrides, U+2028 …) are written as \u escapes.
 */
void json_write(const struct json *value, unsigned indent, struct buf *out);

/*
 * Parses one document of len bytes: any value, nested at most 2048 deep, no duplicate keys, no
 * trailing bytes, no NUL in strings, integers of 64 bits. The error names line and column. The
 * caller frees *out.
 */
int json_parse(const char *text, size_t len, struct json **out, struct err *err);

/* Of servers, as it comes: with a byte order mark, names that stand twice (the last one counts), NULs in
 * strings, and whole numbers beyond 64 bits as fractions. */
int json_parse_foreign(const char *text, size_t len, struct json **out, struct err *err);

enum json_kind {
	JSON_KIND_NULL,
	JSON_KIND_BOOL,
	JSON_KIND_INT,
	JSON_KIND_REAL,
	JSON_KIND_STR,
	JSON_KIND_ARRAY,
	JSON_KIND_OBJECT
};

enum json_kind json_kind(const struct json *value);
const struct json *json_get(const struct json *object, const char *key); /* NULL when absent */
const char *json_get_str(const struct json *object, const char *key);    /* NULL unless a string */
const char *json_text(const struct json *value);                         /* NULL unless a string */
int64_t json_number(const struct json *value);                           /* 0 unless an integer */
double json_double(const struct json *value); /* of an integer or a real; else 0 */
bool json_truth(const struct json *value);    /* true only for true */
size_t json_len(const struct json *array);    /* 0 unless an array */
const struct json *json_at(const struct json *array, size_t index); /* NULL behind the end */

/* Calls fn for each member in order. */
void json_each(const struct json *object,
	       void (*fn)(const char *key, const struct json *value, void *payload), void *payload);

struct json *json_clone(const struct json *value);
void json_free(struct json *value);
void cleanup_json(struct json **slot);

#define AUTO_JSON CLEANUP(cleanup_json)

#endif
