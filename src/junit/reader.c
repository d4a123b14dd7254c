/* SPDX-License-Identifier: Apache-2.0 */
#include "junit/reader.h"

#include "base/hash.h"
#include "base/mem.h"
#include "junit/collect.h"
#include "junit/identity.h"
#include "junit/stream.h"

#include <stdlib.h>

struct reading {
	struct junit_collect collect;
	const struct junit_read_options *options;
	struct steady_junit_reader *stream;
	struct hash *hash;
	struct junit_echo *echo; /* borrowed; NULL */
};

static int on_case(void *payload, const struct steady_junit_case *event)
{
	struct reading *reading = payload;
	struct junit_id id;

	reading->collect.producer = junit_stream_producer(reading->stream);
	junit_collect_id(event, &id);
	junit_collect_case(&reading->collect, event, &id);
	if (reading->echo) {
		junit_echo_case(reading->echo, event, &id);
	}
	return 0;
}

static void on_echo(void *payload, const struct steady_junit_case *event, const struct junit_id *id)
{
	struct reading *reading = payload;

	reading->collect.producer = junit_stream_producer(reading->stream);
	junit_collect_case(&reading->collect, event, id);
}

static int on_suite_error(void *payload, const struct steady_junit_suite_error *error)
{
	struct reading *reading = payload;

	junit_collect_suite_error(&reading->collect, error);
	return 0;
}

static int on_warning(void *payload, const struct steady_junit_warning *warning)
{
	struct reading *reading = payload;

	junit_collect_warning(&reading->collect, warning);
	return 0;
}

static int on_progress(void *payload, uint64_t bytes, uint64_t total)
{
	struct reading *reading = payload;

	return reading->options->progress &&
	       !reading->options->progress(reading->options->payload, bytes, total);
}

static void start(struct reading *reading, const struct junit_read_options *options,
		  struct results_file *out, bool fast)
{
	const struct steady_junit_events events = {on_case, on_suite_error, on_warning,
						   on_progress};
	const struct steady_junit_options public = {options->producer, options->key, options->root};
	char error[1024];

	*reading = (struct reading){.options = options, .hash = hash_new()};
	reading->collect.file = out;
	reading->collect.rows = options->repeats == REPEATS_ROWS;
	reading->stream = junit_stream_new(fast, &events, reading, &public, error);
	if (!reading->stream) {
		abort(); /* junit_read_check() was not asked */
	}
	junit_stream_hash(reading->stream, reading->hash);
	if (fast && options->echo) {
		reading->echo = options->echo;
		junit_stream_echo(reading->stream, options->echo, on_echo);
	}
}

static void release(struct reading *reading)
{
	steady_junit_free(reading->stream);
	junit_collect_release(&reading->collect);
}

static void empty(struct results_file *out)
{
	struct results_file rest = {.path = TAKE(out->path), .time_us = -1};

	results_file_release(out);
	*out = rest;
}

static void finish(struct reading *reading)
{
	struct results_file *out = reading->collect.file;
	struct steady_junit_summary summary;

	if (reading->echo) {
		junit_echo_end(reading->echo, true);
	}
	steady_junit_finish(reading->stream, &summary);
	if (summary.state == STEADY_JUNIT_REFUSED) {
		empty(out);
	} else {
		out->producer = mem_str(summary.producer);
		out->unshown_tests = summary.unshown_tests;
		out->unshown_failures = summary.unshown_failures;
		junit_collect_finish(&reading->collect);
	}
	out->state = (enum file_state)summary.state;
	out->error = summary.error[0] ? mem_str(summary.error) : NULL;
	hash_end(reading->hash, out->digest, HASH_HEX_MAX);
	release(reading);
}

_Static_assert((int)STEADY_JUNIT_OK == (int)FILE_OK &&
		       (int)STEADY_JUNIT_REPAIRED == (int)FILE_REPAIRED &&
		       (int)STEADY_JUNIT_INCOMPLETE == (int)FILE_INCOMPLETE &&
		       (int)STEADY_JUNIT_REFUSED == (int)FILE_REFUSED,
	       "states are handed on as they are");

/* The bytes are those of a file, or lie in memory. Of a file that is replaced meanwhile both ways
 * read the one that was opened. */
struct source {
	const char *path; /* NULL: in memory */
	int fd;           /* -1 until it is open */
	uint64_t size;    /* when it was opened; what comes later does not count */
	const char *data;
	size_t len;
};

static void source_close(struct source *source)
{
	cleanup_close(&source->fd);
}

static int feed(struct reading *reading, struct source *source)
{
	if (!source->path) {
		steady_junit_feed(reading->stream, source->data, source->len);
		return 0;
	}
	if (source->fd < 0 &&
	    junit_stream_open(reading->stream, source->path, &source->fd, &source->size) < 0) {
		return -1;
	}
	junit_collect_expect(&reading->collect, source->size);
	return junit_stream_read(reading->stream, source->fd, source->size);
}

/* False: not by that way. What was read so far is gone then. */
static bool read_by(const struct junit_read_options *options, bool fast, struct source *source,
		    struct results_file *out)
{
	char digest[HASH_HEX_MAX + 1];
	struct reading reading;
	int done = 0;

	start(&reading, options, out, fast);
	done = feed(&reading, source);
	if (!junit_stream_is_taken(reading.stream)) {
		if (reading.echo) {
			junit_echo_end(reading.echo, false);
		}
		hash_end(reading.hash, digest, HASH_HEX_MAX);
		release(&reading);
		empty(out);
		return false;
	}
	finish(&reading);
	if (done < 0) {
		out->digest[0] = '\0';
	}
	return true;
}

static void read_source(const struct junit_read_options *options, struct source *source,
			struct results_file *out)
{
	if (options->way != JUNIT_WAY_CAREFUL && read_by(options, true, source, out)) {
		return;
	}
	if (options->way == JUNIT_WAY_FAST) {
		out->state = FILE_REFUSED;
		out->error = mem_str("not for the fast way");
		return;
	}
	read_by(options, false, source, out);
}

void junit_read_with(const char *path, const struct junit_read_options *options,
		     struct results_file *out)
{
	CLEANUP(source_close) struct source source = {.path = path, .fd = -1};

	*out = (struct results_file){.path = mem_str(path)};
	read_source(options, &source, out);
}

void junit_read(const char *path, struct results_file *out)
{
	const struct junit_read_options options = {0};

	junit_read_with(path, &options, out);
}

void junit_read_memory_with(const char *data, size_t len, const struct junit_read_options *options,
			    struct results_file *out)
{
	struct source source = {.data = data, .len = len, .fd = -1};

	*out = (struct results_file){0};
	read_source(options, &source, out);
}

void junit_read_memory(const char *data, size_t len, struct results_file *out)
{
	const struct junit_read_options options = {0};

	junit_read_memory_with(data, len, &options, out);
}

int junit_read_check(const char *producer, const char *key, struct err *err)
{
	unsigned parts = 0;

	if (producer && !junit_producer_find(producer)) {
		return err_set(err, ERR_USAGE, "'%s' is no producer known here", producer);
	}
	return key ? junit_key_parse(key, &parts, err) : 0;
}
