/* SPDX-License-Identifier: Apache-2.0 */
#include "report/show.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"
#include "cli/beliefs.h"
#include "cli/command.h"
#include "cli/place.h"
#include "cli/survey.h"
#include "text/escape.h"

#include <stdint.h>

static void add_name(struct buf *out, const struct test_name *name)
{
	CLEANUP(buf_release) struct buf shown = BUF_INIT(BUF_OWN_MAX);

	test_name_show(name, &shown);
	escape_terminal(out, buf_str(&shown));
}

static int show_one(struct history *history, struct place *place,
		    const struct survey_question *asked, const struct test_facts *test,
		    struct err *err)
{
	CLEANUP(survey_release) struct survey survey = {0};
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);
	struct survey_question question = *asked;

	question.window = (struct history_window){.until_us = INT64_MAX, .test_id = test->id};
	if (survey_make(place, history, &question, &survey, err) < 0) {
		return -1;
	}
	show_find(asked->options->format)(&(struct report_input){.evidence = &survey.evidence,
								 .flakes = &survey.flakes,
								 .suspects = survey.suspects,
								 .now_us = clock_wall_us()},
					  &text);
	return cli_write(asked->options->output, place_history(place, asked->options), &text, err);
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

	if (history_find_tests(history, asked, &found, &err) < 0) {
		return cli_fail(&err);
	}
	if (found.len != 1) {
		return list_candidates(asked, &found);
	}
	return show_one(history, place, question, &found.items[0], &err) < 0 ? cli_fail(&err)
									     : EXIT_DONE;
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
