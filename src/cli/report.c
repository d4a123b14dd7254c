/* SPDX-License-Identifier: Apache-2.0 */
#include "report/report.h"

#include "base/clock.h"
#include "base/str.h"
#include "cli/beliefs.h"
#include "cli/budgets.h"
#include "cli/command.h"
#include "cli/place.h"
#include "cli/rolling.h"
#include "cli/standings.h"
#include "cli/survey.h"
#include "cli/window.h"
#include "config/objectives.h"
#include "os/terminal.h"

#include <unistd.h>

/* A week is compared with the four before it. */
#define COMPARED_WINDOWS 4

static int read_compared(const struct options *options, int64_t now_us,
			 const struct history_window *window, int64_t *out_us, struct err *err)
{
	int64_t span_us = window->until_us - window->since_us;

	if (options->compare) {
		if (place_time(options->compare, "--compare", now_us, out_us, err) < 0) {
			return -1;
		}
		return *out_us < window->since_us
			       ? 0
			       : err_set(err, ERR_USAGE,
					 "--compare does not lie before the window (--since)");
	}
	*out_us = window->since_us / COMPARED_WINDOWS > span_us
			  ? window->since_us - COMPARED_WINDOWS * span_us
			  : 0;
	return 0;
}

/* A window that is not over would be judged by what is yet to come: fewer runs, and so a budget that looks full. */
static int refuse_future(const struct options *options, int64_t now_us,
			 const struct history_window *window, struct err *err)
{
	return options->check && window->until_us > now_us + 1
		       ? err_set(err, ERR_USAGE,
				 "--check judges what has been: --until lies in the future")
		       : 0;
}

static int load(struct place *place, const struct survey_question *question, struct survey *out,
		struct ledger_view *ledger, struct err *err)
{
	struct history *history = NULL;
	int rc = history_open(place_history(place, question->options), HISTORY_READ, &history, err);

	if (rc == 0) {
		rc = survey_make(place, history, question, out, err);
	}
	if (rc == 0) {
		rc = ledger_view_make(place, question, history, out, ledger, err);
	}
	history_close(history);
	return rc;
}

int cmd_report(struct invocation *invocation)
{
	CLEANUP(place_release) struct place place = {0};
	CLEANUP(survey_release) struct survey survey = {0};
	CLEANUP(report_state_release) struct report_state before = {0};
	CLEANUP(ledger_view_release) struct ledger_view ledger = {0};
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);
	const struct options *options = &invocation->options;
	struct survey_question question = {
		.options = options,
		.read = true,
		.compare = true,
		.objectives = &options->objectives,
	};
	struct report_input input = {
		.evidence = &survey.evidence,
		.flakes = &survey.flakes,
		.branch = options->branch,
		.now_us = clock_wall_us(),
		.top = (size_t)options->top,
		.width = terminal_width(STDOUT_FILENO),
		.colour = !options->output && terminal_colour(STDOUT_FILENO),
	};
	struct err err = ERR_INIT;

	if (invocation->words.len) {
		err_set(&err, ERR_USAGE, "report takes options only");
		return cli_fail(&err);
	}
	if (options->objectives.len == 0) {
		objectives_default(&invocation->options.objectives);
	}
	if (rolling_read(options, &before, &err) < 0 ||
	    beliefs_read(options->prior, &question.prior, &err) < 0 ||
	    window_read(options, input.now_us, &question.window, &err) < 0 ||
	    refuse_future(options, input.now_us, &question.window, &err) < 0 ||
	    read_compared(options, input.now_us, &question.window, &question.compare_us, &err) <
		    0 ||
	    load(&place, &question, &survey, &ledger, &err) < 0) {
		return cli_fail(&err);
	}
	input.suspects = survey.suspects;
	input.filter = options->owners.len > 0 ? &survey.filter : NULL;
	input.longer = survey.has_longer ? &survey.longer : NULL;
	input.compare_us = question.compare_us;
	input.quarantine = &ledger.standings;
	input.quarantine_trouble = ledger.trouble;
	input.excused = ledger.excused;
	input.budgets = &survey.budgets;
	input.since_us = question.window.since_us;
	input.until_us = question.window.until_us;
	if (options->state && str_eq(options->format, "markdown")) {
		buf_str_add(&text, ROLLING_MARKER);
	}
	report_find(options->format)(&input, &text);
	if (cli_write(options->output, place_history(&place, options), &text, &err) < 0 ||
	    rolling_write(options, place_history(&place, options), &before, &input, &err) < 0) {
		return cli_fail(&err);
	}
	return options->check && budgets_check(&survey.budgets) > 0 ? EXIT_NO : EXIT_DONE;
}
