/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "base/map.h"
#include "base/str.h"
#include "failure/endpoint.h"
#include "failure/rules.h"

#include <string.h>

static void test_reads(void **state)
{
	static const char text[] = "# a comment\nversion 7\n\nlet n (?:\\d+)\nlet m %{n}x\n"
				   "rule one died in cause head weak code x-$\n\ta %{m}\n\tthen b\n"
				   "\tc\nquotes two in type\n  d\nunwraps three\n\te (?<what>f)\r\n"
				   "rule four dns\n\tg";
	struct rules *rules = NULL;
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(rules_read(text, "x.rules", &rules, &err), 0);
	assert_string_equal(rules->version, "7");
	assert_int_equal(rules->rules.len, 4);
	assert_string_equal(rules->rules.items[0].name, "one");
	assert_int_equal(rules->rules.items[0].class, CLASS_DIED);
	assert_int_equal(rules->rules.items[0].places, 1u << PLACE_CAUSE | 1u << PLACE_HEAD);
	assert_true(rules->rules.items[0].weak);
	assert_string_equal(rules->rules.items[0].code, "x-$");
	assert_int_equal(rules->rules.items[1].kind, RULE_QUOTES);
	assert_int_equal(rules->rules.items[1].places, 1u << PLACE_TYPE);
	assert_int_equal(rules->rules.items[2].kind, RULE_UNWRAPS);
	assert_int_equal(rules->rules.items[3].places, IN_ANYWHERE);
	assert_false(rules->rules.items[3].weak);
	assert_int_equal(rules->patterns.len, 6);
	assert_string_equal(rules->patterns.items[0].text, "a (?:\\d+)x");
	assert_int_equal(rules->patterns.items[0].then, 2);
	assert_int_equal(rules->patterns.items[1].then, 0);
	assert_int_equal(rules->patterns.items[2].rule, 0);
	assert_string_equal(rules->patterns.items[4].text, "e (?<what>f)");
	assert_int_equal(rules->patterns.items[5].line, 15);
	assert_int_equal(rules_check(rules, "x.rules", &err), 0);
	rules_free(rules);
}

static void test_bad_rules_are_named(void **state)
{
	static const struct {
		const char *text, *message;
	} rows[] = {
		{"\n\ta", "x.rules:2: a rule expected in front of \"a\""},
		{"rule", "x.rules:1: a name expected after \"rule\""},
		{"rule a odd\n", "x.rules:1: no class that a text can tell: \"odd\""},
		{"rule a nondet\n", "x.rules:1: no class that a text can tell: \"nondet\""},
		{"rule a none\n", "x.rules:1: no class that a text can tell: \"none\""},
		{"rule a dns in tail", "x.rules:1: not understood: \"tail\""},
		{"rule a dns head", "x.rules:1: not understood: \"head\""},
		{"rule a dns\n\tthen b", "x.rules:2: a pattern expected in front of \"then b\""},
		{"rule a dns\n\tb %{c}", "x.rules:2: no such piece: \"%{c}\""},
		{"let a", "x.rules:1: a name and a pattern expected after \"let\""},
		{"version", "x.rules:1: a number expected after \"version\""},
		{"what", "x.rules:1: not understood: \"what\""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct rules *rules = NULL;
		struct err err = ERR_INIT;

		assert_int_equal(rules_read(rows[i].text, "x.rules", &rules, &err), -1);
		assert_string_equal(err.msg, rows[i].message);
	}
}

static void test_a_bad_pattern_is_named(void **state)
{
	struct rules *rules = NULL;
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(rules_read("rule a dns\n\tb(", "x.rules", &rules, &err), 0);
	assert_int_equal(rules_check(rules, "x.rules", &err), -1);
	assert_string_equal(err.msg, "x.rules:2: regular expression \"b(\": at byte 2: missing "
				     "closing parenthesis");
	assert_null(rules_regex(rules, 0));
	rules_free(rules);
}

/* The ones that come with steady. */
static void test_builtin(void **state)
{
	struct rules *rules = rules_builtin();
	CLEANUP(map_release) struct map names = {0};
	struct err err = ERR_INIT;
	size_t always = 0;

	(void)state;
	if (rules_check(rules, "classes.rules", &err) < 0) {
		fail_msg("%s", err.msg);
	}
	assert_true(rules == rules_builtin());
	assert_false(str_empty(rules->version));
	VEC_EACH (const struct rule, rule, &rules->rules) {
		if (!map_put(&names, rule->name, 0)) {
			fail_msg("two rules \"%s\"", rule->name);
		}
	}
	for (size_t i = 0; i < rules->patterns.len; i++) {
		always += (rules->always[i / 64] >> (i % 64)) & 1;
	}
	/* what has no literal costs time on every line */
	assert_true(always <= 5);
}

static const struct {
	const char *line, *endpoint;
} endpoint_rows[] = {
	{"connect ECONNREFUSED 127.0.0.1:5432", "127.0.0.1:5432"},
	{"connect ECONNREFUSED ::1:3000", "[::1]:3000"},
	{"dial tcp [::1]:59999: connect: connection refused", "[::1]:59999"},
	{"dial tcp [fe80::1]:80: x", "[fe80::1]:80"},
	{"read tcp 10.0.0.2:33590->10.0.0.3:58091: read: connection reset", "10.0.0.3:58091"},
	{"read tcp [::1]:33590->[::1]:58091: x", "[::1]:58091"},
	{"connection to server at \"db\" (10.0.0.2), port 5432 failed", "db:5432"},
	{"connection to server at \"::1\", port 5432 failed", "[::1]:5432"},
	{"connection to server on socket \"/run/pg/.s.PGSQL.5432\" failed",
	 "unix:/run/pg/.s.PGSQL.5432"},
	{"through socket '/run/my.sock' (2)", "unix:/run/my.sock"},
	{"dial unix /run/x.sock: connect: no such file", "unix:/run/x.sock"},
	{"daemon at unix:///var/run/docker.sock. Is it", "unix:/var/run/docker.sock"},
	{"connect ENOENT /tmp/app.sock", "unix:/tmp/app.sock"},
	{"HTTPConnectionPool(host='api', port=8000): Max", "api:8000"},
	{"Connect call failed ('::1', 59999, 0, 0)", "[::1]:59999"},
	{"Failed to connect to localhost port 59999 after 0 ms", "localhost:59999"},
	{"ssh: connect to host git.example.org port 22: x", "git.example.org:22"},
	{"connect(2) for \"127.0.0.1\" port 9515", "127.0.0.1:9515"},
	{"Get \"http://api.local/x\": EOF", "api.local:80"},
	{"Get \"https://me:secret@api.local/x\": EOF", "api.local:443"},
	{"at http://[::1]:8080/", "[::1]:8080"},
	{"amqp://broker", "broker:5672"},
	{"custom://thing/x", "thing"},
	{"/dev/tcp/127.0.0.1/9: Connection refused", "127.0.0.1:9"},
	{"mongo:27017: [Errno 111] Connection refused", "mongo:27017"},
	{"Error 111 connecting to cache:6379.", "cache:6379"},
	{"getaddrinfo ENOTFOUND db.internal", "db.internal"},
	{"lookup db.invalid on 10.0.0.53:53: no such host", "db.invalid"},
	{"Could not resolve host: db", "db"},
	{"java.net.UnknownHostException: db.invalid", "db.invalid"},
	{"could not translate host name \"db\" to address", "db"},
	{"Can't connect to MySQL server on 'db' (111)", "db"},
	{"at app.py:12 in f", NULL},
	{"Cart.java:112", NULL},
	{"a:1", NULL},
	{"08:00:00 nothing here", NULL},
	{"", NULL},
};

static void test_endpoints(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(endpoint_rows); i++) {
		CLEANUP(buf_release) struct buf out = BUF_INIT(200);
		const char *line = endpoint_rows[i].line;
		bool found = endpoint_find(line, strlen(line), &out);

		if (found != (endpoint_rows[i].endpoint != NULL) ||
		    (found && !str_eq(buf_str(&out), endpoint_rows[i].endpoint))) {
			fail_msg("%s: \"%s\"", line, buf_str(&out));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads),
		cmocka_unit_test(test_bad_rules_are_named),
		cmocka_unit_test(test_a_bad_pattern_is_named),
		cmocka_unit_test(test_builtin),
		cmocka_unit_test(test_endpoints),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
