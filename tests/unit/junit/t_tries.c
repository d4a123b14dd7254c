/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "base/str.h"
#include "junit/reader.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * Which cases of a report are tries of one test, by producer. Results are written as "name passed 1"
 * with the failed tries before it, "name#2 failed 0" for a numbered one.
 */
struct tries_row {
	const char *comment, *producer, *cases;
	const char *results;
	const char *warning; /* a part of the only one; NULL none */
};

#define CASE(class, name) "<testcase classname='" class "' name='" name "'/>"
#define BAD(class, name) \
	"<testcase classname='" class "' name='" name "'><failure message='m'/></testcase>"

#define AS_TRIES "failed and passed under one name: taken as tries"
#define NUMBERED "bears the name of another test"

static const struct tries_row rows[] = {
	{"a further try passed", "gotestsum", BAD("p", "a") CASE("p", "a"), "a passed 1", AS_TRIES},
	{"both tries failed", "gotestsum", BAD("p", "a") BAD("p", "a"), "a failed 0", NULL},
	{"only the masked name is the same", "gotestsum",
	 BAD("p", "T/0x10000000") CASE("p", "T/0x20000000"),
	 "T/0x10000000 failed 0, T/0x20000000#2 passed 0", NUMBERED},
	{"another class", "gotestsum", BAD("p", "a") CASE("q", "a"), "a failed 0, a#2 passed 0",
	 NUMBERED},
	{"parameters of pytest", "pytest", CASE("t", "o[0xdeadbeef]") BAD("t", "o[0xcafebabe]"),
	 "o[0xdeadbeef] passed 0, o[0xcafebabe]#2 failed 0", NUMBERED},
	{"a call and its teardown", "pytest", CASE("t", "o") BAD("t", "o"), "o failed 0", NULL},
	{"rows of Gradle", "gradle", BAD("t", "r[0xdeadbeef]") CASE("t", "r[0xcafebabe]"),
	 "r[0xdeadbeef] failed 0, r[0xcafebabe]#2 passed 0", NUMBERED},
	{"tries of Gradle", "gradle", BAD("t", "r") CASE("t", "r"), "r passed 1", AS_TRIES},
	{"tries of Ginkgo", "ginkgo", BAD("t", "r") CASE("t", "r"), "r passed 1", AS_TRIES},
	{"rows of Ginkgo", "ginkgo", BAD("t", "r /tmp/a") CASE("t", "r /tmp/b"),
	 "r /tmp/a failed 0, r /tmp/b#2 passed 0", NUMBERED},
	{"a try of bats", "bats", BAD("a.bats", "foo") CASE("a.bats", "begin 1 foo"),
	 "foo passed 1", AS_TRIES},
	{"nobody in particular", NULL, BAD("t", "r") CASE("t", "r"), "r failed 0, r#2 passed 0",
	 NUMBERED},
};

static void describe(const struct results_file *file, struct buf *out)
{
	VEC_EACH (const struct result, result, &file->results) {
		buf_fmt(out, "%s%s", out->len ? ", " : "", result->test.name);
		if (result->test.copy) {
			buf_fmt(out, "#%u", result->test.copy);
		}
		buf_fmt(out, " %s %u", outcome_name(result->outcome), result->failed_tries);
	}
}

static void read_as(const struct buf *xml, const struct junit_read_options *options,
		    struct results_file *out)
{
	char path[] = "/tmp/steady-unit-XXXXXX";
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, xml->data, xml->len), xml->len);
	close(fd);
	junit_read_with(path, options, out);
	unlink(path);
}

static void check(const struct tries_row *row, enum junit_repeats repeats)
{
	const struct junit_read_options options = {.producer = row->producer, .repeats = repeats};
	CLEANUP(buf_release) struct buf xml = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(buf_release) struct buf got = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(results_file_release) struct results_file file = {0};

	buf_fmt(&xml, "<testsuite name='s'>%s</testsuite>", row->cases);
	read_as(&xml, &options, &file);
	describe(&file, &got);
	if (!str_eq(buf_str(&got), row->results)) {
		fail_msg("%s: %s", row->comment, buf_str(&got));
	}
	if (file.warnings.len != (row->warning != NULL) ||
	    (row->warning && !strstr(file.warnings.items[0], row->warning))) {
		fail_msg("%s: %zu warnings: %s", row->comment, file.warnings.len,
			 file.warnings.len ? file.warnings.items[0] : "");
	}
}

static void test_tries(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		check(&rows[i], REPEATS_BY_LOOKS);
	}
}

/* Where nobody says that tests are tried again, a failure stays one; a try that says it is one is one. */
static void test_rows(void **state)
{
	static const struct tries_row told[] = {
		{"gotestsum", "gotestsum", BAD("p", "a") CASE("p", "a"), "a failed 0, a#2 passed 0",
		 NUMBERED},
		{"Gradle", "gradle", BAD("t", "r") CASE("t", "r"), "r failed 0, r#2 passed 0",
		 NUMBERED},
		{"Ginkgo", "ginkgo", BAD("t", "r") CASE("t", "r"), "r failed 0, r#2 passed 0",
		 NUMBERED},
		{"bats", "bats", BAD("a.bats", "foo") CASE("a.bats", "begin 1 foo"), "foo passed 1",
		 AS_TRIES},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(told); i++) {
		check(&told[i], REPEATS_ROWS);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tries),
		cmocka_unit_test(test_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
