/* SPDX-License-Identifier: Apache-2.0 */
#include "history/meet.h"

#include "base/str.h"
#include "history/load_run.h"
#include "history/record.h"
#include "history/segment.h"
#include "history/twin.h"

#include <stdio.h>
#include <stdlib.h>

/* A run that bears the same name here. */
struct namesake {
	int64_t id;
	char digest[SEGMENT_DIGEST + 1]; /* "" until it was asked for */
	bool thinned;                    /* its results were dropped: it can be asked for no more */
};

struct meeting {
	struct moving *moving;
	int64_t run_id;
	struct run run; /* the arriving one, whole; read when it meets somebody */
	char digest[SEGMENT_DIGEST + 1];
	bool thinned; /* the digest is the one it had; "" unknown */
	struct {
		VEC(struct namesake)
	} there;
	struct merge_effect *effect;
};

static void meeting_end(struct meeting *meeting)
{
	run_release(&meeting->run);
	VEC_FREE(&meeting->there);
}

static int list_namesakes(struct meeting *meeting, struct err *err)
{
	CLEANUP(stmt_done) struct stmt *name = db_stmt(meeting->moving->from, "merge_name");
	CLEANUP(stmt_done) struct stmt *find = db_stmt(meeting->moving->to, "find_twins");
	AUTO_FREE char *plain = NULL;
	int more;

	stmt_bind_int(name, ":id", meeting->run_id);
	if (stmt_next(name, err) < 0) {
		return -1;
	}
	plain = mem_str(str_or(stmt_col_borrow(name, 0), ""));
	meeting->thinned = stmt_col_int(name, 4) != 0;
	snprintf(meeting->digest, sizeof(meeting->digest), "%s",
		 str_or(stmt_col_borrow(name, 3), ""));
	twin_plain_key(plain, str_or(stmt_col_borrow(name, 3), ""));
	stmt_bind_text(find, ":key", plain);
	stmt_bind_text(find, ":job", stmt_col_borrow(name, 1));
	stmt_bind_text(find, ":variant", stmt_col_borrow(name, 2));
	while ((more = stmt_next(find, err)) == 0) {
		struct namesake *namesake = VEC_PUSH(&meeting->there);

		namesake->id = stmt_col_int(find, 0);
		snprintf(namesake->digest, sizeof(namesake->digest), "%s",
			 str_or(stmt_col_borrow(find, 1), ""));
		namesake->thinned = stmt_col_int(find, 2) != 0;
	}
	return more < 0 ? -1 : 0;
}

static int digest_of(struct db *db, int64_t run_id, char *out, struct err *err)
{
	CLEANUP(run_release) struct run run = {0};

	if (run_load_whole(db, run_id, &run, err) < 0) {
		return -1;
	}
	segment_digest(&run, out);
	return 0;
}

/* Of one whose results were dropped nobody can tell any more, and nothing can be added to it. */
static bool cannot_tell(const struct meeting *meeting, const struct namesake *namesake)
{
	return (meeting->thinned && !*meeting->digest) || (namesake->thinned && !*namesake->digest);
}

/* Whether one of those here says the same, as far as can be told. */
static int find_equal(struct meeting *meeting, bool *equal, struct err *err)
{
	*equal = false;
	if (run_load_whole(meeting->moving->from, meeting->run_id, &meeting->run, err) < 0) {
		return -1;
	}
	if (!meeting->thinned) {
		segment_digest(&meeting->run, meeting->digest);
	}
	VEC_EACH (struct namesake, namesake, &meeting->there) {
		if (cannot_tell(meeting, namesake)) {
			*equal = true;
			return 0;
		}
		if (!*namesake->digest &&
		    digest_of(meeting->moving->to, namesake->id, namesake->digest, err) < 0) {
			return -1;
		}
		*equal = *equal || str_eq(namesake->digest, meeting->digest);
	}
	return 0;
}

static bool agree(const char *a, const char *b)
{
	return !a || !b || str_eq(a, b);
}

/* Parts of one import: what a CI job left behind arrives file by file. */
static int is_part(const struct meeting *meeting, bool *part, struct err *err)
{
	const struct run *run = &meeting->run;
	CLEANUP(stmt_done) struct stmt *row = db_stmt(meeting->moving->to, "find_import");

	*part = false;
	stmt_bind_int(row, ":id", meeting->there.items[0].id);
	if (stmt_next(row, err) < 0) {
		return -1;
	}
	*part = meeting->there.len == 1 && run->imported && stmt_col_int(row, 0) &&
		str_empty(stmt_col_borrow(row, 3)) &&
		agree(run->source.commit, stmt_col_borrow(row, 1)) &&
		agree(run->source.tree, stmt_col_borrow(row, 2));
	return 0;
}

static int mark(const struct meeting *meeting, int64_t id, const char *digest, struct err *err)
{
	AUTO_FREE char *key = twin_key(meeting->run.key, digest);
	struct stmt *stmt = db_stmt(meeting->moving->to, "mark_twin");

	stmt_bind_int(stmt, ":id", id);
	stmt_bind_text(stmt, ":key", key);
	stmt_bind_text(stmt, ":twin", digest);
	return stmt_run(stmt, err);
}

/* Those here make room first: a name is taken by one run. */
static int keep_apart(struct meeting *meeting, struct err *err)
{
	struct merge_effect *effect = meeting->effect;
	int64_t results = 0, id = 0;

	VEC_EACH (const struct namesake, namesake, &meeting->there) {
		if (mark(meeting, namesake->id, namesake->digest, err) < 0) {
			return -1;
		}
	}
	if (merge_run(meeting->moving, meeting->run_id, &id, &results, err) < 0 ||
	    mark(meeting, id, meeting->digest, err) < 0) {
		return -1;
	}
	effect->added++;
	effect->results += results;
	strv_fmt(&effect->twins, "%s of job %s", meeting->run.key, str_or(meeting->run.job, "''"));
	return 0;
}

static int meet(struct meeting *meeting, struct err *err)
{
	bool equal = false, part = false;

	if (find_equal(meeting, &equal, err) < 0 || is_part(meeting, &part, err) < 0) {
		return -1;
	}
	if (equal) {
		meeting->effect->known++;
		return 0;
	}
	if (!part) {
		return keep_apart(meeting, err);
	}
	meeting->effect->joined++;
	return import_join(meeting->moving->to, meeting->there.items[0].id, &meeting->run, err);
}

int meet_run(struct moving *moving, int64_t run_id, struct merge_effect *effect, struct err *err)
{
	CLEANUP(meeting_end)
	struct meeting meeting = {.moving = moving, .run_id = run_id, .effect = effect};
	int64_t results = 0, id = 0;

	if (list_namesakes(&meeting, err) < 0) {
		return -1;
	}
	if (meeting.there.len > 0) {
		return meet(&meeting, err);
	}
	if (merge_run(moving, run_id, &id, &results, err) < 0) {
		return -1;
	}
	effect->added++;
	effect->results += results;
	return 0;
}
