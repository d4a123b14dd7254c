/* SPDX-License-Identifier: Apache-2.0 */
#include "events.h"

#include "base/mem.h"
#include "base/str.h"
#include "junit/clip.h"
#include "junit/longtag.h"
#include "junit/reader.h"

#include <stdlib.h>
#include <string.h>

/* Large and lopsided files: what is bounded, and what is said about it. */

static void repeat(struct buf *out, const char *unit, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		buf_str_add(out, unit);
	}
}

static void read_buf(const struct buf *text, struct results_file *out)
{
	junit_read_memory(buf_str(text), text->len, out);
}

/* The hash of the bytes, also of those far behind a fault. */
static void test_digest(void **state)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(results_file_release) struct results_file empty = {0};
	CLEANUP(results_file_release) struct results_file a = {0};
	CLEANUP(results_file_release) struct results_file b = {0};

	(void)state;
	junit_read_memory("", 0, &empty);
	assert_string_equal(empty.digest, "99aa06d3014798d86001c324468d497f");
	buf_str_add(&text, "<!DOCTYPE x>");
	repeat(&text, "<testsuite/>", 20000);
	read_buf(&text, &a);
	buf_char(&text, ' ');
	read_buf(&text, &b);
	assert_int_equal(strlen(a.digest), HASH_HEX_MAX);
	assert_string_not_equal(a.digest, b.digest);
}

static void test_depth(void **state)
{
	(void)state;
	for (size_t depth = 1000; depth <= 1001; depth++) {
		CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);
		CLEANUP(results_file_release) struct results_file file = {0};

		repeat(&text, "<testsuite>\n", depth - 1);
		buf_str_add(&text, "<testcase name='deep'/>");
		repeat(&text, "</testsuite>", depth - 1);
		read_buf(&text, &file);
		if (depth == 1000) {
			assert_int_equal(file.state, FILE_OK);
			assert_int_equal(file.passed, 1);
		} else {
			assert_int_equal(file.state, FILE_REFUSED);
			assert_string_equal(
				file.error,
				"line 1001, column 1: elements are nested more than 1000 deep");
		}
	}
}

static void test_attributes(void **state)
{
	(void)state;
	for (unsigned count = 255; count <= 256; count++) {
		CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);
		CLEANUP(results_file_release) struct results_file file = {0};

		buf_str_add(&text, "<testsuite>\n<testcase name='one'");
		for (unsigned i = 0; i < count; i++) {
			buf_fmt(&text, " a%u='='", i);
		}
		buf_str_add(&text, "/></testsuite>");
		read_buf(&text, &file);
		assert_int_equal(file.state, count == 255 ? FILE_OK : FILE_REFUSED);
		assert_int_equal(file.passed, count == 255 ? 1 : 0);
		if (count == 256) {
			assert_string_equal(
				file.error,
				"line 2, column 1: an element has more than 256 attributes");
		}
	}
}

/* Long enough for several chunks and for the text to be cut, with characters of three bytes. */
static void test_long_texts(void **state)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(results_file_release) struct results_file file = {0};
	const struct failure *failure = NULL;

	(void)state;
	buf_str_add(&text, "<testsuite><testcase name='a'><failure type='T' message='x");
	repeat(&text, "☃", 2000);
	buf_str_add(&text, "'>\nbegin ");
	repeat(&text, "☃", 100000);
	buf_str_add(&text, " ends\n</failure></testcase></testsuite>");
	read_buf(&text, &file);
	assert_int_equal(file.state, FILE_OK);
	failure = file.results.items[0].failure;
	assert_true(strlen(failure->message) <= 4096);
	assert_true(strlen(failure->message) > 4090);
	assert_true(str_ends(failure->message, "☃…"));
	assert_true(str_starts(failure->text, "begin ☃"));
	assert_true(str_ends(failure->text, "☃ ends"));
	assert_non_null(strstr(failure->text, "☃\n[… 2344"));
	assert_non_null(strstr(failure->text, " bytes left out …]\n☃"));
	assert_true(strlen(failure->text) < JUNIT_CLIP_HEAD + JUNIT_CLIP_TAIL + 64);
}

/* Names are cut too, but two long names stay two tests. */
static void test_long_names(void **state)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(results_file_release) struct results_file file = {0};

	(void)state;
	buf_str_add(&text, "<testsuite>");
	for (unsigned last = 1; last <= 2; last++) {
		buf_str_add(&text, "<testcase classname='C' name='");
		repeat(&text, "long name ", 30000);
		buf_fmt(&text, "%u'/>", last);
	}
	buf_str_add(&text, "</testsuite>");
	read_buf(&text, &file);
	assert_int_equal(file.passed, 2);
	assert_true(strlen(file.results.items[0].test.name) <= 4096);
	assert_int_equal(file.results.items[1].test.copy, 0);
	assert_string_not_equal(file.results.items[0].id, file.results.items[1].id);
}

/* Each case has a copy of what its suite says. */
static void test_long_suites(void **state)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(results_file_release) struct results_file file = {0};
	size_t kept = 0;

	(void)state;
	buf_str_add(&text, "<testsuites>");
	for (unsigned last = 1; last <= 2; last++) {
		buf_str_add(&text, "<testsuite name='");
		repeat(&text, "long name ", 3000);
		buf_fmt(&text, "%u' file='", last);
		repeat(&text, "long/path/", 3000);
		buf_str_add(&text, "'><testcase name='a'/></testsuite>");
	}
	buf_str_add(&text, "</testsuites>");
	read_buf(&text, &file);
	assert_int_equal(file.passed, 2);
	VEC_EACH (const struct result, result, &file.results) {
		kept += strlen(result->test.suite) + strlen(result->test.file);
	}
	assert_true(kept > 2000 && kept < 2200);
	assert_string_not_equal(file.results.items[0].id, file.results.items[1].id);
	assert_int_equal(file.results.items[1].test.copy, 0);
}

static void check_pieces(const struct buf *text)
{
	CLEANUP(buf_release) struct buf at_once = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(buf_release) struct buf in_pieces = BUF_INIT(BUF_OWN_MAX);

	show_report(text->data, text->len, 0, &at_once);
	show_report(text->data, text->len, 100, &in_pieces);
	assert_string_equal(buf_str(&at_once), buf_str(&in_pieces));
}

/* A tag to be mended, about as long as one may be that is kept: whether it is one depends on the
 * tag, not on how much of the file is there already. */
static void test_nearly_long_tags(void **state)
{
	(void)state;
	for (size_t more = JUNIT_TAG_MAX - 64; more < JUNIT_TAG_MAX + 2 * JUNIT_TAG_AHEAD;
	     more += 32) {
		CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);

		buf_str_add(&text, "<testsuite><testcase\n\tname='it's'\n\tclassname='a");
		repeat(&text, "b", (unsigned)more);
		buf_str_add(&text, "'/></testsuite>");
		check_pieces(&text);
	}
}

/* Too long even with its values cut, in the value that has a "<" at its end. */
static void test_two_faults(void **state)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);

	(void)state;
	buf_str_add(&text, "<testsuite><testcase");
	for (unsigned i = 0; i < 24; i++) {
		buf_fmt(&text, " a%u='", i);
		repeat(&text, "b", JUNIT_VALUE_KEPT);
		buf_str_add(&text, i < 23 ? "'" : "<");
	}
	check_pieces(&text);
}

/* A prefix longer than what is looked at to see whether a tag behind a banner is the report's. */
static void test_long_prefix(void **state)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);

	(void)state;
	buf_str_add(&text, "banner <");
	repeat(&text, "p", 2 * JUNIT_TAG_AHEAD);
	buf_str_add(&text, ":testsuite>");
	check_pieces(&text);
}

/* The clip with every length around its limits, in pieces of every small size. */
static void test_clip(void **state)
{
	const size_t limit = JUNIT_CLIP_HEAD + JUNIT_CLIP_TAIL;

	(void)state;
	for (size_t len = limit - 3; len < limit + 3 * JUNIT_CLIP_TAIL; len += 4099) {
		AUTO_FREE char *text = mem_alloc(len + 1);
		const char *kept = NULL;
		CLEANUP(junit_clip_release)
		struct junit_clip clip = JUNIT_CLIP_INIT(JUNIT_CLIP_HEAD, JUNIT_CLIP_TAIL);

		for (size_t i = 0; i < len; i++) {
			text[i] = (char)('a' + i % 26);
		}
		for (size_t i = 0; i < len; i += 777) {
			junit_clip_add(&clip, text + i, len - i < 777 ? len - i : 777);
		}
		kept = junit_clip_text(&clip);
		if (len <= limit) {
			assert_string_equal(kept, text);
		} else {
			AUTO_FREE char *note = mem_fmt("\n[… %zu bytes left out …]\n", len - limit);

			assert_memory_equal(kept, text, JUNIT_CLIP_HEAD);
			assert_memory_equal(kept + JUNIT_CLIP_HEAD, note, strlen(note));
			assert_string_equal(kept + JUNIT_CLIP_HEAD + strlen(note),
					    text + len - JUNIT_CLIP_TAIL);
		}
	}
}

/* Many chunks. */
static void test_many_cases(void **state)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(results_file_release) struct results_file file = {0};

	(void)state;
	buf_str_add(&text, "<testsuite name='many'>\n");
	for (unsigned i = 0; i < 20000; i++) {
		buf_fmt(&text, "<testcase classname='Many' name='case %u' time='0.001'/>\n", i);
	}
	buf_str_add(&text, "</testsuite>");
	read_buf(&text, &file);
	assert_int_equal(file.state, FILE_OK);
	assert_int_equal(file.passed, 20000);
	assert_int_equal(file.time_us, 20000000);
	assert_string_equal(file.results.items[19999].test.name, "case 19999");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_digest),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_attributes),
		cmocka_unit_test(test_long_texts),
		cmocka_unit_test(test_long_names),
		cmocka_unit_test(test_long_suites),
		cmocka_unit_test(test_clip),
		cmocka_unit_test(test_many_cases),
		cmocka_unit_test(test_nearly_long_tags),
		cmocka_unit_test(test_long_prefix),
		cmocka_unit_test(test_two_faults),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
