/* SPDX-License-Identifier: Apache-2.0 */
#include "history/sql.h"

#include <string.h>

#define NAME_MARK "-- name: "

extern const char embed_record_sql[];
extern const char embed_import_sql[];
extern const char embed_load_sql[];
extern const char embed_find_sql[];
extern const char embed_run_sql[];
extern const char embed_merge_sql[];
extern const char embed_travel_sql[];
extern const char embed_info_sql[];
extern const char embed_check_sql[];
extern const char embed_query_sql[];
extern const char embed_compact_sql[];

static const char *const files[] = {
	embed_record_sql, embed_import_sql, embed_load_sql,    embed_find_sql,
	embed_run_sql,    embed_merge_sql,  embed_travel_sql,  embed_info_sql,
	embed_check_sql,  embed_query_sql,  embed_compact_sql,
};

/* The next mark at the start of a line, or the end of the text. */
static const char *next_mark(const char *text)
{
	const char *line = text;

	while (*line && strncmp(line, NAME_MARK, strlen(NAME_MARK)) != 0) {
		const char *end = strchr(line, '\n');

		line = end ? end + 1 : line + strlen(line);
	}
	return line;
}

void sql_split(const char *text, struct sql_list *out)
{
	const char *mark = next_mark(text);

	while (*mark) {
		struct sql_text *item = VEC_PUSH(out);

		item->name = mark + strlen(NAME_MARK);
		item->name_len = strcspn(item->name, "\n");
		item->sql = item->name + item->name_len;
		mark = next_mark(item->sql);
		item->len = (size_t)(mark - item->sql);
	}
}

void sql_collect(struct sql_list *out)
{
	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		sql_split(files[i], out);
	}
}
