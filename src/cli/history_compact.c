/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/history.h"

#include "base/clock.h"
#include "base/log.h"
#include "cli/history_watch.h"
#include "history/care.h"
#include "os/signals.h"
#include "text/duration.h"
#include "text/escape.h"
#include "text/json.h"
#include "text/size.h"

#include <string.h>

static int work(const char *path, const struct options *options, struct compacted *out,
		struct err *err)
{
	const struct keeping keeping = {
		.now_us = clock_wall_us(),
		.texts_us = options->keep_texts_us,
		.results_us = options->keep_results_us,
		.runs_us = options->keep_runs_us,
		.max_bytes = options->max_bytes,
	};
	struct history *history = NULL;
	struct history_watch_line line;
	struct history_watch watch;
	int done;

	if (history_open(path, options->dry_run ? HISTORY_READ : HISTORY_CARE, &history, err) < 0) {
		return -1;
	}
	watch = history_watch_begin(
		&line, options->dry_run ? "trying out on a copy of" : "compacting", path);
	done = (options->dry_run ? history_rehearse_compact : history_compact)(history, &keeping,
									       &watch, out, err);
	history_watch_end(&line);
	history_close(history);
	return done;
}

/* "  texts    of 41,463 failures"; nothing is not worth a line. */
static void row(struct buf *out, const char *label, int64_t count, const char *before,
		const char *behind)
{
	if (count == 0) {
		return;
	}
	buf_fmt(out, "  %-8s %s", label, before);
	count_show(out, count);
	buf_fmt(out, "%s\n", behind);
}

static void show_counts(const struct compacted *done, struct buf *out)
{
	CLEANUP(buf_release) struct buf whose = BUF_INIT(200);

	buf_str_add(&whose, " of ");
	count_show_of(&whose, done->thinned, "run", "runs");
	buf_str_add(&whose, "; reports stay the same");
	row(out, "texts", done->texts, "of ", done->texts == 1 ? " failure" : " failures");
	row(out, "results", done->results, "", buf_str(&whose));
	row(out, "runs", done->runs, "", " altogether");
	row(out, "tests", done->tests, "", " that no run names any more");
}

static bool is_nothing(const struct compacted *done)
{
	return done->texts + done->thinned + done->runs + done->tests == 0;
}

static void show_sizes(const struct compacted *done, bool dry, struct buf *out)
{
	buf_str_add(out, "size       ");
	size_show(out, done->bytes_before);
	buf_str_add(out, done->bytes_after == done->bytes_before ? " as before" : " before, ");
	if (done->bytes_after != done->bytes_before) {
		size_show(out, done->bytes_after);
		buf_str_add(out, dry ? " it would be" : " now");
	}
	buf_char(out, '\n');
}

static void show_text(const char *path, const struct compacted *done, bool dry, struct buf *out)
{
	buf_str_add(out, "history    ");
	escape_terminal(out, path);
	buf_char(out, '\n');
	if (is_nothing(done)) {
		buf_str_add(out, "nothing is older than it is to be kept\n");
	} else {
		buf_str_add(out, dry ? "would drop\n" : "dropped\n");
		show_counts(done, out);
	}
	show_sizes(done, dry, out);
}

static void show_json(const char *path, const struct compacted *done, bool dry, struct buf *out)
{
	AUTO_JSON struct json *object = json_new_object();

	json_put_str(object, "schema", "steady.history-compact/1");
	json_put_str(object, "path", path);
	json_put_bool(object, "dry_run", dry);
	json_put_int(object, "bytes_before", done->bytes_before);
	json_put_int(object, "bytes_after", done->bytes_after);
	json_put_int(object, "texts", done->texts);
	json_put_int(object, "results", done->results);
	json_put_int(object, "runs_thinned", done->thinned);
	json_put_int(object, "runs", done->runs);
	json_put_int(object, "tests", done->tests);
	json_put_bool(object, "fits", done->fits);
	json_put_str(object, "not_shrunk", done->unshrunk);
	json_write(object, 2, out);
	buf_char(out, '\n');
}

/* What remains to be said is no failure: the next time may do better. */
static void warn(const char *path, const struct options *options, const struct compacted *done)
{
	CLEANUP(buf_release) struct buf size = BUF_INIT(100);

	if (done->unshrunk && !options->dry_run) {
		log_warning("%s: the file is not shrunk yet: %s", path, done->unshrunk);
	}
	if (!done->fits) {
		size_show(&size, options->max_bytes);
		log_warning("%s: does not fit into %s: what is younger than a week stays", path,
			    buf_str(&size));
	}
}

static int stopped(const char *path, const struct compacted *done)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);

	buf_fmt(&text, "%s: stopped; ", path);
	count_show_of(&text, done->thinned + done->runs, "run is", "runs are");
	buf_str_add(&text, " done, and the same command goes on");
	cli_message(buf_str(&text));
	return cli_stopped_code();
}

int history_compact_action(const struct options *options, const struct strv *words)
{
	CLEANUP(place_release) struct place place = {0};
	CLEANUP(compacted_release) struct compacted done = {0};
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);
	const char *path = place_history(&place, options);
	struct err err = ERR_INIT;

	if (words->len) {
		err_set(&err, ERR_USAGE, "history compact takes options only");
		return cli_fail(&err);
	}
	signals_init();
	if (work(path, options, &done, &err) < 0) {
		return err.code == ERR_CANCELLED ? stopped(path, &done) : cli_fail(&err);
	}
	if (strcmp(options->format, "json") == 0) {
		show_json(path, &done, options->dry_run, &text);
	} else {
		show_text(path, &done, options->dry_run, &text);
	}
	cli_print(&text);
	warn(path, options, &done);
	return EXIT_DONE;
}
