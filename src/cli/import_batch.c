/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/import_batch.h"

#include "base/clock.h"
#include "base/mem.h"

#define RUNS_MOST  64
#define HELD_US    (500 * US_PER_MS)
#define BYTES_MOST ((uint64_t)32 << 20) /* while so much is read nobody else is kept waiting */

void import_batch_release(struct import_batch *batch)
{
	told_release(&batch->told);
	history_close(batch->history);
	place_release(&batch->place);
}

/* A cut file of which nothing is left. */
static bool is_empty_rest(const struct results_file *file)
{
	return file->state == FILE_INCOMPLETE && file->results.len == 0 && file->suite_errors == 0;
}

static bool is_unusable(const struct crew_task *task)
{
	return !task->is_known && (task->file.state == FILE_REFUSED || is_empty_rest(&task->file));
}

/* Files that can be used become those of the attempt. */
static void take_files(struct import_entry *entry)
{
	for (size_t i = 0; i < entry->job.files.len; i++) {
		struct crew_task *task = &entry->tasks[i];

		if (!is_unusable(task)) {
			*VEC_PUSH(&entry->job.run.attempts.items[0].files) = task->file;
			task->file = (struct results_file){0};
		}
	}
}

static void count_file(struct import_sums *sums, const struct file_account *account, bool unusable)
{
	sums->files++;
	sums->unusable += unusable;
	sums->refused = sums->refused || unusable;
	sums->known += account->known;
	sums->failed += account->known ? 0 : account->file->failed + account->file->errors;
}

/* In the order of the files, usable or not. */
static void tell_files(struct import_batch *batch, const struct import_entry *entry,
		       const struct import_effect *effect)
{
	const struct results_file_list *used = &entry->job.run.attempts.items[0].files;
	size_t at = 0;

	for (size_t i = 0; i < entry->job.files.len; i++) {
		bool unusable = is_unusable(&entry->tasks[i]) && entry->tasks[i].file.path;
		struct file_account account = {
			.file = unusable ? &entry->tasks[i].file : &used->items[at],
			.known = !unusable && effect->known && effect->known[at],
			.json = batch->json,
			.faults_only = batch->faults_only,
		};

		at += !unusable;
		count_file(&batch->sums, &account, unusable);
		told_file(&batch->told, &account);
	}
	VEC_EACH (char *, name, &effect->conflicts) {
		told_fmt(&batch->told, TOLD_MESSAGE,
			 "%s: another result of this test was already recorded "
			 "for this attempt; both are kept",
			 *name);
	}
}

/* Without an id of the run, the run is its files. */
static void complete(struct import_batch *batch, struct run *run)
{
	CLEANUP(strv_release) struct strv digests = {0};
	struct err err = ERR_INIT;

	if (run->source.commit && place_describe(&batch->place, &run->source, &err) < 0 &&
	    !run->source.tree) {
		told_fmt(&batch->told, TOLD_MESSAGE, PLACE_NO_TREE, err.msg);
	}
	if (run->key[0]) {
		return;
	}
	VEC_EACH (const struct results_file, file, &run->attempts.items[0].files) {
		strv_add(&digests, file->digest);
	}
	import_key(&digests, run);
}

static int store(struct import_batch *batch, const struct run *run, struct import_effect *effect,
		 struct err *err)
{
	if (!batch->history || run->attempts.items[0].files.len == 0) {
		return 0;
	}
	if (batch->held_us == 0) {
		if (history_begin(batch->history, err) < 0) {
			return -1;
		}
		batch->held_us = clock_mono_us();
	}
	if (history_import(batch->history, run, effect, err) < 0) {
		return -1;
	}
	batch->runs++;
	batch->sums.results += effect->results_new;
	return 0;
}

/* What is wrong with one job does not stop the others. */
static void refuse(struct import_batch *batch, const struct import_job *job, struct err *why)
{
	if (batch->options->manifest) {
		err_wrap(why, "%s: line %zu", batch->options->manifest, job->line);
	}
	told_fmt(&batch->told, TOLD_MESSAGE, "%s", why->msg);
	batch->sums.refused = true;
}

static int take_results(struct import_batch *batch, struct import_entry *entry, struct err *err)
{
	CLEANUP(import_effect_release) struct import_effect effect = {0};
	struct run *run = &entry->job.run;
	struct err fault = ERR_INIT;
	int done;

	take_files(entry);
	complete(batch, run);
	done = store(batch, run, &effect, &fault);
	if (done < 0 && fault.code != ERR_INPUT) {
		*err = fault;
		return -1;
	}
	tell_files(batch, entry, &effect);
	if (done < 0) {
		refuse(batch, &entry->job, &fault);
	}
	return 0;
}

int import_batch_take(struct import_batch *batch, struct import_entry *entry, struct err *err)
{
	const struct import_job *job = &entry->job;

	if (!batch->begun) {
		batch->begun = true;
		batch->first_at = job->at;
		batch->first_line = job->line;
	}
	VEC_EACH (char *, warning, &job->warnings) {
		told_fmt(&batch->told, TOLD_WARNING, "%s", *warning);
	}
	VEC_EACH (char *, fault, &job->faults) {
		told_fmt(&batch->told, TOLD_MESSAGE, "%s", *fault);
		batch->sums.refused = true;
	}
	batch->sums.jobs++;
	return job->files.len > 0 ? take_results(batch, entry, err) : 0;
}

bool import_batch_is_due(const struct import_batch *batch, uint64_t bytes)
{
	bool held = batch->held_us != 0;

	return batch->runs >= RUNS_MOST || (held && bytes > BYTES_MOST) ||
	       (held && clock_mono_us() - batch->held_us >= HELD_US);
}

static void empty(struct import_batch *batch)
{
	told_release(&batch->told);
	batch->begun = false;
	batch->runs = 0;
	batch->held_us = 0;
}

int import_batch_settle(struct import_batch *batch, struct err *err)
{
	if (batch->held_us != 0 && history_commit(batch->history, err) < 0) {
		return -1;
	}
	batch->renewed = batch->renewed && batch->runs == 0;
	batch->settled = batch->sums;
	told_say(&batch->told);
	empty(batch);
	return 0;
}

bool import_batch_renew(struct import_batch *batch, const struct err *why)
{
	bool again = !batch->renewed && batch->history;

	batch->sums = batch->settled;
	empty(batch);
	if (batch->history) {
		history_take_back(batch->history);
	}
	batch->renewed = true;
	return again && history_renew(&batch->history, why);
}
