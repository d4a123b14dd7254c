/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "text/ansi.h"

#include <string.h>

struct row {
	const char *in, *out, *why;
};

static void check(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		CLEANUP(buf_release) struct buf out = BUF_INIT(1000);

		ansi_strip(&out, rows[i].in);
		if (strcmp(buf_str(&out), rows[i].out) != 0) {
			fail_msg("%s: \"%s\"", rows[i].why, buf_str(&out));
		}
	}
}

static void test_real_sequences(void **state)
{
	static const struct row rows[] = {
		{"", "", "nothing"},
		{"plain [text]", "plain [text]", "nothing to do"},
		{"\x1b[31mred\x1b[0m", "red", "colours"},
		{"\x1b[38;2;1;2;3mred\x1b[m.", "red.", "true colour, bare reset"},
		{"a\x1b[38:5:1mb", "ab", "colons between parameters"},
		{"a\x1b[2K\x1b[1Gb\x1b[?25lc", "abc", "erase, cursor, private mode"},
		{"a\x1b[1 qb", "ab", "an intermediate byte"},
		{"a\x1b(B", "a", "character set at the end"},
		{"\x1b]\ax", "x", "an empty string"},
		{"a\x1b(Bb\x1b)0c", "abc", "character sets"},
		{"a\x1b"
		 "7b\x1b"
		 "8c\x1b=d",
		 "abcd", "two bytes"},
		{"\x1b]0;title\ax", "x", "title, ended by BEL"},
		{"\x1b]0;title\x1b\\x", "x", "title, ended by ESC backslash"},
		{"\x1b]8;;http://a/\x1b\\link\x1b]8;;\x1b\\.", "link.", "hyperlink"},
		{"\x1bP1;2|data\x1b\\x\x1b_apc\x1b\\y", "xy", "other strings"},
		{"\xC2\x9B"
		 "31mred",
		 "red", "one-character introducer"},
		{"end\x1b", "end", "ESC alone at the end"},
		{"end\x1b[", "end[", "no sequence behind ESC ["},
		{"a\x1b[31", "a[31", "cut in its parameters"},
		{"a\x1b\nb", "a\nb", "ESC in front of a newline"},
		{"\x1b]0;no end\nFAILED", "0;no end\nFAILED", "a string without end hides nothing"},
		{"\x1b]0;\x1b[1mFAILED", "0;FAILED", "a sequence breaks a string off"},
		{"\x1b\x1b[1mx", "x", "ESC twice"},
		{"\xE2\x82\xAC\xC2\xA0\xEF\xBC\x81", "\xE2\x82\xAC\xC2\xA0\xEF\xBC\x81",
		 "characters that start like an introducer"},
	};

	(void)state;
	check(rows, ARRAY_LEN(rows));
}

static void test_spelled_sequences(void **state)
{
	static const struct row rows[] = {
		{"&#27;[31mred&#27;[0m", "red", "decimal reference"},
		{"&#x1b;[31mred&#x1B;[0m", "red", "hexadecimal reference"},
		{"&amp;#27;[31mred&amp;#x1b;[0m", "red", "reference escaped twice"},
		{"&amp#27;[31mred&amp#27;[0m", "red", "half an ampersand"},
		{"\\x1b[31mred\\x1B[0m", "red", "backslash x"},
		{"\\u001b[31mred\\u001B[0m", "red", "backslash u"},
		{"\\u{1b}[31mred\\u{1B}[0m", "red", "backslash u in braces"},
		{"\\033[1;31mred\\033[0m", "red", "octal"},
		{"\\e[31mred\\e[0m", "red", "backslash e"},
		{"#x1B[31mred#x1B[0m", "red", "hash"},
		{"[NON-XML-CHAR-0x1B][31mred[NON-XML-CHAR-0x1B][0m", "red", "in words"},
		{"<1b>[31mred<1b>[0m", "red", "angle brackets"},
		{"\xE2\x90\x9B[31mred\xE2\x90\x9B[0m", "red", "symbol for escape"},
		{"\xEF\xBF\xBD[31mred\xEF\xBF\xBD[m\xEF\xBF\xBD[K", "red", "replacement character"},
		{"\\x1b]8;;http://a/\\x1b\\link\\x1b]8;;\\x07", "link", "spelled hyperlink"},
		{"\\x1b(Bx", "x", "spelled character set"},
		{"[31mleft standing", "[31mleft standing", "nothing tells that this was one"},
	};

	(void)state;
	check(rows, ARRAY_LEN(rows));
}

static void test_spellings_that_are_only_text(void **state)
{
	static const struct row rows[] = {
		{"expected \\x1b, got &#27;", "expected \\x1b, got &#27;", "no sequence behind"},
		{"\\x1b[", "\\x1b[", "nothing behind the bracket"},
		{"C:\\env\\e[abc]", "C:\\env\\e[abc]", "a folder called e[abc]"},
		{"\xEF\xBF\xBD[Hello]", "\xEF\xBF\xBD[Hello]", "a bad byte in front of a word"},
		{"\xEF\xBF\xBD[abc]", "\xEF\xBF\xBD[abc]", "a bad byte in front of a list"},
		{"\xEF\xBF\xBD[1]", "\xEF\xBF\xBD[1]", "a bad byte in front of an index"},
		{"<1b> [0m", "<1b> [0m", "not next to each other"},
		{"\\x1b]0; no end", "\\x1b]0; no end", "a string without end"},
		{"&#271;[31m", "&#271;[31m", "another character"},
		{"&&#\\[<", "&&#\\[<", "first bytes only"},
	};

	(void)state;
	check(rows, ARRAY_LEN(rows));
}

/* A sequence longer than any real one is text; its ESC goes all the same. */
static void test_overlong_sequences_are_text(void **state)
{
	char text[6000] = "\x1b[", shell[6000] = "\x1b]";
	CLEANUP(buf_release) struct buf out = BUF_INIT(10000);

	(void)state;
	memset(text + 2, '1', 100);
	text[102] = 'm';
	ansi_strip(&out, text);
	assert_string_equal(buf_str(&out), text + 1);
	buf_clear(&out);
	memset(shell + 2, 't', 5000);
	shell[5002] = '\a';
	ansi_strip(&out, shell);
	assert_string_equal(buf_str(&out), shell + 2);
}

/* Openings without an end must not be searched again and again: that would take minutes. */
static void test_hostile_text_takes_linear_time(void **state)
{
	static const char *const openings[] = {"\x1b]",      "\\x1b]",           "\x1b]\\e",
					       "\\x1b]\xC2", "\x1b[1",           "&amp;#27;]&",
					       "<1b>]#",     "\x1bP\xEF\xBF\xBD"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(openings); i++) {
		CLEANUP(buf_release) struct buf text = BUF_INIT(500000);
		CLEANUP(buf_release) struct buf out = BUF_INIT(500000);

		while (!text.cut) {
			buf_str_add(&text, openings[i]);
		}
		ansi_strip(&out, buf_str(&text));
		assert_null(strchr(buf_str(&out), '\x1b'));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_real_sequences),
		cmocka_unit_test(test_spelled_sequences),
		cmocka_unit_test(test_spellings_that_are_only_text),
		cmocka_unit_test(test_overlong_sequences_are_text),
		cmocka_unit_test(test_hostile_text_takes_linear_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
