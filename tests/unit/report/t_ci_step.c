/* SPDX-License-Identifier: Apache-2.0 */
#include "report/summary_run.h"

#include "analyze/ruling.h"
#include "report/annotations.h"
#include "report/ci_outputs.h"
#include "report/run_markdown.h"

#include <stdio.h>
#include <stdlib.h>

/* A project of two files; everything else is none of it. */
static char *locate(const char *path, void *payload)
{
	static const char *const files[] = {"tests/cart.py", "src/cart.c"};

	(void)payload;
	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		if (str_eq(path, files[i]) || str_ends(path, "/w/tests/cart.py")) {
			return mem_str(files[i]);
		}
	}
	return NULL;
}

static void test_places(void **state)
{
	static const struct {
		const char *file, *message, *text, *want;
		long line;
	} rows[] = {
		{NULL, "no", "tests/cart.py:12: AssertionError", "tests/cart.py", 12},
		{NULL, "no", "File \"/w/tests/cart.py\", line 7, in test", "tests/cart.py", 7},
		{NULL, "no", "at x (node_modules/tests/cart.py:3:1)\n at y (src/cart.c:4:2)",
		 "src/cart.c", 4},
		{NULL, "no", "gone.c:1\nsrc/cart.c(30): error\ntests/cart.py:5", "src/cart.c", 30},
		{"tests/cart.py", "no", "src/cart.c:4\ntests/cart.py:9", "tests/cart.py", 9},
		{"tests/cart.py", "no", "src/cart.c:4", "tests/cart.py", 0},
		{"gone.py", "src/cart.c:8", NULL, "src/cart.c", 8},
		{NULL, "12:30: late", "src/cart.c:99999999", NULL, 0},
		{NULL, NULL, NULL, NULL, 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct failure failure = {.message = mem_str(rows[i].message),
					  .text = mem_str(rows[i].text)};
		struct result result = {.failure = &failure};
		CLEANUP(spot_release) struct spot spot = {0};

		result.test.file = mem_str(rows[i].file);
		spot_find(&result, locate, NULL, &spot);
		if (rows[i].want) {
			assert_string_equal(spot.file, rows[i].want);
		} else {
			assert_null(spot.file);
		}
		assert_int_equal(spot.line, rows[i].line);
		free(result.test.file);
		free(failure.message);
		free(failure.text);
	}
}

static void test_escapes(void **state)
{
	static const struct {
		const char *text, *property, *message;
	} rows[] = {
		{"plain", "plain", "plain"},
		{"::error::x", "%3A%3Aerror%3A%3Ax", "::error::x"},
		{"a,b%0A", "a%2Cb%250A", "a,b%250A"},
		{"a\nb\r\x1b[1m", "a%0Ab[1m", "a%0Ab[1m"},
		{"\xff\xe2\x80\xae", "\xef\xbf\xbd", "\xef\xbf\xbd"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(buf_release) struct buf out = BUF_INIT(BUF_OWN_MAX);

		annotation_property(&out, rows[i].text);
		assert_string_equal(buf_str(&out), rows[i].property);
		buf_clear(&out);
		annotation_message(&out, rows[i].text);
		assert_string_equal(buf_str(&out), rows[i].message);
	}
}

static void annotate(const struct run *run, const struct failure_ruling *rulings, struct buf *out)
{
	buf_clear(out);
	annotations_github(
		&(struct annotations_input){
			.summary = {.run = run, .rulings = rulings},
			.locate = locate,
		},
		out);
}

static size_t count(const char *text, const char *what)
{
	size_t found = 0;

	for (const char *at = strstr(text, what); at; at = strstr(at + 1, what)) {
		found++;
	}
	return found;
}

/* One that failed for good, a flake that is known, and one that nobody has seen before. */
static void test_annotations(void **state)
{
	CLEANUP(run_release) struct run run = make_run(RUN_FAILED, 1);
	CLEANUP(buf_release) struct buf out = BUF_INIT(BUF_OWN_MAX);
	struct attempt *attempt = add_attempt(&run, 1);
	AUTO_FREE struct failure_ruling *rulings = mem_array(3, sizeof(*rulings));

	(void)state;
	rulings[1].failures = 6;
	add_failure(add_result(attempt, "bad", OUTCOME_FAILED), NULL, "tests/cart.py:3: 1 != 2");
	add_failure(add_result(attempt, "known", OUTCOME_FAILED), "E", "::error::slow");
	add_failure(add_result(attempt, "new\n::error::x", OUTCOME_FAILED), "E", "late");
	fill_failed(&run, RETRY_PASSED, 2);
	run.failed.items[0].retry = RETRY_FAILED_AGAIN;
	annotate(&run, rulings, &out);
	assert_string_equal(
		buf_str(&out),
		"::error file=tests/cart.py,line=3,title=failed%3A orders.Cart%3A%3Abad::failed 1 "
		"of 1 attempts%0Atests/cart.py:3: 1 != 2\n"
		"::warning title=flaky%3A orders.Cart%3A%3Anew%0A%3A%3Aerror%3A%3Ax::failed, then "
		"passed on attempt 2%0AE: late\n"
		"::warning title=flaky%3A orders.Cart%3A%3Aknown::failed, then passed on attempt "
		"2%0AE: ::error::slow\n"
		"::notice title=steady::FAILED  3 tests: 1 failed, 2 flaky · 1 attempt · 3.4 s · "
		"exit 1\n");
}

static void test_annotations_are_few(void **state)
{
	CLEANUP(run_release) struct run run = make_run(RUN_FAILED, 1);
	CLEANUP(buf_release) struct buf out = BUF_INIT(BUF_OWN_MAX);
	struct attempt *attempt = add_attempt(&run, 1);

	(void)state;
	for (int i = 0; i < 30; i++) {
		AUTO_FREE char *name = mem_fmt("t%d", i);

		add_failure(add_result(attempt, name, OUTCOME_FAILED), NULL, "no");
	}
	fill_failed(&run, RETRY_NOT_TRIED, 0);
	for (size_t i = 0; i < 10; i++) {
		run.failed.items[i].retry = RETRY_PASSED;
	}
	annotate(&run, NULL, &out);
	assert_int_equal(count(buf_str(&out), "::error "), ANNOTATIONS_MAX);
	assert_int_equal(count(buf_str(&out), "::warning "), ANNOTATIONS_MAX);
	assert_int_equal(count(buf_str(&out), "::notice "), 1);
	assert_int_equal(count(buf_str(&out), "14 more than shown here"), 1);
}

/* Nothing else would say on the page of the job that it failed. */
static void test_a_failure_without_a_test_is_an_error(void **state)
{
	CLEANUP(run_release) struct run run = make_run(RUN_CRASHED, 2);
	CLEANUP(buf_release) struct buf out = BUF_INIT(BUF_OWN_MAX);

	(void)state;
	add_passes(add_attempt(&run, 2), 2);
	annotate(&run, NULL, &out);
	assert_int_equal(strncmp(buf_str(&out), "::error title=steady::", 22), 0);
	assert_int_equal(count(buf_str(&out), "::"), 2);
}

static void test_what_went_well_is_not_told(void **state)
{
	CLEANUP(run_release) struct run run = make_run(RUN_PASSED, 0);
	CLEANUP(buf_release) struct buf out = BUF_INIT(BUF_OWN_MAX);

	(void)state;
	add_passes(add_attempt(&run, 0), 2);
	annotate(&run, NULL, &out);
	assert_string_equal(buf_str(&out), "");
	run_markdown(&(struct summary_input){.run = &run}, &out);
	assert_string_equal(buf_str(&out), "### ✅ PASSED · unit\n\n"
					   "2 tests: 2 passed · 1 attempt · 3.4 s · exit 0\n\n");
}

static void test_markdown(void **state)
{
	CLEANUP(run_release) struct run run = make_run(RUN_FAILED, 1);
	CLEANUP(buf_release) struct buf out = BUF_INIT(BUF_OWN_MAX);
	struct attempt *attempt = add_attempt(&run, 1);

	(void)state;
	mem_replace(&run.variant, "os=<b>");
	mem_replace(&run.because, "too | much");
	add_failure(add_result(attempt, "flake", OUTCOME_FAILED), NULL, "@all ```` </details>");
	add_failure(add_result(attempt, "bad | `x`", OUTCOME_FAILED), NULL, "1 != 2");
	fill_failed(&run, RETRY_NOT_TRIED, 0);
	run.failed.items[0].retry = RETRY_PASSED;
	run.failed.items[0].decided_by = 2;
	run_markdown(&(struct summary_input){.run = &run}, &out);
	assert_string_equal(
		buf_str(&out),
		"### ❌ FAILED · unit (os=&lt;b&gt;)\n\n"
		"2 tests: 1 failed, 1 flaky · 1 attempt · 3.4 s · exit 1\n\n"
		"too &#124; much\n\n"
		"| | Test | What happened | Failure | Verdict |\n"
		"| --- | --- | --- | --- | --- |\n"
		"| **failed** | <code>orders.Cart::bad &#124; \\`x\\`</code> | failed, not "
		"retried | `1 != 2` |  |\n"
		"| flaky | `orders.Cart::flake` | failed, then passed on attempt 2 | "
		"`````@all ```` </details>````` |  |\n\n"
		"<details><summary>As in the log</summary>\n\n"
		"`````text\n"
		"FAILED  2 tests: 1 failed, 1 flaky · 1 attempt · 3.4 s · exit 1\n"
		"  too | much\n"
		"  FAILED  orders.Cart::bad | `x`: failed, not retried\n"
		"      1 != 2\n"
		"  FLAKY   orders.Cart::flake: failed, then passed on attempt 2\n"
		"      @all ```` </details>\n"
		"  next: steady show 'orders.Cart::bad | `x`'\n"
		"`````\n\n"
		"</details>\n\n");
}

/* GitHub drops what is too long as a whole. */
static void test_markdown_is_bounded(void **state)
{
	CLEANUP(run_release) struct run run = make_run(RUN_FAILED, 1);
	CLEANUP(buf_release) struct buf out = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(buf_release) struct buf odd = BUF_INIT(BUF_OWN_MAX);
	struct attempt *attempt = add_attempt(&run, 1);

	(void)state;
	while (odd.len < 20000) {
		buf_str_add(&odd, "<|`&@#");
	}
	for (int i = 0; i < 2000; i++) {
		AUTO_FREE char *name = mem_fmt("%d %s", i, buf_str(&odd));

		add_failure(add_result(attempt, name, OUTCOME_FAILED), "<|", buf_str(&odd));
	}
	fill_failed(&run, RETRY_NOT_TRIED, 0);
	run_markdown(&(struct summary_input){.run = &run}, &out);
	assert_in_range(out.len, 100 * 1024, RUN_MARKDOWN_MAX);
	assert_non_null(strstr(buf_str(&out), " more: `steady explain` lists all."));
}

static void test_outputs(void **state)
{
	CLEANUP(run_release) struct run run = make_run(RUN_FAILED, 3);
	CLEANUP(buf_release) struct buf out = BUF_INIT(BUF_OWN_MAX);
	struct attempt *attempt = add_attempt(&run, 3);
	char end[80] = "";
	AUTO_FREE char *want = NULL;

	(void)state;
	add_result(attempt, "own", OUTCOME_PASSED)->failed_tries = 1;
	add_failure(add_result(attempt, "bad", OUTCOME_FAILED), NULL, "no");
	add_failure(add_result(attempt, "flake", OUTCOME_FAILED), NULL, "no");
	fill_failed(&run, RETRY_NOT_TRIED, 0);
	run.failed.items[1].retry = RETRY_PASSED;
	ci_outputs(&run, "a b.md", NULL, &out);
	assert_int_equal(sscanf(buf_str(&out), "outcome<<%79s", end), 1);
	assert_int_equal(strlen(end), 32);
	want = mem_fmt(
		"outcome<<%s\nfailed\n%s\nattempts<<%s\n1\n%s\nflaky-count<<%s\n2\n%s\n"
		"failed-count<<%s\n1\n%s\nexit-code<<%s\n3\n%s\nsummary-path<<%s\na b.md\n%s\n",
		end, end, end, end, end, end, end, end, end, end, end, end);
	assert_string_equal(buf_str(&out), want);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_escapes),
		cmocka_unit_test(test_annotations),
		cmocka_unit_test(test_annotations_are_few),
		cmocka_unit_test(test_a_failure_without_a_test_is_an_error),
		cmocka_unit_test(test_what_went_well_is_not_told),
		cmocka_unit_test(test_markdown),
		cmocka_unit_test(test_markdown_is_bounded),
		cmocka_unit_test(test_outputs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
