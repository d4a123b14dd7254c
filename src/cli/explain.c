/* SPDX-License-Identifier: Apache-2.0 */
#include "report/explain.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"
#include "cli/beliefs.h"
#include "cli/class_rules.h"
#include "cli/command.h"
#include "cli/place.h"
#include "cli/rulings.h"
#include "os/outlet.h"
#include "os/terminal.h"
#include "text/duration.h"
#include "text/escape.h"

#include <unistd.h>

static int none_found(const struct run_question *question, struct err *err)
{
	AUTO_FREE char *job = question->job ? mem_fmt(" of job %s", question->job) : mem_str("");
	AUTO_FREE char *variant =
		question->variant ? mem_fmt(" of variant %s", question->variant) : mem_str("");

	if (question->key) {
		return err_set(err, ERR_NOT_FOUND,
			       "%s: no run%s%s in the history has a key that begins like that",
			       question->key, job, variant);
	}
	return err_set(err, ERR_NOT_FOUND, "no run%s%s in the history yet", job, variant);
}

/* One line each, to stderr: stdout is for the answer. */
static int several_found(const char *asked, const struct known_run_list *found, struct err *err)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);

	VEC_EACH (const struct known_run, run, found) {
		buf_str_add(&text, "  ");
		escape_terminal(&text, run->key);
		buf_str_add(&text, "  job ");
		escape_terminal(&text, run->job);
		if (!str_empty(run->variant)) {
			buf_str_add(&text, " (");
			escape_terminal(&text, run->variant);
			buf_char(&text, ')');
		}
		buf_str_add(&text, "  ");
		time_show_ago(&text, run->started_us, clock_wall_us());
		buf_char(&text, '\n');
	}
	outlet_say(STDERR_FILENO, buf_str(&text), text.len);
	return err_set(err, ERR_INPUT,
		       "%s: several runs are meant by that, see above; more of the key, --job or "
		       "--variant tells which",
		       asked);
}

static int find_run(struct history *history, const struct run_question *question, int64_t *id,
		    struct err *err)
{
	CLEANUP(known_run_list_release) struct known_run_list found = {0};

	if (history_find_runs(history, question, &found, err) < 0) {
		return -1;
	}
	if (found.len == 0) {
		return none_found(question, err);
	}
	if (found.len > 1) {
		return several_found(question->key, &found, err);
	}
	*id = found.items[0].id;
	return 0;
}

static int explain(struct history *history, struct place *place,
		   const struct run_question *question, const struct options *options,
		   struct rules *rules, struct err *err)
{
	CLEANUP(rulings_release) struct rulings rulings = {0};
	struct prior prior;

	CLEANUP(run_release) struct run run = {0};
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);
	AUTO_FREE size_t *alike = NULL;
	struct explain_input input = {.summary = {.run = &run,
						  .width = terminal_width(STDOUT_FILENO),
						  .colour = terminal_colour(STDOUT_FILENO),
						  .rules = rules},
				      .now_us = clock_wall_us()};
	int64_t id = 0;

	if (beliefs_read(options->prior, &prior, err) < 0 ||
	    find_run(history, question, &id, err) < 0 ||
	    history_load_run(history, id, &run, err) < 0 ||
	    history_earlier_waits(history, &run, err) < 0) {
		return -1;
	}
	input.alike = alike = mem_array(run.failed.len + 1, sizeof(*alike));
	if (history_count_alike(history, id, &run, alike, err) < 0) {
		return -1;
	}
	rulings_make(place, place_history(place, options), &run, rules, &prior, &rulings);
	input.summary.rulings = rulings.items;
	input.summary.base = rulings.base;
	if (str_eq(options->format, "json")) {
		explain_json(&input, &text);
	} else {
		explain_text(&input, &text);
	}
	cli_print(&text);
	return 0;
}

static int explain_asked(struct invocation *invocation, struct rules *rules, struct err *err)
{
	const struct options *options = &invocation->options;
	CLEANUP(place_release) struct place place = {0};
	AUTO_FREE char *variant = NULL;
	struct run_question question = {.job = options->job};
	struct history *history = NULL;
	int done = 0;

	if (options->variants.len > 0 && place_variant(&options->variants, &variant, err) < 0) {
		return -1;
	}
	question.key = invocation->words.len > 0 ? invocation->words.items[0] : NULL;
	question.variant = variant;
	if (history_open(place_history(&place, options), HISTORY_READ, &history, err) < 0) {
		return -1;
	}
	done = explain(history, &place, &question, options, rules, err);
	history_close(history);
	return done;
}

int cmd_explain(struct invocation *invocation)
{
	struct rules *rules = NULL;
	struct err err = ERR_INIT;
	int done = 0;

	if (invocation->words.len > 1) {
		err_set(&err, ERR_USAGE, "one run at most is expected: steady explain [RUN]");
		return cli_fail(&err);
	}
	if (class_rules_read(&invocation->options, &rules, &err) < 0) {
		cli_fail(&err);
		return EXIT_OWN_FAILURE;
	}
	done = explain_asked(invocation, rules, &err);
	class_rules_free(rules);
	return done < 0 ? cli_fail(&err) : EXIT_DONE;
}
