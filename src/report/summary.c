/* SPDX-License-Identifier: Apache-2.0 */
#include "report/summary.h"

#include "base/str.h"
#include "report/hang.h"
#include "report/headline.h"
#include "report/leaks.h"
#include "report/paint.h"
#include "report/quarantine_words.h"
#include "report/ruling_words.h"
#include "report/run_lines.h"
#include "report/verdict.h"
#include "report/words.h"

/* Of each kind of thing at most so many are listed. */
#define LIST_MAX 10

#define CAUSES_MAX 3

static void line(const struct summary_input *input, size_t indent, const char *text,
		 struct buf *out)
{
	paint_line(out, &(struct paint){NULL, indent, input->width}, text);
}

static void wrapped_at(const struct summary_input *input, size_t indent, const char *text,
		       struct buf *out)
{
	paint_wrapped(out, &(struct paint){NULL, indent, input->width}, text);
}

static void wrapped(const struct summary_input *input, const char *text, struct buf *out)
{
	wrapped_at(input, 2, text, out);
}

static void more(const struct summary_input *input, size_t count, struct buf *out)
{
	run_line_more(input, count, LIST_MAX, out);
}

/* `service`: the failure was put down to that one; NULL none. */
static void failure_line(const struct summary_input *input, const struct failure *failure,
			 const char *service, struct buf *out)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);

	verdict_failure(&text, failure);
	if (text.len > 0) {
		line(input, 6, buf_str(&text), out);
	}
	buf_clear(&text);
	verdict_class(&text, input, failure, service);
	if (text.len > 0) {
		line(input, 6, buf_str(&text), out);
	}
}

/* That nothing is known is no news in a first run. */
static bool says_something(const struct summary_input *input, const struct failed_test *test)
{
	const struct failure_ruling *ruling = ruling_of(input, test);

	return ruling && (ruling->verdict != VERDICT_UNKNOWN || ruling->runs > 0);
}

static void failed_test(const struct summary_input *input, const struct map *failures,
			const struct failed_test *test, struct buf *out)
{
	run_line_failed(input, test, out);
	verdict_words(out, input->run, failures, test);
	buf_char(out, '\n');
	failure_line(input, test->first->failure, test->service, out);
	if (says_something(input, test)) {
		run_line_ruling(input, test, out);
	}
}

/* Excuses are told whatever is hidden. */
static void failed_tests(const struct summary_input *input, struct buf *out)
{
	const struct failed_test_list *list = &input->run->failed;
	CLEANUP(map_release) struct map failures = {0};
	size_t shown = 0;

	verdict_count(input->run, &failures);
	for (int turn = 0; turn <= (input->hide_flaky ? TURN_EXCUSED : TURN_FLAKY); turn++) {
		VEC_EACH (const struct failed_test, test, list) {
			if ((int)quarantine_turn(test) == turn && shown < LIST_MAX) {
				failed_test(input, &failures, test, out);
				shown++;
			}
		}
	}
	more(input, input->hide_flaky ? 0 : list->len, out);
}

/* What a retry broke or only a retry showed: it changes no verdict, and a person should know. */
static void later_failures(const struct summary_input *input, struct buf *out)
{
	CLEANUP(later_failure_list_release) struct later_failure_list list = {0};

	verdict_later(input->run, &list);
	for (size_t i = 0; i < list.len && i < LIST_MAX; i++) {
		run_line_result(input, list.items[i].result, MARK_FAILED, out);
		buf_fmt(out, "not on the first attempt, but on attempt %d\n",
			list.items[i].attempt);
		failure_line(input, list.items[i].result->failure, NULL, out);
	}
	more(input, list.len, out);
}

/* What the framework tried again by itself. */
static void own_retries(const struct summary_input *input, struct buf *out)
{
	size_t count = 0;

	if (input->run->attempts.len == 0 || input->hide_flaky) {
		return;
	}
	ATTEMPT_EACH_RESULT(result, &input->run->attempts.items[0])
	{
		if (result_is_flaky(result) && ++count <= LIST_MAX) {
			run_line_result(input, result, MARK_FLAKY, out);
			verdict_own_retry(out, result);
			buf_char(out, '\n');
			failure_line(input, result->failure, NULL, out);
		}
	}
	more(input, count, out);
}

/* Why a results file cannot be trusted; nothing when it can. */
static void file_trouble(const struct results_file *file, struct buf *out)
{
	if (file->state == FILE_REFUSED || file->state == FILE_INCOMPLETE) {
		buf_fmt(out, "%s is %s: %s", str_or(file->path, "results"),
			file_state_name(file->state), str_or(file->error, "no reason known"));
	} else if (file->suite_errors > 0) {
		buf_fmt(out, "%s: ", str_or(file->path, "results"));
		words_count(out, file->suite_errors, "error", "errors");
		buf_fmt(out, " outside of any test: %.*s", 300,
			str_or(file->first_suite_error, "no message"));
	} else if (file->unshown_tests > 0 || file->unshown_failures > 0) {
		buf_fmt(out, "%s: its totals claim ", str_or(file->path, "results"));
		if (file->unshown_failures > 0) {
			words_count(out, file->unshown_failures, "failure", "failures");
		} else {
			words_count(out, file->unshown_tests, "test", "tests");
		}
		buf_str_add(out, " more than it shows");
	}
}

static void files(const struct summary_input *input, struct buf *out)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);
	size_t count = 0, start = 0;

	VEC_EACH (const struct attempt, attempt, &input->run->attempts) {
		VEC_EACH (const struct results_file, file, &attempt->files) {
			buf_clear(&text);
			if (attempt->number > 1) {
				buf_fmt(&text, "attempt %d: ", attempt->number);
			}
			start = text.len;
			file_trouble(file, &text);
			if (text.len > start && ++count <= LIST_MAX) {
				line(input, 2, buf_str(&text), out);
			}
		}
	}
	more(input, count, out);
}

/* Load explains what hung and what passed when tried again; what failed all the same it does not. */
static void machine(const struct summary_input *input, struct buf *out)
{
	const struct run *run = input->run;
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);
	const struct conditions *conditions =
		run->attempts.len ? &run->attempts.items[0].conditions : NULL;

	if ((run->outcome == RUN_FLAKY || run->outcome == RUN_TIMEOUT) && conditions &&
	    conditions_loaded(conditions)) {
		buf_str_add(&text, "under load: ");
		conditions_show(&text, conditions);
		line(input, 2, buf_str(&text), out);
	}
}

static void hangs(const struct summary_input *input, struct buf *out)
{
	CLEANUP(strv_release) struct strv lines = {0};

	hang_lines(input->run, &lines);
	VEC_EACH (char *, text, &lines) {
		wrapped(input, *text, out);
	}
}

/* The test that a person looks at first: one that stays failed, else a flaky one. */
static const struct failed_test *worst(const struct run *run)
{
	VEC_EACH (const struct failed_test, test, &run->failed) {
		if (quarantine_leaves(test)) {
			return test;
		}
	}
	return run->failed.len > 0 ? &run->failed.items[0] : NULL;
}

static void next_step(const struct summary_input *input, struct buf *out)
{
	const struct failed_test *test = worst(input->run);

	if (input->not_recorded || !test || (input->hide_flaky && test->retry == RETRY_PASSED)) {
		return;
	}
	buf_str_add(out, "  next: ");
	words_show(out, &test->first->test, test->first->id);
	buf_char(out, '\n');
}

void summary_text(const struct summary_input *input, struct buf *out)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);

	headline(input, out);
	if (!str_empty(input->run->because)) {
		wrapped(input, input->run->because, out);
	}
	run_lines_causes(input, CAUSES_MAX, out);
	hangs(input, out);
	machine(input, out);
	failed_tests(input, out);
	own_retries(input, out);
	later_failures(input, out);
	run_lines_waits(input, LIST_MAX, out);
	run_lines_services(input, out);
	files(input, out);
	leaks_words(&text, input->run);
	if (text.len) {
		wrapped(input, buf_str(&text), out);
		buf_clear(&text);
	}
	if (input->not_recorded) {
		buf_fmt(&text, "not recorded: %s", input->not_recorded);
		wrapped(input, buf_str(&text), out);
	}
	next_step(input, out);
}
