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
};

static int on_case(void *payload, const struct steady_junit_case *event)
{
	struct reading *reading = payload;

	reading->collect.producer = junit_stream_producer(reading->stream);
	junit_collect_case(&reading->collect, event);
	return 0;
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

	if (reading->options->progress) {
		reading->options->progress(reading->options->payload, bytes, total);
	}
	return 0;
}

static void start(struct reading *reading, const struct junit_read_options *options,
		  struct results_file *out)
{
	const struct steady_junit_events events = {on_case, on_suite_error, on_warning,
						   on_progress};
	const struct steady_junit_options public = {options->producer, options->key, options->root};
	char error[1024];

	*reading = (struct reading){.options = options, .hash = hash_new()};
	reading->collect.file = out;
	reading->collect.rows = options->repeats == REPEATS_ROWS;
	reading->stream = steady_junit_new(&events, reading, &public, error);
	if (!reading->stream) {
		abort(); /* junit_read_check() was not asked */
	}
	junit_stream_hash(reading->stream, reading->hash);
}

static void finish(struct reading *reading)
{
	struct results_file *out = reading->collect.file;
	struct steady_junit_summary summary;

	steady_junit_finish(reading->stream, &summary);
	if (summary.state == STEADY_JUNIT_REFUSED) {
		struct results_file refused = {.path = TAKE(out->path), .time_us = -1};

		results_file_release(out);
		*out = refused;
	} else {
		out->producer = mem_str(summary.producer);
		out->unshown_tests = summary.unshown_tests;
		out->unshown_failures = summary.unshown_failures;
		junit_collect_finish(&reading->collect);
	}
	out->state = (enum file_state)summary.state;
	out->error = summary.error[0] ? mem_str(summary.error) : NULL;
	hash_end(reading->hash, out->digest, HASH_HEX_MAX);
	steady_junit_free(reading->stream);
	junit_collect_release(&reading->collect);
}

_Static_assert((int)STEADY_JUNIT_OK == (int)FILE_OK &&
		       (int)STEADY_JUNIT_REPAIRED == (int)FILE_REPAIRED &&
		       (int)STEADY_JUNIT_INCOMPLETE == (int)FILE_INCOMPLETE &&
		       (int)STEADY_JUNIT_REFUSED == (int)FILE_REFUSED,
	       "states are handed on as they are");

void junit_read_with(const char *path, const struct junit_read_options *options,
		     struct results_file *out)
{
	struct reading reading;
	int done = 0;

	*out = (struct results_file){.path = mem_str(path)};
	start(&reading, options, out);
	done = junit_stream_file(reading.stream, path);
	finish(&reading);
	if (done < 0) {
		out->digest[0] = '\0';
	}
}

void junit_read(const char *path, struct results_file *out)
{
	const struct junit_read_options options = {0};

	junit_read_with(path, &options, out);
}

void junit_read_memory(const char *data, size_t len, struct results_file *out)
{
	const struct junit_read_options options = {0};
	struct reading reading;

	*out = (struct results_file){0};
	start(&reading, &options, out);
	steady_junit_feed(reading.stream, data, len);
	finish(&reading);
}

int junit_read_check(const char *producer, const char *key, struct err *err)
{
	unsigned parts = 0;

	if (producer && !junit_producer_find(producer)) {
		return err_set(err, ERR_USAGE, "'%s' is no producer known here", producer);
	}
	return key ? junit_key_parse(key, &parts, err) : 0;
}
