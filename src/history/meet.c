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
	char *whole; /* what it is a part of, as part_of() has it; NULL of nothing */
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
	VEC_EACH (struct namesake, namesake, &meeting->there) {
		free(namesake->whole);
	}
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

/* Says no more than an import does: what else an attempt tells cannot be united. */
static bool is_plain(const struct attempt *attempt)
{
	return attempt->end == END_UNKNOWN && !attempt->exit_code && !attempt->signal &&
	       !attempt->complete && !attempt->autopsy && attempt->leaks.len == 0;
}

/*
 * What a CI job left behind arrives file by file, and each file is a part of the import of one commit, or where
 * that is unknown of one tree. Whoever has the same text belongs together, whatever comes first. The caller frees;
 * NULL: of nothing.
 */
static char *part_of(const struct run *run)
{
	if (!run->imported || run->thinned || run->waits.len > 0 || run->services.len > 0 ||
	    run->events.len > 0) {
		return NULL;
	}
	VEC_EACH (const struct attempt, attempt, &run->attempts) {
		if (!is_plain(attempt)) {
			return NULL;
		}
	}
	return run->source.commit ? mem_fmt("commit %s", run->source.commit)
				  : mem_fmt("tree %s", str_or(run->source.tree, ""));
}

static int look_at(const struct meeting *meeting, struct namesake *namesake, struct err *err)
{
	CLEANUP(run_release) struct run run = {0};

	if (run_load_whole(meeting->moving->to, namesake->id, &run, err) < 0) {
		return -1;
	}
	segment_digest(&run, namesake->digest);
	namesake->whole = part_of(&run);
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
		if (!namesake->thinned && look_at(meeting, namesake, err) < 0) {
			return -1;
		}
		*equal = *equal || str_eq(namesake->digest, meeting->digest);
	}
	return 0;
}

/* The one here to which it adds its part; NULL none. */
static struct namesake *find_whole(struct meeting *meeting)
{
	AUTO_FREE char *whole = meeting->thinned ? NULL : part_of(&meeting->run);

	VEC_EACH (struct namesake, namesake, &meeting->there) {
		if (whole && namesake->whole && str_eq(whole, namesake->whole)) {
			return namesake;
		}
	}
	return NULL;
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

/* It is another one then, and its name among several follows. */
static int join(struct meeting *meeting, struct namesake *namesake, struct err *err)
{
	struct db *to = meeting->moving->to;

	if (import_join(to, namesake->id, &meeting->run, err) < 0) {
		return -1;
	}
	meeting->effect->joined++;
	if (meeting->there.len == 1) {
		return 0;
	}
	free(TAKE(namesake->whole));
	return look_at(meeting, namesake, err) < 0
		       ? -1
		       : mark(meeting, namesake->id, namesake->digest, err);
}

static int meet(struct meeting *meeting, struct err *err)
{
	struct namesake *whole;
	bool equal = false;

	if (find_equal(meeting, &equal, err) < 0) {
		return -1;
	}
	if (equal) {
		meeting->effect->known++;
		return 0;
	}
	whole = find_whole(meeting);
	return whole ? join(meeting, whole, err) : keep_apart(meeting, err);
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
