/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/place.h"

#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "ci/ci.h"
#include "cli/command.h"
#include "os/file.h"
#include "text/duration.h"

#include <stdlib.h>
#include <string.h>

void place_release(struct place *place)
{
	git_close(place->repo);
	place->repo = NULL;
	cleanup_free(&place->history_path);
	cleanup_free(&place->root);
}

struct git_repo *place_repo(struct place *place)
{
	if (!place->repo_asked) {
		AUTO_FREE char *cwd = path_cwd();

		place->repo = git_open(cwd);
		place->repo_asked = true;
	}
	return place->repo;
}

const char *place_history(struct place *place, const struct options *options)
{
	struct git_repo *repo = NULL;

	if (options->history) {
		return options->history;
	}
	if (!place->history_path) {
		repo = place_repo(place);
		place->history_path = path_join(repo ? git_common_dir(repo) : ".steady",
						repo ? "steady/history.db" : "history.db");
	}
	return place->history_path;
}

enum history_mode place_history_mode(const struct options *options)
{
	return options->history ? HISTORY_WRITE : HISTORY_WRITE_HOME;
}

/*
 * What is checked out is what is tested. A CI's variable may name something else: the base branch
 * on pull_request_target, or the trigger when another ref was checked out.
 */
static void prefer_checkout(struct git_repo *repo, struct source *source)
{
	CLEANUP(source_release) struct source head = {0};
	struct err ignored = ERR_INIT;

	if (!source->commit || git_describe(repo, NULL, &head, &ignored) < 0 || !head.commit ||
	    str_eq(head.commit, source->commit)) {
		return;
	}
	if (!str_eq(head.commit, source->head)) {
		log_note("the CI names commit %.12s, but %.12s is checked out and counts",
			 source->commit, head.commit);
	}
	cleanup_free(&source->commit);
	cleanup_free(&source->tree);
	strv_release(&source->parents);
	source->commit = TAKE(head.commit);
	source->from.commit = head.from.commit;
	source->from.tree = NULL;
}

void place_source(struct place *place, struct source *out)
{
	const char *provider = ci_detect(cli_getvar, out);
	struct git_repo *repo = place_repo(place);

	if (!repo) {
		return;
	}
	prefer_checkout(repo, out);
	place_complete(place, out);
	/* In a CI earlier steps leave untracked files behind that nobody wrote by hand. */
	out->dirty = git_is_dirty(repo, provider == NULL);
}

const char *place_source_of_results(struct place *place, struct source *out)
{
	const char *provider = ci_detect(cli_getvar, out);
	struct git_repo *repo = provider ? place_repo(place) : NULL;

	/* A run that follows the one of the tests names what those had; here anything may lie. */
	if (repo && !str_eq(out->commit, out->head)) {
		prefer_checkout(repo, out);
	}
	return provider;
}

int place_describe(struct place *place, struct source *source, struct err *err)
{
	struct git_repo *repo = place_repo(place);

	return repo ? git_describe(repo, source->commit, source, err) : 0;
}

void place_complete(struct place *place, struct source *source)
{
	struct err err = ERR_INIT;

	if (place_describe(place, source, &err) < 0) {
		log_note(PLACE_NO_TREE, err.msg);
	}
}

char *place_job(const struct options *options, const struct source *source)
{
	return mem_str(str_or(options->job, str_or(source->ci_job, "default")));
}

const char *place_job_from(const struct options *options, const struct source *source)
{
	return !str_empty(options->job)     ? "--job, STEADY_JOB or run.job"
	       : !str_empty(source->ci_job) ? source->from.ci_job
					    : "neither --job nor a CI's";
}

const char *place_root(struct place *place)
{
	if (!place->root) {
		AUTO_FREE char *folder = path_cwd();

		place->root = options_root(folder);
	}
	return place->root;
}

char *place_checkout(struct place *place)
{
	const char *root = place_root(place), *named = ci_workspace(cli_getvar);
	AUTO_FREE char *git = path_join(root, ".git");
	AUTO_FREE char *real = str_empty(named) ? NULL : realpath(named, NULL);
	bool by_git = file_exists(git) || file_is_dir(git);
	bool below = real && str_starts(root, real) && root[strlen(real)] == '/';

	return mem_str(below && !by_git ? real : root);
}

char *place_folder(struct place *place)
{
	AUTO_FREE char *folder = path_cwd();
	const char *root = place_root(place);
	size_t len = strlen(root);
	bool below = str_starts(folder, root) && folder[len] == '/';
	struct git_repo *repo = place_repo(place);
	AUTO_FREE char *project = repo ? git_project(repo) : mem_str(root);

	return mem_fmt("%s//%s", project, below ? folder + len + 1 : "");
}

static enum junit_repeats read_repeats(const char *word)
{
	static const char *const words[] = {
		[REPEATS_BY_LOOKS] = "auto", [REPEATS_TRIES] = "tries", [REPEATS_ROWS] = "rows"};
	size_t at = REPEATS_BY_LOOKS;

	while (at < REPEATS_ROWS && !str_eq(words[at], word)) {
		at++;
	}
	return (enum junit_repeats)at;
}

int place_reading(struct place *place, const struct options *options,
		  struct junit_read_options *out, struct err *err)
{
	if (junit_read_check(options->junit_producer, options->junit_key, err) < 0) {
		return err_wrap(err, "junit");
	}
	out->producer = options->junit_producer;
	out->key = options->junit_key;
	out->root = place_root(place);
	out->repeats = read_repeats(options->junit_repeats);
	return 0;
}

int place_variant(const struct strv *words, char **out, struct err *err)
{
	CLEANUP(strv_release) struct strv sorted = {0};
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);

	VEC_EACH (char *, word, words) {
		const char *equals = strchr(*word, '=');

		if (!equals || equals == *word || strchr(*word, ',')) {
			return err_set(err, ERR_USAGE, "--variant: '%s' is not KEY=VALUE", *word);
		}
		strv_add(&sorted, *word);
	}
	strv_sort(&sorted);
	VEC_EACH (char *, word, &sorted) {
		buf_fmt(&text, "%s%s", text.len ? "," : "", *word);
	}
	*out = buf_take(&text);
	return 0;
}

int place_time(const char *text, const char *option, int64_t now_us, int64_t *out_us,
	       struct err *err)
{
	int64_t before = 0;

	if (duration_parse(text, &before)) {
		/* nothing was recorded before 1970 */
		*out_us = before < now_us ? now_us - before : 0;
		return 0;
	}
	if (time_parse(text, out_us)) {
		return 0;
	}
	return err_set(err, ERR_USAGE,
		       "%s: '%s' is neither a duration such as 7d nor a date such as "
		       "2026-11-24",
		       option, text);
}
