/* SPDX-License-Identifier: Apache-2.0 */
#include "run/inflight.h"

#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "junit/writer.h"
#include "run/ending.h"

#include <string.h>

#define OUTPUT_KEPT ((size_t)4096)
#define NAMES_TOLD  5
#define NAMES_MAX   ((size_t)2000)

/* --- the tests that were running --- */

static void fail(const struct attempt *attempt, const struct process_end *end,
		 struct result *result)
{
	size_t len = end->out_tail.len < OUTPUT_KEPT ? end->out_tail.len : OUTPUT_KEPT;
	AUTO_FREE char *how = attempt->end == END_EXITED
				      ? mem_fmt("exited with %d", attempt->exit_code)
				      : ending_words(attempt);
	struct failure *failure = mem_alloc(sizeof(*failure));

	failure->type = mem_str(attempt->end == END_TIMEOUT ? "hang" : "crash");
	failure->message = mem_fmt("was running when the command %s", how);
	failure->output = len ? mem_strn(end->out_tail.data + end->out_tail.len - len, len) : NULL;
	result->outcome = OUTCOME_ERROR;
	result->duration_us = -1;
	result->failure = failure;
}

/* The same reader that reads the framework's own report gives the tests their identities. */
static int read_as_report(const struct session *session, const struct result_list *running,
			  struct results_file *out, struct err *err)
{
	struct junit_read_options reading = session->reading;
	AUTO_FREE struct junit_written *written = mem_array(running->len, sizeof(*written));
	AUTO_FREE char *path = path_join(session->folder, "running.xml");
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);

	for (size_t i = 0; i < running->len; i++) {
		written[i].result = &running->items[i];
	}
	junit_write(&text, NULL, written, running->len);
	if (file_write(path, buf_str(&text), text.len, err) < 0) {
		return -1;
	}
	if (!reading.producer) {
		reading.producer = str_or(session->preset->report, session->preset->name);
	}
	collect_file(path, &reading, out);
	mem_replace(&out->path, "(running when it ended)");
	return 0;
}

/* What the report says of the same test does not count. */
static bool replace(struct attempt *attempt, struct result *hung)
{
	ATTEMPT_EACH_RESULT(result, attempt)
	{
		if (str_eq(result->id, hung->id)) {
			failure_free(result->failure);
			result->failure = TAKE(hung->failure);
			result->outcome = hung->outcome;
			result->failed_tries = 0;
			return true;
		}
	}
	return false;
}

/* It is named now. */
static void forget_nameless(struct attempt *attempt)
{
	VEC_EACH (struct results_file, file, &attempt->files) {
		file->suite_errors -= file->nameless;
		file->nameless = 0;
		if (file->suite_errors == 0) {
			cleanup_free(&file->first_suite_error);
		}
	}
}

static void add(struct attempt *attempt, struct results_file *file)
{
	size_t kept = 0;

	forget_nameless(attempt);
	for (size_t i = 0; i < file->results.len; i++) {
		if (replace(attempt, &file->results.items[i])) {
			result_release(&file->results.items[i]);
		} else {
			file->results.items[kept++] = file->results.items[i];
		}
	}
	file->results.len = kept;
	if (kept == 0) {
		results_file_release(file);
		return;
	}
	file->tests = file->errors = kept;
	*VEC_PUSH(&attempt->files) = *file;
}

static bool add_running(const struct session *session, const struct inflight_input *input,
			struct attempt *attempt)
{
	struct result_list *running = &input->hang->running;
	struct results_file file = {0};
	struct err err = ERR_INIT;

	/* noted at the time limit; of one that died by itself, at its end */
	if (attempt->end != END_TIMEOUT) {
		hang_note_running(input->hang, &input->end->out_tail);
	}
	if (running->len == 0) {
		return false;
	}
	VEC_EACH (struct result, result, running) {
		fail(attempt, input->end, result);
	}
	if (read_as_report(session, running, &file, &err) < 0) {
		log_warning("%s", err.msg);
		return false;
	}
	add(attempt, &file);
	return true;
}

/* --- a report that came late --- */

static void distrust_last_pass(const struct session *session, struct results_file *file)
{
	for (size_t i = file->results.len; i-- > 0;) {
		struct result *result = &file->results.items[i];

		if (result->outcome == OUTCOME_PASSED) {
			result->outcome = OUTCOME_SKIPPED;
			session_say(session,
				    "%s may be what hung: a pass in a report written after the "
				    "time limit does not count",
				    str_or(result->test.name, "the last test"));
			return;
		}
	}
}

/* Those written since the time limit; true when there is one. */
static bool distrust_late(const struct session *session, const struct inflight_input *input,
			  struct attempt *attempt)
{
	CLEANUP(strv_release) struct strv late = {0};
	size_t others = 0;

	snapshot_fresh(&input->hang->at_limit, input->hang->globs, &late, &others);
	VEC_EACH (char *, path, &late) {
		VEC_EACH (struct results_file, file, &attempt->files) {
			if (str_eq(file->path, *path)) {
				distrust_last_pass(session, file);
			}
		}
	}
	return late.len > 0;
}

/* --- a hang behind the tests --- */

/* A whole report proves it where the framework writes just one, when it is done, and nothing stands
 * in front of it that could start it twice. Others write as they go on. Of the first attempt. */
static bool are_over(const struct session *session, const struct attempt *attempt)
{
	struct attempt_totals sum = attempt_count(attempt);

	return session->preset && session->preset->one_report && session->command.direct &&
	       attempt->files.len == 1 && sum.tests > 0 && !sum.refused && !sum.incomplete &&
	       !sum.unshown_tests && !attempt->unkept && session_missing(session, attempt) == 0;
}

/* A run that was stopped is no evidence; but people want to know. */
static void tell_running(const struct session *session, const struct result_list *running)
{
	CLEANUP(buf_release) struct buf names = BUF_INIT(NAMES_MAX);

	for (size_t i = 0; i < running->len && i < NAMES_TOLD; i++) {
		buf_str_add(&names, i ? ", " : "");
		test_name_show(&running->items[i].test, &names);
	}
	session_say(session, "running when it was stopped: %s%s", buf_str(&names),
		    running->len > NAMES_TOLD ? ", …" : "");
}

/* A test that ends the process with 0 is no pass, nor are those behind it. Without any results that
 * is clear already. */
static bool left_early(const struct attempt *attempt)
{
	return attempt->end == END_EXITED && attempt->exit_code == 0 &&
	       attempt_count(attempt).tests > 0;
}

void inflight_judge(const struct session *session, const struct inflight_input *input,
		    struct attempt *attempt)
{
	if (attempt->end == END_CANCELLED && input->hang->running.len > 0) {
		tell_running(session, &input->hang->running);
		forget_nameless(attempt);
	}
	if (attempt->end != END_TIMEOUT && attempt->end != END_SIGNALLED && !left_early(attempt)) {
		return;
	}
	if (add_running(session, input, attempt) || attempt->end != END_TIMEOUT ||
	    !input->hang->looked_at_limit) {
		return;
	}
	if (!distrust_late(session, input, attempt) && attempt->number == 1) {
		attempt->tests_over = are_over(session, attempt);
	}
}
