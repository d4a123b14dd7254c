/* SPDX-License-Identifier: Apache-2.0 */
#include "run/runner.h"

#include "base/clock.h"
#include "base/mem.h"
#include "os/signals.h"
#include "run/execute.h"
#include "run/isolate.h"
#include "run/session.h"

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
		session_say(session,
			    "all failed tests passed; running the whole command to be sure "
			    "(attempt %d of %d)",
			    number, session->plan->retries + 1);
	} else {
		session_say(session, "%zu failed test%s: running %s again (attempt %d of %d)",
			    pending, pending == 1 ? "" : "s",
			    scope == SCOPE_WHOLE ? "the whole command"
			    : session->chooser.level == LEVEL_FILE
				    ? (pending == 1 ? "its file" : "their files")
			    : pending == 1 ? "it"
					   : "only these",
			    number, session->plan->retries + 1);
	}
}

static bool is_spent(const struct session *session)
{
	int64_t budget_us = session->plan->retry_budget_us;

	if (!budget_us || clock_mono_us() - session->retries_since_us < budget_us) {
		return false;
	}
	session_say(session, "not retried further: --retry-budget is spent");
	return true;
}

/* Legs of one workflow that fail together shall not come back together. False when a stop signal
 * came. */
static bool pause_before(struct session *session)
{
	int64_t delay_us = session->plan->retry_delay_us;

	if (delay_us > 0) {
		session->facts.stop_signal = signals_sleep(clock_jitter_us(delay_us));
	}
	return session->facts.stop_signal == 0;
}

static int retry(struct session *session, int number, struct err *err)
{
	CLEANUP(choice_release) struct choice choice = {0};
	struct attempt *attempt = NULL;
	int rc = plan_retry(session, number, &choice, err);

	if (rc != 0) {
		return rc;
	}
	if (is_spent(session)) {
		return 1;
	}
	announce(session, choice.scope, number);
	if (!pause_before(session)) {
		return 1;
	}
	attempt = VEC_PUSH(&session->run->attempts);
	attempt->number = number;
	attempt->scope = choice.scope;
	attempt->level = session->chooser.level;
	if (execute_attempt(session, &choice.argv, &choice.env, choice.path, attempt, err) < 0) {
		attempt_release(attempt);
		session->run->attempts.len--;
		return -1;
	}
	judge_retry(session->run, attempt, &session->facts);
	chooser_learn(&session->chooser, session->run, attempt);
	return attempt->end == END_CANCELLED || attempt->unended ? 1 : 0;
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
		session_say(session, "not retried: %s", why_not);
		return;
	}
	session->facts.need_whole = session->mode == RERUN_WHOLE || !first->complete;
	if (session->facts.need_whole && session->mode != RERUN_WHOLE) {
		session_say(session, "only a clean run of everything can turn this green: %s",
			    first->incomplete_why);
	}
	keep_first(&session->keep, &session->globs, session->folder);
	snapshot_take(&session->before_retries, &session->globs);
	session->retries_since_us = clock_mono_us();
	for (int number = 2; number <= session->plan->retries + 1; number++) {
		int rc = retry(session, number, &err);

		if (rc < 0) {
			session_say(session, "the retry could not be started: %s", err.msg);
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
