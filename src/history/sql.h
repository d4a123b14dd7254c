/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_HISTORY_SQL_H
#define STEADY_HISTORY_SQL_H

#include "base/vec.h"

/*
 * The SQL of this room. Every statement stands in a file of sql/, which the build embeds as an
 * array; nothing is put together at run time. A file of statements holds many: a line
 * "-- name: insert_run" starts one, which reaches to the next such line. Parameters have names
 * (":job"). Files are ASCII. The schema_N.sql are scripts, run as a whole (migrate.h).
 */
struct sql_text {
	const char *name; /* borrowed, not NUL-terminated */
	size_t name_len;
	const char *sql; /* borrowed, as above */
	size_t len;
};

struct sql_list {
	VEC(struct sql_text)
};

/* Appends the statements of one text. */
void sql_split(const char *text, struct sql_list *out);

/* Appends every named statement of the room. The caller frees with VEC_FREE. */
void sql_collect(struct sql_list *out);

/* The scripts that lead from version n to n + 1. */
extern const char embed_schema_1_sql[];
extern const char embed_schema_2_sql[];
extern const char embed_schema_3_sql[];
extern const char embed_schema_4_sql[];
extern const char embed_schema_5_sql[];
extern const char embed_schema_6_sql[];
extern const char embed_schema_7_sql[];

#endif
