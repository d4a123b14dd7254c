/* SPDX-License-Identifier: Apache-2.0 */
#include "failure/signature.h"

#include "base/hash.h"
#include "base/str.h"
#include "failure/head.h"
#include "failure/mask.h"
#include "text/utf8.h"

#include <string.h>

#define HEAD_MAX_LEN     ((size_t)4096)
#define HEADLINE_COLUMNS 160

void failure_mask(const struct failure *failure, struct buf *out)
{
	CLEANUP(buf_release) struct buf head = BUF_INIT(HEAD_MAX_LEN);

	failure_head(failure, &head);
	failure_mask_line(buf_str(&head), out);
}

void failure_sign(struct failure *failure)
{
	CLEANUP(buf_release) struct buf type = BUF_INIT(HEAD_MAX_LEN);
	CLEANUP(buf_release) struct buf head = BUF_INIT(HEAD_MAX_LEN);
	struct hash *hash = hash_new();

	failure_mask_line(str_or(failure->type, ""), &type);
	failure_mask(failure, &head);
	hash_field(hash, buf_str(&type));
	hash_field(hash, buf_str(&head));
	hash_end(hash, failure->signature, SIGNATURE_LEN);
}

/* Whether the line tells the type already, with or without its package in front. */
static bool names_type(const char *line, const char *type)
{
	const char *dot = strrchr(type, '.');

	return str_starts(line, type) || (dot && dot[1] && str_starts(line, dot + 1));
}

void failure_headline(const struct failure *failure, struct buf *out)
{
	CLEANUP(buf_release) struct buf head = BUF_INIT(HEAD_MAX_LEN);
	CLEANUP(buf_release) struct buf line = BUF_INIT(2 * HEAD_MAX_LEN);

	failure_head(failure, &head);
	if (!str_empty(failure->type) && !names_type(buf_str(&head), failure->type)) {
		buf_str_add(&line, failure->type);
		buf_str_add(&line, head.len > 0 ? ": " : "");
	}
	buf_str_add(&line, buf_str(&head));
	utf8_cut(out, buf_str(&line), HEADLINE_COLUMNS);
}
