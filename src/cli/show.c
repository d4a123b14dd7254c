/* SPDX-License-Identifier: Apache-2.0 */
#include "report/show.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"
#include "cli/beliefs.h"
#include "cli/command.h"
#include "cli/place.h"
#include "cli/survey.h"
#include "cli/window.h"
#include "text/escape.h"

#include <stdint.h>

static void add_name(struct buf *out, const struct test_name *name)
{
	CLEANUP(buf_release) struct buf shown = BUF_INIT(BUF_OWN_MAX);

	test_name_show(name, &shown);
	escape_terminal(out, buf_str(&shown));
}

/* Whoever asks for a window traces a report: all tests are judged then, as there, because they share what runs cost. */
static bool is_traced(const struct options *options)
{
	return options->since || options->until || options->branch;
}

static int judge(struct history *history, struct place *place, const char *id,
		 struct survey_question *question, struct survey *out, bool *alone, struct err *err)
{
	if (is_traced(question->options)) {
		question->only = id;
		question->window.names = false;
		if (survey_make(place, history, question, out, err) < 0) {
			return -1;
		}
		if (out->only != NO_INDEX) {
			return 0;
		}
		survey_release(out);
		question->only = NULL;
	} else {
		question->window.until_us = INT64_MAX;
		*alone = true;
	}
	question->window.test_id = id;
	question->window.names = false;
	if (survey_make(place, history, question, out, err) < 0) {
		return -1;
	}
	out->only = 0;
	return 0;
}

/* The exit code; -1 with an error. */
static int show_one(struct history *history, struct place *place,
		    const struct survey_question *asked, const struct test_facts *test,
		    struct err *err)
{
	CLEANUP(survey_release) struct survey survey = {0};
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);
	const struct options *options = asked->options;
	struct survey_question question = *asked;
	struct report_input input = {.evidence = &survey.evidence,
				     .flakes = &survey.flakes,
				     .branch = options->branch,
				     .now_us = clock_wall_us()};

	if (window_read(options, input.now_us, &question.window, err) < 0 ||
	    judge(history, place, test->id, &question, &survey, &input.alone, err) < 0) {
		return -1;
	}
	if (survey.flakes.tests.len == 0) {
		cli_message("the test did not run in that window");
		return EXIT_NO;
	}
	input.since_us = question.window.since_us;
	input.until_us = question.window.until_us;
	input.suspects = survey.suspects;
	input.test = survey.only;
	show_find(options->format)(&input, &text);
	return cli_write(options->output, place_history(place, options), &text, err) < 0
		       ? -1
		       : EXIT_DONE;
}

static int list_candidates(const char *asked, const struct test_facts_list *found)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);
	AUTO_FREE char *line = mem_fmt("%s: %s", asked,
				       found->len ? "several tests match; name one of them"
						  : "no test of that name in the history");

	cli_message(line);
	VEC_EACH (const struct test_facts, test, found) {
		buf_fmt(&text, "%.12s  ", test->id);
		add_name(&text, &test->name);
		buf_char(&text, '\n');
	}
	cli_print(&text);
	return EXIT_NO;
}

static int show_asked(struct history *history, struct place *place,
		      const struct survey_question *question, const char *asked)
{
	CLEANUP(test_facts_list_release) struct test_facts_list found = {0};
	struct err err = ERR_INIT;
	int code = 0;

	if (history_find_tests(history, asked, &found, &err) < 0) {
		return cli_fail(&err);
	}
	if (found.len != 1) {
		return list_candidates(asked, &found);
	}
	code = show_one(history, place, question, &found.items[0], &err);
	return code < 0 ? cli_fail(&err) : code;
}

int cmd_show(struct invocation *invocation)
{
	CLEANUP(place_release) struct place place = {0};
	struct survey_question question = {.options = &invocation->options, .read = true};
	struct history *history = NULL;
	struct err err = ERR_INIT;
	int code = EXIT_DONE;

	if (invocation->words.len != 1) {
		err_set(&err, ERR_USAGE, "one test is expected: steady show NAME-OR-ID");
		return cli_fail(&err);
	}
	if (beliefs_read(invocation->options.prior, &question.prior, &err) < 0 ||
	    history_open(place_history(&place, &invocation->options), HISTORY_READ, &history,
			 &err) < 0) {
		return cli_fail(&err);
	}
	code = show_asked(history, &place, &question, invocation->words.items[0]);
	history_close(history);
	return code;
}
