/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Segments from anywhere. What must hold: each line is taken, or refused in one line; and a run that was taken is
 * written as a segment that reads as the same run.
 */
#include "check.h"

#include "history/segment.h"

#include <string.h>

static int collect(void *payload, const char *bytes, size_t len, struct err *err)
{
	(void)err;
	buf_add(payload, bytes, len);
	return 0;
}

static void write_to(const struct run *run, struct buf *out)
{
	const struct segment_sink sink = {collect, out};
	struct err err = ERR_INIT;

	CHECK(segment_write(run, &sink, &err) == 0);
}

/* The lines of one segment. */
static void read_again(const struct buf *text, struct segment_reader *out)
{
	const char *line = text->data, *end = text->data + text->len;
	struct err err = ERR_INIT;

	while (line < end) {
		const char *stop = memchr(line, '\n', (size_t)(end - line));

		CHECK(stop != NULL);
		CHECK(segment_read_line(out, line, (size_t)(stop - line), &err) == 0);
		line = stop + 1;
	}
	CHECK(out->whole);
}

static void check_whole(const struct segment_reader *reader)
{
	CLEANUP(segment_reader_release) struct segment_reader again = {0};
	CLEANUP(buf_release) struct buf first = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(buf_release) struct buf second = BUF_INIT(BUF_OWN_MAX);
	char before[SEGMENT_DIGEST + 1], after[SEGMENT_DIGEST + 1];

	write_to(&reader->run, &first);
	read_again(&first, &again);
	segment_digest(&reader->run, before);
	segment_digest(&again.run, after);
	CHECK(strcmp(before, after) == 0);
	write_to(&again.run, &second);
	/* what is not known may be too much to be kept once more */
	if (!again.strays_dropped) {
		CHECK(first.len == second.len && memcmp(first.data, second.data, first.len) == 0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(segment_reader_release) struct segment_reader reader = {0};
	const char *line = (const char *)data, *end = line + size;

	while (line < end) {
		const char *newline = memchr(line, '\n', (size_t)(end - line));
		const char *stop = newline ? newline : end;
		struct err err = ERR_INIT;

		if (segment_read_line(&reader, line, (size_t)(stop - line), &err) < 0) {
			CHECK(err.code == ERR_INPUT && *err.msg && !strchr(err.msg, '\n'));
			segment_reader_release(&reader);
		} else if (reader.whole) {
			check_whole(&reader);
			segment_reader_release(&reader);
		}
		line = stop + 1;
	}
	return 0;
}
