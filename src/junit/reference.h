/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_JUNIT_REFERENCE_H
#define STEADY_JUNIT_REFERENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * References of XML ("&lt;", "&#38;", "&#x1b;") and the characters they may stand for. Only XML's
 * own five names are known: there is no DTD that could declare others.
 */
enum junit_reference_kind {
	REFERENCE_CHARACTER, /* stands for `point` */
	REFERENCE_BAD,       /* well-formed, but stands for nothing: "&#0;", "&nbsp;" */
	REFERENCE_NONE,      /* the "&" is only itself */
	REFERENCE_PARTIAL    /* more bytes decide */
};

struct junit_reference {
	enum junit_reference_kind kind;
	uint32_t point;
	size_t len; /* of the reference, "&" and ";" included; 1 for REFERENCE_NONE */
};

/* A longer one is none: nobody writes names or zeros like that. */
#define JUNIT_REFERENCE_MAX ((size_t)40)

/* Looks at the "&" that text begins with. Without `last`, text may go on behind len. */
struct junit_reference junit_reference_at(const char *text, size_t len, bool last);

/* Whether XML 1.0 has the character. */
bool junit_is_character(uint32_t point);

/* The character in UTF-8; returns its length. It has to be one of XML's, or below U+110000. */
size_t junit_encode(uint32_t point, char out[4]);

/* Whether all references of a text that ends there stand for characters. */
bool junit_references_are_good(const char *text, const char *end);

#endif
