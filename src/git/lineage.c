/* SPDX-License-Identifier: Apache-2.0 */
#include "git/lineage.h"

#include "base/map.h"
#include "base/mem.h"
#include "git/object.h"
#include "git/program_commits.h"
#include "git/repo.h"

#include <git2.h>

/* A heap: an item is at least as new as the two below it. */
struct queue {
	VEC(git_commit *)
};

static bool is_newer(const git_commit *a, const git_commit *b)
{
	return git_commit_time(a) > git_commit_time(b);
}

static int64_t time_us(const git_commit *commit)
{
	return lineage_time_us(git_commit_time(commit));
}

static void queue_put(struct queue *queue, git_commit *commit)
{
	size_t at = queue->len;

	*VEC_PUSH(queue) = commit;
	for (; at > 0 && is_newer(commit, queue->items[(at - 1) / 2]); at = (at - 1) / 2) {
		queue->items[at] = queue->items[(at - 1) / 2];
	}
	queue->items[at] = commit;
}

/* The newest; the caller frees. Not for an empty queue. */
static git_commit *queue_take(struct queue *queue)
{
	git_commit *newest = queue->items[0], *last = queue->items[queue->len - 1];
	size_t at = 0, below = 1;

	queue->len--;
	for (; below < queue->len; below = 2 * at + 1) {
		if (below + 1 < queue->len &&
		    is_newer(queue->items[below + 1], queue->items[below])) {
			below++;
		}
		if (!is_newer(queue->items[below], last)) {
			break;
		}
		queue->items[at] = queue->items[below];
		at = below;
	}
	queue->items[at] = last;
	return newest;
}

static void queue_release(struct queue *queue)
{
	VEC_EACH (git_commit *, commit, queue) {
		git_commit_free(*commit);
	}
	VEC_FREE(queue);
}

struct walk {
	git_repository *library;
	struct map seen; /* ids, also of commits that are not here */
	struct queue queue;
	int64_t oldest_us;
};

static void walk_release(struct walk *walk)
{
	map_release(&walk->seen);
	queue_release(&walk->queue);
}

static void start_at(struct walk *walk, const char *id)
{
	AUTO_COMMIT commit = object_commit(walk->library, id);
	AUTO_FREE char *text = commit ? id_text(git_commit_id(commit)) : NULL;

	if (!commit || !map_put(&walk->seen, text, 0)) {
		return;
	}
	if (walk->queue.len == 0 || time_us(commit) < walk->oldest_us) {
		walk->oldest_us = time_us(commit);
	}
	queue_put(&walk->queue, TAKE(commit));
}

static void go_to(struct walk *walk, const char *parent)
{
	AUTO_COMMIT commit = NULL;

	if (!map_put(&walk->seen, parent, 0)) {
		return;
	}
	commit = object_commit(walk->library, parent);
	if (commit && time_us(commit) >= walk->oldest_us - LINEAGE_SLACK_US) {
		queue_put(&walk->queue, TAKE(commit));
	}
}

static void note(struct lineage *out, const git_commit *commit)
{
	struct lineage_commit *added = VEC_PUSH(out);

	added->id = id_text(git_commit_id(commit));
	added->time_us = time_us(commit);
	for (unsigned i = 0; i < git_commit_parentcount(commit); i++) {
		strv_give(&added->parents, id_text(git_commit_parent_id(commit, i)));
	}
}

/* Not by git_revwalk: that one fails at the first parent that a shallow clone does not have, and
 * reads the whole history before it tells the first commit of an ordered walk. */
static void by_library(git_repository *library, const struct strv *ids, size_t most,
		       struct lineage *out)
{
	CLEANUP(walk_release) struct walk walk = {.library = library};

	for (size_t i = 0; i < ids->len; i++) {
		start_at(&walk, ids->items[i]);
	}
	while (walk.queue.len > 0 && out->len < most) {
		AUTO_COMMIT commit = queue_take(&walk.queue);
		struct strv *parents = NULL;

		note(out, commit);
		parents = &out->items[out->len - 1].parents;
		for (size_t i = 0; i < parents->len; i++) {
			go_to(&walk, parents->items[i]);
		}
	}
	/* by some clocks a parent is newer than its child */
	lineage_sort(out);
}

int git_lineage(struct git_repo *repo, const struct strv *ids, size_t most, struct lineage *out,
		struct err *err)
{
	*out = (struct lineage){0};
	if (repo->library) {
		by_library(repo->library, ids, most, out);
		return 0;
	}
	if (program_lineage(repo->dir, ids, most, out) < 0) {
		lineage_release(out);
		return err_set(err, ERR_IO, "git cannot list the commits of %s", repo->dir);
	}
	return 0;
}
