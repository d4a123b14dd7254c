/* SPDX-License-Identifier: Apache-2.0 */
#include "run/rehearse.h"

#include "base/mem.h"
#include "base/str.h"
#include "os/signals.h"
#include "run/execute.h"
#include "run/session.h"

#include <string.h>

#define SAID_MAX ((size_t)512 * 1024)

void rehearsal_release(struct rehearsal *rehearsal)
{
	strv_release(&rehearsal->globs);
	strv_release(&rehearsal->argv);
	test_name_release(&rehearsal->stranger);
	attempt_release(&rehearsal->attempt);
	buf_release(&rehearsal->said);
	cleanup_free(&rehearsal->why);
}

static void note(const struct session *session, struct rehearsal *out)
{
	out->mode = session->mode;
	out->preset = session->preset;
	out->private_results = session->private_results;
	strv_add_all(&out->globs, &session->globs);
}

/* A first attempt in which the test failed that does not exist. */
static void make_up_failure(const struct test_name *stranger, struct session *session)
{
	struct run *run = session->run;
	struct attempt *first = VEC_PUSH(&run->attempts);
	struct results_file *file = VEC_PUSH(&first->files);
	struct result *result = VEC_PUSH(&file->results);

	first->number = 1;
	first->end = END_EXITED;
	first->exit_code = 1;
	test_name_copy(&result->test, stranger);
	test_name_id(&result->test, result->id);
	result->outcome = OUTCOME_FAILED;
	result->duration_us = -1;
	judge_collect_failed(run);
}

/* Builds the retry's command; false when it names none, or more than that test. */
static bool build(struct session *session, struct rehearsal *out, struct choice *choice,
		  struct err *err)
{
	struct chooser *chooser = &session->chooser;

	if (!preset_stranger(chooser->words ? NULL : session->preset, &session->command,
			     &out->stranger)) {
		return false;
	}
	make_up_failure(&out->stranger, session);
	return chooser_select(chooser, session->run, NULL, choice, err) &&
	       chooser->level == LEVEL_TEST;
}

/* A tool may report that name in a class of its own. */
static bool is_stranger(const struct rehearsal *rehearsal, const struct result *result)
{
	return strstr(str_or(result->test.name, ""), rehearsal->stranger.name) != NULL;
}

static enum rehearsal_verdict verdict_of(const struct rehearsal *out, bool pretended)
{
	if (out->attempt.end == END_CANCELLED) {
		return REHEARSAL_STOPPED;
	}
	if (pretended || out->ran) {
		return pretended ? REHEARSAL_PRETENDED : REHEARSAL_TOO_WIDE;
	}
	/* what a shell says of a command that it cannot start */
	if (out->attempt.end != END_EXITED || out->attempt.exit_code == 126 ||
	    out->attempt.exit_code == 127) {
		return REHEARSAL_DIED;
	}
	return out->attempt.exit_code ? REHEARSAL_REFUSED : REHEARSAL_NOTHING_RAN;
}

static void judge(struct rehearsal *out)
{
	const struct attempt *attempt = &out->attempt;
	bool pretended = false;

	ATTEMPT_EACH_RESULT(result, attempt)
	{
		bool passed = result->outcome == OUTCOME_PASSED;

		/* an error may well be that of a file which cannot be loaded */
		if (is_stranger(out, result)) {
			pretended |= passed;
		} else {
			out->ran += passed || result->outcome == OUTCOME_FAILED;
		}
	}
	out->verdict = verdict_of(out, pretended);
}

/* As an attempt of a run, with the user's files kept. */
static void execute(struct session *session, struct choice *choice, struct rehearsal *out)
{
	struct err err = ERR_INIT;
	int rc = 0;

	out->attempt.number = 2;
	out->attempt.scope = choice->scope;
	session_keep(session);
	rc = execute_attempt(session, &choice->argv, &choice->env, choice->path, &out->attempt,
			     &err);
	session_restore(session);
	if (rc < 0) {
		out->verdict = REHEARSAL_NOT_STARTED;
		out->why = mem_str(err.msg);
		return;
	}
	judge(out);
}

int rehearse(const struct run_plan *plan, const struct strv *command,
	     void (*tell)(const struct rehearsal *next), struct rehearsal *out, struct err *err)
{
	static const struct strv none;
	struct run_plan quiet = *plan;
	CLEANUP(run_release) struct run run = {0};
	CLEANUP(session_release)
	struct session session = {.plan = &quiet, .run = &run, .said = &out->said};
	CLEANUP(choice_release) struct choice choice = {0};

	*out = (struct rehearsal){.said = BUF_INIT(SAID_MAX)};
	quiet.quiet = true;
	quiet.terminal = false;
	quiet.say = NULL;
	quiet.expected_tests = quiet.known_flakes = &none;
	quiet.learn_tests = NULL;
	strv_add_all(&run.command, command);
	if (session_open(&session, err) < 0) {
		return -1;
	}
	note(&session, out);
	if (!session_retries(&session)) {
		out->verdict = REHEARSAL_NO_RETRY;
	} else if (session.mode == RERUN_WHOLE) {
		out->verdict = REHEARSAL_WHOLE;
	} else if (!build(&session, out, &choice, err)) {
		out->verdict = REHEARSAL_NO_NAME;
	} else if (signals_look()) {
		out->verdict = REHEARSAL_STOPPED;
	} else {
		strv_add_all(&out->argv, &choice.argv);
		tell(out);
		execute(&session, &choice, out);
	}
	return 0;
}
