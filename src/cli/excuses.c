/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/excuses.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "git/file_at.h"
#include "git/trunk.h"
#include "os/file.h"
#include "quarantine/ledger.h"
#include "quarantine/match.h"

#include <stdlib.h>
#include <string.h>

char *excuses_path(struct place *place, const struct options *options)
{
	return options->quarantine ? mem_str(options->quarantine)
				   : path_join(place_root(place), LEDGER_NAME);
}

bool excuses_possible(const struct excuses *excuses)
{
	AUTO_FREE char *path = excuses_path(excuses->place, excuses->options);

	return excuses->options->quarantine || file_exists(path);
}

static bool is_pull_request(const struct source *source)
{
	return source->pull_request || source->base_branch;
}

/* The ledger's path as seen from the repository's root; the caller frees. */
static int path_in_tree(struct git_repo *repo, const char *path, char **out, struct err *err)
{
	AUTO_FREE char *folder = path_dir(path);
	AUTO_FREE char *real = realpath(folder, NULL);
	const char *root = repo ? git_root(repo) : NULL;
	size_t len = root ? strlen(root) : 0;

	if (!real || !root || !str_starts(real, root) || (real[len] != '/' && real[len])) {
		return err_set(err, ERR_INPUT, "%s is in no repository, so its base has none",
			       path);
	}
	*out = path_join(real[len] ? real + len + 1 : "", path_base(path));
	return 0;
}

/* The commits that may be the base, the likeliest first: what the CI names, and the first parent of a merge
 * that the CI made; of a commit that somebody else made the parents prove nothing. */
static void list_bases(const struct source *source, struct strv *out)
{
	const char *from = str_or(source->from.commit, "git");

	if (source->base) {
		strv_add(out, source->base);
	}
	if (!str_starts(from, "git") && source->parents.len == 2) {
		strv_add(out, source->parents.items[0]);
	}
}

static int parse_at_base(struct git_repo *repo, const char *base, const char *path,
			 struct quarantine_list *out, struct err *err)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(LEDGER_MAX);
	AUTO_FREE char *name = mem_fmt("%s of commit %.12s", path, base);
	int rc = git_file_at(repo, base, path, &text, err);

	if (rc != 0) {
		return rc < 0 ? -1 : 0;
	}
	return ledger_parse(name, buf_str(&text), text.len, out, err);
}

static int read_base(const struct excuses *excuses, const struct source *source, const char *path,
		     struct quarantine_list *out, struct err *err)
{
	CLEANUP(strv_release) struct strv bases = {0};
	AUTO_FREE char *inside = NULL;
	struct git_repo *repo = place_repo(excuses->place);

	if (path_in_tree(repo, path, &inside, err) < 0) {
		return -1;
	}
	list_bases(source, &bases);
	VEC_EACH (char *, base, &bases) {
		if (parse_at_base(repo, *base, inside, out, err) == 0) {
			return 0;
		}
		if (err->code != ERR_NOT_FOUND) {
			return -1;
		}
	}
	return err_set(err, ERR_NOT_FOUND,
		       "the commit that this pull request is to be merged into is not here "
		       "(actions/checkout: fetch-depth: 2)");
}

/* Expired rows stop to count only there: nobody's pull request gets red by a date. */
static bool is_trunk(const struct excuses *excuses, const struct source *source)
{
	struct git_repo *repo = place_repo(excuses->place);
	AUTO_FREE char *name = NULL;
	AUTO_FREE char *commit = repo && source->branch ? git_trunk(repo, &name) : NULL;

	return commit && str_eq(name, source->branch) && !is_pull_request(source);
}

/* Of all attempts: a retry that fails in another way is a new failure, too. */
static void list_signatures(const struct run *run, const char *id, struct strv *out)
{
	VEC_EACH (const struct attempt, attempt, &run->attempts) {
		ATTEMPT_EACH_RESULT(result, attempt)
		{
			if (outcome_is_bad(result->outcome) && str_eq(result->id, id)) {
				strv_add(out, result->failure ? result->failure->signature : "");
			}
		}
	}
}

static enum quarantine_state judge(const struct run *run, const struct failed_test *failed,
				   const struct quarantine_list *rows, bool strict,
				   const struct quarantine_row **row)
{
	CLEANUP(strv_release) struct strv signatures = {0};
	const struct match_question question = {
		.name = &failed->first->test,
		.id = failed->first->id,
		.job = run->job,
		.signatures = &signatures,
		.now_us = clock_wall_us(),
		.strict = strict,
	};

	list_signatures(run, failed->first->id, &signatures);
	return match_failure(rows, &question, row);
}

static void mark_all(struct run *run, const struct quarantine_list *rows, bool strict)
{
	VEC_EACH (struct failed_test, failed, &run->failed) {
		const struct quarantine_row *row = NULL;
		struct quarantine_mark *mark = &failed->quarantine;

		quarantine_row_release(&mark->row);
		mark->state = judge(run, failed, rows, strict, &row);
		mark->expired = false;
		if (row) {
			quarantine_row_copy(&mark->row, row);
			mark->expired = match_is_expired(row, clock_wall_us());
		}
	}
}

/* Who has just written a row wants to know why it does nothing. */
static void tell_own_rows(const struct run *run, const char *path)
{
	CLEANUP(quarantine_list_release) struct quarantine_list rows = {0};
	struct err ignored = ERR_INIT;
	size_t count = 0;

	if (ledger_read(path, &rows, &ignored) < 0) {
		return;
	}
	VEC_EACH (const struct failed_test, failed, &run->failed) {
		const struct quarantine_row *row = NULL;

		count += failed->quarantine.state != QUARANTINE_EXCUSED &&
			 judge(run, failed, &rows, false, &row) == QUARANTINE_EXCUSED;
	}
	if (count > 0) {
		log_note("rows that this pull request adds to %s excuse nothing until it is merged",
			 path);
	}
}

void excuses_ask(struct run *run, void *payload)
{
	struct excuses *excuses = payload;
	CLEANUP(quarantine_list_release) struct quarantine_list rows = {0};
	AUTO_FREE char *path = excuses_path(excuses->place, excuses->options);
	bool is_pull = is_pull_request(&run->source);
	bool told = excuses->told;
	struct err err = ERR_INIT;

	excuses->told = true;
	if ((is_pull ? read_base(excuses, &run->source, path, &rows, &err)
		     : ledger_read(path, &rows, &err)) < 0) {
		if (!told) {
			log_warning("the quarantine excuses nothing: %s", err.msg);
		}
		mark_all(run, &rows, false);
		return;
	}
	mark_all(run, &rows, is_trunk(excuses, &run->source));
	if (is_pull && !told) {
		tell_own_rows(run, path);
	}
}
