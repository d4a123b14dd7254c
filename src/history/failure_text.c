/* SPDX-License-Identifier: Apache-2.0 */
#include "history/failure_text.h"

#include "base/hash.h"
#include "text/utf8.h"

#include <string.h>

#define DIGEST_LEN 32
#define NOTE_MAX   48 /* "\n[18446744073709551615 bytes left out]\n" */

static bool is_continuation(char byte)
{
	return ((unsigned char)byte & 0xc0) == 0x80;
}

void failure_text_cut(struct buf *out, const char *text, size_t max)
{
	CLEANUP(buf_release) struct buf clean = BUF_INIT(BUF_OWN_MAX);
	size_t half = (max - NOTE_MAX) / 2;
	size_t before = out->len;
	size_t head = half;
	size_t tail;

	/* Most texts fit: in place at first. */
	utf8_clean(out, text, strlen(text));
	if (out->len - before <= max) {
		return;
	}
	buf_add(&clean, out->data + before, out->len - before);
	out->len = before;
	tail = clean.len - half;
	while (head > 0 && is_continuation(clean.data[head])) {
		head--;
	}
	while (tail < clean.len && is_continuation(clean.data[tail])) {
		tail++;
	}
	buf_add(out, clean.data, head);
	buf_fmt(out, "\n[%zu bytes left out]\n", tail - head);
	buf_add(out, clean.data + tail, clean.len - tail);
}

/* NULL for NULL; the caller frees. */
static char *bounded(const char *text, size_t max)
{
	struct buf out = BUF_INIT(BUF_OWN_MAX);

	if (!text) {
		return NULL;
	}
	failure_text_cut(&out, text, max);
	return buf_take(&out);
}

/* An absent field and an empty one are different contents. */
static void add_field(struct hash *hash, const char *text)
{
	hash_add(hash, text ? "+" : "-", 1);
	hash_field(hash, text);
}

int failure_text_store(struct db *db, const struct failure *failure, int64_t *id, struct err *err)
{
	AUTO_FREE char *type = bounded(failure->type, FAILURE_TYPE_MAX);
	AUTO_FREE char *message = bounded(failure->message, FAILURE_MESSAGE_MAX);
	AUTO_FREE char *text = bounded(failure->text, FAILURE_TEXT_MAX);
	const char *signature = failure->signature[0] ? failure->signature : NULL;
	char digest[DIGEST_LEN + 1];
	struct hash *hash = hash_new();
	CLEANUP(stmt_done) struct stmt *find = NULL;
	struct stmt *insert;
	int more;

	add_field(hash, signature);
	add_field(hash, type);
	add_field(hash, message);
	add_field(hash, text);
	hash_end(hash, digest, DIGEST_LEN);
	find = db_stmt(db, "find_failure");
	stmt_bind_text(find, ":digest", digest);
	more = stmt_next(find, err);
	if (more <= 0) {
		*id = more == 0 ? stmt_col_int(find, 0) : 0;
		return more;
	}
	insert = db_stmt(db, "insert_failure");
	stmt_bind_text(insert, ":digest", digest);
	stmt_bind_text(insert, ":signature", signature);
	stmt_bind_clean(insert, ":type", type);
	stmt_bind_clean(insert, ":message", message);
	stmt_bind_clean(insert, ":text", text);
	if (stmt_run(insert, err) < 0) {
		return -1;
	}
	*id = db_last_id(db);
	return 0;
}
