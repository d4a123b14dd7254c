/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"

#include "base/clock.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "cli/place.h"
#include "cli/waits.h"
#include "os/file.h"
#include "os/outlet.h"
#include "os/process.h"
#include "os/signals.h"
#include "os/terminal.h"
#include "report/junit_file.h"
#include "report/summary.h"
#include "rerun/template.h"
#include "run/runner.h"

#include <string.h>
#include <unistd.h>

static void say(const char *line, void *payload)
{
	(void)payload;
	cli_message(line);
}

/* "12" or "15%"; NULL not given */
static int read_max_failures(const char *text, struct run_plan *plan, struct err *err)
{
	AUTO_FREE char *number = mem_str(str_or(text, ""));
	size_t len = strlen(number);
	bool percent = len > 0 && number[len - 1] == '%';
	int64_t value = 0;

	if (!text) {
		return 0;
	}
	if (percent) {
		number[len - 1] = '\0';
	}
	if (!str_to_int64(number, 0, percent ? 100 : 1000000, &value)) {
		return err_set(err, ERR_USAGE, "--max-failures: '%s' is neither N nor N%%", text);
	}
	if (percent) {
		plan->max_failures_percent = (int)value;
	} else {
		plan->max_failures = (size_t)value;
	}
	return 0;
}

/* The names of the presets, for a message. */
static void list_presets(struct buf *out)
{
	const struct preset *preset = NULL;

	for (size_t i = 0; (preset = preset_at(i)) != NULL; i++) {
		buf_fmt(out, "|%s", preset->name);
	}
}

/* auto, whole, none, a preset, or a command with placeholders */
static int read_rerun(const char *text, struct run_plan *plan, struct strv *words, struct err *err)
{
	static const struct {
		const char *name;
		enum rerun_mode mode;
	} modes[] = {
		{"auto", RERUN_AUTO},
		{"whole", RERUN_WHOLE},
		{"none", RERUN_NONE},
	};
	CLEANUP(buf_release) struct buf presets = BUF_INIT(4096);

	for (size_t i = 0; i < ARRAY_LEN(modes); i++) {
		if (str_eq(text, modes[i].name)) {
			plan->rerun = modes[i].mode;
			return 0;
		}
	}
	plan->rerun = RERUN_PRESET;
	plan->preset = preset_find(text);
	if (plan->preset) {
		return 0;
	}
	if (template_is(text)) {
		plan->rerun = RERUN_TEMPLATE;
		plan->rerun_words = words;
		return template_parse(text, words, err);
	}
	list_presets(&presets);
	return err_set(err, ERR_USAGE,
		       "--rerun: '%s' is not one of auto|whole|none%s, nor a command with {tests}",
		       text, buf_str(&presets));
}

static void read_flaky(const struct options *options, struct run_plan *plan)
{
	static const char *const policies[] = {"pass", "warn", "fail"};

	for (size_t i = 0; i < ARRAY_LEN(policies); i++) {
		if (str_eq(options->flaky, policies[i])) {
			plan->flaky = (enum flaky_policy)i;
		}
	}
}

static int prepare(const struct invocation *invocation, struct run_plan *plan, struct strv *words,
		   struct target_list *targets, struct run *run, struct err *err)
{
	const struct options *options = &invocation->options;

	*plan = (struct run_plan){
		.junit_globs = &options->junit,
		.inject = !options->no_inject,
		.retries = options->retries,
		.retry_budget_us = options->retry_budget_us,
		.retry_delay_us = options->retry_delay_us,
		.timeout_us = options->timeout_us,
		.grace_us = options->grace_us,
		.max_failures = MAX_FAILURES_UNSET,
		.max_failures_percent = -1,
		.stdout_to_stderr = str_eq(options->format, "json"),
		.own_stdin = options->own_stdin,
		.only_group = options->no_subreaper,
		.say = say,
	};
	if (invocation->words.len) {
		return err_set(err, ERR_USAGE, "'%s' stands before --; the command comes after it",
			       invocation->words.items[0]);
	}
	if (!invocation->command.len) {
		return err_set(err, ERR_USAGE,
			       "no command: steady run [options] -- COMMAND [ARG…]");
	}
	read_flaky(options, plan);
	if (read_rerun(options->rerun, plan, words, err) < 0 ||
	    read_max_failures(options->max_failures, plan, err) < 0 ||
	    place_variant(&options->variants, &run->variant, err) < 0) {
		return -1;
	}
	return waits_parse(&options->waits, targets, err);
}

/* Without a history there is nothing to compare with, and the run goes on. */
static void load_expected(const char *path, const struct run *run, struct strv *out)
{
	struct history *history = NULL;
	struct err ignored = ERR_INIT;

	if (history_open(path, HISTORY_READ, &history, &ignored) == 0) {
		history_expected_tests(history, run, out, &ignored);
		history_close(history);
	}
}

/* A failure to record never changes the exit code: it is a warning. The reason or NULL; freed by
 * the caller. */
static char *record(const char *path, const struct run *run)
{
	struct history *history = NULL;
	struct err err = ERR_INIT;
	int rc = history_open(path, HISTORY_WRITE, &history, &err);

	if (rc == 0) {
		rc = history_record(history, run, &err);
		history_close(history);
	}
	return rc == 0 ? NULL : mem_str(err.msg);
}

/* Like the history: a file that cannot be written is a warning. */
static void write_junit(const struct options *options, const struct run *run)
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
		files[i].write(run, &text);
		if (file_write(files[i].path, buf_str(&text), text.len, &err) < 0) {
			log_warning("%s", err.msg);
		}
	}
}

static void finish(const struct invocation *invocation, const struct run *run,
		   const char *not_recorded)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);
	struct summary_input input = {
		.run = run,
		.width = terminal_width(STDERR_FILENO),
		.colour = terminal_colour(STDERR_FILENO),
		.hide_flaky = str_eq(invocation->options.flaky, "pass"),
		.not_recorded = not_recorded,
	};

	summary_text(&input, &text);
	outlet_say(STDERR_FILENO, buf_str(&text), text.len);
	if (str_eq(invocation->options.format, "json")) {
		buf_clear(&text);
		summary_json(&input, &text);
		buf_char(&text, '\n');
		cli_print(&text);
	}
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

int cmd_run(struct invocation *invocation)
{
	CLEANUP(place_release) struct place place = {0};
	CLEANUP(run_release) struct run run = {0};
	CLEANUP(target_list_release) struct target_list targets = {0};
	CLEANUP(strv_release) struct strv expected = {0};
	CLEANUP(strv_release) struct strv words = {0};
	AUTO_FREE char *not_recorded = NULL;
	struct run_plan plan;
	struct err err = ERR_INIT;
	const char *history = NULL;
	int64_t start = clock_mono_us();

	if (prepare(invocation, &plan, &words, &targets, &run, &err) < 0) {
		cli_fail(&err);
		return EXIT_OWN_FAILURE;
	}
	if (place_reading(&place, &invocation->options, &plan.reading, &err) < 0) {
		cli_fail(&err);
		return EXIT_OWN_FAILURE;
	}
	signals_init();
	if (process_prepare(&err) < 0) {
		return cli_fail(&err);
	}
	hash_new_id(run.key);
	run.started_us = clock_wall_us();
	strv_add_all(&run.command, &invocation->command);
	place_source(&place, &run.source);
	run.job = place_job(&invocation->options, &run.source);
	history = place_history(&place, &invocation->options);
	if (wait_first(&targets, invocation->options.wait_timeout_us, &run)) {
		load_expected(history, &run, &expected);
		plan.expected_tests = &expected;
		if (runner_run(&plan, &run, &err) < 0) {
			return start_failed(&err);
		}
	}
	run.duration_us = clock_mono_us() - start;
	not_recorded = record(history, &run);
	write_junit(&invocation->options, &run);
	/* nothing is lost any more: from here on a stop signal may simply end us */
	signals_end();
	finish(invocation, &run, not_recorded);
	return run.exit_code;
}
