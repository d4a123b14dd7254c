/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/import_feed.h"

#include "base/clock.h"
#include "base/str.h"
#include "cli/command.h"
#include "os/file.h"

#include <stdlib.h>
#include <string.h>

#define MANIFEST_MAX ((size_t)256 * 1024 * 1024)
#define MARK         "\xEF\xBB\xBF" /* editors of some systems begin a text with it */

static size_t width_at(const struct import_feed *feed, size_t at)
{
	const char *end = memchr(feed->text + at, '\n', feed->len - at);

	return end ? (size_t)(end - feed->text) - at : feed->len - at;
}

static bool is_blank(const struct import_feed *feed, size_t at)
{
	return strspn(feed->text + at, " \t\r") >= width_at(feed, at);
}

static size_t count_lines(const struct import_feed *feed)
{
	size_t count = 0;

	for (size_t at = feed->at; at < feed->len; at += width_at(feed, at) + 1) {
		count += !is_blank(feed, at);
	}
	return count;
}

int import_feed_open(struct import_feed *feed, struct place *place, const struct options *options,
		     const struct strv *words, struct err *err)
{
	*feed = (struct import_feed){
		.place = place,
		.options = options,
		.words = words,
		.now_us = clock_wall_us(),
		.line = 1,
		.lines = 1,
	};
	if (!options->manifest) {
		return 0;
	}
	if (file_read(options->manifest, MANIFEST_MAX, &feed->text, &feed->len, err) < 0) {
		err->code = ERR_INPUT;
		return -1;
	}
	feed->folder = path_dir(options->manifest);
	feed->at = str_starts(feed->text, MARK) ? strlen(MARK) : 0;
	feed->lines = count_lines(feed);
	return 0;
}

void import_feed_release(struct import_feed *feed)
{
	cleanup_free(&feed->folder);
	cleanup_free(&feed->text);
}

static int next_line(struct import_feed *feed, struct import_job *job)
{
	struct err fault = ERR_INIT;
	size_t width;

	while (feed->at < feed->len && is_blank(feed, feed->at)) {
		feed->at += width_at(feed, feed->at) + 1;
		feed->line++;
	}
	if (feed->at >= feed->len) {
		return 1;
	}
	width = width_at(feed, feed->at);
	job->at = feed->at;
	job->line = feed->line++;
	if (import_from_line(feed->text + feed->at, width, feed->folder, feed->now_us, job,
			     &fault) < 0) {
		err_wrap(&fault, "%s: line %zu", feed->options->manifest, job->line);
		strv_add(&job->faults, fault.msg);
		strv_release(&job->files);
	}
	feed->at += width + 1;
	return 0;
}

static int take_words(struct import_feed *feed, struct import_job *job, struct err *err)
{
	if (import_from_options(feed->options, feed->now_us, job, err) < 0) {
		return -1;
	}
	if (!job->run.source.commit) {
		const char *provider = place_source_of_results(feed->place, &job->run.source);

		if (provider && !feed->options->job && job->run.source.ci_job) {
			mem_replace(&job->run.job, job->run.source.ci_job);
		}
	}
	VEC_EACH (char *, word, feed->words) {
		struct err fault = ERR_INIT;

		if (import_find_files(*word, job, &fault) < 0) {
			strv_add(&job->faults, fault.msg);
		}
	}
	return 0;
}

int import_feed_next(struct import_feed *feed, struct import_job *job, struct err *err)
{
	*job = (struct import_job){.line = 1};
	if (feed->text) {
		return next_line(feed, job);
	}
	return feed->line++ == 1 ? take_words(feed, job, err) : 1;
}

void import_feed_rewind(struct import_feed *feed, size_t at, size_t line)
{
	feed->at = at;
	feed->line = line;
}
