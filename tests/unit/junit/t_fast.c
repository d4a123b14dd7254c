/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "base/mem.h"
#include "base/str.h"
#include "os/file.h"
#include "os/glob.h"
#include "same_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Both ways of reading lead to the same results, and each file takes the one that it should. */

static void read_by(enum junit_way way, const char *data, size_t len, struct results_file *out)
{
	const struct junit_read_options options = {.way = way};

	junit_read_memory_with(data, len, &options, out);
}

/* Whether the fast way took it; then as the other one does. */
static bool is_fast(const char *data, size_t len)
{
	CLEANUP(results_file_release) struct results_file careful = {0};
	CLEANUP(results_file_release) struct results_file fast = {0};
	AUTO_FREE char *difference = NULL;

	read_by(JUNIT_WAY_FAST, data, len, &fast);
	if (fast.state == FILE_REFUSED) {
		assert_string_equal(fast.error, "not for the fast way");
		return false;
	}
	read_by(JUNIT_WAY_CAREFUL, data, len, &careful);
	difference = same_file(&careful, &fast);
	if (difference) {
		fail_msg("%.200s…: %s", data, difference);
	}
	return true;
}

#define START "<testsuite name='s'><testcase name='t' classname='c' time='0.5'"
#define END   "</testcase></testsuite>"

static const char *const plain[] = {
	"<testsuite/>",
	"<testcase name='t'/>",
	START "/></testsuite>",
	START "></testcase\n></testsuite >",
	"\xEF\xBB\xBF<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" START ">" END "\n",
	"<?xml version='1.0' encoding='us-ascii' standalone='yes'?>" START ">" END,
	" \n<!-- made by hand -->\n" START ">" END "<!---->\n",
	START
	"><failure message='a &lt; b &#38; &#x263A;'>x &gt; y &amp;&amp; z\r\nend</failure>" END,
	START "><failure>\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80</failure>" END,
	START "><system-out><![CDATA[a <b> & c ] ]]]]><![CDATA[> d]]></system-out>" END,
	START "><error/><!-- x --><system-err>lost</system-err>" END,
	START "><unknown a.b-c='1'>x<failure/></unknown>" END,
	"\xEF\xBB\xBF<testsuite tests='5'><testcase name='t'/></testsuite>",
	"<testsuites>\n \xC3\xA9 \n" START " status='odd'/>"
	"</testsuite>\n</testsuites>",
	START "><failing>x</failing><system-out><failure/></system-out>" END,
	START " name2='\t&#10;\x7F' file='a.c' line='7' flaky='true'/></testsuite>",
	START "/><testcase name='t' classname='c'/><testcase name='t' classname='c'/></testsuite>",
	"<testsuites tests='2' failures='1'>" START "/></testsuite></testsuites>",
};

static const char *const others[] = {
	"",
	" \n",
	"no XML",
	"<testsuite>",
	"<testsuite></testsuites>",
	"<testsuite/><testsuite/>",
	"<testsuite/>text",
	"text<testsuite/>",
	"</testsuite>",
	"<!DOCTYPE testsuite><testsuite/>",
	"<testsuite/><?php ?>",
	"<?xml version='1.0' encoding='latin1'?><testsuite/>",
	"<?xml version='1.0' encoding='EBCDIC'?><testsuite/>",
	"<?xml version='1.0' encoding='UTF-16'?><testsuite/>",
	" <?xml version='1.0'?><testsuite/>",
	"<testsuite xmlns='urn:x'/>",
	"<testsuite xml:space='preserve'/>",
	"<j:testsuite xmlns:j='urn:x'/>",
	START " name='again'>" END,
	START "name2='a'>" END,
	START " a=b>" END,
	START " a>" END,
	START " a='<'>" END,
	START " a='&nbsp;'>" END,
	START " a='&#0;'>" END,
	START " \xC3\xA9='1'>" END,
	START " line = '7'>" END,
	START "/ ></testsuite>",
	START ">]]>" END,
	START ">a & b" END,
	START ">&unknown;" END,
	START "><" END,
	START ">\x01" END,
	START ">\xFF" END,
	START ">\xC3" END,
	START "><system-out><![CDATA[]]></testcase></testsuite>",
	START "><system-out><![CDATA[<testcase name='x'/>]]></system-out>" END,
	START "><system-out><![CDATA[a ]]> b ]]></system-out>" END,
	START "><system-out><![CDATA[" END,
	START "><!-- <testcase name='x'/> -->" END,
	START "><!-- " END,
	START "><![cdata[]]>" END,
	"<testsuite><testcase name='" /* no end */,
};

static void test_plain_files_take_the_fast_way(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(plain); i++) {
		if (!is_fast(plain[i], strlen(plain[i]))) {
			fail_msg("not taken: %s", plain[i]);
		}
	}
}

static void test_others_do_not(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		if (is_fast(others[i], strlen(others[i]))) {
			fail_msg("taken: %s", others[i]);
		}
	}
}

/* What was told before it gave up leaves no trace. */
static void test_giving_up_late(void **state)
{
	static const char end[] = "<testcase name='last' time='1'>&oops;</testcase></testsuite>";
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(results_file_release) struct results_file careful = {0};
	CLEANUP(results_file_release) struct results_file both = {0};
	AUTO_FREE char *difference = NULL;

	(void)state;
	buf_str_add(&text, "<testsuite name='s' tests='7'>\n");
	for (int i = 0; i < 10000; i++) {
		buf_fmt(&text, "<testcase name='t%d' classname='c'%s\n", i % 9999,
			i % 7 ? "/>" : "><failure message='m'>text</failure></testcase>");
	}
	buf_str_add(&text, end);
	assert_false(is_fast(buf_str(&text), text.len));
	read_by(JUNIT_WAY_CAREFUL, buf_str(&text), text.len, &careful);
	read_by(JUNIT_WAY_BOTH, buf_str(&text), text.len, &both);
	assert_int_equal(both.tests, 10001);
	difference = same_file(&careful, &both);
	assert_null(difference);
}

/* Long things, in a window that is shorter. */
static void test_long_text(void **state)
{
	static const char *const units[] = {"line of text\n", "a &amp; b ]", "]] &lt; ", "é",
					    "-> <b> "};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(units); i++) {
		CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);
		bool section = i == ARRAY_LEN(units) - 1;

		buf_str_add(&text, START "><failure>");
		buf_str_add(&text, section ? "<![CDATA[" : "");
		while (text.len < (size_t)1 << 20) {
			buf_str_add(&text, units[i]);
		}
		buf_str_add(&text, section ? "]]>" : "");
		buf_str_add(&text, "</failure>" END);
		assert_true(is_fast(buf_str(&text), text.len));
	}
}

/* The file that was opened is read, although another one has its name now. */
static bool replace(void *payload, uint64_t bytes, uint64_t total)
{
	static const char other[] = "<testsuite><testcase name='other'/></testsuite>";
	const char *path = payload;
	FILE *file = NULL;

	(void)bytes, (void)total;
	unlink(path);
	file = fopen(path, "we");
	assert_non_null(file);
	assert_true(fputs(other, file) >= 0);
	assert_int_equal(fclose(file), 0);
	return true;
}

static void test_a_file_that_is_replaced(void **state)
{
	static const char text[] = "<testsuite><testcase name='first'>]]></testcase></testsuite>";
	char path[] = "/tmp/steady-t-fast-XXXXXX";
	int fd = mkstemp(path);
	const struct junit_read_options options = {.progress = replace, .payload = path};
	CLEANUP(results_file_release) struct results_file file = {0};

	(void)state;
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	junit_read_with(path, &options, &file);
	unlink(path);
	assert_int_equal(file.state, FILE_REPAIRED);
	assert_int_equal(file.results.len, 1);
	assert_string_equal(file.results.items[0].test.name, "first");
}

/* Every fixture by both ways, and most of them go the fast one. */
static void test_fixtures(void **state)
{
	CLEANUP(strv_release) struct strv paths = {0};
	size_t fast = 0;

	(void)state;
	glob_files(FIXTURES "/junit/*/*.xml", &paths, NULL);
	assert_true(paths.len > 100);
	VEC_EACH (char *, path, &paths) {
		AUTO_FREE char *text = NULL;
		struct err err = ERR_INIT;
		size_t len = 0;

		assert_int_equal(file_read(*path, (size_t)1 << 26, &text, &len, &err), 0);
		fast += is_fast(text, len);
	}
	print_message("%zu of %zu fixtures are read fast\n", fast, paths.len);
	assert_true(fast * 2 > paths.len);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain_files_take_the_fast_way),
		cmocka_unit_test(test_others_do_not),
		cmocka_unit_test(test_giving_up_late),
		cmocka_unit_test(test_long_text),
		cmocka_unit_test(test_a_file_that_is_replaced),
		cmocka_unit_test(test_fixtures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
