/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/run_plan.h"

#include "base/mem.h"
#include "base/str.h"
#include "os/terminal.h"
#include "rerun/template.h"

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

/* "selected", "alone" and "whole", checked by the option's type */
static void read_ways(const struct strv *words, struct run_plan *plan)
{
	static const char *const names[] = {
		[WAY_SELECTED] = "selected", [WAY_ALONE] = "alone", [WAY_WHOLE] = "whole"};

	VEC_EACH (char *, word, words) {
		size_t way = WAY_SELECTED;

		while (way < WAY_WHOLE && !str_eq(names[way], *word)) {
			way++;
		}
		plan->ways[plan->ways_len++] = (enum retry_way)way;
	}
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

/* What nobody sees, or somebody reads as a file, needs no colours. */
static bool wants_terminal(const struct options *options)
{
	return str_eq(options->pty, "always") ||
	       (str_eq(options->pty, "auto") && isatty(STDOUT_FILENO) && !options->quiet &&
		!str_eq(options->format, "json") && terminal_is_possible());
}

bool run_plan_is_many(const struct options *options)
{
	return options->repeat || options->until_fail || options->for_us;
}

/* A run that is one of many is judged by its first attempt: retries would hide what is counted. */
static int read_trials(const struct options *options, struct run_plan *plan, struct err *err)
{
	plan->rerun = RERUN_NONE;
	plan->retries = 0;
	if (options->junit_verdict || options->junit_attempts) {
		return err_set(err, ERR_USAGE,
			       "--junit-verdict and --junit-attempts tell of one run: not with "
			       "--repeat, --until-fail or --for");
	}
	if (options->summary || options->outputs) {
		return err_set(err, ERR_USAGE,
			       "--summary and --outputs tell of one run: not with --repeat, "
			       "--until-fail or --for");
	}
	return 0;
}

int run_plan_read(const struct invocation *invocation, struct run_plan *plan, struct strv *words,
		  struct err *err)
{
	const struct options *options = &invocation->options;

	*plan = (struct run_plan){
		.junit_globs = &options->junit,
		.inject = !options->no_inject,
		.retries = options->retries,
		.retry_budget_us = options->retry_budget_us,
		.retry_delay_us = options->retry_delay_us,
		.isolate = options->isolate,
		.quiet = options->quiet,
		.log_folder = options->attempt_log,
		.timeout_us = options->timeout_us,
		.idle_us = options->idle_us,
		.run_timeout_us = options->run_timeout_us,
		.grace_us = options->grace_us,
		.max_failures = MAX_FAILURES_UNSET,
		.max_failures_percent = -1,
		.stdout_to_stderr = str_eq(options->format, "json"),
		.own_stdin = options->own_stdin,
		.terminal = wants_terminal(options),
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
	read_ways(&options->retry_as, plan);
	if (run_plan_is_many(options)) {
		return read_trials(options, plan, err);
	}
	return read_rerun(options->rerun, plan, words, err) < 0
		       ? -1
		       : read_max_failures(options->max_failures, plan, err);
}
