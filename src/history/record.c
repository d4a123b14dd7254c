/* SPDX-License-Identifier: Apache-2.0 */
#include "history/record.h"

#include "base/str.h"
#include "history/circumstances.h"
#include "history/internal.h"
#include "history/results.h"
#include "history/rollup.h"
#include "history/tests.h"
#include "text/json.h"

#include <stdlib.h>

char *record_command(const struct strv *command)
{
	AUTO_JSON struct json *list = json_new_array();
	struct buf text = BUF_INIT(BUF_OWN_MAX);

	VEC_EACH (char *, word, command) {
		json_add(list, json_new_str(*word));
	}
	json_write(list, 0, &text);
	return buf_take(&text);
}

void record_bind_source(struct stmt *stmt, const struct source *source)
{
	const struct {
		const char *parameter;
		const char *text;
	} parts[] = {
		{":commit", source->commit},         {":tree", source->tree},
		{":branch", source->branch},         {":pull_request", source->pull_request},
		{":provider", source->provider},     {":ci_run", source->ci_run},
		{":ci_attempt", source->ci_attempt}, {":ci_job", source->ci_job},
	};

	/* An empty text says as little as none, and would stand in the way of a later import. */
	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		stmt_bind_text(stmt, parts[i].parameter,
			       str_empty(parts[i].text) ? NULL : parts[i].text);
	}
	stmt_bind_int(stmt, ":dirty", source->dirty);
}

int record_parents(struct db *db, const struct source *source, struct err *err)
{
	if (str_empty(source->commit)) {
		return 0;
	}
	for (size_t i = 0; i < source->parents.len; i++) {
		struct stmt *stmt = db_stmt(db, "insert_parent");

		stmt_bind_text(stmt, ":commit", source->commit);
		stmt_bind_int(stmt, ":nth", (int64_t)i);
		stmt_bind_text(stmt, ":parent", source->parents.items[i]);
		if (stmt_run(stmt, err) < 0) {
			return -1;
		}
	}
	return 0;
}

void record_bind_run_name(struct stmt *stmt, const struct run *run)
{
	stmt_bind_text(stmt, ":key", run->key);
	stmt_bind_text(stmt, ":job", str_or(run->job, ""));
	stmt_bind_text(stmt, ":variant", str_or(run->variant, ""));
}

int record_run_row(struct db *db, const struct run *run, int64_t *run_id, struct err *err)
{
	AUTO_FREE char *command = record_command(&run->command);
	struct stmt *stmt = db_stmt(db, "insert_run");

	record_bind_run_name(stmt, run);
	stmt_bind_int(stmt, ":imported", run->imported);
	stmt_bind_text(stmt, ":command", command);
	record_bind_source(stmt, &run->source);
	stmt_bind_int(stmt, ":started", run->started_us);
	stmt_bind_known(stmt, ":duration", run->duration_us);
	stmt_bind_text(stmt, ":outcome", run_outcome_name(run->outcome));
	if (!run->imported) {
		stmt_bind_int(stmt, ":exit_code", run->exit_code);
	}
	stmt_bind_text(stmt, ":folder", run->folder);
	stmt_bind_text(stmt, ":because", run->because);
	if (stmt_run(stmt, err) < 0) {
		return -1;
	}
	*run_id = db_last_id(db);
	return record_parents(db, &run->source, err);
}

int record_attempt_row(struct db *db, int64_t run_id, const struct attempt *attempt,
		       int64_t *attempt_id, struct err *err)
{
	struct stmt *stmt = db_stmt(db, "insert_attempt");

	stmt_bind_int(stmt, ":run", run_id);
	stmt_bind_int(stmt, ":number", attempt->number);
	stmt_bind_text(stmt, ":scope", attempt_scope_name(attempt->scope));
	stmt_bind_text(stmt, ":ended", attempt_end_name(attempt->end));
	if (attempt->end == END_EXITED) {
		stmt_bind_int(stmt, ":exit_code", attempt->exit_code);
	}
	if (attempt->end == END_SIGNALLED) {
		stmt_bind_int(stmt, ":signal", attempt->signal);
	}
	stmt_bind_int(stmt, ":started", attempt->started_us);
	stmt_bind_known(stmt, ":duration", attempt->duration_us);
	stmt_bind_int(stmt, ":complete", attempt->complete);
	stmt_bind_text(stmt, ":incomplete_why", attempt->incomplete_why);
	if (stmt_run(stmt, err) < 0) {
		return -1;
	}
	*attempt_id = db_last_id(db);
	return 0;
}

int record_file_row(struct db *db, int64_t attempt_id, const struct results_file *file,
		    struct err *err)
{
	struct stmt *stmt = db_stmt(db, "insert_file");

	stmt_bind_int(stmt, ":attempt", attempt_id);
	stmt_bind_text(stmt, ":digest", file->digest);
	stmt_bind_text(stmt, ":path", str_or(file->path, ""));
	stmt_bind_text(stmt, ":state", file_state_name(file->state));
	stmt_bind_text(stmt, ":producer", file->producer);
	stmt_bind_text(stmt, ":error", file->error);
	stmt_bind_int(stmt, ":tests", (int64_t)file->tests);
	stmt_bind_int(stmt, ":passed", (int64_t)file->passed);
	stmt_bind_int(stmt, ":failed", (int64_t)file->failed);
	stmt_bind_int(stmt, ":errors", (int64_t)file->errors);
	stmt_bind_int(stmt, ":skipped", (int64_t)file->skipped);
	stmt_bind_int(stmt, ":flaky", (int64_t)file->flaky);
	stmt_bind_int(stmt, ":suite_errors", (int64_t)file->suite_errors);
	stmt_bind_text(stmt, ":suite_error", file->first_suite_error);
	stmt_bind_known(stmt, ":time", file->time_us);
	return stmt_run(stmt, err);
}

/* How it went. */
static void bind_course(struct stmt *stmt, const struct wait *wait)
{
	static const char *const stages[STAGE_COUNT] = {
		[STAGE_RESOLVE] = ":resolve",   [STAGE_LISTEN] = ":listen",
		[STAGE_CONNECT] = ":connect",   [STAGE_SETTLE] = ":settle",
		[STAGE_PROTOCOL] = ":protocol", [STAGE_APPLICATION] = ":application",
	};

	stmt_bind_int(stmt, ":attempt", wait->attempt);
	stmt_bind_int(stmt, ":optional", wait->optional);
	stmt_bind_int(stmt, ":inverted", wait->invert);
	stmt_bind_int(stmt, ":permanent", wait->permanent);
	stmt_bind_int(stmt, ":losses", wait->losses);
	for (size_t i = 0; i < STAGE_COUNT; i++) {
		stmt_bind_known(stmt, stages[i], wait->passed_us[i]);
	}
	stmt_bind_known(stmt, ":last_seen", wait->last_seen_us);
	stmt_bind_text(stmt, ":owner", wait->owner);
}

static int record_waits(struct db *db, int64_t run_id, const struct wait_list *waits,
			struct err *err)
{
	for (size_t i = 0; i < waits->len; i++) {
		const struct wait *wait = &waits->items[i];
		struct stmt *stmt = db_stmt(db, "insert_wait");

		stmt_bind_int(stmt, ":run", run_id);
		stmt_bind_int(stmt, ":nth", (int64_t)i);
		stmt_bind_text(stmt, ":target", str_or(wait->target, ""));
		stmt_bind_text(stmt, ":service", wait->service);
		stmt_bind_text(stmt, ":probe", wait->probe);
		stmt_bind_int(stmt, ":ready", wait->ready);
		stmt_bind_int(stmt, ":cancelled", wait->cancelled);
		stmt_bind_text(stmt, ":stage", wait->stage);
		stmt_bind_text(stmt, ":error", wait->error);
		stmt_bind_int(stmt, ":attempts", wait->attempts);
		stmt_bind_int(stmt, ":started", wait->started_us);
		stmt_bind_known(stmt, ":duration", wait->duration_us);
		stmt_bind_known(stmt, ":limit", wait->limit_us);
		bind_course(stmt, wait);
		if (stmt_run(stmt, err) < 0) {
			return -1;
		}
	}
	return 0;
}

static int record_events(struct db *db, int64_t run_id, const struct service_event_list *events,
			 struct err *err)
{
	for (size_t i = 0; i < events->len; i++) {
		const struct service_event *event = &events->items[i];
		struct stmt *stmt = db_stmt(db, "insert_service_event");

		stmt_bind_int(stmt, ":run", run_id);
		stmt_bind_int(stmt, ":nth", (int64_t)i);
		stmt_bind_text(stmt, ":service", event->service);
		stmt_bind_text(stmt, ":change", service_change_name(event->change));
		stmt_bind_int(stmt, ":at", event->at_us);
		stmt_bind_text(stmt, ":detail", str_or(event->detail, ""));
		if (stmt_run(stmt, err) < 0) {
			return -1;
		}
	}
	return 0;
}

/* Whom the attempt was to run alone. */
static int record_alone(struct db *db, int64_t attempt_id, const struct attempt *attempt,
			struct err *err)
{
	struct stmt *stmt = NULL;
	int64_t test_id = 0;
	int none = *attempt->only ? tests_find(db, attempt->only, &test_id, err) : 1;

	if (none != 0) {
		return none < 0 ? -1 : 0;
	}
	stmt = db_stmt(db, "insert_alone");
	stmt_bind_int(stmt, ":attempt", attempt_id);
	stmt_bind_int(stmt, ":test", test_id);
	return stmt_run(stmt, err);
}

static int record_services(struct db *db, int64_t run_id, const struct started_service_list *list,
			   struct err *err)
{
	for (size_t i = 0; i < list->len; i++) {
		const struct started_service *service = &list->items[i];
		AUTO_FREE char *command = record_command(&service->command);
		struct stmt *stmt = db_stmt(db, "insert_started_service");

		stmt_bind_int(stmt, ":run", run_id);
		stmt_bind_int(stmt, ":nth", (int64_t)i);
		stmt_bind_text(stmt, ":name", service->name);
		stmt_bind_text(stmt, ":command", command);
		stmt_bind_int(stmt, ":started", service->started_us);
		stmt_bind_known(stmt, ":duration", service->duration_us);
		stmt_bind_known(stmt, ":exit_code", service->by_itself ? service->exit_code : -1);
		if (service->by_itself && service->signal) {
			stmt_bind_int(stmt, ":signal", service->signal);
		}
		stmt_bind_text(stmt, ":log", str_or(service->log, ""));
		stmt_bind_int(stmt, ":log_bytes", service->log_bytes);
		if (stmt_run(stmt, err) < 0) {
			return -1;
		}
	}
	return 0;
}

static int record_attempt(struct db *db, int64_t run_id, const struct attempt *attempt,
			  struct fresh_blocks *fresh, struct err *err)
{
	struct result_refs results = {0};
	int64_t attempt_id = 0;
	int done = record_attempt_row(db, run_id, attempt, &attempt_id, err);

	VEC_EACH (const struct results_file, file, &attempt->files) {
		if (done == 0 && (file->path || *file->digest)) {
			done = record_file_row(db, attempt_id, file, err);
		}
		VEC_EACH (const struct result, result, &file->results) {
			*VEC_PUSH(&results) = result;
		}
	}
	if (done == 0) {
		done = results_write(db, attempt_id, &results, NULL, fresh, err);
	}
	if (done == 0) {
		done = record_alone(db, attempt_id, attempt, err);
	}
	if (done == 0) {
		done = circumstances_write(db, attempt_id, attempt, err);
	}
	VEC_FREE(&results);
	return done;
}

static int record_retries(struct db *db, int64_t run_id, const struct failed_test_list *failed,
			  struct err *err)
{
	int64_t test_id = 0;

	VEC_EACH (const struct failed_test, test, failed) {
		struct stmt *stmt;
		int none = tests_find(db, test->first->id, &test_id, err);

		if (none != 0) {
			return none < 0 ? -1
					: err_set(err, ERR_INTERNAL,
						  "history: a verdict about no result");
		}
		stmt = db_stmt(db, "insert_retry");
		stmt_bind_int(stmt, ":run", run_id);
		stmt_bind_int(stmt, ":test", test_id);
		stmt_bind_text(stmt, ":verdict", retry_verdict_name(test->retry));
		stmt_bind_known(stmt, ":decided_by", test->decided_by > 0 ? test->decided_by : -1);
		stmt_bind_text(stmt, ":service", test->service);
		stmt_bind_text(stmt, ":excused_by", quarantine_excused_by(&test->quarantine));
		if (stmt_run(stmt, err) < 0) {
			return -1;
		}
	}
	return 0;
}

int record_strays(struct db *db, int64_t run_id, const struct stray_list *strays, struct err *err)
{
	VEC_EACH (const struct stray, stray, strays) {
		struct stmt *insert = db_stmt(db, "insert_stray");

		stmt_bind_int(insert, ":run", run_id);
		stmt_bind_text(insert, ":place", stray->place);
		stmt_bind_text(insert, ":json", stray->json);
		if (stmt_run(insert, err) < 0) {
			return -1;
		}
	}
	return 0;
}

static int check_is_new(struct db *db, const struct run *run, struct err *err)
{
	CLEANUP(stmt_done) struct stmt *find = db_stmt(db, "find_run");
	int more;

	record_bind_run_name(find, run);
	more = stmt_next(find, err);
	if (more == 0) {
		return err_set(err, ERR_INPUT, "run %s of job %s is already in the history",
			       run->key, str_or(run->job, "''"));
	}
	return more < 0 ? -1 : 0;
}

int record_run(struct db *db, const struct run *run, struct err *err)
{
	CLEANUP(fresh_blocks_release) struct fresh_blocks fresh = {0};
	int64_t run_id = 0;

	if (check_is_new(db, run, err) < 0 || record_run_row(db, run, &run_id, err) < 0 ||
	    record_waits(db, run_id, &run->waits, err) < 0 ||
	    record_events(db, run_id, &run->events, err) < 0 ||
	    record_services(db, run_id, &run->services, err) < 0 ||
	    record_strays(db, run_id, &run->strays, err) < 0) {
		return -1;
	}
	VEC_EACH (const struct attempt, attempt, &run->attempts) {
		if (record_attempt(db, run_id, attempt, &fresh, err) < 0) {
			return -1;
		}
	}
	if (record_retries(db, run_id, &run->failed, err) < 0) {
		return -1;
	}
	return rollup_make(db, run_id, &fresh, err);
}

int history_record(struct history *history, const struct run *run, struct err *err)
{
	CLEANUP(tx_end) struct tx tx = {0};

	if (tx_begin(&tx, &history->db, TX_WRITE, err) < 0 ||
	    record_run(&history->db, run, err) < 0) {
		return -1;
	}
	return tx_commit(&tx, err);
}
