/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "text/escape.h"
#include "text/utf8.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define FFFD "\xEF\xBF\xBD"
#define ZWSP "\xE2\x80\x8B"

typedef void escape_fn(struct buf *out, const char *text);

struct row {
	const char *in, *out, *why;
};

static void check(escape_fn *escape, const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		CLEANUP(buf_release) struct buf out = BUF_INIT(1000);

		escape(&out, rows[i].in);
		if (strcmp(buf_str(&out), rows[i].out) != 0) {
			fail_msg("%s: \"%s\"", rows[i].why, buf_str(&out));
		}
	}
}

static void test_terminal(void **state)
{
	static const struct row rows[] = {
		{"", "", "nothing"},
		{"tests/a.py::test[\xC3\xA4-1]", "tests/a.py::test[\xC3\xA4-1]", "an honest name"},
		{"a\nb\rc\td", "a\\nb\\rc\\td", "line breaks and tabs"},
		{"\x1b[31m", "\\x1b[31m", "escape sequence"},
		{"\a\b\v\f\x01\x7f", "\\x07\\x08\\x0b\\x0c\\x01\\x7f", "other controls, DEL"},
		{"\xC2\x9B"
		 "31m\xC2\x80\xC2\x9F",
		 "\\u{9b}31m\\u{80}\\u{9f}", "C1"},
		{"\x9B"
		 "31m",
		 FFFD "31m", "C1 as a bare byte"},
		{"\xE2\x80\xAA\xE2\x80\xAE", "\\u{202a}\\u{202e}", "overrides"},
		{"\xE2\x81\xA6\xE2\x81\xA9", "\\u{2066}\\u{2069}", "isolates"},
		{"\xE2\x80\xA8\xE2\x80\xA9", "\\u{2028}\\u{2029}", "separators"},
		{"\xEF\xBB\xBFx", "\\u{feff}x", "byte order mark"},
		{"\xF3\xA0\x81\x81", "\\u{e0041}", "tags"},
		{"C:\\new", "C:\\new", "backslashes stay"},
		{"a\xFF", "a" FFFD, "bad byte"},
	};

	(void)state;
	check(escape_terminal, rows, ARRAY_LEN(rows));
}

static void test_markdown_characters(void **state)
{
	static const struct row rows[] = {
		{"", "", "nothing"},
		{"plain text, 3.5 s (ok)", "plain text, 3.5 s (ok)", "nothing to do"},
		{"<b>&lt;", "&lt;b&gt;&amp;lt;", "HTML"},
		{"<!-- x -->", "&lt;!-- x --&gt;", "comment"},
		{"a|b\\|c", "a&#124;b&#92;&#124;c", "cells, also behind a backslash"},
		{"`*_~$", "\\`\\*\\_\\~\\$", "code, emphasis, strike, math"},
		{"[x](javascript:y)", "\\[x\\](javascript:y)", "link"},
		{"![x](http://a/)", "!\\[x\\](http:" ZWSP "//a/)", "image"},
		{"see http://a HTTPS://b", "see http:" ZWSP "//a HTTPS:" ZWSP "//b", "autolinks"},
		{"www.a.b WWW.a.b", "www" ZWSP ".a.b WWW" ZWSP ".a.b", "www"},
		{"awww.a", "awww.a", "no www"},
		{"@all a@b.c", "@" ZWSP "all a@" ZWSP "b.c", "mention, mail"},
		{"#12 GH-12", "\\#" ZWSP "12 GH-" ZWSP "12", "references"},
		{"high-level HIGH-1", "high-level HIGH-1", "no reference"},
		{"a\xFF", "a" FFFD, "bad byte"},
	};

	(void)state;
	check(escape_markdown, rows, ARRAY_LEN(rows));
}

static void test_markdown_lines(void **state)
{
	static const struct row rows[] = {
		{"a\nb\r\nc\td", "a b c d", "one line, single spaces"},
		{"a\xE2\x80\xA8"
		 "b\vc\fd",
		 "a b c d", "other line breaks"},
		{"    code", "code", "no indented code"},
		{"\n\n# x", "\\#" ZWSP " x", "heading"},
		{"- x", "\\- x", "list"},
		{"  + x", "\\+ x", "list"},
		{"* x", "\\* x", "list"},
		{"1. x", "1\\. x", "numbered list"},
		{"23) x", "23\\) x", "numbered list"},
		{"1234567890. x", "1234567890. x", "too long for a list"},
		{"12", "12", "a number alone"},
		{"---", "\\---", "rule"},
		{"===", "\\===", "underline"},
		{"> x", "&gt; x", "quote"},
		{"```sh", "\\`\\`\\`sh", "fence"},
		{"~~~", "\\~\\~\\~", "fence"},
		{"a - b = 1. c", "a - b = 1. c", "only at the start"},
		{"a\x1b[1m", "a&#92;x1b\\[1m", "controls are spelled"},
		{"\xE2\x80\xAE"
		 "x",
		 "&#92;u{202e}x", "so are overrides"},
	};

	(void)state;
	check(escape_markdown, rows, ARRAY_LEN(rows));
}

static void test_markdown_code(void **state)
{
	static const struct row rows[] = {
		{"a_b*c", "`a_b*c`", "nothing to do"},
		{"<b>&@x #1 http://a", "`<b>&@x #1 http://a`", "code is not read"},
		{"a`b", "``a`b``", "a backtick"},
		{"a```b`c", "````a```b`c````", "more of them"},
		{"`a", "`` `a ``", "one at the start"},
		{"a`", "`` a` ``", "one at the end"},
		{" a ", "`  a  `", "spaces at both ends"},
		{"", "`  `", "nothing"},
		{"a\nb", "`a b`", "one line"},
		{"a|b", "<code>a&#124;b</code>", "a pipe"},
		{"</code>|<b>`@x", "<code>&lt;/code&gt;&#124;&lt;b&gt;\\`@" ZWSP "x</code>",
		 "a pipe and more"},
		{"\x1b[1m", "`\\x1b[1m`", "controls are spelled"},
	};

	(void)state;
	check(escape_markdown_code, rows, ARRAY_LEN(rows));
}

static void test_html(void **state)
{
	static const struct row rows[] = {
		{"plain – text", "plain – text", "nothing to do"},
		{"<a href=\"x\" b='y'>&amp;", "&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp;amp;",
		 "markup, in text and in attributes"},
		{"a\nb\tc", "a b c", "one line"},
		{"\x1b[1m\xE2\x80\xAE"
		 "x",
		 "\\x1b[1m\\u{202e}x", "what cannot be seen is spelled"},
		{"a\xFF", "a\xEF\xBF\xBD", "bad UTF-8"},
	};

	(void)state;
	check(escape_html, rows, ARRAY_LEN(rows));
}

static void test_shell(void **state)
{
	static const struct row rows[] = {
		{"pytest", "pytest", "a plain word"},
		{"tests/test_a.py::test_b", "tests/test_a.py::test_b", "a plain name"},
		{"--junitxml=a.xml", "--junitxml=a.xml", "an option"},
		{"/a/b=c", "/a/b=c", "a path"},
		{"A=b", "'A=b'", "an assignment"},
		{"", "''", "nothing"},
		{"a b", "'a b'", "space"},
		{"it's", "'it'\\''s'", "quote"},
		{"$HOME`x`", "'$HOME`x`'", "expansion"},
		{"~", "'~'", "home"},
		{"a;b&c|d>e<f(g)", "'a;b&c|d>e<f(g)'", "operators"},
		{"*?[a]{b}", "'*?[a]{b}'", "patterns"},
		{"#x!", "'#x!'", "comment, history"},
		{"a\\b", "'a\\b'", "backslash"},
		{"\xC3\xA4", "'\xC3\xA4'", "not ASCII"},
		{"a\nb'c\\", "$'a\\nb\\'c\\\\'", "newline"},
		{"\x1b[1m", "$'\\033[1m'", "escape sequence"},
		{"\xE2\x80\xAE"
		 "1",
		 "$'\\342\\200\\256"
		 "1'",
		 "override"},
		{"\xFF", "$'\\377'", "bad byte"},
	};

	(void)state;
	check(escape_shell, rows, ARRAY_LEN(rows));
}

/* Appends what that shell makes of the word. */
static void ask_shell(const char *shell, const char *word, struct buf *answer)
{
	AUTO_FREE char *command = mem_fmt("printf %%s. %s", word);
	char bytes[1000];
	int ends[2] = {-1, -1}, status = 0;
	ssize_t n = 0;
	pid_t child = 0;

	assert_int_equal(pipe(ends), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		dup2(ends[1], STDOUT_FILENO);
		close(ends[0]);
		close(ends[1]);
		execlp(shell, shell, "-c", command, (char *)NULL);
		_exit(127);
	}
	close(ends[1]);
	while ((n = read(ends[0], bytes, sizeof(bytes))) > 0) {
		buf_add(answer, bytes, (size_t)n);
	}
	close(ends[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static void test_shells_read_the_word_back(void **state)
{
	static const struct {
		const char *shell, *word;
	} rows[] = {
		{"sh", "plain"},
		{"sh", ""},
		{"sh", "it's $HOME `x` \\ \"q\" * ; & | ~ ! #"},
		{"sh", "A=b"},
		{"bash", "a\nb\tc\r"},
		{"bash", "\x01\x1b[1m'\\x\x7f"
			 "0"},
		{"bash", "\xFF\xFE"
			 "1\xE2\x80\xAE"
			 "2\xC3\xA4"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(buf_release) struct buf word = BUF_INIT(1000);
		CLEANUP(buf_release) struct buf answer = BUF_INIT(1000);
		AUTO_FREE char *expected = mem_fmt("%s.", rows[i].word);

		escape_shell(&word, rows[i].word);
		ask_shell(rows[i].shell, buf_str(&word), &answer);
		assert_string_equal(buf_str(&answer), expected);
	}
}

/* Whatever comes in: valid UTF-8 on one line, nothing unsafe. Every pair of bytes is tried. */
static void check_pair(escape_fn *escape, const char *pair)
{
	CLEANUP(buf_release) struct buf out = BUF_INIT(200);
	size_t used = 0;

	escape(&out, pair);
	for (size_t pos = 0; pos < out.len; pos += used) {
		uint32_t point = utf8_decode(out.data + pos, out.len - pos, &used);

		if (utf8_is_unsafe(point) || (point == 0xFFFD && used == 1)) {
			fail_msg("%02x %02x gives U+%04X", (unsigned char)pair[0],
				 (unsigned char)pair[1], point);
		}
	}
}

static void test_what_comes_out_is_safe(void **state)
{
	static escape_fn *const all[] = {escape_terminal, escape_markdown, escape_markdown_code,
					 escape_shell};

	(void)state;
	for (int first = 1; first < 256; first++) {
		for (int second = 1; second < 256; second++) {
			char pair[3] = {(char)first, (char)second, '\0'};

			for (size_t i = 0; i < ARRAY_LEN(all); i++) {
				check_pair(all[i], pair);
			}
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_terminal),
		cmocka_unit_test(test_markdown_characters),
		cmocka_unit_test(test_markdown_lines),
		cmocka_unit_test(test_markdown_code),
		cmocka_unit_test(test_html),
		cmocka_unit_test(test_shell),
		cmocka_unit_test(test_shells_read_the_word_back),
		cmocka_unit_test(test_what_comes_out_is_safe),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
