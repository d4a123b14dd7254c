/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"
#include "base/str.h"
#include "cli/command.h"
#include "cli/import_batch.h"
#include "cli/progress.h"
#include "os/signals.h"

#include <malloc.h>
#include <unistd.h>

#define READERS_MOST 8
#define GIVE_WAY_US  (2 * US_PER_MS) /* who has waited for long asks twice as often */

/* What one call of `steady import` works with. */
struct importer {
	const struct options *options;
	struct junit_read_options reading;
	struct import_feed feed;
	struct import_pipe pipe;
	struct import_batch batch;
	struct crew_watch watch;
	struct progress progress;
};

static void importer_release(struct importer *importer)
{
	import_pipe_drop(&importer->pipe);
	crew_free(importer->pipe.crew);
	import_feed_release(&importer->feed);
	import_batch_release(&importer->batch);
}

static bool tell_progress(void *payload)
{
	struct importer *importer = payload;
	const struct import_sums *sums = &importer->batch.sums;
	struct progress_facts facts = {
		.unit = importer->options->manifest ? "lines" : "files",
		.done = importer->options->manifest ? sums->jobs : crew_files(importer->pipe.crew),
		.total = importer->options->manifest ? importer->feed.lines : importer->pipe.files,
		.known = sums->known,
		.bytes = crew_bytes(importer->pipe.crew),
		.total_bytes = importer->options->manifest ? 0 : importer->pipe.fed,
		.failed = sums->failed,
		.unusable = sums->unusable,
	};

	progress_tell(&importer->progress, &facts);
	return signals_look() == 0;
}

static int settle(struct importer *importer, struct err *err)
{
	if (importer->batch.told.len > 0) {
		progress_clear(&importer->progress);
	}
	return import_batch_settle(&importer->batch, err);
}

/* Everything that was taken since the last commit comes once more; false when that would not help. */
static bool start_over(struct importer *importer, const struct err *why)
{
	size_t at = importer->batch.first_at, line = importer->batch.first_line;

	if (!import_batch_renew(&importer->batch, why)) {
		return false;
	}
	import_pipe_rewind(&importer->pipe, at, line);
	return true;
}

/* Who asks twice to stop does not want to wait for the end of a transaction. */
static void end_waiting(void)
{
	if (signals_look()) {
		signals_end();
	}
}

/* 0 go on, 1 that was all, -1. */
static int take_next(struct importer *importer, struct err *err)
{
	struct import_entry *entry = NULL;
	int more = import_pipe_next(&importer->pipe, &entry, err);
	int done = more;

	if (more == 0) {
		done = import_batch_take(&importer->batch, entry, err);
		import_entry_free(entry);
	}
	if (more == 1) {
		end_waiting();
		return settle(importer, err) < 0 ? -1 : 1;
	}
	if (done == 0 && import_batch_is_due(&importer->batch, importer->pipe.bytes)) {
		done = settle(importer, err);
		clock_sleep_us(GIVE_WAY_US);
	}
	return done;
}

static int take_all(struct importer *importer, struct err *err)
{
	int more = 0;

	while (more != 1) {
		struct err fault = ERR_INIT;

		more = take_next(importer, &fault);
		if (more < 0 && !start_over(importer, &fault)) {
			*err = fault;
			return -1;
		}
	}
	return 0;
}

static int check_words(const struct invocation *invocation, struct err *err)
{
	bool manifest = invocation->options.manifest != NULL;

	if (manifest == (invocation->words.len > 0)) {
		return err_set(err, ERR_USAGE,
			       manifest ? "--manifest and paths exclude each other"
					: "no files: steady import PATH…");
	}
	return 0;
}

static unsigned count_readers(const struct options *options)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	if (options->jobs > 0) {
		return (unsigned)options->jobs;
	}
	return cores < 1 ? 1 : cores < READERS_MOST ? (unsigned)cores : READERS_MOST;
}

static int begin(struct importer *importer, const struct invocation *invocation, struct err *err)
{
	const struct options *options = &invocation->options;
	struct import_batch *batch = &importer->batch;
	struct import_pipe *pipe = &importer->pipe;

	if (check_words(invocation, err) < 0 ||
	    place_reading(&batch->place, options, &importer->reading, err) < 0 ||
	    import_feed_open(&importer->feed, &batch->place, options, &invocation->words, err) <
		    0) {
		return -1;
	}
	pipe->readers = count_readers(options);
	pipe->crew = crew_new((unsigned)pipe->readers, &importer->reading, &importer->watch);
	return options->dry_run ? 0
				: history_open(place_history(&batch->place, options),
					       place_history_mode(options), &batch->history, err);
}

static void tell_sum(const struct importer *importer)
{
	const struct import_sums *sums = &importer->batch.sums;
	CLEANUP(buf_release) struct buf line = BUF_INIT(BUF_OWN_MAX);
	size_t read = sums->files - sums->unusable;

	buf_fmt(&line, "%zu file%s read", read, read == 1 ? "" : "s");
	if (sums->unusable > 0) {
		buf_fmt(&line, ", %zu not usable", sums->unusable);
	}
	buf_fmt(&line, ", %zu known already, %zu result%s stored%s", sums->known, sums->results,
		sums->results == 1 ? "" : "s", importer->options->dry_run ? " (dry run)" : "");
	cli_message(buf_str(&line));
}

/* How far it came, and what came of that. */
static void tell_end(const struct importer *importer)
{
	size_t done = importer->batch.sums.jobs, all = importer->feed.lines;
	AUTO_FREE char *line =
		mem_fmt("stopped behind %zu of %zu lines; the same command goes on", done, all);

	if (done == all) {
		tell_sum(importer);
	} else if (importer->options->manifest) {
		cli_message(line);
		tell_sum(importer);
	} else {
		cli_message("stopped before anything was stored");
	}
}

/* Of a series each file needs the memory that the one before it needed, which is thus not given back
 * in between: a fifth of the time. What is large is, and grows without being copied. */
static void keep_memory(void)
{
#ifdef M_TRIM_THRESHOLD
	mallopt(M_TRIM_THRESHOLD, 32 << 20);
	mallopt(M_MMAP_THRESHOLD, 4 << 20);
#endif
}

static int work(struct importer *importer, const struct invocation *invocation)
{
	struct err err = ERR_INIT;
	int code = EXIT_DONE;

	if (begin(importer, invocation, &err) < 0) {
		return cli_fail(&err);
	}
	if (take_all(importer, &err) < 0) {
		progress_clear(&importer->progress);
		code = cli_fail(&err);
	}
	progress_clear(&importer->progress);
	if (code == EXIT_DONE || importer->options->manifest) {
		tell_end(importer);
	}
	if (signals_stopped_by()) {
		return cli_stopped_code();
	}
	return code == EXIT_DONE && importer->batch.sums.refused ? EXIT_INPUT : code;
}

int cmd_import(struct invocation *invocation)
{
	const struct options *options = &invocation->options;
	CLEANUP(importer_release) struct importer importer = {.options = options};

	keep_memory();
	signals_init();
	progress_start(&importer.progress);
	importer.watch = (struct crew_watch){.tell = tell_progress, .payload = &importer};
	importer.batch.options = options;
	importer.batch.json = str_eq(options->format, "json");
	importer.batch.faults_only =
		options->manifest && importer.progress.wanted && isatty(STDOUT_FILENO);
	importer.pipe.feed = &importer.feed;
	importer.pipe.history = &importer.batch.history;
	import_pipe_start(&importer.pipe);
	return work(&importer, invocation);
}
