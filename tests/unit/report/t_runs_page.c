/* SPDX-License-Identifier: Apache-2.0 */
#include "report/summary_run.h"

#include "report/runs_page.h"

#include <stdio.h>
#include <stdlib.h>

static void add_run(struct runs_page *page, enum run_outcome outcome, int number)
{
	CLEANUP(run_release) struct run run = make_run(outcome, outcome == RUN_FAILED);
	struct attempt *attempt = add_attempt(&run, 1);

	snprintf(run.key, sizeof(run.key), "%d", number);
	if (outcome == RUN_PASSED) {
		add_passes(attempt, 1);
	} else {
		add_failure(add_result(attempt, "bad", OUTCOME_FAILED), NULL, "1 != 2");
		fill_failed(&run, RETRY_NOT_TRIED, 0);
		run.failed.items[0].retry = outcome == RUN_FLAKY ? RETRY_PASSED : RETRY_NOT_TRIED;
	}
	runs_page_add(page, &(struct summary_input){.run = &run});
}

static size_t count(const char *text, const char *word)
{
	size_t n = 0;

	while ((text = strstr(text, word))) {
		text += strlen(word);
		n++;
	}
	return n;
}

static void test_failed_ones_first(void **state)
{
	CLEANUP(runs_page_release) struct runs_page page = {0};
	CLEANUP(buf_release) struct buf out = BUF_INIT(BUF_OWN_MAX);
	const char *flaky = NULL, *failed = NULL, *passed = NULL;

	(void)state;
	add_run(&page, RUN_PASSED, 1);
	add_run(&page, RUN_FLAKY, 2);
	add_run(&page, RUN_FAILED, 3);
	runs_page_write(&page, &out);
	failed = strstr(buf_str(&out), "### ❌ FAILED · unit\n");
	flaky = strstr(buf_str(&out), "### ⚠️ FLAKY · unit\n");
	passed = strstr(buf_str(&out), "- ✅ PASSED · unit: 1 test: 1 passed · 1 attempt · "
				       "3.4 s · exit 0 · `1`\n");
	assert_ptr_equal(failed, buf_str(&out));
	assert_true(flaky > failed);
	assert_true(passed > flaky);
	assert_null(strstr(buf_str(&out), "more run"));
}

/* Each of them is told in one of three ways. */
static void test_none_is_lost(void **state)
{
	CLEANUP(runs_page_release) struct runs_page page = {0};
	CLEANUP(buf_release) struct buf out = BUF_INIT(BUF_OWN_MAX);
	size_t sections = 0, lines = 0, more = 0;
	const char *end = NULL;

	(void)state;
	for (int i = 0; i < 6000; i++) {
		add_run(&page, i % 2 ? RUN_FAILED : RUN_PASSED, i);
	}
	runs_page_write(&page, &out);
	assert_in_range(out.len, RUN_MARKDOWN_MAX / 10 * 9, RUN_MARKDOWN_MAX);
	sections = count(buf_str(&out), "### ❌ FAILED");
	lines = count(buf_str(&out), "\n- ");
	end = strstr(buf_str(&out), " more runs: the history has them");
	assert_non_null(end);
	while (end[-1] != '\n') {
		end--;
	}
	more = strtoul(end, NULL, 10);
	assert_int_equal(sections + lines + more, 6000);
	assert_in_range(sections, 500, 2999);
	assert_int_equal(sections + count(buf_str(&out), "- ❌ FAILED"), 3000);
	assert_int_equal(count(buf_str(&out), "### ✅"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_failed_ones_first),
		cmocka_unit_test(test_none_is_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
