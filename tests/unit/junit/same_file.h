/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_TESTS_UNIT_JUNIT_SAME_FILE_H
#define STEADY_TESTS_UNIT_JUNIT_SAME_FILE_H

#include "base/buf.h"
#include "base/str.h"
#include "junit/reader.h"

#include <stdlib.h>

/* Everything that was read of a file, as text; "-" for what is not there. */

static inline void show_string(struct buf *out, const char *text)
{
	buf_fmt(out, "|%s", text ? text : "-");
}

static inline void show_result(struct buf *out, const struct result *result)
{
	const struct failure *failure = result->failure;

	show_string(out, result->id);
	show_string(out, result->test.suite);
	show_string(out, result->test.class_name);
	show_string(out, result->test.name);
	show_string(out, result->test.file);
	show_string(out, result->test.host);
	buf_fmt(out, "|%u|%d|%lld|%u\n", result->test.copy, (int)result->outcome,
		(long long)result->duration_us, result->failed_tries);
	if (failure) {
		show_string(out, failure->type);
		show_string(out, failure->message);
		show_string(out, failure->text);
		show_string(out, failure->output);
		show_string(out, failure->signature);
	}
}

static inline void show_file(struct buf *out, const struct results_file *file)
{
	show_string(out, file->path);
	show_string(out, file->digest);
	show_string(out, file_state_name(file->state));
	show_string(out, file->producer);
	show_string(out, file->error);
	show_string(out, file->first_suite_error);
	buf_fmt(out, "|%zu %zu %zu %zu %zu %zu %zu %zu %zu %zu %lld %lld\n", file->tests,
		file->passed, file->failed, file->errors, file->skipped, file->flaky,
		file->suite_errors, file->nameless, file->unshown_tests, file->unshown_failures,
		(long long)file->time_us, (long long)file->written_us);
	VEC_EACH (char *, warning, &file->warnings) {
		show_string(out, *warning);
	}
	VEC_EACH (const struct result, result, &file->results) {
		show_result(out, result);
	}
}

/* NULL when two readings of a file are alike in everything; else both from where they differ. The
 * caller frees. */
static inline char *same_file(const struct results_file *a, const struct results_file *b)
{
	CLEANUP(buf_release) struct buf one = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(buf_release) struct buf other = BUF_INIT(BUF_OWN_MAX);
	size_t at = 0;

	show_file(&one, a);
	show_file(&other, b);
	if (str_eq(buf_str(&one), buf_str(&other))) {
		return NULL;
	}
	while (one.data[at] && one.data[at] == other.data[at]) {
		at++;
	}
	at -= at < 40 ? at : 40;
	return mem_fmt("\n%.400s\nbut\n%.400s", one.data + at, other.data + at);
}

#endif
