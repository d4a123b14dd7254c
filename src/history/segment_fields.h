/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_HISTORY_SEGMENT_FIELDS_H
#define STEADY_HISTORY_SEGMENT_FIELDS_H

#include "model/run.h"

#include <stddef.h>

/* What lines of segments say: a table for each kind of line, a row for each member. */

enum field_type {
	FIELD_TEXT,  /* char *; absent: NULL */
	FIELD_SLOT,  /* char[size] */
	FIELD_INT,   /* int from 0 up; absent: 0 */
	FIELD_SIZE,  /* size_t; absent: 0 */
	FIELD_COUNT, /* unsigned; absent: 0 */
	FIELD_TIME,  /* int64_t from 0 up; absent: 0 */
	FIELD_KNOWN, /* int64_t from 0 up; absent: -1 */
	FIELD_SHARE, /* double from 0 up; absent: -1 */
	FIELD_BOOL,  /* absent: false */
	FIELD_LIST,  /* struct strv; absent: none */
	FIELD_WORD   /* an enum by its names; absent: the first */
};

struct field {
	const char *key;
	size_t offset;
	size_t size;                    /* of a slot */
	const char *(*word)(int value); /* of FIELD_WORD; NULL behind the last */
	enum field_type type;
	bool needed;
	bool apart; /* may change, or go: names of tests, texts of failures, parents of commits.
		     * Not in the digest */
};

/* A result and what it says, in one piece; borrows while it is written, owns while it is read. */
struct result_line {
	char *suite, *class_name, *name, *file;
	unsigned copy;
	char id[TEST_ID_LEN + 1];
	int outcome; /* enum outcome */
	int64_t duration_us;
	unsigned failed_tries;
	bool has_failure;
	char *type, *message, *text;
	char signature[SIGNATURE_LEN + 1];
};

struct retry_line {
	char id[TEST_ID_LEN + 1];
	int verdict; /* enum retry_verdict */
	int decided_by;
	char *service;
	char *excused_by;
};

enum line_kind {
	LINE_RUN,
	LINE_WAIT,
	LINE_SERVICE,
	LINE_EVENT,
	LINE_ATTEMPT,
	LINE_FILE,
	LINE_LEAK,
	LINE_RESULT,
	LINE_RETRY,
	LINE_KINDS
};

struct line_fields {
	const char *name; /* of the kind */
	const struct field *fields;
	size_t len;
};

extern const struct line_fields segment_lines[LINE_KINDS];

#endif
