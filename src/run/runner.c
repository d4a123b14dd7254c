/* SPDX-License-Identifier: Apache-2.0 */
#include "run/runner.h"

#include "base/buf.h"
#include "base/log.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/str.h"
#include "failure/signature.h"
#include "os/file.h"
#include "os/process.h"
#include "os/signals.h"
#include "rerun/template.h"
#include "run/choose.h"
#include "run/collect.h"
#include "run/judge.h"
#include "run/keep.h"
#include "text/escape.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define TAIL_MAX ((size_t)64 * 1024)

/* Everything one call of runner_run() works with. */
struct session {
	const struct run_plan *plan;
	struct run *run;
	const struct preset *preset; /* NULL unknown framework */
	struct command command;
	enum rerun_mode mode;
	bool private_results; /* the first attempt writes to our folder */
	char *folder;         /* private, removed at the end */
	struct strv globs;    /* the user's result files */
	struct keep keep;     /* as the first attempt left them */
	struct snapshot before_retries;
	struct judge_facts facts;
	struct chooser chooser;
};

static void session_release(struct session *session)
{
	if (session->folder) {
		file_remove_tree(session->folder);
	}
	cleanup_free(&session->folder);
	strv_release(&session->globs);
	keep_release(&session->keep);
	snapshot_release(&session->before_retries);
}

static void say(const struct session *session, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static void say(const struct session *session, const char *fmt, ...)
{
	CLEANUP(buf_release) struct buf line = BUF_INIT(4096);
	va_list ap;

	va_start(ap, fmt);
	buf_vfmt(&line, fmt, ap);
	va_end(ap);
	if (session->plan->say) {
		session->plan->say(buf_str(&line), session->plan->say_payload);
	}
}

static int make_folder(struct session *session, struct err *err)
{
	const char *base = str_or(getenv("TMPDIR"), "/tmp");

	session->folder = mem_fmt("%s/steady-XXXXXX", base);
	if (!mkdtemp(session->folder)) {
		cleanup_free(&session->folder);
		return err_sys(err, ERR_IO, "%s: no temporary folder", base);
	}
	return 0;
}

/* Where the first attempt and the retries write their results. A report that only our additions
 * shape is not expected of a command that writes its own. */
static void find_results(struct session *session)
{
	const struct preset *preset = session->preset;
	AUTO_FREE char *own = NULL;
	bool can = preset && preset_can_redirect(preset, &session->command);

	if (preset && !session->globs.len) {
		own = preset_results_path(preset, &session->command);
		session->private_results = !own && can && session->plan->inject;
	}
	if (own) {
		strv_add(&session->globs, own);
	}
	session->chooser.redirects = session->private_results || (can && preset->results.options);
	if (preset && !session->globs.len && !session->private_results) {
		for (const char *const *glob = preset->results.globs; glob && *glob; glob++) {
			strv_add(&session->globs, *glob);
		}
	}
}

/* Which framework, where its results go, who may be retried how. */
static int session_open(struct session *session, struct err *err)
{
	const struct run_plan *plan = session->plan;
	const struct strv *command = &session->run->command;

	session->mode = plan->rerun;
	if (plan->rerun == RERUN_PRESET) {
		session->preset = plan->preset;
		if (!preset_locate(plan->preset, command->items, command->len, &session->command)) {
			return err_set(err, ERR_USAGE, "--rerun %s: no %s in the command",
				       plan->preset->name, plan->preset->name);
		}
	} else {
		session->preset = preset_detect(command->items, command->len, &session->command);
	}
	strv_add_all(&session->globs, plan->junit_globs);
	find_results(session);
	session->facts = (struct judge_facts){
		.promised = session->globs.len > 0 || session->private_results,
		.tests_failed_code = session->preset ? session->preset->tests_failed_code : -1,
		.flaky = plan->flaky,
	};
	if (plan->rerun == RERUN_TEMPLATE && !session->globs.len &&
	    !template_has_results(plan->rerun_words)) {
		return err_set(err, ERR_USAGE,
			       "--rerun: give --junit, or {results} in the command");
	}
	if (session->mode == RERUN_AUTO && !session->preset && session->globs.len) {
		session->mode = RERUN_WHOLE;
	}
	session->chooser.preset = session->preset;
	session->chooser.command = &session->command;
	session->chooser.words = plan->rerun_words;
	if (make_folder(session, err) < 0) {
		return -1;
	}
	session->chooser.folder = session->folder;
	return 0;
}

static char *private_path(const struct session *session, int number)
{
	return mem_fmt("%s/attempt-%d.xml", session->folder, number);
}

static void take_end(struct attempt *attempt, const struct process_end *end)
{
	static const enum attempt_end ends[] = {
		[PROCESS_EXITED] = END_EXITED,
		[PROCESS_SIGNALLED] = END_SIGNALLED,
		[PROCESS_TIMEOUT] = END_TIMEOUT,
		[PROCESS_STOPPED] = END_CANCELLED,
	};

	attempt->end = ends[end->how];
	attempt->exit_code = end->exit_code;
	attempt->signal = end->how == PROCESS_STOPPED ? signals_stopped_by() : end->signal;
	attempt->started_us = end->started_us;
	attempt->duration_us = end->duration_us;
}

/* A command that writes no results and is run again as a whole counts as one test. */
static void add_command_as_test(const struct session *session, struct attempt *attempt)
{
	struct results_file *file = VEC_PUSH(&attempt->files);
	struct result *result = VEC_PUSH(&file->results);
	CLEANUP(buf_release) struct buf name = BUF_INIT(1024);

	VEC_EACH (char *, word, &session->run->command) {
		buf_str_add(&name, name.len ? " " : "");
		escape_shell(&name, *word);
	}
	result->test.class_name = mem_str("command");
	result->test.name = buf_take(&name);
	result->duration_us = attempt->duration_us;
	test_name_id(&result->test, result->id);
	if (attempt->end != END_EXITED || attempt->exit_code != 0) {
		result->outcome = OUTCOME_FAILED;
		result->failure = mem_alloc(sizeof(*result->failure));
		result->failure->message = mem_fmt("exit code %d", attempt->exit_code);
		failure_sign(result->failure);
	}
	file->path = mem_str("");
	file->producer = mem_str("command");
	file->tests = 1;
	file->time_us = attempt->duration_us;
}

static size_t count_missing(const struct session *session, const struct attempt *attempt)
{
	CLEANUP(map_release) struct map present = {0};
	size_t missing = 0;

	attempt_add_ids(attempt, &present);
	VEC_EACH (char *, id, session->plan->expected_tests) {
		missing += !map_get(&present, *id, NULL);
	}
	return missing;
}

static struct first_run first_run(const struct session *session, const struct attempt *attempt)
{
	return (struct first_run){&session->command, attempt, session->folder, NULL};
}

/* Is this first attempt proven to be complete? */
static void prove(struct session *session, struct attempt *attempt)
{
	struct first_run first = first_run(session, attempt);
	AUTO_FREE char *doubt = NULL;

	if (session->preset) {
		doubt = preset_doubt(session->preset, &first, &session->facts.stateful);
	}
	judge_completeness(attempt, doubt, count_missing(session, attempt), &session->facts);
}

/* Lets the framework write down what it does; without that only less can be proven. */
static void watch_first(const struct session *session, struct strv *env)
{
	const struct run_plan *plan = session->plan;
	struct err err = ERR_INIT;

	if (session->preset && session->preset->watch && plan->inject && plan->retries > 0 &&
	    plan->rerun != RERUN_NONE && session->preset->watch(session->folder, env, &err) < 0) {
		log_warning("%s", err.msg);
	}
}

/* Runs argv as attempt `number`; results come from `path`, or from the user's files when NULL. */
static int run_attempt(struct session *session, const struct strv *argv, struct strv *env,
		       const char *path, struct attempt *attempt, struct err *err)
{
	CLEANUP(strv_release) struct strv globs = {0};
	CLEANUP(strv_release) struct strv fresh = {0};
	CLEANUP(snapshot_release) struct snapshot before = {0};
	CLEANUP(process_end_release) struct process_end end = {0};
	struct process_spec spec = {
		.argv = strv_argv(argv),
		.env = env,
		.timeout_us = session->plan->timeout_us,
		.grace_us = session->plan->grace_us,
		.soft_signal = session->preset ? session->preset->soft_signal : SIGTERM,
		.stdout_to_stderr = session->plan->stdout_to_stderr,
		.tail_max = TAIL_MAX,
	};
	size_t stale = 0;

	strv_fmt(env, "STEADY_ATTEMPT=%d", attempt->number);
	if (attempt->number == 1) {
		watch_first(session, env);
	} else if (attempt->scope == SCOPE_WHOLE) {
		preset_forget_last_run(session->folder, attempt->number, env);
	}
	if (path) {
		strv_add(&globs, path);
	} else {
		strv_add_all(&globs, &session->globs);
	}
	snapshot_take(&before, &globs);
	if (process_run(&spec, &end, err) < 0) {
		return -1;
	}
	take_end(attempt, &end);
	if (end.unshown) {
		say(session, "the last %zu bytes of the output were not read by anybody in time",
		    end.unshown);
	}
	snapshot_fresh(&before, &globs, &fresh, &stale);
	collect_results(attempt, &fresh, &session->plan->reading);
	if (!path) {
		attempt->unkept = collect_unkept(&before, &globs, attempt);
	}
	if (stale) {
		say(session, "%zu old results file%s not read: not written by this attempt", stale,
		    stale == 1 ? "" : "s");
	}
	if (!session->facts.promised && session->mode == RERUN_WHOLE) {
		add_command_as_test(session, attempt);
	}
	if (attempt->number == 1) {
		prove(session, attempt);
	}
	return 0;
}

static int first_attempt(struct session *session, struct err *err)
{
	struct attempt *attempt = VEC_PUSH(&session->run->attempts);
	CLEANUP(strv_release) struct strv argv = {0};
	CLEANUP(strv_release) struct strv env = {0};
	AUTO_FREE char *path = NULL;
	int rc = 0;

	attempt->number = 1;
	if (session->private_results) {
		path = private_path(session, 1);
		rc = preset_redirect(session->preset, &session->command,
				     &(struct redirection){session->folder, path}, &argv, &env,
				     err);
		say(session,
		    "%s writes its results to a private folder (%s added; --no-inject "
		    "forbids it)",
		    session->preset->name, preset_addition(session->preset));
	} else {
		strv_add_all(&argv, &session->run->command);
	}
	if (rc < 0 || run_attempt(session, &argv, &env, path, attempt, err) < 0) {
		attempt_release(attempt);
		session->run->attempts.len--;
		return -1;
	}
	return 0;
}

/* Decides what the next retry runs: 1 when nothing is left to find out. */
static int plan_retry(struct session *session, int number, struct choice *out, struct err *err)
{
	bool last = number == session->plan->retries + 1;

	if (judge_excused(session->run, &session->facts)) {
		return 1;
	}
	if (session->mode != RERUN_WHOLE && chooser_can_select(&session->chooser)) {
		bool named = chooser_select(&session->chooser, session->run, number, out, err);

		session->facts.need_whole |= !named && count_pending(session->run);
		if (named && !(last && session->facts.need_whole)) {
			return 0;
		}
	}
	choice_release(out);
	return chooser_whole(&session->chooser, session->run, number, out, err);
}

static void announce(const struct session *session, enum attempt_scope scope, int number)
{
	size_t pending = count_pending(session->run);

	if (pending == 0) {
		say(session,
		    "all failed tests passed; running the whole command to be sure "
		    "(attempt %d of %d)",
		    number, session->plan->retries + 1);
	} else {
		say(session, "%zu failed test%s: running %s again (attempt %d of %d)", pending,
		    pending == 1 ? "" : "s",
		    scope == SCOPE_WHOLE ? "the whole command"
		    : session->chooser.level == LEVEL_FILE
			    ? (pending == 1 ? "its file" : "their files")
		    : pending == 1 ? "it"
				   : "only these",
		    number, session->plan->retries + 1);
	}
}

static int retry(struct session *session, int number, struct err *err)
{
	CLEANUP(choice_release) struct choice choice = {0};
	struct attempt *attempt = NULL;
	int rc = plan_retry(session, number, &choice, err);

	if (rc != 0) {
		return rc;
	}
	announce(session, choice.scope, number);
	attempt = VEC_PUSH(&session->run->attempts);
	attempt->number = number;
	attempt->scope = choice.scope;
	attempt->level = session->chooser.level;
	if (run_attempt(session, &choice.argv, &choice.env, choice.path, attempt, err) < 0) {
		attempt_release(attempt);
		session->run->attempts.len--;
		return -1;
	}
	judge_retry(session->run, attempt, &session->facts);
	chooser_learn(&session->chooser, session->run, attempt);
	return attempt->end == END_CANCELLED ? 1 : 0;
}

static void retry_all(struct session *session)
{
	struct err err = ERR_INIT;
	const struct attempt *first = &session->run->attempts.items[0];
	const char *why_not =
		judge_no_retry(session->run, &session->facts, session->plan->max_failures,
			       session->plan->max_failures_percent);

	if (session->run->failed.len == 0 || session->plan->retries == 0 ||
	    session->mode == RERUN_NONE ||
	    (!chooser_can_select(&session->chooser) && session->mode != RERUN_WHOLE)) {
		return;
	}
	if (why_not) {
		mem_replace(&session->run->because, why_not);
		say(session, "not retried: %s", why_not);
		return;
	}
	session->facts.need_whole = session->mode == RERUN_WHOLE || !first->complete;
	if (session->facts.need_whole && session->mode != RERUN_WHOLE) {
		say(session, "only a clean run of everything can turn this green: %s",
		    first->incomplete_why);
	}
	keep_first(&session->keep, &session->globs, session->folder);
	snapshot_take(&session->before_retries, &session->globs);
	for (int number = 2; number <= session->plan->retries + 1; number++) {
		int rc = retry(session, number, &err);

		if (rc < 0) {
			say(session, "the retry could not be started: %s", err.msg);
		}
		if (rc != 0) {
			break;
		}
	}
	keep_restore(&session->keep, &session->globs, &session->before_retries);
}

int runner_run(const struct run_plan *plan, struct run *run, struct err *err)
{
	CLEANUP(session_release) struct session session = {.plan = plan, .run = run};

	if (session_open(&session, err) < 0 || first_attempt(&session, err) < 0) {
		return -1;
	}
	judge_collect_failed(run);
	retry_all(&session);
	judge_run(run, &session.facts);
	return 0;
}
