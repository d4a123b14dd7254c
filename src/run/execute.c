/* SPDX-License-Identifier: Apache-2.0 */
#include "run/execute.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "failure/signature.h"
#include "os/file.h"
#include "os/outlet.h"
#include "os/process.h"
#include "run/conditions.h"
#include "run/ending.h"
#include "run/hang.h"
#include "run/inflight.h"
#include "run/isolate.h"
#include "text/escape.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Lets Python print where its threads are when it is asked to (autopsy/runtimes.h). */
#define PYTHON_DUMPS "PYTHONFAULTHANDLER"

#define TAIL_MAX ((size_t)64 * 1024)

/* A command that writes no results and is run again as a whole counts as one test. */
static void add_command_as_test(const struct session *session, struct attempt *attempt)
{
	struct results_file *file = VEC_PUSH(&attempt->files);
	struct result *result = VEC_PUSH(&file->results);
	CLEANUP(buf_release) struct buf name = BUF_INIT(1024);

	escape_command(&name, &session->run->command);
	result->test.class_name = mem_str("command");
	result->test.name = buf_take(&name);
	result->duration_us = attempt->duration_us;
	test_name_id(&result->test, result->id);
	if (attempt->end != END_EXITED || attempt->exit_code != 0) {
		result->outcome = OUTCOME_FAILED;
		result->failure = mem_alloc(sizeof(*result->failure));
		result->failure->message = ending_words(attempt);
		failure_sign(result->failure);
	}
	file->path = mem_str("");
	file->producer = mem_str("command");
	file->tests = 1;
	file->time_us = attempt->duration_us;
}

/* What is private is gone when somebody reads its name. */
static void name_private_results(const struct session *session, const char *path,
				 struct attempt *attempt)
{
	VEC_EACH (struct results_file, file, &attempt->files) {
		AUTO_FREE char *name = mem_fmt("%s's results", session->preset->name);

		if (str_eq(file->path, path)) {
			mem_replace(&file->path, name);
		}
	}
}

/* Errors of these types do not make the framework fail: whether they count says its exit code. */
static void forgive(const struct preset *preset, struct attempt *attempt)
{
	ATTEMPT_EACH_RESULT(result, attempt)
	{
		const char *type = result->failure ? result->failure->type : NULL;

		if (type && result->outcome == OUTCOME_ERROR && preset_forgives(preset, type)) {
			result->outcome = OUTCOME_SKIPPED;
			failure_free(result->failure);
			result->failure = NULL;
		}
	}
}

static struct first_run first_run(const struct session *session, const struct attempt *attempt)
{
	return (struct first_run){&session->command, attempt, session->folder, NULL};
}

void execute_prove(struct session *session, struct attempt *attempt)
{
	struct first_run first = first_run(session, attempt);
	AUTO_FREE char *doubt = NULL;

	if (!session_retries(session) && !session->plan->ask_ledger) {
		doubt = mem_str("no test of it is tried again, so nothing was proven");
	} else if (session->preset) {
		doubt = preset_doubt(session->preset, &first, &session->facts.stateful);
	}
	judge_completeness(attempt, doubt, session_missing(session, attempt), &session->facts);
}

static bool has_limit(const struct session *session)
{
	return session->plan->timeout_us || session->plan->idle_us || session->plan->run_timeout_us;
}

/* Lets the framework write down what it does; without that only less can be proven. */
static void watch(const struct session *session, int attempt, struct strv *env)
{
	const struct run_plan *plan = session->plan;
	struct err err = ERR_INIT;

	bool proves = attempt == 1 &&
		      ((plan->retries > 0 && plan->rerun != RERUN_NONE) || plan->ask_ledger);

	if (session->preset && session->preset->watch && plan->inject &&
	    (proves || has_limit(session)) &&
	    session->preset->watch(session->folder, attempt, env, &err) < 0) {
		log_warning("%s", err.msg);
	}
}

/* A pager at a terminal waits for keys, which the command does not get. */
static void add_pagers(struct strv *env)
{
	strv_add(env, "PAGER=cat");
	strv_add(env, "GIT_PAGER=cat");
}

static void tell_trouble(const struct session *session, const struct process_end *end)
{
	if (end->unshown) {
		session_say(session,
			    "the last %zu bytes of the output were not read by anybody in time",
			    end->unshown);
	}
	if (end->output_error) {
		session_say(session, "output of the command is lost: %s",
			    strerror(end->output_error));
	}
	if (end->log_error) {
		session_say(session, "the log of the attempt is not whole: %s",
			    strerror(end->log_error));
	}
	if (end->guard_lost) {
		session_say(session, "the guardian process was killed, so the command was ended");
	}
	if (end->alive) {
		session_say(session, "%zu process%s could not be ended", end->alive,
			    end->alive == 1 ? "" : "es");
	}
}

/* Of a quiet attempt that failed, the end of what it said. */
static void show_tail(const struct session *session, int fd, const struct buf *tail, uint64_t bytes)
{
	size_t len = tail->len < TAIL_MAX ? tail->len : TAIL_MAX;

	if (bytes > len) {
		session_say(session, "%llu bytes of its %s before these are not shown",
			    (unsigned long long)(bytes - len),
			    fd == STDOUT_FILENO ? "output" : "errors");
	}
	outlet_say(fd, buf_str(tail) + tail->len - len, len);
}

static void show_failed(const struct session *session, const struct attempt *attempt,
			const struct process_end *end)
{
	bool to_stderr = session->plan->stdout_to_stderr;

	if (session->said) {
		buf_add(session->said, buf_str(&end->out_tail), end->out_tail.len);
		buf_add(session->said, buf_str(&end->err_tail), end->err_tail.len);
		return;
	}
	if (session->plan->quiet && !judge_green(attempt, &session->facts)) {
		show_tail(session, to_stderr ? STDERR_FILENO : STDOUT_FILENO, &end->out_tail,
			  end->out_bytes);
		show_tail(session, STDERR_FILENO, &end->err_tail, end->err_bytes);
	}
}

/* The shorter one of its own limit and what is left of that of the run. */
static int64_t limit_of(const struct session *session, enum attempt_limit *limit)
{
	int64_t own = session->plan->timeout_us, all = session->plan->run_timeout_us;
	int64_t left = all - (clock_mono_us() - session->since_us);

	*limit = LIMIT_ATTEMPT;
	if (!all || (own && own < left)) {
		return own;
	}
	*limit = LIMIT_RUN;
	return left > 0 ? left : 1;
}

struct order {
	const struct strv *argv, *env;
};

/* Runs the command to its end, and looks at what happens meanwhile. */
static int run_command(const struct session *session, const struct order *order, struct hang *hang,
		       struct attempt *attempt, struct process_end *end, struct err *err)
{
	const struct process_watcher watcher = hang_watcher(hang);
	enum attempt_limit limit = LIMIT_ATTEMPT;
	AUTO_FREE char *log = session_log(session, attempt->number);
	const struct process_spec spec = {
		.argv = strv_argv(order->argv),
		.env = order->env,
		.timeout_us = limit_of(session, &limit),
		.idle_us = session->plan->idle_us,
		.grace_us = session->plan->grace_us,
		.soft_signal = preset_soft_signal(session->preset),
		.stdout_to_stderr = session->plan->stdout_to_stderr,
		.own_stdin = session->plan->own_stdin,
		.only_group = session->plan->only_group,
		.log = log,
		.quiet = session->plan->quiet,
		.terminal = session->plan->terminal,
		.tail_max = TAIL_MAX,
		.watcher = &watcher,
	};
	struct conditions_sample before, after;

	if (log && file_make_dirs(session->plan->log_folder, 0755, err) < 0) {
		return -1;
	}
	conditions_sample(&before);
	if (process_run(&spec, end, err) < 0) {
		return -1;
	}
	conditions_sample(&after);
	attempt->conditions = conditions_between(&before, &after);
	attempt->autopsy = TAKE(hang->report);
	ending_take(end, attempt);
	attempt->limit = end->idle ? LIMIT_IDLE : limit;
	tell_trouble(session, end);
	return 0;
}

/* Appends what the command finds in its environment. */
static int prepare(const struct session *session, const struct attempt *attempt, struct strv *env,
		   struct err *err)
{
	strv_fmt(env, "STEADY_ATTEMPT=%d", attempt->number);
	if (session->plan->isolate &&
	    isolate_begin(session->folder, attempt->number, env, err) < 0) {
		return -1;
	}
	if (has_limit(session) && !getenv(PYTHON_DUMPS)) {
		strv_add(env, PYTHON_DUMPS "=1");
	}
	if (session->plan->terminal && !session->plan->own_stdin) {
		add_pagers(env);
	}
	watch(session, attempt->number, env);
	if (attempt->number > 1 && attempt->scope == SCOPE_WHOLE) {
		preset_forget_last_run(session->folder, attempt->number, env);
	}
	if (attempt->number > 1 && session->preset) {
		preset_forget_running(session->folder);
	}
	return 0;
}

/* Reads what it wrote, to the user's files when there is no path of ours. */
static void read_results(const struct session *session, const struct snapshot *before,
			 const struct strv *globs, const char *path, struct attempt *attempt)
{
	CLEANUP(strv_release) struct strv fresh = {0};
	size_t stale = 0;

	snapshot_fresh(before, globs, &fresh, &stale);
	collect_results(attempt, &fresh, &session->reading);
	if (session->preset) {
		forgive(session->preset, attempt);
	}
	if (!path) {
		collect_unreadable(before, globs, attempt);
		attempt->unkept = collect_unkept(before, globs, attempt);
	}
	if (stale) {
		session_say(session, "%zu old results file%s not read: not written by this attempt",
			    stale, stale == 1 ? "" : "s");
	}
}

int execute_attempt(struct session *session, const struct strv *argv, struct strv *env,
		    const char *path, struct attempt *attempt, struct err *err)
{
	CLEANUP(strv_release) struct strv globs = {0};
	CLEANUP(snapshot_release) struct snapshot before = {0};
	CLEANUP(process_end_release) struct process_end end = {0};
	CLEANUP(hang_release)
	struct hang hang = {.preset = session->preset,
			    .folder = session->folder,
			    .path = path,
			    .globs = &globs};

	if (path) {
		strv_add(&globs, path);
	} else {
		strv_add_all(&globs, &session->globs);
	}
	if (prepare(session, attempt, env, err) < 0) {
		return -1;
	}
	snapshot_take(&before, &globs);
	session->first_ns = attempt->number == 1 ? before.start_ns : session->first_ns;
	if (run_command(session, &(struct order){argv, env}, &hang, attempt, &end, err) < 0) {
		return -1;
	}
	if (session->plan->isolate) {
		isolate_end(session->folder, attempt->number);
	}
	read_results(session, &before, &globs, path, attempt);
	inflight_judge(session, &(struct inflight_input){&end, &hang}, attempt);
	if (session->preset && path) {
		name_private_results(session, path, attempt);
	}
	show_failed(session, attempt, &end);
	if (!session->facts.promised && session->mode == RERUN_WHOLE) {
		add_command_as_test(session, attempt);
	}
	return 0;
}
