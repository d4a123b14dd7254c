/* SPDX-License-Identifier: Apache-2.0 */
#include "run/session.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/str.h"
#include "os/file.h"
#include "os/guard.h"
#include "rerun/template.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

void session_release(struct session *session)
{
	if (session->folder) {
		file_remove_tree(session->folder);
		guard_folder(NULL);
	}
	cleanup_free(&session->folder);
	strv_release(&session->globs);
	strv_release(&session->kept);
	keep_release(&session->keep);
	service_event_list_release(&session->outages);
	snapshot_release(&session->before_retries);
}

bool session_retries(const struct session *session)
{
	return session->plan->retries > 0 && session->mode != RERUN_NONE &&
	       (session->mode == RERUN_WHOLE || chooser_can_select(&session->chooser));
}

void session_keep(struct session *session)
{
	keep_first(&session->keep, &session->kept, session->folder);
	snapshot_take(&session->before_retries, &session->kept);
}

void session_restore(struct session *session)
{
	keep_restore(&session->keep, &session->kept, &session->before_retries);
}

size_t session_missing(const struct session *session, const struct attempt *attempt)
{
	CLEANUP(map_release) struct map ran = {0};
	size_t missing = 0;

	attempt_add_ran(attempt, &ran);
	VEC_EACH (char *, id, session->plan->expected_tests) {
		missing += !map_get(&ran, *id, NULL);
	}
	return missing;
}

char *session_log(const struct session *session, int number)
{
	const char *folder = session->plan->log_folder;

	return folder ? mem_fmt("%s/attempt-%d", folder, number) : NULL;
}

void session_say(const struct session *session, const char *fmt, ...)
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
	AUTO_FREE char *here = path_cwd();
	const char *base = str_or(getenv("TMPDIR"), "/tmp");
	AUTO_FREE char *folder = path_join(here, base); /* commands may see it from elsewhere */
	char id[33];

	hash_new_id(id);
	session->folder = mem_fmt("%s/steady-%s", folder, id);
	/* before it is there, as we may be killed in between; nobody else has that name */
	guard_folder(session->folder);
	if (mkdir(session->folder, 0700) < 0) {
		guard_folder(NULL);
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
	AUTO_FREE char *bar = preset ? preset_bar(preset, &session->command) : NULL;
	bool can = preset && !bar && preset_can_redirect(preset, &session->command);
	bool clashes = false;

	if (preset && !session->globs.len) {
		own = preset_results_path(preset, &session->command);
		session->private_results = !own && can && session->plan->inject;
	}
	if (bar && !own && !session->globs.len && session->plan->inject) {
		session_say(session, "%s: nothing is added for results, because %s", preset->name,
			    bar);
	}
	if (own) {
		strv_add(&session->globs, own);
	}
	/* options of a script are not seen, and one beside them may break it */
	clashes = can && preset->results.clashes && session->command.hidden;
	session->chooser.redirects =
		session->private_results || (can && preset->results.options && !clashes);
	if (preset && !session->globs.len && !session->private_results) {
		for (const char *const *glob = preset->results.globs; glob && *glob; glob++) {
			strv_add(&session->globs, *glob);
		}
	}
}

int session_open(struct session *session, struct err *err)
{
	const struct run_plan *plan = session->plan;
	const struct strv *command = &session->run->command;

	session->since_us = clock_mono_us();
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
	session->reading = plan->reading;
	if (session->reading.repeats == REPEATS_BY_LOOKS &&
	    !preset_tries_again(session->preset, &session->command)) {
		session->reading.repeats = REPEATS_ROWS;
	}
	find_results(session);
	strv_add_all(&session->kept, &session->globs);
	if (session->preset) {
		preset_kept(session->preset, &session->command, &session->kept);
	}
	session->facts = (struct judge_facts){
		.known_flakes = plan->known_flakes,
		.promised = session->globs.len > 0 || session->private_results,
		.tests_failed_code = session->preset ? session->preset->tests_failed_code : -1,
		.flaky = plan->flaky,
	};
	if (plan->learn_tests && session->facts.promised) {
		plan->learn_tests(plan->learn_payload);
	}
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
