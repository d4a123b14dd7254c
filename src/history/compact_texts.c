/* SPDX-License-Identifier: Apache-2.0 */
#include "history/compact.h"

#include "history/frame.h"
#include "history/seen_reader.h"

#include <inttypes.h>
#include <stdlib.h>

#define TEXTS_BATCH 5000 /* failures of a transaction */

void thinned_refs_release(struct thinned_refs *refs)
{
	id_map_release(&refs->failures);
	id_map_release(&refs->signatures);
}

static int read_seen(const struct stmt *row, struct thinned_refs *out, struct err *err)
{
	struct seen_reader reader = seen_reader_open(row, 1);
	int more;

	while ((more = seen_reader_next(&reader, err)) == 0) {
		if (reader.seen.failure_id) {
			id_map_add(&out->failures, reader.seen.failure_id, 1);
			id_map_add(&out->signatures, reader.seen.signature_id, 1);
		}
	}
	return more < 0 ? -1 : 0;
}

int thinned_refs_read(struct db *db, int64_t since_us, struct thinned_refs *out, struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = db_stmt(db, "care_thinned_rollups");
	int more;

	stmt_bind_int(row, ":since", since_us);
	while ((more = stmt_next(row, err)) == 0) {
		if (read_seen(row, out, err) < 0) {
			return -1;
		}
	}
	return more < 0 ? -1 : 0;
}

/* Failures whose texts are to go. */
struct forgetting {
	int64_t since_us, version; /* of the database when they were listed; 0 not yet */
	struct {
		VEC(int64_t)
	} ids;
	size_t at;
};

static void forgetting_end(struct forgetting *forgetting)
{
	VEC_FREE(&forgetting->ids);
}

static int add_young(struct compact *compact, int64_t since_us, struct thinned_refs *kept,
		     struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = db_stmt(compact->db, "care_young_failures");
	int more;

	stmt_bind_int(row, ":since", since_us);
	while ((more = stmt_next(row, err)) == 0) {
		id_map_add(&kept->failures, stmt_col_int(row, 0), 1);
	}
	return more < 0 ? -1 : 0;
}

static int list_old(struct compact *compact, struct forgetting *out, struct err *err)
{
	CLEANUP(thinned_refs_release) struct thinned_refs kept = {0};
	CLEANUP(stmt_done) struct stmt *row = db_stmt(compact->db, "care_failures_with_texts");
	int more;

	out->ids.len = out->at = 0;
	if (thinned_refs_read(compact->db, out->since_us, &kept, err) < 0 ||
	    add_young(compact, out->since_us, &kept, err) < 0) {
		return -1;
	}
	while ((more = stmt_next(row, err)) == 0) {
		if (!id_map_get(&kept.failures, stmt_col_int(row, 0))) {
			*VEC_PUSH(&out->ids) = stmt_col_int(row, 0);
		}
	}
	return more < 0 ? -1 : 0;
}

/* A run that others recorded since may name an old failure: then it is looked at anew. */
static int list_again(struct compact *compact, struct forgetting *forgetting, struct err *err)
{
	int wrote = db_others_wrote(compact->db, &forgetting->version, err);

	return wrote <= 0 ? wrote : list_old(compact, forgetting, err);
}

static int forget_batch(struct compact *compact, struct forgetting *forgetting, struct err *err)
{
	CLEANUP(tx_end) struct tx tx = {0};
	size_t end;
	int64_t count = 0;

	if (tx_begin(&tx, compact->db, TX_WRITE, err) < 0 ||
	    list_again(compact, forgetting, err) < 0) {
		return -1;
	}
	end = forgetting->at + TEXTS_BATCH < forgetting->ids.len ? forgetting->at + TEXTS_BATCH
								 : forgetting->ids.len;
	for (; forgetting->at < end; forgetting->at++, count++) {
		struct stmt *forget = db_stmt(compact->db, "care_forget_texts");

		stmt_bind_int(forget, ":id", forgetting->ids.items[forgetting->at]);
		if (stmt_run(forget, err) < 0) {
			return -1;
		}
	}
	if (tx_commit(&tx, err) < 0) {
		return -1;
	}
	compact->out->texts += count;
	return compact_step(compact, 0, err);
}

int compact_texts(struct compact *compact, int64_t before_us, struct err *err)
{
	CLEANUP(forgetting_end) struct forgetting forgetting = {.since_us = before_us};

	if (before_us == INT64_MIN) {
		return 0;
	}
	do {
		if (forget_batch(compact, &forgetting, err) < 0) {
			return -1;
		}
	} while (forgetting.at < forgetting.ids.len);
	return 0;
}
