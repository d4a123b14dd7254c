/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_TEXT_JSON_TEXT_H
#define STEADY_TEXT_JSON_TEXT_H

#include "text/json.h"

/*
 * JSON written as it is told, value by value, in the form of json_write() with two spaces: for reports of many
 * thousand tests, of which no tree is needed. What is not plain is still written by the library.
 *
 *	struct json_text text = {.out = &out};
 *	json_text_open(&text, NULL, '{');
 *	json_text_str(&text, "outcome", "flaky");
 *	json_text_open(&text, "tests", '[');
 *	json_text_int(&text, NULL, 3);
 *	json_text_close(&text, ']');
 *	json_text_close(&text, '}');
 *
 * Keys are the program's own, of plain letters; NULL inside arrays, and of the outermost value.
 */
struct json_text {
	struct buf *out;
	unsigned depth;
	bool goes_on; /* something stands in front of the next value, in the same array or object */

	/* Many tests share their rates, and a real takes a while: the last texts, each in a slot of its own. */
	struct {
		uint64_t bits; /* of the real */
		char text[32]; /* "": none yet */
	} reals[256];
};

void json_text_open(struct json_text *text, const char *key, char bracket);
void json_text_close(struct json_text *text, char bracket);
void json_text_str(struct json_text *text, const char *key, const char *value); /* NULL: null */
void json_text_int(struct json_text *text, const char *key, int64_t value);
void json_text_real(struct json_text *text, const char *key, double value);
void json_text_bool(struct json_text *text, const char *key, bool value);
void json_text_null(struct json_text *text, const char *key);

/* A tree, which it takes over. */
void json_text_tree(struct json_text *text, const char *key, struct json *value);

#endif
