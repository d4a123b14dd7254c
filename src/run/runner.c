/* SPDX-License-Identifier: Apache-2.0 */
#include "run/runner.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "os/guard.h"
#include "os/process.h"
#include "os/signals.h"
#include "run/execute.h"
#include "run/isolate.h"
#include "run/services.h"
#include "run/session.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* It failed, nothing is known of its tests, and the name of a framework stands in it. */
static void tell_hidden(const struct session *session, const struct attempt *attempt)
{
	const struct strv *command = &session->run->command;
	const struct preset *preset = NULL;

	if (session->facts.promised || session->mode != RERUN_AUTO || attempt->end != END_EXITED ||
	    attempt->exit_code == 0) {
		return;
	}
	preset = preset_mentioned(command->items, command->len);
	if (preset) {
		session_say(session,
			    "%s stands in the command, but not as what it starts: if it is that, "
			    "say --rerun %s",
			    preset->name, preset->name);
	}
}

static int first_attempt(struct session *session, struct err *err)
{
	struct attempt *attempt = VEC_PUSH(&session->run->attempts);
	CLEANUP(strv_release) struct strv argv = {0};
	CLEANUP(strv_release) struct strv env = {0};
	AUTO_FREE char *path = NULL;
	int rc = 0;

	attempt->number = 1;
	if (session->plan->isolate) {
		session_say(session, "isolated: %s", ISOLATE_WORDS);
		session->run->isolated = true;
	}
	if (session->private_results) {
		path = chooser_results_path(&session->chooser, attempt->number);
		rc = preset_redirect(session->preset, &session->command,
				     &(struct redirection){session->folder, path}, &argv, &env,
				     err);
		session_say(session,
			    "%s writes its results to a private folder (%s added; --no-inject "
			    "forbids it)",
			    session->preset->name, preset_addition(session->preset));
	} else {
		strv_add_all(&argv, &session->run->command);
	}
	if (rc < 0 || execute_attempt(session, &argv, &env, path, attempt, err) < 0) {
		attempt_release(attempt);
		session->run->attempts.len--;
		return -1;
	}
	tell_hidden(session, attempt);
	return 0;
}

static enum retry_way way_of(const struct run_plan *plan, int nth)
{
	size_t i = (size_t)nth - 1;

	if (plan->ways_len == 0) {
		return WAY_AUTO;
	}
	return plan->ways[i < plan->ways_len ? i : plan->ways_len - 1];
}

/* One further attempt: the nth retry, for all pending tests or only for one. */
struct step {
	int nth;
	enum retry_way way;
	const struct failed_test *only;
};

static bool can_name(const struct session *session, const struct step *step)
{
	return session->mode != RERUN_WHOLE && step->way != WAY_WHOLE &&
	       chooser_can_select(&session->chooser);
}

/* Decides what the next retry runs: 1 when nothing is left to find out. */
static int plan_retry(struct session *session, const struct step *step, struct choice *out,
		      struct err *err)
{
	bool last = step->way == WAY_AUTO && step->nth == session->plan->retries;

	if (judge_excused(session->run, &session->facts)) {
		return 1;
	}
	if (can_name(session, step)) {
		bool named = chooser_select(&session->chooser, session->run, step->only, out, err);

		session->facts.need_whole |= !named && count_pending(session->run);
		if (named && !(last && judge_needs_whole(&session->facts))) {
			return 0;
		}
	}
	choice_release(out);
	return chooser_whole(&session->chooser, session->run, out, err);
}

/* "(attempt 2 of 3)"; how many there will be is not known when each test has its own. */
static char *number_words(const struct session *session)
{
	size_t number = session->run->attempts.len + 1;

	return session->plan->ways_len
		       ? mem_fmt("(attempt %zu)", number)
		       : mem_fmt("(attempt %zu of %d)", number, session->plan->retries + 1);
}

static const char *what_runs(const struct session *session, enum attempt_scope scope,
			     size_t pending)
{
	if (scope == SCOPE_WHOLE) {
		return "the whole command";
	}
	if (session->chooser.level == LEVEL_FILE) {
		return pending == 1 ? "its file" : "their files";
	}
	return pending == 1 ? "it" : "only these";
}

static void announce(const struct session *session, const struct step *step,
		     enum attempt_scope scope)
{
	size_t pending = count_pending(session->run);
	AUTO_FREE char *number = number_words(session);
	CLEANUP(buf_release) struct buf name = BUF_INIT(BUF_OWN_MAX);

	if (pending == 0) {
		session_say(session,
			    "all failed tests passed; running the whole command to be sure %s",
			    number);
	} else if (step->only && scope == SCOPE_SELECTED) {
		test_name_show(&step->only->first->test, &name);
		session_say(session, "running only %s%s %s",
			    session->chooser.level == LEVEL_FILE ? "the file of " : "",
			    buf_str(&name), number);
	} else {
		session_say(session, "%zu failed test%s: running %s again %s", pending,
			    pending == 1 ? "" : "s", what_runs(session, scope, pending), number);
	}
}

static bool is_spent(const struct session *session)
{
	const struct run_plan *plan = session->plan;
	int64_t now_us = clock_mono_us();
	const struct {
		int64_t limit_us, since_us;
		const char *option;
	} limits[] = {
		{plan->retry_budget_us, session->retries_since_us, "--retry-budget"},
		{plan->run_timeout_us, session->since_us, "--run-timeout"},
	};

	for (size_t i = 0; i < ARRAY_LEN(limits); i++) {
		if (limits[i].limit_us && now_us - limits[i].since_us >= limits[i].limit_us) {
			session_say(session, "not retried further: %s is spent", limits[i].option);
			return true;
		}
	}
	return false;
}

/* A stop signal that came while no command ran: to a question, or between two attempts. */
static bool is_stopped(struct session *session)
{
	session->facts.stop_signal = signals_look();
	return session->facts.stop_signal != 0;
}

/* Legs of one workflow that fail together shall not come back together. False when a stop signal
 * came. */
static bool pause_before(struct session *session)
{
	int64_t delay_us = session->plan->retry_delay_us;

	(void)signals_sleep(delay_us > 0 ? clock_jitter_us(delay_us) : 0);
	return !is_stopped(session);
}

/* 1 when no further one makes sense. */
static int retry(struct session *session, const struct step *step, struct err *err)
{
	CLEANUP(choice_release) struct choice choice = {0};
	struct attempt *attempt = NULL;
	int rc = plan_retry(session, step, &choice, err);

	if (rc != 0) {
		return rc;
	}
	if (is_stopped(session) || is_spent(session)) {
		return 1;
	}
	if (!services_ready_again(session)) {
		return 1;
	}
	announce(session, step, choice.scope);
	if (!pause_before(session) || is_spent(session)) {
		return 1;
	}
	attempt = VEC_PUSH(&session->run->attempts);
	attempt->number = (int)session->run->attempts.len;
	attempt->scope = choice.scope;
	attempt->level = session->chooser.level;
	if (step->only && choice.scope == SCOPE_SELECTED) {
		memcpy(attempt->only, step->only->first->id, sizeof(attempt->only));
	}
	if (execute_attempt(session, &choice.argv, &choice.env, choice.path, attempt, err) < 0) {
		attempt_release(attempt);
		session->run->attempts.len--;
		return -1;
	}
	judge_retry(session->run, attempt, &session->facts);
	if (is_stopped(session)) {
		return 1;
	}
	if (!step->only) {
		chooser_learn(&session->chooser, session->run, attempt);
	}
	return attempt->end == END_CANCELLED || attempt->unended ? 1 : 0;
}

static int retry_alone(struct session *session, struct step step, struct err *err)
{
	VEC_EACH (const struct failed_test, failed, &session->run->failed) {
		int rc = 0;

		if (failed->retry == RETRY_PASSED) {
			continue;
		}
		step.only = failed;
		rc = retry(session, &step, err);
		/* who cannot be named is not run as often as there are tests */
		if (rc != 0 || session->run->attempts.items[session->run->attempts.len - 1].scope ==
				       SCOPE_WHOLE) {
			return rc;
		}
	}
	return 0;
}

static int retry_nth(struct session *session, int nth, struct err *err)
{
	struct step step = {nth, way_of(session->plan, nth), NULL};

	if (step.way == WAY_ALONE && can_name(session, &step) && count_pending(session->run) > 0) {
		return retry_alone(session, step, err);
	}
	return retry(session, &step, err);
}

/* A failed test that nobody knows as flaky. It may pass alone because others make it fail. */
static const struct failed_test *find_unknown(const struct session *session)
{
	VEC_EACH (const struct failed_test, failed, &session->run->failed) {
		if (!judge_is_known(session->plan->known_flakes, failed->first)) {
			return failed;
		}
	}
	return NULL;
}

static void need_whole(struct session *session, const struct attempt *first)
{
	const struct failed_test *unknown = find_unknown(session);
	CLEANUP(buf_release) struct buf why = BUF_INIT(BUF_OWN_MAX);

	session->facts.need_whole = !first->complete;
	session->facts.need_others = unknown != NULL;
	if (!first->complete) {
		buf_str_add(&why, first->incomplete_why);
	} else if (unknown) {
		test_name_show(&unknown->first->test, &why);
		buf_str_add(&why, " is not known to be flaky");
	}
	if (judge_needs_whole(&session->facts)) {
		session_say(session, "only a %srun of everything can turn this green: %s",
			    session->facts.need_whole ? "clean " : "", buf_str(&why));
	}
}

#define CHANGED \
	"%s changed %s in the project, so another run is none of the same content (.gitignore is " \
	"for what is only left behind)"

static void add_real(const char *path, struct strv *out)
{
	char *real = path ? realpath(path, NULL) : NULL;

	if (real) {
		strv_give(out, real);
	}
}

/* A second run is none of the same content then: what a test wrote when it failed may be what it lacked.
 * The caller frees. */
static char *find_changed(const struct session *session)
{
	const struct run_plan *plan = session->plan;
	CLEANUP(strv_release) struct strv files = {0};
	CLEANUP(strv_release) struct strv own = {0};

	if (!plan->find_changed) {
		return NULL;
	}
	collect_match(&session->kept, &files);
	VEC_EACH (char *, path, &files) {
		add_real(*path, &own);
	}
	add_real(session->folder, &own);
	add_real("/proc/self/fd/1", &own);
	add_real("/proc/self/fd/2", &own);
	VEC_EACH (const struct attempt, attempt, &session->run->attempts) {
		AUTO_FREE char *log = session_log(session, attempt->number);
		AUTO_FREE char *out = log ? mem_fmt("%s.out", log) : NULL;
		AUTO_FREE char *err = log ? mem_fmt("%s.err", log) : NULL;

		add_real(out, &own);
		add_real(err, &own);
	}
	return plan->find_changed(session->first_ns, &own, plan->changed_payload);
}

/* Why none may be made; NULL when one may. The caller frees. */
static char *why_no_retry(const struct session *session)
{
	const struct run_plan *plan = session->plan;
	const char *why = judge_no_retry(session->run, &session->facts, plan->max_failures,
					 plan->max_failures_percent);
	AUTO_FREE char *changed = why ? NULL : find_changed(session);

	if (!changed) {
		return mem_str(why);
	}
	return mem_fmt(CHANGED, "the first attempt", changed);
}

static void ask_ledger(const struct session *session)
{
	if (session->plan->ask_ledger && session->run->failed.len > 0) {
		session->plan->ask_ledger(session->run, session->plan->ledger_payload);
	}
}

static void retry_all(struct session *session)
{
	struct err err = ERR_INIT;
	const struct attempt *first = &session->run->attempts.items[0];
	AUTO_FREE char *why_not = NULL;

	if (session->run->failed.len == 0 || !session_retries(session)) {
		return;
	}
	ask_ledger(session);
	if (judge_pardoned(session->run, &session->facts)) {
		session_say(session, "not retried: the quarantine excuses all that failed");
		return;
	}
	why_not = why_no_retry(session);
	if (why_not) {
		mem_replace(&session->run->because, why_not);
		session_say(session, "not retried: %s", why_not);
		return;
	}
	session->facts.need_whole = session->mode == RERUN_WHOLE;
	if (session->mode != RERUN_WHOLE) {
		need_whole(session, first);
	}
	session->retries_since_us = clock_mono_us();
	for (int nth = 1; nth <= session->plan->retries; nth++) {
		int rc = retry_nth(session, nth, &err);

		if (rc < 0) {
			session_say(session, "the retry could not be started: %s", err.msg);
		}
		if (rc != 0) {
			break;
		}
	}
}

/* Whatever comes behind the first attempt, questions to the framework too. */
static void look_again(struct session *session)
{
	struct attempt *first = &session->run->attempts.items[0];
	bool keeps = session_retries(session) && !judge_green(first, &session->facts);

	if (keeps) {
		session_keep(session);
	}
	execute_prove(session, first);
	judge_collect_failed(session->run);
	/* a signal that hastened the end of a command that was late is no stop of the run */
	if (first->end == END_TIMEOUT || !is_stopped(session)) {
		retry_all(session);
	}
	ask_ledger(session); /* it may have changed while the tests ran */
	if (judge_excused(session->run, &session->facts) ||
	    judge_pardoned(session->run, &session->facts)) {
		AUTO_FREE char *changed = find_changed(session);

		/* what a retry wrote may be what the next one needed */
		session->facts.changed = changed != NULL;
		if (changed) {
			session_say(session, CHANGED, "a retry", changed);
		}
	}
	if (keeps) {
		session_restore(session);
	}
}

int runner_prepare(const struct run_plan *plan, struct err *err)
{
	if (plan->isolate) {
		umask(ISOLATE_UMASK); /* the guardian and all below it inherit it */
		guard_drop();         /* one that answered questions has another one */
	}
	signals_init();
	return process_prepare(err);
}

int runner_run(const struct run_plan *plan, struct run *run, struct err *err)
{
	CLEANUP(session_release) struct session session = {.plan = plan, .run = run};

	if (session_open(&session, err) < 0) {
		return -1;
	}
	if (is_stopped(&session)) {
		run->outcome = RUN_CANCELLED;
		run->exit_code = 128 + session.facts.stop_signal;
		mem_replace(&run->because, "stopped by a signal before the command was started");
		return 0;
	}
	services_begin(&session);
	if (first_attempt(&session, err) < 0) {
		services_end(&session);
		return -1;
	}
	look_again(&session);
	services_end(&session);
	judge_run(run, &session.facts);
	return 0;
}
