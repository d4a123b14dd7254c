/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_CLI_PLACE_H
#define STEADY_CLI_PLACE_H

#include "config/options.h"
#include "git/git.h"
#include "history/history.h"
#include "junit/reader.h"
#include "model/run.h"

/*
 * Where are we: the repository, the history's path, what is being tested. The repository is opened
 * with the first question that needs it.
 */
struct place {
	struct git_repo *repo;
	bool repo_asked;
	char *history_path;
	char *root;
};

void place_release(struct place *place);
struct git_repo *place_repo(struct place *place);

/* The folder that may hold .steady.yml; borrowed. */
const char *place_root(struct place *place);

/* The folder whose files the CI shows: place_root(), but without git what the CI calls its workspace, when we are in
 * it. The caller frees. */
char *place_checkout(struct place *place);

/* --history, else steady/history.db in the common git folder, else .steady/history.db. Borrowed. */
const char *place_history(struct place *place, const struct options *options);

/* How to write to it: where nobody named a path, the file can only be ours. */
enum history_mode place_history_mode(const struct options *options);

/* CI variables first, then the repository. Never fails: what is not known stays NULL. */
void place_source(struct place *place, struct source *out);

/* The same for results that other processes left here: outside of a CI nobody says what they are of. Returns
 * the CI's name, or NULL. The repository is asked later, by place_describe(). */
const char *place_source_of_results(struct place *place, struct source *out);

/* Fills tree, parents (and the commit's full id) of source->commit from the repository. */
void place_complete(struct place *place, struct source *source);

/* The same, but whoever calls tells that something is not known. */
#define PLACE_NO_TREE "%s: its tree is not known here"
int place_describe(struct place *place, struct source *source, struct err *err);

/* --job, else the CI's job, else "default". The caller frees. And who said it; borrowed. */
char *place_job(const struct options *options, const struct source *source);
const char *place_job_from(const struct options *options, const struct source *source);

/* The project, two slashes, and the current folder as seen from its root. The caller frees. */
char *place_folder(struct place *place);

/* How result files are read: what the options say, paths relative to the repository's root. Borrows
 * from both; the error names the option that makes no sense. */
int place_reading(struct place *place, const struct options *options,
		  struct junit_read_options *out, struct err *err);

/* "os=linux,py=3.11", sorted; the error names the word that is not K=V. */
int place_variant(const struct strv *words, char **out, struct err *err);

/* A duration before now ("7d") or a date. */
int place_time(const char *text, const char *option, int64_t now_us, int64_t *out_us,
	       struct err *err);

#endif
