/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/str.h"
#include "failure/classify.h"
#include "failure/project.h"

#include <stdlib.h>
#include <string.h>

/* Each word stands on a line of its own. */
static void add_words(struct rule_words *words, const char *text, unsigned line)
{
	while (text && *text) {
		size_t len = strcspn(text, "\n");
		struct rule_word *word = VEC_PUSH(words);

		word->text = mem_strn(text, len);
		word->line = line;
		text += len + (text[len] == '\n');
	}
}

/* The line of a key in a rule is 10 times the number of the rule and that of the key. */
static void add_rule(struct rule_text_list *list, const char *const words[6])
{
	struct rule_text *rule = VEC_PUSH(list);
	struct rule_words *const fields[] = {&rule->name,  &rule->class_name, &rule->matches,
					     &rule->thens, &rule->places,     &rule->code};

	rule->line = 10 * (unsigned)list->len;
	for (unsigned i = 0; i < ARRAY_LEN(fields); i++) {
		add_words(fields[i], words[i], rule->line + i);
	}
}

#define RULE(...) ((const char *const[6]){__VA_ARGS__})

static struct rules *make(const struct rule_text_list *list)
{
	struct rules *rules = NULL;
	struct err err = ERR_INIT;

	if (rules_project(list, &rules, &err) < 0) {
		fail_msg("%s", err.msg);
	}
	return rules;
}

/* "class code rule", with a star where the rule is the project's. */
static char *classify(struct rules *rules, const char *type, const char *message, const char *text)
{
	AUTO_FREE char *own_type = mem_str(type);
	AUTO_FREE char *own_message = mem_str(message);
	AUTO_FREE char *own_text = mem_str(text);
	struct failure failure = {.type = own_type, .message = own_message, .text = own_text};
	CLEANUP(classified_release) struct classified finding = {0};

	failure_classify_by(rules, &failure, &finding);
	return mem_fmt("%s %s %s%s", failure_class_name(finding.class),
		       str_or(finding.subcode, "-"), str_or(finding.rule, "-"),
		       finding.project ? "*" : "");
}

static const char *const project[][6] = {
	{"broker", "not-serving", "^BrokerError: \\[(?<code>\\d+)\\]", NULL, NULL, "B-$"},
	{"our-refused", "env", "ECONNREFUSED", NULL, NULL, NULL},
	{"late", "dns", "ECONNREFUSED", NULL, NULL, NULL},
	{"seats", "capacity", "no seat\nno chair", "in the \\w+ room", NULL, "SEATS"},
	{"typed", "infra", "^LabError$", NULL, "type", NULL},
	{"asserted", "order", "rows left over", NULL, "assertion", NULL},
	{"body", "resource", "toner is low", NULL, "body", NULL},
};

static const struct {
	const char *type, *message, *text, *expected, *why;
} rows[] = {
	{NULL, "BrokerError: [17] moved", NULL, "not-serving B-17 broker*", "its own text"},
	{NULL, "connect ECONNREFUSED 127.0.0.1:1", NULL, "env - our-refused*",
	 "in front of steady's, and the first of the project's"},
	{NULL, "boom", "x\nCaused by: java.net.UnknownHostException: db\nconnect ECONNREFUSED db:1",
	 "dns - name", "a cause is stronger, whoever says so"},
	{NULL, "boom\nno seat\nor so\nin the red room", NULL, "capacity SEATS seats*",
	 "what has to follow"},
	{NULL, "boom\nno chair\nin the red room", NULL, "capacity SEATS seats*",
	 "it has to follow each of the ways"},
	{NULL, "boom\nno seat\nanywhere", NULL, "none - -", "it does not"},
	{"LabError", "boom", NULL, "infra - typed*", "in the place that was asked for"},
	{NULL, "LabError", NULL, "none - -", "not in another one"},
	{NULL, "AssertionError: rows left over", NULL, "order - asserted*", "in an assertion"},
	{NULL, "rows left over", NULL, "none - -", "only there"},
	{NULL, "AssertionError: expected 'ECONNREFUSED'", NULL, "none - -",
	 "other assertions speak of words only"},
	{NULL, "boom\ntoner is low", NULL, "resource - body*", "in the body"},
	{NULL, "too many clients already", NULL, "capacity - any-capacity",
	 "what the project says nothing of"},
};

static void test_rows(void **state)
{
	CLEANUP(rule_text_list_release) struct rule_text_list list = {0};
	struct rules *rules = NULL;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(project); i++) {
		add_rule(&list, project[i]);
	}
	rules = make(&list);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO_FREE char *shown =
			classify(rules, rows[i].type, rows[i].message, rows[i].text);

		if (!str_eq(shown, rows[i].expected)) {
			fail_msg("%s: %s, not %s", rows[i].why, shown, rows[i].expected);
		}
	}
	rules_free(rules);
}

static void test_bad_rules_are_named(void **state)
{
	static const struct {
		const char *words[6];
		const char *message;
	} bad[] = {
		{{"a b", "dns", "x"},
		 "line 20: failures.rules: name: 'a b' is not 1 to 60 letters, digits, dots, "
		 "dashes "
		 "and underscores"},
		{{"first", "dns", "x"}, "line 20: failures.rules: name: 'first' is there twice"},
		{{"a", "odd", "x"},
		 "line 21: failures.rules: class: 'odd' is not one of refused|not-serving|died|dns|"
		 "capacity|timeout|async-wait|concurrency|crash|resource|order|env|infra"},
		{{"a", "none", "x"},
		 "line 21: failures.rules: class: 'none' is not one of "
		 "refused|not-serving|died|dns|"
		 "capacity|timeout|async-wait|concurrency|crash|resource|order|env|infra"},
		{{"a", "nondet", "x"},
		 "line 21: failures.rules: class: 'nondet' is nothing that a text can tell: it "
		 "takes "
		 "a history"},
		{{"a", "dns", "x("},
		 "line 22: failures.rules: match: regular expression \"x(\": at byte 2: missing "
		 "closing parenthesis"},
		{{"a", "dns", "x", "y["},
		 "line 23: failures.rules: then: regular expression \"y[\": at byte 2: missing "
		 "terminating ] for character class"},
		{{"a", "dns", "x", NULL, "tail"},
		 "line 24: failures.rules: in: 'tail' is not one of "
		 "cause|type|head|body|assertion"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		CLEANUP(rule_text_list_release) struct rule_text_list list = {0};
		struct rules *rules = NULL;
		struct err err = ERR_INIT;

		add_rule(&list, RULE("first", "dns", "x"));
		add_rule(&list, bad[i].words);
		assert_int_equal(rules_project(&list, &rules, &err), -1);
		assert_int_equal(err.code, ERR_INPUT);
		assert_string_equal(err.msg, bad[i].message);
		assert_null(rules);
	}
}

/* `count` times the sign. */
static char *many(size_t count, char sign)
{
	char *text = mem_alloc(count + 1);

	memset(text, sign, count);
	return text;
}

static void assert_refused(const struct rule_text_list *list, const char *part)
{
	struct rules *rules = NULL;
	struct err err = ERR_INIT;

	assert_int_equal(rules_project(list, &rules, &err), -1);
	if (!strstr(err.msg, part)) {
		fail_msg("%s, not %s", err.msg, part);
	}
}

static void test_caps(void **state)
{
	AUTO_FREE char *pattern = many(501, 'x');
	AUTO_FREE char *code = many(61, 'x');
	CLEANUP(rule_text_list_release)
	struct rule_text_list patterns = {0}, codes = {0}, empty = {0}, crowd = {0};

	(void)state;
	add_rule(&patterns, RULE("a", "dns", pattern));
	assert_refused(&patterns, "match: longer than 500 bytes");
	add_rule(&codes, RULE("a", "dns", "x", NULL, NULL, code));
	assert_refused(&codes, "code: longer than 60 bytes");
	add_rule(&empty, RULE("a", "dns", "\nx"));
	assert_refused(&empty, "match: empty, which matches everything");
	for (int i = 0; i < 61; i++) {
		AUTO_FREE char *name = mem_fmt("rule-%d", i);

		add_rule(&crowd, RULE(name, "dns", "x", "a\nb\nc\nd"));
	}
	assert_refused(&crowd, "more than 300 expressions");
}

/* --- what a hostile project can do --- */

/* Every look at it finds half a second gone. */
static int64_t now_us;

static int64_t slow_clock(void *payload)
{
	(void)payload;
	now_us += US_PER_S / 2;
	return now_us;
}

static int warnings;

static void count_warnings(enum log_level level, const char *line, void *payload)
{
	(void)payload;
	assert_int_equal(level, LOG_WARNING);
	assert_string_equal(line, "failures.rules take too long, the last of them \"slow\": from "
				  "here on they are left out");
	warnings++;
}

/* A project's rules have so many seconds in all; those of steady go on. */
static void test_time_is_bounded(void **state)
{
	const struct clock clock = {.wall_us = slow_clock, .mono_us = slow_clock};
	CLEANUP(rule_text_list_release) struct rule_text_list list = {0};
	struct rules *rules = NULL;
	size_t own = 0;

	(void)state;
	add_rule(&list, RULE("slow", "env", "[E]CONN\\w+"));
	rules = make(&list);
	clock_set(&clock);
	log_set_sink(count_warnings, NULL);
	for (int i = 0; i < 20; i++) {
		AUTO_FREE char *shown = classify(rules, NULL, "connect ECONNRESET", NULL);

		own += str_eq(shown, "env - slow*");
		assert_true(str_eq(shown, "env - slow*") || str_starts(shown, "died ECONNRESET"));
	}
	log_set_sink(NULL, NULL);
	clock_set(NULL);
	rules_free(rules);
	assert_in_range(own, 1, 6);
	assert_int_equal(warnings, 1);
}

/* The match limit ends each try; together they end too. The limit is the test's own. */
static void test_slow_expressions_end(void **state)
{
	CLEANUP(rule_text_list_release) struct rule_text_list list = {0};
	CLEANUP(buf_release) struct buf text = BUF_INIT((size_t)200 << 10);
	struct rules *rules = NULL;
	AUTO_FREE char *shown = NULL;

	(void)state;
	add_rule(&list, RULE("a", "env", "(?:a|aa)+$(?<!b)\n(?:(?:[ab]|ab)+)+[^ab!]x\n(.*)*z"));
	rules = make(&list);
	while (!text.cut) {
		buf_str_add(&text, "E   aabaaabaaaaabaaaaabaaabaaaaabababababaaaaaab!\n");
	}
	shown = classify(rules, NULL, NULL, buf_str(&text));
	assert_string_equal(shown, "none - -");
	rules_free(rules);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_bad_rules_are_named),
		cmocka_unit_test(test_caps),
		cmocka_unit_test(test_time_is_bounded),
		cmocka_unit_test(test_slow_expressions_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
