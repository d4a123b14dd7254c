/* SPDX-License-Identifier: Apache-2.0 */
#include "history/compact.h"

#include <stdlib.h>

/* Rows that the statement lists and no rollup of a thinned run refers to are dropped by the other one. */
struct sweeping {
	const char *list, *drop;
	const struct id_map *kept;
};

struct swept_ids {
	VEC(int64_t)
};

static void swept_ids_release(struct swept_ids *ids)
{
	VEC_FREE(ids);
}

static int list_unnamed(struct db *db, const struct sweeping *sweeping, struct swept_ids *out,
			struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = db_stmt(db, sweeping->list);
	int more;

	while ((more = stmt_next(row, err)) == 0) {
		if (!id_map_get(sweeping->kept, stmt_col_int(row, 0))) {
			*VEC_PUSH(out) = stmt_col_int(row, 0);
		}
	}
	return more < 0 ? -1 : 0;
}

static int sweep_unnamed(struct db *db, const struct sweeping *sweeping, struct err *err)
{
	CLEANUP(swept_ids_release) struct swept_ids ids = {0};

	if (list_unnamed(db, sweeping, &ids, err) < 0) {
		return -1;
	}
	VEC_EACH (const int64_t, id, &ids) {
		struct stmt *drop = db_stmt(db, sweeping->drop);

		stmt_bind_int(drop, ":id", *id);
		if (stmt_run(drop, err) < 0) {
			return -1;
		}
	}
	return 0;
}

static int sweep_failures(struct db *db, struct err *err)
{
	CLEANUP(thinned_refs_release) struct thinned_refs refs = {0};
	const struct sweeping failures = {"care_unnamed_failures", "care_drop_failure",
					  &refs.failures};
	const struct sweeping signatures = {"care_unnamed_signatures", "care_drop_signature",
					    &refs.signatures};

	if (thinned_refs_read(db, INT64_MIN, &refs, err) < 0 ||
	    sweep_unnamed(db, &failures, err) < 0) {
		return -1;
	}
	return sweep_unnamed(db, &signatures, err);
}

static int sweep_all(struct compact *compact, struct err *err)
{
	static const char *const statements[] = {
		"care_sweep_rosters", "care_sweep_suites",  "care_sweep_paces",
		"care_sweep_names",   "care_sweep_parents",
	};

	for (size_t i = 0; i < ARRAY_LEN(statements); i++) {
		if (stmt_run(db_stmt(compact->db, statements[i]), err) < 0) {
			return -1;
		}
	}
	return sweep_failures(compact->db, err) < 0 ? -1 : compact_tests(compact, err);
}

static int sweep_once(struct compact *compact, struct err *err)
{
	CLEANUP(tx_end) struct tx tx = {0};

	if (tx_begin(&tx, compact->db, TX_WRITE, err) < 0 || sweep_all(compact, err) < 0) {
		return -1;
	}
	return tx_commit(&tx, err);
}

/*
 * What is dropped here was seen to be named by nobody; SQLite would look for each row once more, through
 * all of the table that might name it. Inside a transaction that cannot be switched.
 */
int compact_sweep(struct compact *compact, struct err *err)
{
	struct err ignored = ERR_INIT;
	int done;

	if (db_exec(compact->db, "PRAGMA foreign_keys = OFF", err) < 0) {
		return -1;
	}
	done = sweep_once(compact, err);
	if (db_exec(compact->db, "PRAGMA foreign_keys = ON", done < 0 ? &ignored : err) < 0) {
		return -1;
	}
	return done < 0 ? -1 : compact_step(compact, 0, err);
}
