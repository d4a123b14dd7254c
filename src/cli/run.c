/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"

#include "base/clock.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "cli/beliefs.h"
#include "cli/changed.h"
#include "cli/ci_step.h"
#include "cli/class_rules.h"
#include "cli/closing.h"
#include "cli/excuses.h"
#include "cli/place.h"
#include "cli/rulings.h"
#include "cli/run_plan.h"
#include "cli/services.h"
#include "cli/waits.h"
#include "os/file.h"
#include "os/outlet.h"
#include "os/signals.h"
#include "os/terminal.h"
#include "report/junit_file.h"
#include "report/summary.h"
#include "report/trials.h"

#include <string.h>
#include <unistd.h>

/* What all runs of one call share. */
struct job {
	const struct invocation *invocation;
	struct place place;
	struct run_plan plan;
	struct strv words; /* of --rerun */
	struct target_list targets;
	struct service_plan_list services;
	struct rules *rules; /* of failures' classes; NULL: those of steady */
	struct prior prior;
	struct precedents precedents;
	struct excuses excuses;
	struct ci_step step;
	size_t segments; /* written so far */
};

static void job_release(struct job *job)
{
	precedents_release(&job->precedents);
	place_release(&job->place);
	strv_release(&job->words);
	target_list_release(&job->targets);
	service_plan_list_release(&job->services);
	class_rules_free(job->rules);
}

/* So long somebody who was flaky is known for it. */
#define KNOWN_US (INT64_C(60) * 24 * 3600 * US_PER_S)

/* What the history knows of the tests of a run. */
struct known {
	const char *history;
	const struct run *run;
	struct strv expected, flakes;
};

static void known_release(struct known *known)
{
	strv_release(&known->expected);
	strv_release(&known->flakes);
}

/* Without a history there is nothing to compare with, and the run goes on. */
static void learn_known(void *payload)
{
	struct known *known = payload;
	struct history *history = NULL;
	struct err ignored = ERR_INIT;

	if (history_open(known->history, HISTORY_READ, &history, &ignored) == 0) {
		history_expected_tests(history, known->run, &known->expected, &ignored);
		history_known_flakes(history, known->run, known->run->started_us - KNOWN_US,
				     &known->flakes, &ignored);
		history_close(history);
	}
}

static int write_below(const char *path, const struct buf *text, struct err *err)
{
	AUTO_FREE char *folder = path_dir(path);

	return file_make_dirs(folder, 0777, err) < 0
		       ? err_wrap(err, "%s", path)
		       : file_write(path, buf_str(text), text->len, err);
}

/* Like the history: a file that cannot be written is a warning. */
static void write_junit(const struct options *options, const char *history, const struct run *run)
{
	const struct {
		const char *path;
		void (*write)(const struct run *run, struct buf *out);
	} files[] = {
		{options->junit_verdict, junit_verdict},
		{options->junit_attempts, junit_attempts},
	};

	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		CLEANUP(buf_release) struct buf text = BUF_INIT(SIZE_MAX);
		struct err err = ERR_INIT;

		if (!files[i].path) {
			continue;
		}
		if (file_is_same(files[i].path, history)) {
			log_warning("%s is the history: no report is written over it",
				    files[i].path);
			continue;
		}
		files[i].write(run, &text);
		if (write_below(files[i].path, &text, &err) < 0) {
			log_warning("%s", err.msg);
		}
	}
}

/* Summary and JSON say the same; rulings may be empty. */
static struct summary_input input_of(const struct job *job, const struct run *run,
				     const char *not_recorded, const struct rulings *rulings)
{
	return (struct summary_input){
		.run = run,
		.hide_flaky = str_eq(job->invocation->options.flaky, "pass"),
		.not_recorded = not_recorded,
		.rules = job->rules,
		.rulings = rulings->items,
		.base = rulings->base,
	};
}

/* Nothing is compared with a history that does not have the run. */
static void rule(struct job *job, const struct run *run, const char *not_recorded,
		 struct rulings *out)
{
	*out = (struct rulings){0};
	if (!not_recorded) {
		job->precedents = (struct precedents){
			.place = &job->place,
			.history = place_history(&job->place, &job->invocation->options),
			.rules = job->rules,
			.prior = &job->prior,
		};
		rulings_make(&job->precedents, run, out);
	}
}

static void print_json(const struct summary_input *input)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);

	summary_json(input, &text);
	cli_print(&text);
}

static int start_failed(const struct err *err)
{
	int code = cli_fail(err);

	if (err->code == ERR_NOT_FOUND) {
		return EXIT_NOT_FOUND;
	}
	return err->code == ERR_NOEXEC ? EXIT_NOEXEC : code;
}

/* Waits for the targets; true when the command may start. Sets the outcome otherwise. */
static bool wait_first(const struct target_list *targets, int64_t limit_us, struct run *run)
{
	if (waits_run(targets, limit_us, &run->waits)) {
		return true;
	}
	if (signals_stopped_by()) {
		run->outcome = RUN_CANCELLED;
		run->exit_code = cli_stopped_code();
		mem_replace(&run->because, "stopped by a signal while waiting for services");
	} else {
		run->outcome = RUN_NOT_READY;
		run->exit_code = EXIT_NOT_READY;
		mem_replace(&run->because,
			    "a service was not ready in time; the command was not started");
	}
	return false;
}

static int prepare(struct job *job, struct err *err)
{
	const struct options *options = &job->invocation->options;

	if (beliefs_read(options->prior, &job->prior, err) < 0 ||
	    run_plan_read(job->invocation, &job->plan, &job->words, err) < 0 ||
	    waits_parse(&options->waits, &job->targets, err) < 0 ||
	    services_read(&options->services, &job->services, &job->targets, err) < 0 ||
	    place_reading(&job->place, options, &job->plan.reading, err) < 0 ||
	    class_rules_read(options, &job->rules, err) < 0) {
		return -1;
	}
	job->plan.rules = job->rules;
	job->plan.find_changed = changed_find;
	job->plan.changed_payload = &job->place;
	job->excuses = (struct excuses){&job->place, options, false};
	/* what is run many times is to show how often it fails */
	if (!run_plan_is_many(options) && excuses_possible(&job->excuses)) {
		job->plan.ask_ledger = excuses_ask;
		job->plan.ledger_payload = &job->excuses;
	}
	return runner_prepare(&job->plan, err);
}

/* Starts services, waits, runs and judges; in the end no service is left. */
static int run_with_services(struct job *job, struct known *known, struct run *run, struct err *err)
{
	const struct options *options = &job->invocation->options;
	struct service_list services = {0};
	struct err trouble = ERR_INIT;
	int rc = 0;

	if (services_start(&job->services, &job->targets, &services, &trouble) < 0) {
		run->outcome = RUN_NOT_READY;
		run->exit_code = EXIT_NOT_READY;
		mem_replace(&run->because, trouble.msg);
	} else if (wait_first(&job->targets, options->wait_timeout_us, run)) {
		job->plan.expected_tests = &known->expected;
		job->plan.known_flakes = &known->flakes;
		job->plan.learn_tests = learn_known;
		job->plan.learn_payload = known;
		job->plan.targets = &job->targets;
		job->plan.wait_limit_us = options->wait_timeout_us;
		rc = runner_run(&job->plan, run, err);
	}
	services_stop(&services, options->grace_us, run);
	return rc;
}

/* Waits, runs, judges and records. *not_recorded is the reason when that failed; the caller frees. */
static int run_once(struct job *job, struct run *run, char **not_recorded, struct err *err)
{
	const struct options *options = &job->invocation->options;
	const char *history = place_history(&job->place, options);
	CLEANUP(known_release) struct known known = {.history = history, .run = run};
	int64_t start = clock_mono_us();

	if (place_variant(&options->variants, &run->variant, err) < 0) {
		return -1;
	}
	hash_new_id(run->key);
	run->started_us = clock_wall_us();
	strv_add_all(&run->command, &job->invocation->command);
	run->folder = place_folder(&job->place);
	place_source(&job->place, &run->source);
	run->job = place_job(options, &run->source);
	if (run_with_services(job, &known, run, err) < 0) {
		return -1;
	}
	run->duration_us = clock_mono_us() - start;
	*not_recorded = closing_record(history, place_history_mode(options), run);
	if (options->segment) {
		closing_segment(options->segment, job->segments++ > 0, run, history);
	}
	return 0;
}

static bool goes_on(const struct options *options, const struct trials *trials, int64_t start_us)
{
	if (trials->cancelled || signals_stopped_by() || trials->runs == 0) {
		return !trials->cancelled && !signals_stopped_by();
	}
	return trials->outcome != RUN_NOT_READY && !(options->until_fail && trials->failed > 0) &&
	       !(options->repeat && trials->runs >= (size_t)options->repeat) &&
	       !(options->for_us && clock_mono_us() - start_us >= options->for_us);
}

static void announce(const struct options *options, size_t number)
{
	AUTO_FREE char *of = options->repeat ? mem_fmt(" of %d", options->repeat) : mem_str("");
	AUTO_FREE char *line = mem_fmt("run %zu%s", number, of);

	cli_message(line);
}

/* The command again and again, each time a run of its own in the history, and what came of it. */
static int run_many(struct job *job)
{
	const struct options *options = &job->invocation->options;
	CLEANUP(trials_release) struct trials trials = {0};
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);
	int64_t start_us = clock_mono_us();

	while (goes_on(options, &trials, start_us)) {
		CLEANUP(run_release) struct run run = {0};
		AUTO_FREE char *not_recorded = NULL;
		struct summary_input input;
		struct err err = ERR_INIT;

		announce(options, trials.runs + 1);
		if (run_once(job, &run, &not_recorded, &err) < 0) {
			return start_failed(&err);
		}
		input = input_of(job, &run, not_recorded, &(struct rulings){0});
		closing_say(&input);
		trials_add(&trials, &run);
	}
	signals_end();
	trials.duration_us = clock_mono_us() - start_us;
	trials_text(&trials, terminal_width(STDERR_FILENO), &text);
	outlet_say(STDERR_FILENO, buf_str(&text), text.len);
	if (str_eq(options->format, "json")) {
		buf_clear(&text);
		trials_json(&trials, &text);
		cli_print(&text);
	}
	return trials.exit_code;
}

static int run_single(struct job *job)
{
	CLEANUP(run_release) struct run run = {0};
	CLEANUP(rulings_release) struct rulings rulings = {0};
	struct summary_input input;
	AUTO_FREE char *not_recorded = NULL;
	struct err err = ERR_INIT;

	if (run_once(job, &run, &not_recorded, &err) < 0) {
		return start_failed(&err);
	}
	write_junit(&job->invocation->options,
		    place_history(&job->place, &job->invocation->options), &run);
	/* nothing is lost any more: from here on a stop signal may simply end us */
	signals_end();
	rule(job, &run, not_recorded, &rulings);
	input = input_of(job, &run, not_recorded, &rulings);
	closing_say(&input);
	if (str_eq(job->invocation->options.format, "json")) {
		print_json(&input);
	}
	ci_step_tell(&job->step, &job->place, &input);
	return run.exit_code;
}

int cmd_run(struct invocation *invocation)
{
	CLEANUP(job_release) struct job job = {.invocation = invocation};
	struct err err = ERR_INIT;
	int code = EXIT_OWN_FAILURE;

	ci_step_begin(&job.step, &invocation->options);
	if (prepare(&job, &err) < 0) {
		cli_fail(&err);
	} else {
		code = run_plan_is_many(&invocation->options) ? run_many(&job) : run_single(&job);
	}
	ci_step_end(&job.step);
	return code;
}
