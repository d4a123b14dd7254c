/* SPDX-License-Identifier: Apache-2.0 */
#include "report/explain.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"
#include "cli/beliefs.h"
#include "cli/ci_step.h"
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

/* What explaining takes, whichever runs it is about. */
struct explaining {
	const struct options *options;
	struct place place;
	struct history *history;
	struct prior prior;
	struct rules *rules;
	struct precedents precedents;
	struct ci_step step;
};

static int explain(struct explaining *what, const struct run_question *question, struct err *err)
{
	CLEANUP(rulings_release) struct rulings rulings = {0};
	CLEANUP(run_release) struct run run = {0};
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);
	AUTO_FREE size_t *alike = NULL;
	struct explain_input input = {.summary = {.run = &run,
						  .width = terminal_width(STDOUT_FILENO),
						  .colour = terminal_colour(STDOUT_FILENO),
						  .rules = what->rules},
				      .now_us = clock_wall_us()};
	int64_t id = 0;

	if (find_run(what->history, question, &id, err) < 0 ||
	    history_load_run(what->history, id, &run, err) < 0 ||
	    history_earlier_waits(what->history, &run, err) < 0) {
		return -1;
	}
	input.alike = alike = mem_array(run.failed.len + 1, sizeof(*alike));
	if (history_count_alike(what->history, id, &run, alike, err) < 0) {
		return -1;
	}
	rulings_make(&what->precedents, &run, &rulings);
	input.summary.rulings = rulings.items;
	input.summary.base = rulings.base;
	if (str_eq(what->options->format, "json")) {
		explain_json(&input, &text);
	} else {
		explain_text(&input, &text);
	}
	cli_print(&text);
	ci_step_tell(&what->step, &what->place, &input.summary);
	return 0;
}

/* The one that was asked for, or the last one. */
static int explain_one(struct explaining *what, const char *key, struct err *err)
{
	AUTO_FREE char *variant = NULL;
	struct run_question question = {.key = key, .job = what->options->job};

	if (what->options->variants.len > 0 &&
	    place_variant(&what->options->variants, &variant, err) < 0) {
		return -1;
	}
	question.variant = variant;
	return explain(what, &question, err);
}

static int list_of(const char *path, struct known_run_list *out, struct err *err)
{
	struct history *other = NULL;
	int rc = history_open(path, HISTORY_READ, &other, err);

	if (rc == 0) {
		rc = history_list_runs(other, out, err);
	}
	history_close(other);
	return rc;
}

/* Each of --runs-of. Annotations are for one run: its own job has made them. */
static int explain_all(struct explaining *what, struct err *err)
{
	CLEANUP(known_run_list_release) struct known_run_list list = {0};
	int rc = list_of(what->options->runs_of, &list, err);

	what->step.is_one_of_many = true;
	for (size_t i = 0; rc == 0 && i < list.len; i++) {
		const struct known_run *run = &list.items[i];

		rc = explain(what, &(struct run_question){run->key, run->job, run->variant}, err);
	}
	ci_step_tell_many(&what->step, &what->place);
	return rc;
}

static int explain_asked(struct explaining *what, const struct strv *words, struct err *err)
{
	const char *path = place_history(&what->place, what->options);

	if (words->len > 0 && what->options->runs_of) {
		return err_set(err, ERR_USAGE, "--runs-of says which runs are meant");
	}
	if (words->len > 1) {
		return err_set(err, ERR_USAGE, "one run at most is expected: steady explain [RUN]");
	}
	if (class_rules_read(what->options, &what->rules, err) < 0) {
		err->code = ERR_USAGE; /* whatever it was: nothing can be explained by them */
		return -1;
	}
	if (beliefs_read(what->options->prior, &what->prior, err) < 0 ||
	    history_open(path, HISTORY_READ, &what->history, err) < 0) {
		return -1;
	}
	what->precedents = (struct precedents){
		.place = &what->place,
		.history = path,
		.rules = what->rules,
		.prior = &what->prior,
	};
	return what->options->runs_of
		       ? explain_all(what, err)
		       : explain_one(what, words->len > 0 ? words->items[0] : NULL, err);
}

int cmd_explain(struct invocation *invocation)
{
	struct explaining what = {.options = &invocation->options};
	struct err err = ERR_INIT;
	int code = EXIT_DONE;

	ci_step_begin(&what.step, &invocation->options);
	if (explain_asked(&what, &invocation->words, &err) < 0) {
		code = cli_fail(&err);
	}
	ci_step_end(&what.step);
	precedents_release(&what.precedents);
	history_close(what.history);
	class_rules_free(what.rules);
	place_release(&what.place);
	return code;
}
