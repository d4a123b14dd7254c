/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "base/mem.h"
#include "base/str.h"
#include "failure/classify.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a failure says, and the class, subcode, endpoint and rule ("-" for none) by which it goes. */
struct row {
	const char *type, *message, *text;
	const char *expected;
};

static const struct row rows[] = {
	/* every class */
	{"Error", "connect ECONNREFUSED 127.0.0.1:5432", NULL,
	 "refused ECONNREFUSED 127.0.0.1:5432 refused"},
	{NULL, "pq: the database system is starting up (57P03)", NULL,
	 "not-serving 57P03 - postgres-starting"},
	{NULL, NULL, "OperationalError: (2006, 'MySQL server has gone away')",
	 "died 2006 - mysql-gone"},
	{NULL, "getaddrinfo EAI_AGAIN db", NULL, "dns EAI_AGAIN db name"},
	{NULL, "FATAL:  sorry, too many clients already", NULL, "capacity - - connections"},
	{NULL, "curl: (28) Operation timed out after 100 milliseconds", NULL,
	 "timeout 28 - curl-timeout"},
	{NULL, "TimeoutError: locator.click: Timeout 30000ms exceeded.", NULL,
	 "async-wait - - element"},
	{NULL, "ERROR 1213 (40001): Deadlock found", NULL, "concurrency 1213 - lock"},
	{NULL, "==1==ERROR: AddressSanitizer: heap-use-after-free", NULL,
	 "crash AddressSanitizer - sanitizer"},
	{NULL, "listen tcp 0.0.0.0:80: bind: address already in use", NULL,
	 "resource EADDRINUSE 0.0.0.0:80 port-taken"},
	{NULL, "ERROR 1146 (42S02): Table 'shop.carts' doesn't exist", NULL,
	 "order 1146 - missing-state"},
	{NULL, "NOAUTH Authentication required.", NULL, "env NOAUTH - credentials"},
	{NULL, "E: Failed to fetch http://deb.example.org/x", NULL,
	 "infra - deb.example.org:80 packages"},
	{NULL, "HTTP/1.1 503 Service Unavailable", NULL, "not-serving http-503 - bad-gateway"},

	/* the place decides */
	{"X", "no cart", "X: no cart\nCaused by: java.net.SocketException: Connection reset",
	 "died - - reset"},
	{NULL, "pool: request timed out",
	 "Caused by: java.net.ConnectException: Connection refused", "refused - - refused"},
	{NULL, "Test timeout of 500ms exceeded.", "Error: connect ECONNREFUSED ::1:3000",
	 "refused ECONNREFUSED [::1]:3000 refused"},
	{NULL, "connect ECONNREFUSED ::1:1", "read ECONNRESET",
	 "refused ECONNREFUSED [::1]:1 refused"},
	{NULL, "read ECONNRESET", "connect ECONNREFUSED ::1:1", "died ECONNRESET [::1]:1 reset"},
	{NULL, "connect ECONNREFUSED ::1:1", "KeyError: 'a'",
	 "refused ECONNREFUSED [::1]:1 refused"},
	{NULL, "it failed", "the file was left open\ncould not find the module named cart", "none"},
	{"ModuleNotFoundError", "No module named 'cart'", NULL, "env - - module"},
	{NULL, "it failed", "ImportError is what nobody raised here", "none"},
	{"java.net.ConnectException", NULL, NULL, "refused - - connect-exception"},
	{NULL, "carts", "Connection to 10.0.0.7:5432 refused.\nCaused by: Connection refused",
	 "refused - 10.0.0.7:5432 refused"},

	/* several lines in their order */
	{NULL, "BrokerUnreachableException : none reachable", "---- X : text='End of stream'",
	 "not-serving - - amqp-starting"},
	{NULL, "text='End of stream' before BrokerUnreachableException", NULL,
	 "refused - - connect-exception"},

	/* assertions that only quote */
	{"AssertionError", "a", "connect ECONNREFUSED 127.0.0.1:1", "none"},
	{NULL, "a\nExpected: b", "connect ECONNREFUSED 127.0.0.1:1", "none"},
	{NULL, "a", "- connect ECONNREFUSED 127.0.0.1:1\n+ b\nconnect ECONNREFUSED ::1:1", "none"},
	{"ValueError", "a", "connect ECONNREFUSED 127.0.0.1:1", "none"},
	{NULL, "f() = dial tcp 127.0.0.1:1: connect: connection refused, want EOF", NULL, "none"},
	{NULL, "f() failed: dial tcp 127.0.0.1:1: connect: connection refused; want success", NULL,
	 "refused - 127.0.0.1:1 refused"},
	{NULL, "dial tcp 127.0.0.1:0: connect: connection refused", NULL, "none"},

	/* assertions that nothing is thrown */
	{"org.opentest4j.AssertionFailedError",
	 "Unexpected exception thrown: java.net.ConnectException: Connection refused", NULL,
	 "refused - - refused"},
	{NULL, "Unexpected exception thrown: shop.X: no cart", "connect ECONNREFUSED ::1:1",
	 "refused ECONNREFUSED [::1]:1 refused"},
	{"AssertionError [ERR_ASSERTION]",
	 "Got unwanted exception.\nActual message: \"connect ECONNREFUSED ::1:1\"", NULL,
	 "refused ECONNREFUSED [::1]:1 refused"},
	{"AssertionError", "expected no Exception, got #<Errno::EPIPE: Broken pipe>", NULL,
	 "died EPIPE - reset"},
	{NULL,
	 "Expected: No Exception to be thrown\n  But was:  <System.IO.IOException: Broken pipe",
	 NULL, "died - - reset"},
	{NULL, "Expected: <System.X>\n  But was:  <System.IO.IOException: Broken pipe", NULL,
	 "none"},
	{"AssertionError",
	 "\nExpecting code not to raise a throwable but caught\n  \"Broken pipe\"", NULL,
	 "died - - reset"},
	{"AssertionFailedError", "execution timed out after 200 ms", NULL,
	 "timeout - - test-limit"},

	/* the text never tells it */
	{"hypothesis.errors.Flaky", "Unreliable test timings", NULL, "none"},
	{NULL, "expected 1.0000001 to be close to 1", NULL, "none"},
	{NULL, NULL, NULL, "none"},
};

static char *show(const struct classified *finding)
{
	return finding->class == CLASS_NONE
		       ? mem_str("none")
		       : mem_fmt("%s %s %s %s", failure_class_name(finding->class),
				 str_or(finding->subcode, "-"), str_or(finding->endpoint, "-"),
				 finding->rule);
}

static void test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO_FREE char *type = mem_str(rows[i].type);
		AUTO_FREE char *message = mem_str(rows[i].message);
		AUTO_FREE char *text = mem_str(rows[i].text);
		struct failure failure = {.type = type, .message = message, .text = text};
		struct classified finding;
		AUTO_FREE char *shown = NULL;

		failure_classify(&failure, &finding);
		shown = show(&finding);
		if (!str_eq(shown, rows[i].expected)) {
			fail_msg("row %zu, %s: %s, not %s", i, str_or(message, str_or(text, "-")),
				 shown, rows[i].expected);
		}
		assert_true((finding.class == CLASS_NONE) == (finding.line == NULL));
		classified_release(&finding);
	}
}

static void test_line(void **state)
{
	char text[] = "E   a\nE   b: Connection refused";
	char output[] = "connect ECONNREFUSED 127.0.0.1:5432";
	struct failure failure = {.text = text};
	struct failure silent = {.output = output};
	struct classified finding;

	(void)state;
	failure_classify(&failure, &finding);
	assert_string_equal(finding.line, "b: Connection refused");
	classified_release(&finding);
	failure_classify(&silent, &finding);
	assert_int_equal(finding.class, CLASS_NONE);
	failure_classify(NULL, &finding);
	assert_int_equal(finding.class, CLASS_NONE);
}

static void test_nothing_matched(void **state)
{
	static const struct {
		const char *type, *message, *text, *seen;
		bool asserts;
	} unmatched[] = {
		{"OddError", "boom\nmore", NULL, "boom", false},
		{NULL, "boom", "x\nCaused by: OtherError: odd", "OtherError: odd", false},
		{"AssertionError", "1 != 2", NULL, "1 != 2", true},
		{"OddError", NULL, NULL, "OddError", false},
		{NULL, NULL, NULL, NULL, false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(unmatched); i++) {
		AUTO_FREE char *type = mem_str(unmatched[i].type);
		AUTO_FREE char *message = mem_str(unmatched[i].message);
		AUTO_FREE char *text = mem_str(unmatched[i].text);
		struct failure failure = {.type = type, .message = message, .text = text};
		CLEANUP(classified_release) struct classified finding = {0};

		failure_classify(&failure, &finding);
		assert_int_equal(finding.class, CLASS_NONE);
		assert_true(str_eq(finding.seen, unmatched[i].seen));
		assert_int_equal(finding.asserts, unmatched[i].asserts);
	}
}

/* --- the texts of classes.tsv --- */

static char *unescape(char *text)
{
	char *to = text;

	for (const char *at = text; *at; at++) {
		bool escaped = *at == '\\' && at[1];

		at += escaped;
		*to++ = !escaped ? *at : *at == 'n' ? '\n' : *at == 't' ? '\t' : *at;
	}
	*to = '\0';
	return text;
}

static struct rules *read_rules(bool all)
{
	static char text[1 << 17];
	FILE *file = fopen(SOURCE_ROOT "/src/failure/classes.rules", "r");
	struct rules *rules = NULL;
	struct err err = ERR_INIT;

	assert_non_null(file);
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	fclose(file);
	assert_int_equal(rules_read(text, "classes.rules", &rules, &err), 0);
	for (size_t i = 0; all && i < rules->patterns.len; i++) {
		/* those behind a "then" are never tried by themselves */
		if (i == 0 || rules->patterns.items[i - 1].then != i + 1) {
			rules->always[i / 64] |= UINT64_C(1) << (i % 64);
		}
	}
	return rules;
}

/* The class; the same when every pattern is tried on every line; the same as message or text. */
static void check_text(struct rules *all, const char *class, char *message)
{
	struct failure failure = {.message = message};
	struct failure same = {.text = message};
	struct classified finding, other, third;

	failure_classify(&failure, &finding);
	failure_classify_by(all, &failure, &other);
	failure_classify(&same, &third);
	if (!str_eq(failure_class_name(finding.class), class) || other.class != finding.class ||
	    !str_eq(other.rule, finding.rule) || third.class != finding.class) {
		fail_msg("%s: %s by %s, %s by %s without needles, %s as a text: %s", class,
			 failure_class_name(finding.class), str_or(finding.rule, "-"),
			 failure_class_name(other.class), str_or(other.rule, "-"),
			 failure_class_name(third.class), message);
	}
	classified_release(&finding);
	classified_release(&other);
	classified_release(&third);
}

static void test_texts(void **state)
{
	FILE *file = fopen(SOURCE_ROOT "/tests/unit/failure/classes.tsv", "r");
	struct rules *all = read_rules(true);
	char line[4096] = "";
	int count = 0;

	(void)state;
	assert_non_null(file);
	while (fgets(line, sizeof(line), file)) {
		char *ecosystem = strchr(line, '\t');
		char *message = ecosystem ? strchr(ecosystem + 1, '\t') : NULL;
		enum failure_class known;

		line[strcspn(line, "\n")] = '\0';
		line[strcspn(line, "\t")] = '\0';
		if (message && failure_class_parse(line, &known)) {
			check_text(all, line, unescape(message + 1));
			count++;
		}
	}
	fclose(file);
	rules_free(all);
	assert_true(count > 300);
}

/* --- hostile --- */

static const char *const units[] = {
	"expected ",
	"got a, ",
	"refused",
	"Expected: x\n",
	"Unexpected exception thrown: ",
	"No Exception to be thrown\n",
	"BrokerUnreachableException\n",
	"E   x\n",
	"::1:",
	"a.b.",
	"\"",
	"'",
	"Caused by: x\n",
	"File \"x\"\n",
	"x\n",
	"[",
	"(",
	"\xff",
	"not to raise a throwable but caught\n",
	"thread 'a' panicked at ",
	"connection to x ",
	"registry.npmjs.org ",
	"The above exception was the direct cause\n",
};

/* The limit is the test's own. */
static void test_hostile(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(units); i++) {
		CLEANUP(buf_release) struct buf text = BUF_INIT((size_t)100 << 10);
		struct failure failure = {0};
		struct classified finding;

		while (!text.cut) {
			buf_str_add(&text, units[i]);
		}
		failure.type = failure.message = failure.text = text.data;
		failure_classify(&failure, &finding);
		assert_true(!finding.line || strlen(finding.line) <= 2048);
		classified_release(&finding);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_line),
		cmocka_unit_test(test_nothing_matched),
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_hostile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
