/* SPDX-License-Identifier: Apache-2.0 */
#include "loaded.h"

#include "base/str.h"

static void test_shape(void **state)
{
	static const char text[] = "failures:\n"
				   "  rules:\n"
				   "    - name: our-broker\n"
				   "      class: not-serving\n"
				   "      match: '^BrokerError: \\[17\\]'\n"
				   "    - name: seats\n"
				   "      class: capacity\n"
				   "      code: SEATS\n"
				   "      in: [cause, head]\n"
				   "      match:\n"
				   "        - one\n"
				   "        - two\n"
				   "      then: three\n";
	CLEANUP(loaded_release) struct loaded got = {0};
	const struct rule_text *rules = NULL;

	(void)state;
	load(&got, FOR_RUN, text);
	assert_int_equal(got.rc, 0);
	assert_string_equal(got.options.rules.file, got.path);
	assert_int_equal(got.options.rules.len, 2);
	rules = got.options.rules.items;
	assert_int_equal(rules[0].line, 3);
	assert_string_equal(rules[0].name.items[0].text, "our-broker");
	assert_string_equal(rules[0].class_name.items[0].text, "not-serving");
	assert_int_equal(rules[0].matches.len, 1);
	assert_string_equal(rules[0].matches.items[0].text, "^BrokerError: \\[17\\]");
	assert_int_equal(rules[0].matches.items[0].line, 5);
	assert_int_equal(rules[0].code.len + rules[0].places.len + rules[0].thens.len, 0);
	assert_string_equal(rules[1].code.items[0].text, "SEATS");
	assert_int_equal(rules[1].places.len, 2);
	assert_int_equal(rules[1].matches.len, 2);
	assert_int_equal(rules[1].matches.items[1].line, 12);
	assert_string_equal(rules[1].thens.items[0].text, "three");
}

/* A rule around what is looked at. */
#define RULE "failures:\n  rules:\n    - name: a\n      class: dns\n      match: b\n"

static void test_bad_shapes_are_named(void **state)
{
	static const struct {
		const char *text, *message;
	} rows[] = {
		{RULE "      klass: dns\n",
		 "line 6: failures.rules: unknown key 'klass' (did you mean 'class'?)"},
		{RULE "      priority: 9\n",
		 "line 6: failures.rules: unknown key 'priority' (there are name, class, match, "
		 "then, in and code)"},
		{RULE "      code: [a, b]\n",
		 "line 6: failures.rules: code: one value is expected"},
		{RULE "      then:\n        - {a: b}\n",
		 "line 7: failures.rules: then: one value is expected"},
		{"failures:\n  rules:\n    - name: a\n      class: dns\n",
		 "line 3: failures.rules: match: missing in this rule"},
		{"failures:\n  rules:\n    - class: dns\n      match: a\n",
		 "line 3: failures.rules: name: missing in this rule"},
		{"failures:\n  rules:\n    - name: a\n      match: []\n      class: dns\n",
		 "line 3: failures.rules: match: missing in this rule"},
		{"failures:\n  rules:\n    - refused\n",
		 "line 3: failures.rules: keys and values are expected, such as name: …"},
		{"failures:\n  rules: refused\n",
		 "line 2: failures.rules: a list of rules is expected"},
		{"failures:\n  rules:\n    name: a\n",
		 "line 2: failures.rules: a list of rules is expected"},
		{"failures:\n  rule:\n    - name: a\n",
		 "line 2: unknown key 'failures.rule' (did you mean 'failures.rules'?)"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(loaded_release) struct loaded got = {0};
		AUTO_FREE char *expected = NULL;

		load(&got, FOR_EXPLAIN, rows[i].text);
		expected = mem_fmt("%s: %s", got.path, rows[i].message);
		assert_int_equal(got.rc, -1);
		assert_string_equal(got.err.msg, expected);
	}
}

/* As of other keys: a command that has no use for the rules does not judge them. */
static void test_other_commands_do_not_look(void **state)
{
	CLEANUP(loaded_release) struct loaded got = {0};

	(void)state;
	load(&got, FOR_IMPORT, RULE "      klass: dns\n");
	assert_int_equal(got.rc, 0);
	assert_int_equal(got.options.rules.len, 0);
}

static void add_times(struct buf *text, size_t count, const char *line)
{
	while (count-- > 0) {
		buf_str_add(text, line);
	}
}

static void test_caps(void **state)
{
	CLEANUP(buf_release) struct buf rules = BUF_INIT(1 << 20);
	CLEANUP(buf_release) struct buf words = BUF_INIT(1 << 20);
	CLEANUP(loaded_release) struct loaded got = {0}, other = {0};

	(void)state;
	buf_str_add(&rules, "failures:\n  rules:\n");
	add_times(&rules, 101, "    - name: a\n      class: dns\n      match: b\n");
	load(&got, FOR_RUN, buf_str(&rules));
	assert_int_equal(got.rc, -1);
	assert_non_null(strstr(got.err.msg, "line 2: failures.rules: more than 100 rules"));
	buf_str_add(&words, "failures:\n  rules:\n    - match:\n");
	add_times(&words, 51, "        - a\n");
	load(&other, FOR_RUN, buf_str(&words));
	assert_int_equal(other.rc, -1);
	assert_non_null(strstr(other.err.msg, "line 54: failures.rules: match: more than 50"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shape),
		cmocka_unit_test(test_bad_shapes_are_named),
		cmocka_unit_test(test_other_commands_do_not_look),
		cmocka_unit_test(test_caps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
