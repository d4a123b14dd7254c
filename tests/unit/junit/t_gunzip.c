/* SPDX-License-Identifier: Apache-2.0 */
#include "events.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

/* Compressed reports, whole, in members, cut, damaged, and made to burst. */

static const char report[] =
	"<testsuite><testcase name='a'/><testcase name='b'><failure/></testcase></testsuite>";
#define PADDED  "0:0 zeros behind compressed data were ignored\nrepaired"
#define TRAILED "incomplete: other bytes stand behind the compressed data"

static const char events[] = "a: passed\nb: failed failure=\n";

/* Appends text as one member. */
static void pack(struct buf *out, const char *text, size_t len)
{
	z_stream stream = {0};
	unsigned char chunk[4096];
	int code = Z_OK;

	assert_int_equal(
		deflateInit2(&stream, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
	stream.next_in = (z_const Bytef *)(uintptr_t)text;
	stream.avail_in = (uInt)len;
	while (code == Z_OK) {
		stream.next_out = chunk;
		stream.avail_out = sizeof(chunk);
		code = deflate(&stream, Z_FINISH);
		buf_add(out, chunk, sizeof(chunk) - stream.avail_out);
	}
	deflateEnd(&stream);
}

static void check(const struct buf *packed, const char *ends)
{
	for (size_t piece = 0; piece < 9; piece += 4) {
		CLEANUP(buf_release) struct buf found = BUF_INIT(BUF_OWN_MAX);
		CLEANUP(buf_release) struct buf expected = BUF_INIT(BUF_OWN_MAX);

		show_report(packed->data, packed->len, piece, &found);
		buf_fmt(&expected, "%s%s", events, ends);
		assert_string_equal(buf_str(&found), buf_str(&expected));
	}
}

static void test_whole(void **state)
{
	CLEANUP(buf_release) struct buf one = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(buf_release) struct buf two = BUF_INIT(BUF_OWN_MAX);

	(void)state;
	pack(&one, report, strlen(report));
	check(&one, "ok");
	pack(&two, report, 30);
	pack(&two, report + 30, strlen(report) - 30);
	check(&two, "ok");
	buf_add(&two, "\0\0\0\0", 4);
	check(&two, PADDED);
}

/* What stands behind a member may be a report too. */
static void test_behind(void **state)
{
	CLEANUP(buf_release) struct buf packed = BUF_INIT(BUF_OWN_MAX);

	(void)state;
	pack(&packed, report, strlen(report));
	buf_str_add(&packed, report);
	check(&packed, TRAILED);
	packed.len = 0;
	pack(&packed, report, 30);
	for (int i = 0; i < 16; i++) {
		buf_char(&packed, '\0');
	}
	pack(&packed, report + 30, strlen(report) - 30);
	check(&packed, PADDED);
	buf_add(&packed, "\0\0 ", 3);
	check(&packed, "0:0 zeros behind compressed data were ignored\n" TRAILED);
}

static void test_cut(void **state)
{
	CLEANUP(buf_release) struct buf packed = BUF_INIT(BUF_OWN_MAX);

	(void)state;
	pack(&packed, report, strlen(report));
	packed.len -= 4;
	check(&packed, "incomplete: the compressed data breaks off");
	packed.len += 4;
	packed.data[packed.len - 8] ^= 1;
	check(&packed, "incomplete: the compressed data is damaged");
}

/* Nothing comes out of it: no report. */
static void test_no_report(void **state)
{
	static const char *const starts[] = {"\x1f\x8b", "\x1f\x8b\x08", "\x1f\x8b garbage",
					     "\x1f"};

	(void)state;
	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
		CLEANUP(buf_release) struct buf found = BUF_INIT(BUF_OWN_MAX);

		show_report(starts[i], strlen(starts[i]), 1, &found);
		assert_true(str_starts(buf_str(&found), "refused: "));
	}
}

/* A hundred megabytes of one byte. */
static void test_bomb(void **state)
{
	CLEANUP(buf_release) struct buf bomb = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(buf_release) struct buf packed = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(buf_release) struct buf found = BUF_INIT(BUF_OWN_MAX);
	char block[4096];

	(void)state;
	memset(block, 'x', sizeof(block));
	buf_str_add(&bomb, "<testsuite><testcase name='a'><failure>");
	for (int i = 0; i < 25000; i++) {
		buf_add(&bomb, block, sizeof(block));
	}
	pack(&packed, bomb.data, bomb.len);
	show_report(packed.data, packed.len, 0, &found);
	assert_string_equal(buf_str(&found), "refused: more than 200 times its size when unpacked");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole), cmocka_unit_test(test_behind),
		cmocka_unit_test(test_cut),   cmocka_unit_test(test_no_report),
		cmocka_unit_test(test_bomb),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
