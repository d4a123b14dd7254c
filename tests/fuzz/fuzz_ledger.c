/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any quarantine ledger, and what is done to it. What must hold: one that is refused is refused in one
 * line that names a line; a row that is added stands at the end, and taken out again it leaves the
 * bytes of before; of those that come out by taking a row away, none were not there.
 */
#include "check.h"

#include "base/mem.h"
#include "base/str.h"
#include "quarantine/edit.h"
#include "quarantine/ledger.h"
#include "quarantine/match.h"

#include <string.h>

static void check_error(const struct err *err)
{
	CHECK(str_starts(err->msg, "f: line ") && !strchr(err->msg, '\n'));
}

/* The bytes of `part` in their order, in `whole`. */
static bool is_cut_from(const struct buf *part, const char *whole, size_t len)
{
	size_t at = 0;

	for (size_t i = 0; i < len && at < part->len; i++) {
		at += part->data[at] == whole[i];
	}
	return at == part->len;
}

static void check_back(const struct edit_text *text, const struct buf *with, size_t rows)
{
	const struct edit_text after = {"f", buf_str(with), with->len};
	struct buf back = BUF_INIT(LEDGER_MAX);
	struct err err = ERR_INIT;
	bool ended = text->len == 0 || text->text[text->len - 1] == '\n';

	/* what ends in a comment or a row may lack the end of its line */
	if (edit_remove(&after, rows, &back, &err) == 0) {
		CHECK(back.len >= text->len && back.len <= text->len + (ended ? 0 : 2));
		CHECK(memcmp(buf_str(&back), text->text, text->len) == 0);
	} else {
		check_error(&err);
	}
	buf_release(&back);
}

static void check_add(const struct edit_text *text, size_t rows)
{
	char name[] = "a new::test [1] #", reason[] = "it: is", owner[] = "@o";
	const struct quarantine_row row = {
		.test = name, .reason = reason, .owner = owner, .any_failure = true};
	struct buf out = BUF_INIT(LEDGER_MAX);
	struct err err = ERR_INIT;

	if (edit_add(text, &row, &out, &err) == 0) {
		CHECK(out.len > text->len && memcmp(out.data, text->text, text->len) == 0);
		check_back(text, &out, rows);
	} else {
		check_error(&err);
	}
	buf_release(&out);
}

static void check_remove(const struct edit_text *text, size_t nth)
{
	struct buf out = BUF_INIT(LEDGER_MAX);
	struct err err = ERR_INIT;

	if (edit_remove(text, nth, &out, &err) == 0) {
		CHECK(out.len < text->len && is_cut_from(&out, text->text, text->len));
	} else {
		check_error(&err);
	}
	buf_release(&out);
}

static void check_match(const struct quarantine_list *rows)
{
	char before[] = "a.b", name[] = "test[1]";
	const struct test_name test = {.class_name = before, .name = name};
	struct strv signatures = {0};
	const struct quarantine_row *row = NULL;
	char id[TEST_ID_LEN + 1];
	struct match_question question = {&test, id, "job", &signatures, 0, true};

	test_name_id(&test, id);
	strv_add(&signatures, "0123456789abcdef");
	CHECK((match_failure(rows, &question, &row) == QUARANTINE_NONE) == (row == NULL));
	strv_release(&signatures);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *copy = mem_alloc(size + 1);
	const struct edit_text text = {"f", copy, size};
	struct quarantine_list rows = {0};
	struct err err = ERR_INIT;

	if (size > 0) {
		memcpy(copy, data, size);
	}
	if (ledger_parse("f", copy, size, &rows, &err) == 0) {
		check_match(&rows);
		check_add(&text, rows.len);
		for (size_t i = 0; i < rows.len && i < 3; i++) {
			check_remove(&text, i);
		}
	} else {
		check_error(&err);
	}
	quarantine_list_release(&rows);
	free(copy);
	return 0;
}
