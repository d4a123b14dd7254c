/* SPDX-License-Identifier: Apache-2.0 */
#include "junit/producer.h"

#include "base/mem.h"
#include "base/str.h"

#include <stdlib.h>
#include <string.h>

#define ORDER_MAX 512

/* One row a producer. The names are those of fixtures/junit. */
static const struct junit_producer producers[] = {
	{"ant", HABIT_COUNTS_FREELY, 0},
	{"bats", HABIT_BEGIN, 0},
	{"behave", 0, 0},
	{"boost", HABIT_COUNTS_FREELY, KEY_CLASS | KEY_SUITE},
	{"busted", HABIT_COUNTS_FREELY, KEY_NOTHING},
	{"cargo", 0, 0}, /* rerun/embed/steady_cargo.sh */
	{"catch2", HABIT_COUNTS_FREELY | HABIT_SKIP_EXCUSES, 0},
	{"cmocka", HABIT_HIDES_BAD, KEY_PATH},
	{"commontest", HABIT_COUNTS_FREELY, 0},
	{"cpputest", 0, 0},
	{"criterion", HABIT_COUNTS_MORE, KEY_PATH},
	{"ctest", HABIT_SKIP_MAY_FAIL, 0},
	{"cucumber", 0, 0},
	{"cucumber-ruby", 0, 0},
	{"doctest", HABIT_COUNTS_FREELY, 0},
	{"eslint", 0, KEY_SUITE},
	{"ginkgo", HABIT_TRIES_IN_ROW | HABIT_COUNTS_FREELY, 0},
	{"googletest", HABIT_LISTING, 0},
	{"gotestsum", HABIT_RETRIES | HABIT_COUNTS_FREELY | HABIT_HIDES_ERRORS, KEY_SUITE},
	{"gradle", HABIT_TRIES_OR_ROWS, 0},
	{"htmlhint", HABIT_COUNTS_MORE, KEY_NOTHING},
	{"jasmine-reporters", 0, 0},
	{"jest-junit", HABIT_LOAD_TWICE | HABIT_COUNTS_FREELY, KEY_FILE | KEY_SUITE},
	{"junit5", 0, 0},
	{"karma", HABIT_HIDES_ERRORS | HABIT_COUNTS_FREELY, KEY_CLASS_NO_VERSION},
	{"kyua", 0, 0},
	{"lab", HABIT_HIDES_BAD, 0},
	{"libtest", HABIT_COUNTS_MORE, KEY_PATH},
	{"lit", 0, 0},
	{"luaunit", 0, 0},
	{"markdownlint", 0, 0},
	{"meson", 0, 0},
	{"minitest", 0, KEY_SUITE},
	{"mocha-junit-reporter", HABIT_COUNTS_MORE, KEY_FILE | KEY_CLASS},
	{"mocha-xunit", 0, 0},
	{"newman", HABIT_HIDES_ERRORS | HABIT_COUNTS_FREELY, 0},
	{"newman-junitfull", HABIT_COUNTS_FREELY, 0},
	{"nextest", 0, 0},
	{"nightwatch", HABIT_HIDES_ERRORS | HABIT_COUNTS_FREELY, 0},
	{"node-test", HABIT_COUNTS_FREELY | HABIT_SKIP_EXCUSES, KEY_PATH},
	{"nose", HABIT_TEARDOWN | HABIT_COUNTS_FREELY, 0},
	{"nose2", HABIT_TEARDOWN, 0},
	{"ounit", 0, KEY_NOTHING | KEY_NO_INDEX},
	{"phpunit", HABIT_WARNING, 0},
	{"playwright", 0, KEY_HOST | KEY_CLASS},
	{"pytest", HABIT_ONE_CASE | HABIT_NAMELESS_ENDED | HABIT_COUNTS_MORE, 0},
	{"qttest", 0, KEY_SUITE},
	{"qunit", HABIT_COUNTS_FREELY, KEY_SUITE},
	{"rspec", 0, KEY_FILE},
	{"spectral", 0, KEY_SUITE},
	{"stylelint", HABIT_COUNTS_FREELY, KEY_SUITE},
	{"subunit", 0, 0},
	{"surefire", HABIT_COUNTS_FREELY, 0},
	{"tap", HABIT_PROPERTY_SKIPS | HABIT_COUNTS_FREELY, 0},
	{"tap-formatter-junit", HABIT_COUNTS_MORE, KEY_SUITE | KEY_NO_NUMBER},
	{"tap-harness-junit", HABIT_COUNTS_MORE, 0},
	{"tap-junit", HABIT_HIDES_BAD, KEY_SUITE},
	{"tap-xunit", 0, KEY_SUITE | KEY_NO_NUMBER},
	{"tasty", HABIT_COUNTS_FREELY, 0},
	{"testcafe", HABIT_UNSTABLE | HABIT_COUNTS_FREELY, KEY_FILE | KEY_CLASS},
	{"testem", 0, KEY_CLASS_NO_VERSION},
	{"testthat", HABIT_COUNTS_FREELY, 0},
	{"testng", HABIT_TRIES_OR_ROWS | HABIT_SKIPPED_TRIES | HABIT_COUNTS_FREELY, 0},
	{"unittest-xml-reporting", HABIT_TEARDOWN, 0},
	{"vitest", 0, 0},
	{"wdio", HABIT_SKIPPED_TRIES, KEY_CLASS_NO_VERSION},
	{"web-test-runner", HABIT_COUNTS_MORE, KEY_FILE | KEY_CLASS},
};

/* How the reports of one look. What is NULL does not matter, "-" means that there is none. A row
 * that names the attributes of a test case also fits a report without any. */
struct look {
	const char *producer;
	const char *root;  /* of testsuites */
	const char *suite; /* of the first testsuite */
	const char *test;  /* of the first testcase */
	const char *hint;  /* in the root's name or schema */
};

/* One look stays on one line where it fits. */
/* clang-format off */
static const struct look looks[] = {
	{"surefire", NULL, NULL, NULL, "surefire-test-report"},
	{"googletest", NULL, NULL, NULL, "AllTests"},
	{"nextest", "name tests failures errors uuid timestamp time", NULL, NULL, NULL},
	{"pytest", NULL, "name errors failures skipped tests time timestamp hostname", NULL, NULL},
	{"gotestsum", NULL, "tests failures time name timestamp", NULL, NULL},
	{"gotestsum", "tests failures errors time", NULL, NULL, NULL},
	{"ctest", NULL, "name tests failures disabled skipped hostname time timestamp", NULL, NULL},
	{"bats", "time", "name tests failures errors skipped time timestamp hostname", NULL, NULL},
	{"behave", "-", "name tests errors failures skipped time timestamp hostname", NULL, NULL},
	{"boost", "-", "tests skipped errors failures id name time", NULL, NULL},
	/* busted writes attributes in any order */
	{"busted", "{errors failures skip tests time}", NULL, NULL, NULL},
	{"cargo", "name", "name time", NULL, "cargo test"},
	{"catch2", "", "name errors failures tests hostname time timestamp", NULL, NULL},
	{"catch2", "", "name errors failures skipped tests hostname time timestamp", NULL, NULL},
	{"catch2", "", "errors failures tests hostname time timestamp", NULL, NULL},
	{"cmocka", "", "name time tests failures errors skipped", "name time", NULL},
	{"cpputest", "-", "errors failures hostname name tests time timestamp", "classname name assertions time file line", NULL},
	{"ant", NULL, "errors failures hostname name skipped tests time timestamp", NULL, NULL},
	{"ant", NULL, "errors failures hostname id name package skipped tests time timestamp", NULL, NULL},
	{"commontest", "", "hostname name time timestamp errors failures skipped tests log", NULL, NULL},
	{"criterion", NULL, "name tests failures errors disabled skipped time", NULL, NULL},
	{"cucumber", "-", "name time tests skipped failures errors timestamp", NULL, NULL},
	{"cucumber-ruby", "-", "failures errors skipped tests time name", NULL, NULL},
	{"doctest", NULL, "name errors failures tests time timestamp doctest_version", NULL, NULL},
	{"eslint", "", "package time tests errors name", NULL, NULL},
	{"ginkgo", "-", "name tests failures errors time", "name classname time", NULL},
	{"ginkgo", NULL, "name package tests disabled skipped errors failures time timestamp", NULL, NULL},
	{"gradle", "-", "name tests skipped failures errors timestamp hostname time", NULL, NULL},
	{"junit5", "-", "name tests skipped failures errors time hostname timestamp", NULL, NULL},
	{"htmlhint", "", "name time tests failures", "name time", NULL},
	{"jasmine-reporters", NULL, "name timestamp hostname time errors tests skipped disabled failures", NULL, NULL},
	{"jest-junit", NULL, "name errors failures skipped timestamp time tests", NULL, NULL},
	{"karma", NULL, "name package timestamp id hostname tests errors failures time", NULL, NULL},
	{"kyua", "-", "", "classname name time", "cwd"},
	{"lab", "tests errors failures time", NULL, NULL, NULL},
	{"libtest", "", "name package id errors failures tests skipped", NULL, NULL},
	{"lit", "time", "name tests failures skipped", "classname name time", NULL},
	{"luaunit", "", "name id package hostname tests timestamp time errors failures skipped", NULL, NULL},
	{"markdownlint", NULL, "name time tests failures errors skipped", "classname name time", NULL},
	{"meson", "tests errors failures", "name tests errors failures skipped time", NULL, NULL},
	{"minitest", "-", "name skipped failures errors tests assertions time", NULL, NULL},
	{"minitest", "-", "name filepath skipped failures errors tests assertions time", NULL, NULL},
	{"mocha-junit-reporter", NULL, "name timestamp tests time failures", NULL, NULL},
	{"mocha-junit-reporter", NULL, "name timestamp tests file time failures", NULL, NULL},
	{"mocha-xunit", "-", "name tests failures errors skipped timestamp time", NULL, NULL},
	{"newman", "name tests time", "name id timestamp tests failures errors time", NULL, NULL},
	{"newman-junitfull", NULL, "id hostname package name tests failures errors timestamp time", NULL, NULL},
	{"nightwatch", NULL, "name id errors failures hostname package skipped tests time timestamp", NULL, NULL},
	{"node-test", NULL, "name time disabled errors tests failures skipped hostname", NULL, NULL},
	{"node-test", "", "-", "name time classname", NULL},
	{"node-test", "", "-", "name time classname failure", NULL},
	{"node-test", "", "-", "name time classname file", NULL},
	{"nose", "-", "name tests errors failures skip", NULL, NULL},
	{"nose2", "-", "name errors failures skipped tests time", "timestamp time classname name", NULL},
	{"ounit", "", "id package name timestamp hostname tests failures errors time", "name classname time", NULL},
	{"phpunit", "", "name file tests assertions errors warnings failures skipped time", NULL, NULL},
	{"phpunit", "", "name tests assertions errors warnings failures skipped time", NULL, NULL},
	{"phpunit", "", "name file tests assertions errors failures skipped time", NULL, NULL},
	{"phpunit", "", "name tests assertions errors failures skipped time", NULL, NULL},
	{"playwright", "id name tests failures skipped errors time", NULL, NULL, NULL},
	{"qttest", "-", "name timestamp hostname tests failures errors skipped time", NULL, NULL},
	{"qunit", NULL, "id name hostname tests failures errors time timestamp", NULL, NULL},
	{"rspec", "-", "name tests skipped failures errors time timestamp hostname", NULL, NULL},
	{"spectral", "", "package time tests errors failures name", NULL, NULL},
	{"stylelint", "package", NULL, NULL, NULL},
	{"subunit", "-", "errors failures name tests time", NULL, NULL},
	{"tasty", "errors failures tests time", "name tests", NULL, NULL},
	{"tap", NULL, "name tests failures assertions skipped time", NULL, NULL},
	{"tap-junit", NULL, "name tests skipped failures", "name id", NULL},
	{"tap-xunit", "", "tests skipped failures errors name", "name", NULL},
	{"tap-xunit", "", "tests failures errors name", "name", NULL},
	{"tap-formatter-junit", "", "{errors failures name tests}", "name", NULL},
	{"tap-harness-junit", "", "name errors failures skipped tests time", "name classname time", NULL},
	{"testcafe", "-", "name tests failures skipped errors time timestamp", NULL, NULL},
	{"testem", "-", "name tests skipped todo failures timestamp time", NULL, NULL},
	{"testthat", "", "name timestamp hostname tests skipped failures errors time", "time classname name", NULL},
	{"testng", "-", "failures tests name time errors timestamp", "classname name time", NULL},
	{"unittest-xml-reporting", NULL, "name tests file time timestamp failures errors skipped", NULL, NULL},
	{"vitest", "name tests failures errors time", "name timestamp hostname tests failures errors skipped time", NULL, NULL},
	{"wdio", NULL, "name timestamp time tests failures errors skipped", NULL, NULL},
	{"web-test-runner", "", "name id tests skipped errors failures time", NULL, NULL},
};
/* clang-format on */

const struct junit_producer *junit_producer_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(producers); i++) {
		if (str_eq(producers[i].name, name)) {
			return &producers[i];
		}
	}
	return NULL;
}

static void take_order(struct buf *order, const struct junit_attrs *attrs)
{
	if (order->max) {
		return; /* the first one tells */
	}
	order->max = ORDER_MAX;
	for (size_t i = 0; i < attrs->len; i++) {
		buf_str_add(order, i ? " " : "");
		buf_str_add(order, attrs->items[i].name);
	}
}

static void take_hint(struct junit_traits *traits, const struct junit_attrs *attrs)
{
	traits->hint.max = ORDER_MAX;
	for (size_t i = 0; i < attrs->len; i++) {
		if (attrs->items[i].word == WORD_NAME ||
		    str_ends(attrs->items[i].name, "chemaLocation")) {
			buf_add(&traits->hint, attrs->items[i].value, attrs->items[i].len);
			buf_char(&traits->hint, ' ');
		}
	}
}

void junit_traits_add(struct junit_traits *traits, enum junit_word element,
		      const struct junit_attrs *attrs)
{
	if (traits->decided) {
		return;
	}
	if (element == WORD_TESTSUITES && !traits->root.max) {
		take_order(&traits->root, attrs);
		take_hint(traits, attrs);
	} else if (element == WORD_TESTSUITE && !traits->suite.max) {
		take_order(&traits->suite, attrs);
		if (!traits->root.max) {
			take_hint(traits, attrs);
		}
	} else if (element == WORD_TESTCASE) {
		take_order(&traits->test, attrs);
	} else if (element == WORD_PROPERTY && !traits->hint.len) {
		take_hint(traits, attrs); /* the first property */
	}
}

static int compare_words(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* "{a b c}": the same names in any order. */
static bool is_same_set(const char *order, const char *wanted)
{
	AUTO_FREE char *text = mem_str(order);
	CLEANUP(buf_release) struct buf sorted = BUF_INIT(ORDER_MAX);
	char *words[32];
	size_t count = 0;
	char *rest = text;
	char *word = NULL;

	while (count < ARRAY_LEN(words) && (word = strsep(&rest, " ")) != NULL) {
		words[count++] = word;
	}
	qsort(words, count, sizeof(*words), compare_words);
	for (size_t i = 0; i < count; i++) {
		buf_fmt(&sorted, "%s%s", i ? " " : "{", words[i]);
	}
	buf_char(&sorted, '}');
	return str_eq(buf_str(&sorted), wanted);
}

static bool is_order(const struct buf *order, const char *wanted)
{
	const char *found = order->max ? buf_str(order) : "-";

	return !wanted || str_eq(found, wanted) || (*wanted == '{' && is_same_set(found, wanted));
}

static bool fits(const struct look *look, const struct junit_traits *traits)
{
	bool empty = !traits->test.max;

	return is_order(&traits->root, look->root) && is_order(&traits->suite, look->suite) &&
	       (empty ? !str_eq(look->suite, "-") : is_order(&traits->test, look->test)) &&
	       (!look->hint || strstr(buf_str(&traits->hint), look->hint));
}

const struct junit_producer *junit_traits_guess(const struct junit_traits *traits)
{
	for (size_t i = 0; i < ARRAY_LEN(looks); i++) {
		if (fits(&looks[i], traits)) {
			return junit_producer_find(looks[i].producer);
		}
	}
	return NULL;
}

const struct junit_producer *junit_traits_decide(struct junit_traits *traits)
{
	if (!traits->decided) {
		traits->producer = junit_traits_guess(traits);
		traits->decided = true;
	}
	return traits->producer;
}

void junit_traits_release(struct junit_traits *traits)
{
	buf_release(&traits->root);
	buf_release(&traits->suite);
	buf_release(&traits->test);
	buf_release(&traits->hint);
}
