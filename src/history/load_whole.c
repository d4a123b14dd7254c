/* SPDX-License-Identifier: Apache-2.0 */
#include "history/load_run.h"

#include "base/str.h"
#include "history/decode.h"
#include "history/twin.h"

#include <stdlib.h>
#include <string.h>

/* "8000,8001" */
static void decode_ports(const char *ports, struct strv *out)
{
	while (ports && *ports) {
		size_t len = strcspn(ports, ",");

		strv_give(out, mem_strn(ports, len));
		ports += len + (ports[len] == ',');
	}
}

static double real_or(const struct stmt *row, int column)
{
	return stmt_col_is_null(row, column) ? -1 : stmt_col_real(row, column);
}

static int load_run(struct db *db, int64_t id, struct run *run, struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = db_stmt(db, "whole_run");
	struct source *source = &run->source;

	stmt_bind_int(row, ":id", id);
	if (stmt_next(row, err) < 0) {
		return -1;
	}
	decode_words(stmt_col_borrow(row, 0), &run->command);
	run->folder = stmt_col_text(row, 1);
	source->provider = stmt_col_text(row, 2);
	source->ci_run = stmt_col_text(row, 3);
	source->ci_attempt = stmt_col_text(row, 4);
	source->ci_job = stmt_col_text(row, 5);
	twin_plain_key(run->key, str_or(stmt_col_borrow(row, 6), ""));
	return 0;
}

static int load_parents(struct db *db, struct source *source, struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = db_stmt(db, "list_parents");
	int more = 1;

	stmt_bind_text(row, ":commit", source->commit);
	while (source->commit && (more = stmt_next(row, err)) == 0) {
		strv_give(&source->parents, decode_text(row, 0));
	}
	return more < 0 ? -1 : 0;
}

static int load_services(struct db *db, int64_t id, struct started_service_list *out,
			 struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = db_stmt(db, "whole_services");
	int more;

	stmt_bind_int(row, ":id", id);
	while ((more = stmt_next(row, err)) == 0) {
		struct started_service *service = VEC_PUSH(out);

		service->name = decode_text(row, 0);
		decode_words(stmt_col_borrow(row, 1), &service->command);
		service->started_us = stmt_col_int(row, 2);
		service->duration_us = stmt_col_known(row, 3);
		service->by_itself = !stmt_col_is_null(row, 4) || !stmt_col_is_null(row, 5);
		service->exit_code = (int)stmt_col_known(row, 4);
		service->signal = decode_int(row, 5);
		service->log = decode_text(row, 6);
		service->log_bytes = stmt_col_int(row, 7);
	}
	return more < 0 ? -1 : 0;
}

static int load_strays(struct db *db, int64_t id, struct stray_list *out, struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = db_stmt(db, "whole_strays");
	int more;

	stmt_bind_int(row, ":id", id);
	while ((more = stmt_next(row, err)) == 0) {
		*VEC_PUSH(out) = (struct stray){decode_text(row, 0), decode_text(row, 1)};
	}
	return more < 0 ? -1 : 0;
}

static void decode_file(const struct stmt *row, struct results_file *file)
{
	size_t *const counts[] = {&file->tests,   &file->passed, &file->failed,      &file->errors,
				  &file->skipped, &file->flaky,  &file->suite_errors};

	decode_id(file->digest, sizeof(file->digest), stmt_col_borrow(row, 0));
	file->path = decode_text(row, 1);
	file->state = decode_file_state(stmt_col_borrow(row, 2));
	file->producer = stmt_col_text(row, 3);
	file->error = stmt_col_text(row, 4);
	for (size_t i = 0; i < ARRAY_LEN(counts); i++) {
		*counts[i] = (size_t)stmt_col_int(row, 5 + (int)i);
	}
	file->first_suite_error = stmt_col_text(row, 12);
	file->time_us = stmt_col_known(row, 13);
}

int attempt_load_files(struct db *db, int64_t id, struct results_file_list *files, struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = db_stmt(db, "whole_files");
	size_t count = 0;
	int more;

	stmt_bind_int(row, ":id", id);
	while ((more = stmt_next(row, err)) == 0) {
		decode_file(row,
			    count++ == 0 && files->len > 0 ? &files->items[0] : VEC_PUSH(files));
	}
	return more < 0 ? -1 : 0;
}

static int load_leaks(struct db *db, int64_t id, struct attempt_leak_list *out, struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = db_stmt(db, "whole_leaks");
	int more;

	stmt_bind_int(row, ":id", id);
	while ((more = stmt_next(row, err)) == 0) {
		struct attempt_leak *leak = VEC_PUSH(out);

		leak->name = decode_text(row, 0);
		leak->command = decode_text(row, 1);
		decode_ports(stmt_col_borrow(row, 2), &leak->listens);
	}
	return more < 0 ? -1 : 0;
}

static int load_conditions(struct db *db, int64_t id, struct conditions *out, struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = db_stmt(db, "whole_conditions");
	int more;

	*out = (struct conditions){
		.cores = -1, .load_start = -1, .load_end = -1, .pressure = -1, .oom_kills = -1};
	stmt_bind_int(row, ":id", id);
	more = stmt_next(row, err);
	if (more == 0) {
		out->cores = stmt_col_real(row, 0);
		out->load_start = real_or(row, 1);
		out->load_end = real_or(row, 2);
		out->pressure = real_or(row, 3);
		out->memory_limit = stmt_col_int(row, 4);
		out->oom_kills = stmt_col_known(row, 5);
	}
	return more < 0 ? -1 : 0;
}

static int load_autopsy(struct db *db, int64_t id, char **out, struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = db_stmt(db, "whole_autopsy");
	int more;

	stmt_bind_int(row, ":id", id);
	more = stmt_next(row, err);
	if (more == 0) {
		*out = decode_text(row, 0);
	}
	return more < 0 ? -1 : 0;
}

static int load_attempts(struct db *db, int64_t id, struct attempt_list *attempts, struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = db_stmt(db, "whole_attempts");
	size_t at = 0;
	int more;

	stmt_bind_int(row, ":id", id);
	while ((more = stmt_next(row, err)) == 0 && at < attempts->len) {
		struct attempt *attempt = &attempts->items[at++];
		int64_t attempt_id = stmt_col_int(row, 0);

		attempt->incomplete_why = stmt_col_text(row, 1);
		if (attempt_load_files(db, attempt_id, &attempt->files, err) < 0 ||
		    load_leaks(db, attempt_id, &attempt->leaks, err) < 0 ||
		    load_conditions(db, attempt_id, &attempt->conditions, err) < 0 ||
		    load_autopsy(db, attempt_id, &attempt->autopsy, err) < 0) {
			return -1;
		}
	}
	return more < 0 ? -1 : 0;
}

int run_load_whole(struct db *db, int64_t id, struct run *out, struct err *err)
{
	if (run_load(db, id, true, out, err) < 0) {
		return -1;
	}
	if (load_run(db, id, out, err) < 0 || load_parents(db, &out->source, err) < 0 ||
	    load_services(db, id, &out->services, err) < 0 ||
	    load_strays(db, id, &out->strays, err) < 0 ||
	    load_attempts(db, id, &out->attempts, err) < 0) {
		run_release(out);
		return -1;
	}
	return 0;
}
