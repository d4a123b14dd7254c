/* SPDX-License-Identifier: Apache-2.0 */
#include "history/circumstances.h"

#include "base/str.h"
#include "history/stmt.h"

static int write_conditions(struct db *db, int64_t attempt_id, const struct conditions *conditions,
			    struct err *err)
{
	struct stmt *stmt = db_stmt(db, "insert_conditions");

	stmt_bind_int(stmt, ":attempt", attempt_id);
	stmt_bind_real(stmt, ":cores", conditions->cores);
	stmt_bind_real(stmt, ":load_start", conditions->load_start);
	stmt_bind_real(stmt, ":load_end", conditions->load_end);
	stmt_bind_real(stmt, ":pressure", conditions->pressure);
	stmt_bind_int(stmt, ":memory_limit", conditions->memory_limit);
	stmt_bind_known(stmt, ":oom_kills", conditions->oom_kills);
	return stmt_run(stmt, err);
}

static int write_autopsy(struct db *db, int64_t attempt_id, const char *report, struct err *err)
{
	struct stmt *stmt = db_stmt(db, "insert_autopsy");

	stmt_bind_int(stmt, ":attempt", attempt_id);
	stmt_bind_text(stmt, ":report", report);
	return stmt_run(stmt, err);
}

static int write_leaks(struct db *db, int64_t attempt_id, const struct attempt_leak_list *leaks,
		       struct err *err)
{
	for (size_t i = 0; i < leaks->len; i++) {
		const struct attempt_leak *leak = &leaks->items[i];
		CLEANUP(buf_release) struct buf ports = BUF_INIT(BUF_OWN_MAX);
		struct stmt *stmt = db_stmt(db, "insert_leak");

		VEC_EACH (char *, port, &leak->listens) {
			buf_fmt(&ports, "%s%s", ports.len ? "," : "", *port);
		}
		stmt_bind_int(stmt, ":attempt", attempt_id);
		stmt_bind_int(stmt, ":nth", (int64_t)i);
		stmt_bind_text(stmt, ":name", str_or(leak->name, ""));
		stmt_bind_text(stmt, ":command", str_or(leak->command, ""));
		stmt_bind_text(stmt, ":ports", buf_str(&ports));
		if (stmt_run(stmt, err) < 0) {
			return -1;
		}
	}
	return 0;
}

int circumstances_write(struct db *db, int64_t attempt_id, const struct attempt *attempt,
			struct err *err)
{
	if (attempt->conditions.cores > 0 &&
	    write_conditions(db, attempt_id, &attempt->conditions, err) < 0) {
		return -1;
	}
	if (attempt->autopsy && write_autopsy(db, attempt_id, attempt->autopsy, err) < 0) {
		return -1;
	}
	return write_leaks(db, attempt_id, &attempt->leaks, err);
}
