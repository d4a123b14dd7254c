/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "text/regex.h"

#include <string.h>

static struct regex *compiled(const char *pattern)
{
	struct err err = ERR_INIT;
	struct regex *regex = NULL;

	if (regex_compile(pattern, &regex, &err) < 0) {
		fail_msg("%s", err.msg);
	}
	return regex;
}

static void test_matches(void **state)
{
	static const struct {
		const char *pattern, *text;
		bool match;
		const char *why;
	} rows[] = {
		{"b+", "abbc", true, "anywhere"},
		{"^b", "abbc", false, "anchored"},
		{"", "", true, "nothing in nothing"},
		{"x", "", false, "something in nothing"},
		{"(?i)READY", "server ready", true, "an option inside"},
		{"(?m)^ready$", "a\nready\nb", true, "lines"},
		{"^.$", "\xC3\xA4", true, "characters, not bytes"},
		{"x\\z",
		 "a\xFF"
		 "b x",
		 true, "a bad byte beside the match"},
		{"a.b",
		 "a\xFF"
		 "b",
		 false, "a bad byte is no character"},
		{"^b",
		 "\xFF"
		 "b",
		 false, "a bad byte is no start"},
		{"(\\d+) \\1", "12 12", true, "a reference back"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO_REGEX struct regex *regex = compiled(rows[i].pattern);

		if (regex_match(regex, rows[i].text) != rows[i].match) {
			fail_msg("%s", rows[i].why);
		}
	}
}

static void test_bad_patterns_are_named(void **state)
{
	static const struct {
		const char *pattern, *message;
	} rows[] = {
		{"a(b", "regular expression \"a(b\": at byte 3: missing closing parenthesis"},
		{"[z-a]",
		 "regular expression \"[z-a]\": at byte 3: range out of order in character "
		 "class"},
		{"*",
		 "regular expression \"*\": at byte 0: quantifier does not follow a repeatable "
		 "item"},
		{"\x1b(", "regular expression \"\\x1b(\": at byte 2: missing closing parenthesis"},
		{"a\\Cb", "regular expression \"a\\Cb\": at byte 3: using \\C is disabled by the "
			  "application"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct err err = ERR_INIT;
		struct regex *regex = NULL;

		assert_int_equal(regex_compile(rows[i].pattern, &regex, &err), -1);
		assert_null(regex);
		assert_int_equal(err.code, ERR_INPUT);
		assert_string_equal(err.msg, rows[i].message);
	}
}

static void test_hostile_patterns_are_refused(void **state)
{
	CLEANUP(buf_release) struct buf nested = BUF_INIT(60000), longer = BUF_INIT(17000);
	struct err err = ERR_INIT;
	struct regex *regex = NULL;

	(void)state;
	while (!nested.cut) {
		buf_char(&nested, '(');
	}
	while (!longer.cut) {
		buf_char(&longer, 'x');
	}
	assert_int_equal(regex_compile(buf_str(&nested), &regex, &err), -1);
	assert_int_equal(regex_compile(buf_str(&longer), &regex, &err), -1);
	assert_int_equal(regex_compile("\xFF", &regex, &err), -1);
}

/* The number of steps grows with every "a" like rabbits do. */
static void test_a_runaway_match_ends_as_no_match(void **state)
{
	static const struct {
		const char *text;
		bool ends;
		const char *why;
	} rows[] = {
		{"aaaaaaaaaa!", true, "hundreds of steps"},
		{"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", false, "more than a million: too many"},
		{"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", false,
		 "more than a machine makes in a life"},
	};
	AUTO_REGEX struct regex *regex = compiled("^(a|aa)+$");

	(void)state;
	assert_true(regex_match(regex, "aaaaaaaaaa"));
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(buf_release) struct buf out = BUF_INIT(1000);

		assert_false(regex_match(regex, rows[i].text));
		if (regex_replace(regex, rows[i].text, "x", &out) != rows[i].ends) {
			fail_msg("%s", rows[i].why);
		}
		assert_string_equal(buf_str(&out), rows[i].text);
	}
}

/* What an honest expression needs for a long text lies within the limits, also without JIT. */
static void test_a_long_text_is_matched(void **state)
{
	AUTO_REGEX struct regex *regex = compiled("^(?:(a)|b)*c$");
	AUTO_REGEX struct regex *slow = compiled("(*NO_JIT)^(?:(a)|b)*c$");
	CLEANUP(buf_release) struct buf text = BUF_INIT(20000);

	(void)state;
	while (text.len < 20000 - 1) {
		buf_str_add(&text, "b");
	}
	buf_char(&text, 'c');
	assert_true(regex_match(regex, buf_str(&text)));
	assert_true(regex_match(slow, buf_str(&text)));
}

static void test_replaces(void **state)
{
	static const struct {
		const char *pattern, *text, *with, *out, *why;
	} rows[] = {
		{"\\d+", "a1b22c", "<n>", "a<n>b<n>c", "all of them"},
		{"x", "abc", "y", "abc", "none"},
		{"x", "", "y", "", "nothing"},
		{"(\\w)=(\\w)", "a=b c=d", "$2=$1", "b=a d=c", "by number"},
		{"(?<key>\\w+)=\\S+", "token=abc x", "${key}=***", "token=*** x", "by name"},
		{"(a)|(b)", "ab", "[$1$2]", "[a][b]", "a group that took no part"},
		{"(a)|b", "ab", "${1:+set:unset}", "setunset", "extended syntax"},
		{"x*", "abc", "-", "-a-b-c-", "empty matches"},
		{"b",
		 "a\xFF"
		 "b\xFF",
		 "c",
		 "a\xFF"
		 "c\xFF",
		 "bad bytes stay"},
		{"\xC3\xA4", "x\xC3\xA4", "\xE2\x82\xAC", "x\xE2\x82\xAC", "not ASCII"},
		{"a", "a", "$$", "$", "a dollar"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO_REGEX struct regex *regex = compiled(rows[i].pattern);
		CLEANUP(buf_release) struct buf out = BUF_INIT(1000);

		if (!regex_replace(regex, rows[i].text, rows[i].with, &out) ||
		    strcmp(buf_str(&out), rows[i].out) != 0) {
			fail_msg("%s: \"%s\"", rows[i].why, buf_str(&out));
		}
	}
}

static void test_a_long_replacement_gets_its_room(void **state)
{
	AUTO_REGEX struct regex *regex = compiled("a");
	CLEANUP(buf_release) struct buf text = BUF_INIT(1000), with = BUF_INIT(1000);
	CLEANUP(buf_release) struct buf out = BUF_INIT(BUF_OWN_MAX);

	(void)state;
	while (!text.cut) {
		buf_char(&text, 'a');
		buf_char(&with, 'b');
	}
	assert_true(regex_replace(regex, buf_str(&text), buf_str(&with), &out));
	assert_int_equal(out.len, 1000000);
	assert_int_equal(strspn(buf_str(&out), "b"), 1000000);
}

static void test_appends(void **state)
{
	AUTO_REGEX struct regex *regex = compiled("a");
	CLEANUP(buf_release) struct buf out = BUF_INIT(100);

	(void)state;
	buf_str_add(&out, "aa ");
	assert_true(regex_replace(regex, "a", "b", &out));
	assert_string_equal(buf_str(&out), "aa b");
}

static void test_a_wrong_replacement_is_told(void **state)
{
	static const char *const wrong[] = {"$9", "${none}", "${1", "\xFF"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		AUTO_REGEX struct regex *regex = compiled("a");
		CLEANUP(buf_release) struct buf out = BUF_INIT(100);

		assert_false(regex_replace(regex, "xay", wrong[i], &out));
		assert_string_equal(buf_str(&out), "xay");
	}
}

/* The group x of what was found in the first len bytes; NULL: not found, or no such group. */
static const struct {
	const char *pattern, *text;
	size_t len;
	bool found;
	const char *group, *why;
} group_rows[] = {
	{"a(?<x>b+)c", "aabbc", 5, true, "bb", "a named group"},
	{"a(?<x>b+)", "aabbc", 3, true, "b", "no further than told"},
	{"bc", "abc", 2, false, NULL, "nothing behind the end"},
	{"a(?<x>b)?", "ac", 2, true, NULL, "a group that took no part"},
	{"a(?<y>b)", "ab", 2, true, NULL, "a group of another name"},
	{"(?J)(?<x>a)|(?<x>b)", "b", 1, true, "b", "two groups of one name"},
	{"a(?<x>)", "a", 1, true, "", "an empty group"},
};

static void test_groups(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(group_rows); i++) {
		AUTO_REGEX struct regex *regex = compiled(group_rows[i].pattern);
		const char *text = group_rows[i].text, *start = NULL;
		size_t len = 0;
		bool found = regex_find(regex, text, group_rows[i].len);
		bool group = found && regex_group(regex, "x", text, &start, &len);

		if (found != group_rows[i].found || group != (group_rows[i].group != NULL) ||
		    (group && (len != strlen(group_rows[i].group) ||
			       memcmp(start, group_rows[i].group, len) != 0))) {
			fail_msg("%s", group_rows[i].why);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_matches),
		cmocka_unit_test(test_groups),
		cmocka_unit_test(test_bad_patterns_are_named),
		cmocka_unit_test(test_hostile_patterns_are_refused),
		cmocka_unit_test(test_a_runaway_match_ends_as_no_match),
		cmocka_unit_test(test_a_long_text_is_matched),
		cmocka_unit_test(test_replaces),
		cmocka_unit_test(test_a_long_replacement_gets_its_room),
		cmocka_unit_test(test_appends),
		cmocka_unit_test(test_a_wrong_replacement_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
