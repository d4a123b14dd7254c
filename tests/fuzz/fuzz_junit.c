/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The whole way of a report, from bytes to results. What must hold for every file, however broken:
 * the same events whatever the pieces it comes in, compressed or not; never more cases than the
 * bytes have start tags of them, and never more passes than they have ends of tags. What the fast way
 * takes, in whatever pieces, it reads like the other one: events, and all that becomes of them. What was read
 * before makes no difference.
 */
#include "../unit/junit/same_file.h"
#include "check.h"

#include "base/buf.h"
#include "junit/echo.h"
#include "junit/reader.h"
#include "junit/stream.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <zlib.h>

/* --- events as text --- */

struct told {
	struct buf text;
	size_t cases, passed;
};

static void put(struct buf *out, const char *text)
{
	buf_str_add(out, text ? text : "(none)");
	buf_char(out, '|');
}

static void put_detail(struct buf *out, const struct steady_junit_detail *detail)
{
	buf_char(out, (char)('0' + detail->kind));
	put(out, detail->type);
	put(out, detail->message);
	put(out, detail->text);
}

static int on_case(void *payload, const struct steady_junit_case *test)
{
	struct told *told = payload;
	const char *const names[] = {test->suite, test->class_name, test->name,  test->file,
				     test->group, test->key,        test->output};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		put(&told->text, names[i]);
	}
	buf_fmt(&told->text, "%d %lld %u %d %d %d %zu\n", (int)test->outcome,
		(long long)test->time_us, test->failed_tries, test->expected_failure,
		test->broken_off, test->retry, test->details_told);
	for (size_t i = 0; i < test->details_len; i++) {
		put_detail(&told->text, &test->details[i]);
	}
	CHECK(test->time_us >= -1 && test->details_len <= test->details_told);
	CHECK(test->outcome == STEADY_JUNIT_PASSED || test->failed_tries == 0);
	told->cases++;
	told->passed += test->outcome == STEADY_JUNIT_PASSED;
	return 0;
}

static int on_suite_error(void *payload, const struct steady_junit_suite_error *error)
{
	struct told *told = payload;

	put(&told->text, error->suite);
	put_detail(&told->text, &error->detail);
	return 0;
}

static int on_warning(void *payload, const struct steady_junit_warning *warning)
{
	struct told *told = payload;

	buf_fmt(&told->text, "%llu:%llu %s\n", (unsigned long long)warning->line,
		(unsigned long long)warning->column, warning->text);
	return 0;
}

static const struct steady_junit_events events = {on_case, on_suite_error, on_warning, NULL};

/* What a user may have said. Most say nothing; a producer brings its habits along. */
static const struct steady_junit_options options[] = {
	{NULL, NULL, NULL},          {NULL, NULL, NULL},
	{"ctest", NULL, NULL},       {"testng", NULL, NULL},
	{"node-test", "name", "/r"}, {NULL, "class,suite,suite-path,file,hostname", "/r"},
	{"testcafe", NULL, "/r"},    {"bats", NULL, NULL},
};

static const struct steady_junit_options *chosen = options;

/* In pieces of up to `largest` bytes, 0: at once; `chance` makes their sizes. */
static void feed(struct steady_junit_reader *reader, const uint8_t *data, size_t size,
		 size_t largest, uint32_t chance)
{
	for (size_t at = 0, part = 0; at < size; at += part) {
		chance = chance * 1664525u + 1013904223u;
		part = largest ? 1 + (chance >> 16) % largest : size;
		part = part < size - at ? part : size - at;
		steady_junit_feed(reader, data + at, part);
	}
}

/* False: it was not for the fast way, and what was told does not count. */
static bool tell_by(bool fast, const uint8_t *data, size_t size, size_t largest, uint32_t chance,
		    struct told *told, struct steady_junit_summary *summary)
{
	char error[1024];
	struct steady_junit_reader *reader = junit_stream_new(fast, &events, told, chosen, error);

	CHECK(reader);
	if (largest) {
		junit_stream_least(reader, 1);
	}
	feed(reader, data, size, largest, chance);
	if (!junit_stream_is_taken(reader)) {
		steady_junit_free(reader);
		return false;
	}
	steady_junit_finish(reader, summary);
	buf_fmt(&told->text, "%d %s %zu", (int)summary->state, summary->error, summary->cases);
	steady_junit_free(reader);
	CHECK(summary->cases == told->cases);
	CHECK((summary->state > STEADY_JUNIT_REPAIRED) == (summary->error[0] != '\0'));
	return true;
}

static void tell(const uint8_t *data, size_t size, size_t largest, uint32_t chance,
		 struct told *told, struct steady_junit_summary *summary)
{
	CHECK(tell_by(false, data, size, largest, chance, told, summary));
}

/* --- the bytes --- */

/* In any case. */
static size_t count(const uint8_t *data, size_t size, const char *what)
{
	size_t width = strlen(what), found = 0;

	for (size_t i = 0; i + width <= size; i++) {
		found += data[i] == (uint8_t)*what &&
			 strncasecmp((const char *)data + i, what, width) == 0;
	}
	return found;
}

static bool has_nul_start(const uint8_t *data, size_t size)
{
	return size >= 2 && (!data[0] || !data[1] || (data[0] >= 0xFE && data[1] >= 0xFE));
}

static void check_counts(const uint8_t *data, size_t size, const struct told *told)
{
	bool packed = size >= 2 && data[0] == 0x1f && data[1] == 0x8b;

	if (packed || has_nul_start(data, size)) {
		return;
	}
	CHECK(told->cases <= count(data, size, "<testcase") + count(data, size, ":testcase"));
	CHECK(told->passed <= count(data, size, "/>") + count(data, size, "</testcase") +
				      count(data, size, ":testcase"));
}

static bool check_same(bool fast, const uint8_t *data, size_t size, size_t largest, uint32_t chance,
		       const struct told *expected)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);
	struct told told = {.text = text};
	struct steady_junit_summary summary;
	bool taken = tell_by(fast, data, size, largest, chance, &told, &summary);

	text = told.text;
	if (taken && strcmp(buf_str(&text), buf_str(&expected->text)) != 0) {
		fprintf(stderr, "at once:\n%s\n%sin pieces of up to %zu:\n%s\n",
			buf_str(&expected->text), fast ? "fast, " : "", largest, buf_str(&text));
		abort();
	}
	return taken;
}

static void check_packed(const uint8_t *data, size_t size, uint32_t chance,
			 const struct told *expected)
{
	z_stream stream = {0};
	uint8_t *packed = malloc(size + 1024);

	CHECK(packed &&
	      deflateInit2(&stream, 1, Z_DEFLATED, 16 + 9, 1, Z_DEFAULT_STRATEGY) == Z_OK);
	stream.next_in = (z_const Bytef *)(uintptr_t)data;
	stream.avail_in = (uInt)size;
	stream.next_out = packed;
	stream.avail_out = (uInt)size + 1024;
	CHECK(deflate(&stream, Z_FINISH) == Z_STREAM_END);
	check_same(false, packed, stream.total_out, 50, chance, expected);
	deflateEnd(&stream);
	free(packed);
}

/* --- results --- */

static bool is_sound(const struct results_file *file)
{
	size_t kinds = file->passed + file->failed + file->errors + file->skipped;
	bool usable = file->state != FILE_REFUSED;

	return kinds == file->results.len && file->tests >= kinds && file->digest[0] != '\0' &&
	       (file->state > FILE_REPAIRED) == (file->error != NULL) &&
	       (usable || (kinds == 0 && file->tests == 0 && file->suite_errors == 0));
}

static void check_results(const uint8_t *data, size_t size)
{
	struct results_file file = {0};

	junit_read_memory((const char *)data, size, &file);
	CHECK(is_sound(&file));
	for (size_t i = 0; i < file.results.len; i++) {
		const struct result *result = &file.results.items[i];
		bool told = outcome_is_bad(result->outcome) || result->failed_tries > 0;

		CHECK(told == (result->failure != NULL) && result->duration_us >= -1);
		CHECK(result->id[0]);
	}
	results_file_release(&file);
}

/* Whatever the pieces, it is taken or not; and the results are those of the other way. */
static void check_fast(const uint8_t *data, size_t size, uint32_t chance,
		       const struct told *expected)
{
	const struct junit_read_options ways[] = {{.way = JUNIT_WAY_CAREFUL},
						  {.way = JUNIT_WAY_FAST}};
	struct results_file files[2] = {0};
	char *difference = NULL;
	bool taken = check_same(true, data, size, 0, chance, expected);

	CHECK(check_same(true, data, size, 1 + (chance >> 8) % 40, chance, expected) == taken);
	if (!taken) {
		return;
	}
	for (size_t i = 0; i < 2; i++) {
		junit_read_memory_with((const char *)data, size, &ways[i], &files[i]);
	}
	difference = same_file(&files[0], &files[1]);
	if (difference) {
		fprintf(stderr, "%s\n", difference);
		abort();
	}
	results_file_release(&files[0]);
	results_file_release(&files[1]);
}

static void check_behind(struct junit_echo *echo, const char *data, size_t size)
{
	const struct junit_read_options with = {.echo = echo};
	struct results_file alone, behind;
	char *difference = NULL;

	junit_read_memory(data, size, &alone);
	junit_read_memory_with(data, size, &with, &behind);
	difference = same_file(&alone, &behind);
	if (difference) {
		fprintf(stderr, "behind another file: %s\n", difference);
		abort();
	}
	results_file_release(&alone);
	results_file_release(&behind);
}

/* What was read before a file changes nothing: the same, and the same without a piece. */
static void check_echo(const uint8_t *data, size_t size, uint32_t chance)
{
	struct junit_echo *echo = junit_echo_new();
	size_t from = size ? chance % size : 0;
	size_t gap = size ? (chance >> 8) % (size - from) % 64 : 0;
	struct buf less = BUF_INIT(BUF_OWN_MAX);

	buf_add(&less, data, from);
	buf_add(&less, data + from + gap, size - from - gap);
	check_behind(echo, (const char *)data, size);
	check_behind(echo, buf_str(&less), less.len);
	check_behind(echo, (const char *)data, size);
	buf_release(&less);
	junit_echo_free(echo);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct told told = {.text = BUF_INIT(BUF_OWN_MAX)};
	struct steady_junit_summary summary;
	uint32_t chance = (uint32_t)crc32(0, data, (uInt)size);
	bool packed = size >= 2 && data[0] == 0x1f && data[1] == 0x8b;

	chosen = &options[(chance >> 4) % (sizeof(options) / sizeof(options[0]))];
	tell(data, size, 0, 0, &told, &summary);
	check_counts(data, size, &told);
	check_fast(data, size, chance, &told);
	/* One further way each time: the next input, almost the same, goes another one. */
	switch (chance % (size > 0 && !packed ? 4 : 3)) {
	case 3:
		check_packed(data, size, chance, &told);
		break;
	case 2:
		check_results(data, size);
		check_echo(data, size, chance);
		break;
	default:
		check_same(false, data, size, 1 + (chance >> 8) % 40, chance, &told);
		break;
	}
	buf_release(&told.text);
	return 0;
}
