/* SPDX-License-Identifier: Apache-2.0 */
#include "git/program_commits.h"

#include "base/map.h"
#include "base/mem.h"
#include "base/str.h"
#include "git/lineage.h"
#include "git/object.h"
#include "git/program.h"

#include <ctype.h>
#include <inttypes.h>
#include <limits.h>
#include <string.h>

#define IDS_AT_ONCE 1000 /* 65 kB of arguments */

/* The ids that can be some, in lower case and once each. */
static void choose_ids(const struct strv *ids, struct map *wanted, struct strv *out)
{
	for (size_t i = 0; i < ids->len; i++) {
		AUTO_FREE char *id = id_is_full(ids->items[i]) ? mem_str(ids->items[i]) : NULL;

		for (char *c = id; c && *c; c++) {
			*c = (char)tolower((unsigned char)*c);
		}
		if (id && map_put(wanted, id, 0)) {
			strv_give(out, TAKE(id));
		}
	}
}

/* "TIME ID PARENT…" of git rev-list, cut at the spaces. */
static void read_commit(char *line, struct lineage_commit *out)
{
	const char *time = strsep(&line, " ");
	uintmax_t time_s = strtoumax(time, NULL, 10);

	out->time_us = lineage_time_us(time_s > INT64_MAX ? INT64_MAX : (int64_t)time_s);
	out->id = mem_str(str_or(strsep(&line, " "), ""));
	while (line) {
		strv_add(&out->parents, strsep(&line, " "));
	}
}

static int read_answer(const char *dir, const struct strv *words, struct map *seen,
		       struct lineage *out)
{
	CLEANUP(buf_release) struct buf answer = BUF_INIT(PROGRAM_LIST_MAX);
	char *at = NULL;

	if (program_ask(dir, (const char *const *)(uintptr_t)strv_argv(words), &answer) < 0) {
		return -1;
	}
	at = answer.data;
	/* without what stands behind the last newline, of an answer that was cut half a line */
	for (char *line = strsep(&at, "\n"); at; line = strsep(&at, "\n")) {
		CLEANUP(lineage_commit_release) struct lineage_commit commit = {0};

		read_commit(line, &commit);
		if (map_put(seen, commit.id, 0)) {
			*VEC_PUSH(out) = commit;
			commit = (struct lineage_commit){0};
		}
	}
	return 0;
}

/* What git rev-list tells with these options of these ids, each commit once; an id that was told with
 * the ones before is not asked for. */
static int rev_list(const char *dir, const struct strv *options, const struct strv *ids,
		    struct lineage *out)
{
	CLEANUP(map_release) struct map seen = {0};

	for (size_t next = 0; next < ids->len;) {
		CLEANUP(strv_release) struct strv words = {0};
		size_t len = 0;

		strv_add(&words, "rev-list");
		strv_add(&words, "--timestamp");
		strv_add_all(&words, options);
		for (; next < ids->len && len < IDS_AT_ONCE; next++) {
			if (!map_get(&seen, ids->items[next], NULL)) {
				strv_add(&words, ids->items[next]);
				len++;
			}
		}
		if (len > 0 && read_answer(dir, &words, &seen, out) < 0) {
			return -1;
		}
	}
	return 0;
}

/* Those of the ids that are commits here, at most `most`, the newest first, so that the first portion
 * of them tells most of the others; and the time of the oldest of all. */
static int find_known(const char *dir, const struct strv *ids, size_t most, struct strv *known,
		      int64_t *oldest_us)
{
	CLEANUP(lineage_release) struct lineage told = {0};
	CLEANUP(strv_release) struct strv options = {0};
	CLEANUP(strv_release) struct strv candidates = {0};
	CLEANUP(map_release) struct map wanted = {0};

	choose_ids(ids, &wanted, &candidates);
	strv_add(&options, "--no-walk=unsorted");
	strv_add(&options, "--ignore-missing");
	if (rev_list(dir, &options, &candidates, &told) < 0) {
		return -1;
	}
	lineage_sort(&told);
	VEC_EACH (struct lineage_commit, commit, &told) {
		/* for the id of a tag git tells its commit, which nobody has asked for */
		if (!map_get(&wanted, commit->id, NULL)) {
			continue;
		}
		if (known->len < most) {
			strv_add(known, commit->id);
		}
		*oldest_us = commit->time_us;
	}
	return 0;
}

int program_lineage(const char *dir, const struct strv *ids, size_t most, struct lineage *out)
{
	CLEANUP(strv_release) struct strv options = {0};
	CLEANUP(strv_release) struct strv known = {0};
	int64_t oldest_us = 0, end_us = 0;

	if (find_known(dir, ids, most, &known, &oldest_us) < 0) {
		return -1;
	}
	end_us = oldest_us > LINEAGE_SLACK_US ? oldest_us - LINEAGE_SLACK_US : 0;
	strv_add(&options, "--parents");
	strv_fmt(&options, "--max-age=%" PRId64, end_us / US_PER_S);
	strv_fmt(&options, "--max-count=%zu", most < INT_MAX ? most : INT_MAX);
	if (rev_list(dir, &options, &known, out) < 0) {
		return -1;
	}
	lineage_sort(out);
	while (out->len > most) {
		lineage_commit_release(&out->items[--out->len]);
	}
	return 0;
}
