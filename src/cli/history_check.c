/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/history.h"

#include "base/clock.h"
#include "base/str.h"
#include "cli/history_watch.h"
#include "history/care.h"
#include "os/signals.h"
#include "text/duration.h"
#include "text/escape.h"
#include "text/json.h"
#include "text/size.h"

#include <inttypes.h>

/* What was found, what was made again, and what was found then. */
struct checking {
	const char *path;
	int64_t start_us;
	struct history_check first, last; /* the same one unless something was made again */
	bool again;
	size_t made;
};

static void checking_end(struct checking *checking)
{
	history_check_release(&checking->first);
	if (checking->again) {
		history_check_release(&checking->last);
	}
}

static size_t wrong(const struct history_check *check)
{
	return check->findings.len + check->unlisted;
}

static size_t mendable(const struct history_check *check)
{
	size_t count = 0;

	VEC_EACH (const struct finding, finding, &check->findings) {
		count += finding->remedy != REMEDY_NONE;
	}
	return count;
}

static int look(struct history *history, const char *doing, const char *path,
		struct history_check *out, struct err *err)
{
	struct history_watch_line line;
	struct history_watch watch = history_watch_begin(&line, doing, path);
	int done = history_check(history, &watch, out, err);

	history_watch_end(&line);
	return done;
}

static int mend(struct history *history, struct checking *checking, struct err *err)
{
	if (mendable(&checking->first) == 0) {
		return 0;
	}
	if (history_repair(history, &checking->first, &checking->made, err) < 0) {
		return -1;
	}
	checking->again = true;
	return look(history, "checking again", checking->path, &checking->last, err);
}

static int check_history(struct checking *checking, bool repair, struct err *err)
{
	struct history *history = NULL;
	int done =
		history_open(checking->path, repair ? HISTORY_CARE : HISTORY_READ, &history, err);

	if (done == 0) {
		done = look(history, "checking", checking->path, &checking->first, err);
	}
	if (done == 0 && repair) {
		done = mend(history, checking, err);
	}
	if (!checking->again) {
		checking->last = checking->first;
	}
	history_close(history);
	return done;
}

/* "rollup 5: is not there" */
static void add_finding(struct buf *out, const struct finding *finding)
{
	CLEANUP(buf_release) struct buf line = BUF_INIT(BUF_OWN_MAX);

	buf_str_add(&line, str_or(finding->table, "database"));
	if (finding->id != 0) {
		buf_fmt(&line, " %" PRId64, finding->id);
	}
	buf_fmt(&line, ": %s", finding->what);
	escape_terminal(out, buf_str(&line));
	buf_char(out, '\n');
}

static void add_findings(struct buf *out, const struct history_check *check)
{
	VEC_EACH (const struct finding, finding, &check->findings) {
		add_finding(out, finding);
	}
	if (check->unlisted > 0) {
		buf_fmt(out, "and %zu more\n", check->unlisted);
	}
}

static void add_counts(struct buf *out, const struct checking *checking)
{
	const struct history_check *check = &checking->last;

	count_show_of(out, (int64_t)check->runs, "run", "runs");
	buf_str_add(out, ", ");
	count_show_of(out, (int64_t)check->results, "result", "results");
	buf_str_add(out, ", ");
	count_show_of(out, (int64_t)check->failures, "text of a failure", "texts of failures");
	buf_str_add(out, " and ");
	count_show_of(out, (int64_t)check->tests, "test", "tests");
	buf_str_add(out, " read in ");
	duration_show(out, clock_mono_us() - checking->start_us);
	buf_char(out, '\n');
}

static void add_sum(struct buf *out, const struct checking *checking)
{
	size_t count = wrong(&checking->last), again = mendable(&checking->last);

	if (count == 0) {
		buf_str_add(out, "ok: ");
		add_counts(out, checking);
		return;
	}
	count_show_of(out, (int64_t)count, "thing is", "things are");
	buf_str_add(out, " wrong");
	if (!checking->again && again > 0) {
		buf_fmt(out, ", and %zu of them can be made again: steady history check --repair",
			again);
	}
	buf_str_add(out, "; ");
	add_counts(out, checking);
}

static void show_text(const struct checking *checking, struct buf *out)
{
	add_findings(out, &checking->first);
	if (checking->again) {
		buf_fmt(out, "made again: %zu of %zu\n", checking->made, wrong(&checking->first));
		if (wrong(&checking->last) > 0) {
			buf_str_add(out, "left:\n");
			add_findings(out, &checking->last);
		}
	}
	add_sum(out, checking);
}

static struct json *findings_json(const struct history_check *check)
{
	struct json *list = json_new_array();

	VEC_EACH (const struct finding, finding, &check->findings) {
		struct json *object = json_new_object();

		json_put_str(object, "table", finding->table);
		json_put(object, "id", finding->id ? json_new_int(finding->id) : json_new_null());
		json_put_str(object, "what", finding->what);
		json_put_bool(object, "repairable", finding->remedy != REMEDY_NONE);
		json_add(list, object);
	}
	return list;
}

static void show_json(const struct checking *checking, struct buf *out)
{
	AUTO_JSON struct json *object = json_new_object();
	const struct history_check *last = &checking->last;

	json_put_str(object, "schema", "steady.history-check/1");
	json_put_str(object, "path", checking->path);
	json_put_bool(object, "sound", wrong(last) == 0);
	json_put(object, "findings", findings_json(&checking->first));
	json_put_int(object, "unlisted", (int64_t)checking->first.unlisted);
	json_put_int(object, "repaired", (int64_t)checking->made);
	json_put(object, "left", findings_json(last));
	json_put_int(object, "runs", (int64_t)last->runs);
	json_put_int(object, "results", (int64_t)last->results);
	json_put_int(object, "texts", (int64_t)last->failures);
	json_put_int(object, "tests", (int64_t)last->tests);
	json_put_real(object, "seconds",
		      (double)(clock_mono_us() - checking->start_us) / (double)US_PER_S);
	json_write(object, 2, out);
	buf_char(out, '\n');
}

int history_check_action(const struct options *options, const struct strv *words)
{
	CLEANUP(place_release) struct place place = {0};
	CLEANUP(checking_end)
	struct checking checking = {.path = place_history(&place, options),
				    .start_us = clock_mono_us()};
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);
	struct err err = ERR_INIT;

	if (words->len) {
		err_set(&err, ERR_USAGE, "history check takes options only");
		return cli_fail(&err);
	}
	signals_init();
	if (check_history(&checking, options->repair, &err) < 0) {
		return err.code == ERR_CANCELLED ? cli_stopped_code() : cli_fail(&err);
	}
	if (str_eq(options->format, "json")) {
		show_json(&checking, &text);
	} else {
		show_text(&checking, &text);
	}
	cli_print(&text);
	return wrong(&checking.last) > 0 ? EXIT_NO : EXIT_DONE;
}
