/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/history.h"

#include "base/buf.h"
#include "base/str.h"
#include "history/care.h"
#include "os/terminal.h"
#include "text/duration.h"
#include "text/escape.h"
#include "text/json.h"
#include "text/size.h"
#include "text/table.h"
#include "text/utf8.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

/* Of fewer results the bytes of each say nothing: an empty history has its size too. */
#define TELLING 10000

/* In the order of the answer: a word for programs, and one for people. */
static const struct {
	const char *key;
	const char *words;
} kinds[SPACE_KINDS] = {
	[SPACE_PASSES] = {"passes", "passes and skips"},
	[SPACE_FAILURES] = {"failures", "failures"},
	[SPACE_TEXTS] = {"texts", "texts of failures"},
	[SPACE_ROLLUPS] = {"rollups", "what reports read"},
	[SPACE_TESTS] = {"tests", "names and lists of tests"},
	[SPACE_WAITS] = {"waits", "waits and services"},
	[SPACE_RUNS] = {"runs", "runs and attempts"},
	[SPACE_INDEXES] = {"indexes", "indexes"},
	[SPACE_FREE] = {"free", "unused"},
	[SPACE_REST] = {"rest", "the rest"},
};

static int64_t space_of_all(const struct history_contents *contents)
{
	int64_t sum = 0;

	for (size_t i = 0; i < SPACE_KINDS; i++) {
		sum += contents->space[i];
	}
	return sum;
}

static void add_date(struct buf *out, int64_t us)
{
	CLEANUP(buf_release) struct buf time = BUF_INIT(64);

	time_show(&time, us);
	buf_add(out, buf_str(&time), strlen("2026-11-24"));
}

/* With one decimal. No printf of fractions: the locale must not matter. */
static void add_tenths(struct buf *out, int64_t part, int64_t whole, int64_t times)
{
	int64_t tenths =
		whole > 0 ? (int64_t)((double)part * 10.0 * (double)times / (double)whole + 0.5)
			  : 0;

	buf_fmt(out, "%" PRId64 ".%" PRId64, tenths / 10, tenths % 10);
}

static void row(struct buf *out, const char *label, const struct buf *text)
{
	buf_fmt(out, "%-9s ", label);
	escape_terminal(out, buf_str(text));
	buf_char(out, '\n');
}

static void show_size(const struct history_contents *contents, struct buf *out)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);

	size_show(&text, contents->bytes);
	if (contents->log_bytes > 0) {
		buf_str_add(&text, ", and ");
		size_show(&text, contents->log_bytes);
		buf_str_add(&text, " of log");
	}
	if (contents->results >= TELLING) {
		buf_str_add(&text, "; ");
		add_tenths(&text, contents->bytes, contents->results, 1);
		buf_str_add(&text, " bytes a result");
	}
	row(out, "size", &text);
}

static void show_span(const struct history_contents *contents, struct buf *out)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);

	if (contents->runs == 0) {
		buf_str_add(&text, "nothing recorded yet");
	} else {
		add_date(&text, contents->first_us);
		buf_str_add(&text, " to ");
		add_date(&text, contents->last_us);
	}
	row(out, "span", &text);
}

static void show_numbers(const struct history_contents *contents, struct buf *out)
{
	CLEANUP(buf_release) struct buf runs = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(buf_release) struct buf results = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(buf_release) struct buf failures = BUF_INIT(BUF_OWN_MAX);

	count_show(&runs, contents->runs);
	buf_fmt(&runs, " of ");
	count_show_of(&runs, (int64_t)contents->jobs.len, "job", "jobs");
	if (contents->thinned > 0) {
		buf_str_add(&runs, "; of ");
		count_show(&runs, contents->thinned);
		buf_str_add(&runs, " only what reports read");
	}
	row(out, "runs", &runs);
	count_show(&results, contents->results);
	buf_str_add(&results, " of ");
	count_show_of(&results, contents->tests, "test", "tests");
	row(out, "results", &results);
	count_show(&failures, contents->failures);
	buf_str_add(&failures, " different; texts of ");
	count_show(&failures, contents->texts);
	row(out, "failures", &failures);
}

static void show_space(const struct history_contents *contents, struct buf *out)
{
	static const char *const heads[] = {"space", ">size", ">share"};
	CLEANUP(table_release) struct table table = {.heads = heads, .columns = ARRAY_LEN(heads)};
	int64_t all = space_of_all(contents);

	for (size_t i = 0; i < SPACE_KINDS; i++) {
		CLEANUP(buf_release) struct buf size = BUF_INIT(100);
		CLEANUP(buf_release) struct buf share = BUF_INIT(100);

		if (contents->space[i] == 0) {
			continue;
		}
		size_show(&size, contents->space[i]);
		add_tenths(&share, contents->space[i], all, 100);
		buf_str_add(&share, " %");
		table_cell(&table, kinds[i].words);
		table_cell(&table, buf_str(&size));
		table_cell(&table, buf_str(&share));
	}
	table_show(&table, 0, terminal_width(STDOUT_FILENO), out);
}

static void show_jobs(const struct history_contents *contents, struct buf *out)
{
	static const char *const heads[] = {">runs", ">results", ">failed", "first", "last", "job"};
	CLEANUP(table_release) struct table table = {.heads = heads, .columns = ARRAY_LEN(heads)};

	VEC_EACH (const struct job_contents, job, &contents->jobs) {
		const int64_t counts[] = {job->runs, job->results, job->failed};
		const int64_t times[] = {job->first_us, job->last_us};

		for (size_t i = 0; i < ARRAY_LEN(counts); i++) {
			CLEANUP(buf_release) struct buf text = BUF_INIT(100);

			count_show(&text, counts[i]);
			table_cell(&table, buf_str(&text));
		}
		for (size_t i = 0; i < ARRAY_LEN(times); i++) {
			CLEANUP(buf_release) struct buf text = BUF_INIT(100);

			add_date(&text, times[i]);
			table_cell(&table, buf_str(&text));
		}
		table_cell(&table, job->job);
	}
	table_show(&table, 0, terminal_width(STDOUT_FILENO), out);
}

static void show_text(const char *path, const struct history_contents *contents, struct buf *out)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(buf_release) struct buf schema = BUF_INIT(100);

	buf_str_add(&text, path);
	row(out, "history", &text);
	show_size(contents, out);
	buf_fmt(&schema, "%d", contents->schema);
	row(out, "schema", &schema);
	show_span(contents, out);
	show_numbers(contents, out);
	buf_char(out, '\n');
	show_space(contents, out);
	if (contents->jobs.len > 0) {
		buf_char(out, '\n');
		show_jobs(contents, out);
	}
}

static void put_time(struct json *object, const char *key, int64_t us, bool known)
{
	CLEANUP(buf_release) struct buf time = BUF_INIT(64);

	time_show(&time, us);
	json_put_str(object, key, known ? buf_str(&time) : NULL);
}

static struct json *space_json(const struct history_contents *contents)
{
	struct json *list = json_new_array();
	int64_t all = space_of_all(contents);

	for (size_t i = 0; i < SPACE_KINDS; i++) {
		struct json *object = json_new_object();

		json_put_str(object, "kind", kinds[i].key);
		json_put_int(object, "bytes", contents->space[i]);
		json_put_real(object, "share",
			      all > 0 ? (double)contents->space[i] / (double)all : 0);
		json_add(list, object);
	}
	return list;
}

static struct json *jobs_json(const struct history_contents *contents)
{
	struct json *list = json_new_array();

	VEC_EACH (const struct job_contents, job, &contents->jobs) {
		struct json *object = json_new_object();

		json_put_str(object, "job", job->job);
		json_put_int(object, "runs", job->runs);
		json_put_int(object, "results", job->results);
		json_put_int(object, "failed_runs", job->failed);
		put_time(object, "first_run", job->first_us, true);
		put_time(object, "last_run", job->last_us, true);
		json_add(list, object);
	}
	return list;
}

static void show_json(const char *path, const struct history_contents *contents, struct buf *out)
{
	AUTO_JSON struct json *object = json_new_object();

	json_put_str(object, "schema", "steady.history-info/1");
	json_put_str(object, "path", path);
	json_put_int(object, "version", contents->schema);
	json_put_int(object, "bytes", contents->bytes);
	json_put_int(object, "log_bytes", contents->log_bytes);
	put_time(object, "first_run", contents->first_us, contents->runs > 0);
	put_time(object, "last_run", contents->last_us, contents->runs > 0);
	json_put_int(object, "runs", contents->runs);
	json_put_int(object, "runs_thinned", contents->thinned);
	json_put_int(object, "results", contents->results);
	json_put(object, "bytes_a_result",
		 contents->results > 0
			 ? json_new_real((double)contents->bytes / (double)contents->results)
			 : json_new_null());
	json_put_int(object, "tests", contents->tests);
	json_put_int(object, "waits", contents->waits);
	json_put_int(object, "failures", contents->failures);
	json_put_int(object, "failures_with_texts", contents->texts);
	json_put_bool(object, "space_measured", contents->measured);
	json_put(object, "space", space_json(contents));
	json_put(object, "jobs", jobs_json(contents));
	json_write(object, 2, out);
	buf_char(out, '\n');
}

static int read_contents(const char *path, struct history_contents *out, struct err *err)
{
	struct history *history = NULL;
	int rc = history_open(path, HISTORY_READ, &history, err);

	if (rc == 0) {
		rc = history_contents(history, out, err);
	}
	history_close(history);
	return rc;
}

int history_info_action(const struct options *options, const struct strv *words)
{
	CLEANUP(place_release) struct place place = {0};
	CLEANUP(history_contents_release) struct history_contents contents = {0};
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);
	const char *path = place_history(&place, options);
	struct err err = ERR_INIT;

	if (words->len) {
		err_set(&err, ERR_USAGE, "history info takes options only");
		return cli_fail(&err);
	}
	if (read_contents(path, &contents, &err) < 0) {
		return cli_fail(&err);
	}
	if (str_eq(options->format, "json")) {
		show_json(path, &contents, &text);
	} else {
		show_text(path, &contents, &text);
	}
	cli_print(&text);
	return EXIT_DONE;
}
