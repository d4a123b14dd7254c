/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/import.h"

#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/str.h"
#include "ci/ci.h"
#include "cli/command.h"
#include "cli/progress.h"
#include "os/file.h"
#include "run/collect.h"
#include "text/escape.h"
#include "text/json.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MANIFEST_MAX ((size_t)256 * 1024 * 1024)

/* What one call of `steady import` works with. */
struct importer {
	struct place place;
	const struct options *options;
	struct history *history; /* NULL with --dry-run */
	int64_t now_us;
	bool json;
	bool refused; /* some input could not be used: exit 65 at the end */
	struct junit_read_options reading;
	struct progress progress;
	size_t files, unusable, known, results;
};

static void importer_release(struct importer *importer)
{
	history_close(importer->history);
	place_release(&importer->place);
}

static void show_json(const struct results_file *file)
{
	AUTO_JSON struct json *object = json_new_object();
	struct json *warnings = json_new_array();
	CLEANUP(buf_release) struct buf line = BUF_INIT(BUF_OWN_MAX);

	VEC_EACH (char *, warning, &file->warnings) {
		json_add(warnings, json_new_str(*warning));
	}
	json_put_str(object, "file", file->path);
	json_put_str(object, "state", file_state_name(file->state));
	json_put_int(object, "tests", (int64_t)file->tests);
	json_put_int(object, "passed", (int64_t)file->passed);
	json_put_int(object, "failed", (int64_t)file->failed);
	json_put_int(object, "errors", (int64_t)file->errors);
	json_put_int(object, "skipped", (int64_t)file->skipped);
	json_put_int(object, "flaky", (int64_t)file->flaky);
	json_put_int(object, "suite_errors", (int64_t)file->suite_errors);
	json_put(object, "time_s",
		 file->time_us < 0 ? json_new_null() : json_new_real((double)file->time_us / 1e6));
	json_put_str(object, "producer", file->producer);
	json_put(object, "warnings", warnings);
	json_put_str(object, "error", file->error);
	json_write(object, 0, &line);
	buf_char(&line, '\n');
	cli_print(&line);
}

static void show_text(const struct results_file *file)
{
	CLEANUP(buf_release) struct buf line = BUF_INIT(8192);

	buf_fmt(&line, "%-10s ", file_state_name(file->state));
	escape_terminal(&line, file->path);
	if (file->state != FILE_REFUSED) {
		buf_fmt(&line, ": %zu test%s, %zu failed, %zu errors, %zu skipped", file->tests,
			file->tests == 1 ? "" : "s", file->failed, file->errors, file->skipped);
	}
	if (file->flaky) {
		buf_fmt(&line, ", %zu flaky", file->flaky);
	}
	if (file->suite_errors) {
		buf_fmt(&line, ", %zu error%s outside the tests", file->suite_errors,
			file->suite_errors == 1 ? "" : "s");
	}
	buf_char(&line, '\n');
	cli_print(&line);
}

/* One line on stderr names what is wrong and where. */
static void tell_faults(const struct results_file *file)
{
	AUTO_FREE char *line = NULL;

	VEC_EACH (char *, warning, &file->warnings) {
		AUTO_FREE char *text = mem_fmt("%s: %s", file->path, *warning);

		cli_message(text);
	}
	if (file->error) {
		line = mem_fmt("%s: %s: %s", file->path, file_state_name(file->state), file->error);
		cli_message(line);
	}
}

/* A cut file of which nothing is left. */
static bool is_empty_rest(const struct results_file *file)
{
	return file->state == FILE_INCOMPLETE && file->results.len == 0 && file->suite_errors == 0;
}

static void read_one(struct importer *importer, const char *path, struct attempt *attempt)
{
	struct results_file *file = VEC_PUSH(&attempt->files);

	progress_file(&importer->progress, path);
	collect_file(path, &importer->reading, file);
	progress_clear(&importer->progress);
	if (importer->json) {
		show_json(file);
	} else {
		show_text(file);
	}
	tell_faults(file);
	importer->files++;
	if (file->state == FILE_REFUSED || is_empty_rest(file)) {
		importer->unusable++;
		importer->refused = true;
		results_file_release(file);
		attempt->files.len--;
	}
}

/* Without an id of the run, the run is its files. */
static void key_from_files(struct run *run)
{
	struct hash *hash = hash_new();
	CLEANUP(strv_release) struct strv digests = {0};

	VEC_EACH (const struct results_file, file, &run->attempts.items[0].files) {
		strv_add(&digests, file->digest);
	}
	strv_sort(&digests);
	VEC_EACH (char *, digest, &digests) {
		hash_field(hash, *digest);
	}
	hash_end(hash, run->key, 32);
}

static int store(struct importer *importer, struct run *run, struct err *err)
{
	struct import_effect effect = {0};

	if (!importer->history || run->attempts.items[0].files.len == 0) {
		return 0;
	}
	if (history_import(importer->history, run, &effect, err) < 0) {
		if (!history_renew(&importer->history, err) ||
		    history_import(importer->history, run, &effect, err) < 0) {
			return -1;
		}
	}
	VEC_EACH (char *, name, &effect.conflicts) {
		AUTO_FREE char *line =
			mem_fmt("%s: another result of this test was already recorded "
				"for this attempt; both are kept",
				*name);

		cli_message(line);
	}
	importer->known += effect.files_known;
	importer->results += effect.results_new;
	import_effect_release(&effect);
	return 0;
}

static int import_one(struct importer *importer, struct import_job *job, struct err *err)
{
	struct run *run = &job->run;

	VEC_EACH (char *, path, &job->files) {
		read_one(importer, *path, &run->attempts.items[0]);
	}
	if (run->source.commit) {
		place_complete(&importer->place, &run->source);
	}
	if (!run->key[0]) {
		key_from_files(run);
	}
	return store(importer, run, err);
}

static int import_line(struct importer *importer, const char *line, size_t len, const char *folder,
		       struct err *err)
{
	CLEANUP(import_job_release) struct import_job job = {0};

	if (import_from_line(line, len, folder, importer->now_us, &job, err) < 0) {
		return -1;
	}
	return import_one(importer, &job, err);
}

/* A line that cannot be used does not stop the others; a history that cannot be used does. */
static int import_manifest(struct importer *importer, struct err *err)
{
	const char *path = importer->options->manifest;
	AUTO_FREE char *folder = path_dir(path);
	AUTO_FREE char *text = NULL;
	size_t len = 0, number = 1;

	if (file_read(path, MANIFEST_MAX, &text, &len, err) < 0) {
		err->code = ERR_INPUT;
		return -1;
	}
	/* editors of some systems begin a text with this mark */
	for (const char *line = text + (str_starts(text, "\xEF\xBB\xBF") ? 3 : 0);
	     line < text + len; number++) {
		const char *end = memchr(line, '\n', (size_t)(text + len - line));
		size_t width = end ? (size_t)(end - line) : (size_t)(text + len - line);
		struct err fault = ERR_INIT;

		if (strspn(line, " \t\r") < width &&
		    import_line(importer, line, width, folder, &fault) < 0) {
			if (fault.code == ERR_HISTORY) {
				*err = fault;
				return -1;
			}
			err_wrap(&fault, "%s: line %zu", path, number);
			cli_fail(&fault);
			importer->refused = true;
		}
		line += width + 1;
	}
	return 0;
}

static int import_words(struct importer *importer, const struct strv *words, struct err *err)
{
	CLEANUP(import_job_release) struct import_job job = {0};

	if (import_from_options(importer->options, importer->now_us, &job, err) < 0) {
		return -1;
	}
	if (!job.run.source.commit) {
		const char *provider = ci_detect(cli_getvar, &job.run.source);

		if (provider && !importer->options->job && job.run.source.ci_job) {
			mem_replace(&job.run.job, job.run.source.ci_job);
		}
	}
	VEC_EACH (char *, word, words) {
		struct err fault = ERR_INIT;

		if (import_find_files(*word, &job.files, &fault) < 0) {
			cli_fail(&fault);
			importer->refused = true;
		}
	}
	return job.files.len ? import_one(importer, &job, err) : 0;
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

static int import_all(struct importer *importer, const struct invocation *invocation,
		      struct err *err)
{
	if (!importer->options->dry_run &&
	    history_open(place_history(&importer->place, importer->options),
			 place_history_mode(importer->options), &importer->history, err) < 0) {
		return -1;
	}
	return importer->options->manifest ? import_manifest(importer, err)
					   : import_words(importer, &invocation->words, err);
}

static void tell_sum(const struct importer *importer)
{
	CLEANUP(buf_release) struct buf line = BUF_INIT(BUF_OWN_MAX);
	size_t read = importer->files - importer->unusable;

	buf_fmt(&line, "%zu file%s read", read, read == 1 ? "" : "s");
	if (importer->unusable > 0) {
		buf_fmt(&line, ", %zu not usable", importer->unusable);
	}
	buf_fmt(&line, ", %zu known already, %zu result%s stored%s", importer->known,
		importer->results, importer->results == 1 ? "" : "s",
		importer->options->dry_run ? " (dry run)" : "");
	cli_message(buf_str(&line));
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

int cmd_import(struct invocation *invocation)
{
	CLEANUP(importer_release)
	struct importer importer = {
		.options = &invocation->options,
		.now_us = clock_wall_us(),
		.json = str_eq(invocation->options.format, "json"),
	};
	struct err err = ERR_INIT;

	keep_memory();
	progress_start(&importer.progress);
	importer.reading = (struct junit_read_options){
		.progress = progress_tell,
		.payload = &importer.progress,
	};
	if (check_words(invocation, &err) < 0 ||
	    place_reading(&importer.place, &invocation->options, &importer.reading, &err) < 0 ||
	    import_all(&importer, invocation, &err) < 0) {
		return cli_fail(&err);
	}
	tell_sum(&importer);
	return importer.refused ? EXIT_INPUT : EXIT_DONE;
}
