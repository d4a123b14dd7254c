/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/quarantine.h"

#include "base/mem.h"
#include "base/str.h"
#include "os/terminal.h"
#include "quarantine/row_text.h"
#include "report/quarantine.h"
#include "text/duration.h"
#include "text/escape.h"

#include <unistd.h>

/* schema steady.quarantine/1: docs/schema/steady.quarantine-1.schema.json */

static size_t count_bad(const struct quarantine_desk *desk)
{
	size_t count = 0;

	VEC_EACH (const struct quarantine_standing, standing, &desk->ledger.standings) {
		count += quarantine_standing_is_bad(standing);
	}
	return count;
}

static void put_time(struct json *out, const char *key, int64_t us)
{
	CLEANUP(buf_release) struct buf time = BUF_INIT(64);

	time_show(&time, us);
	json_put_str(out, key, buf_str(&time));
}

static void print_json(const struct quarantine_desk *desk)
{
	const struct quarantine_view view = {.rows = &desk->ledger.standings,
					     .now_us = desk->now_us};
	AUTO_JSON struct json *object = json_new_object();
	struct json *window = json_new_object();
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);

	put_time(window, "since", desk->question.window.since_us);
	put_time(window, "until", desk->question.window.until_us);
	json_put_int(window, "runs", (int64_t)desk->survey.evidence.runs.len);
	json_put_str(object, "schema", "steady.quarantine/1");
	json_put_str(object, "ledger", desk->ledger.path);
	json_put(object, "window", window);
	json_put_bool(object, "ok", count_bad(desk) == 0);
	json_put(object, "rows", quarantine_rows_json(&view));
	json_write(object, 2, &text);
	buf_char(&text, '\n');
	cli_print(&text);
}

static void add_head(const struct quarantine_desk *desk, struct buf *out)
{
	size_t rows = desk->ledger.standings.len, runs = desk->survey.evidence.runs.len;

	escape_terminal(out, desk->ledger.path);
	buf_fmt(out, ": %zu row%s; %zu run%s since ", rows, rows == 1 ? "" : "s", runs,
		runs == 1 ? "" : "s");
	row_day(out, desk->question.window.since_us);
	buf_char(out, '\n');
}

static int no_words(const struct strv *words, struct err *err)
{
	return words->len == 0 ? 0
			       : err_set(err, ERR_USAGE, "'%s': this action takes options only",
					 words->items[0]);
}

int quarantine_list_action(struct quarantine_desk *desk, const struct strv *words, struct err *err)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);
	const struct quarantine_view view = {
		&desk->ledger.standings,
		desk->now_us,
		terminal_width(STDOUT_FILENO),
		terminal_colour(STDOUT_FILENO),
	};

	if (no_words(words, err) < 0 || quarantine_open(desk, err) < 0) {
		return -1;
	}
	if (str_eq(desk->question.options->format, "json")) {
		print_json(desk);
		return EXIT_DONE;
	}
	add_head(desk, &text);
	quarantine_rows_text(&view, &text);
	cli_print(&text);
	return EXIT_DONE;
}

static void add_bad(const struct quarantine_standing *standing, struct buf *out)
{
	CLEANUP(buf_release) struct buf todo = BUF_INIT(BUF_OWN_MAX);

	buf_fmt(out, "  line %u  ", standing->row.line);
	escape_terminal(out, standing->row.test);
	buf_str_add(out, " (");
	escape_terminal(out, standing->row.owner);
	buf_str_add(out, "): ");
	quarantine_todo(&todo, standing);
	buf_fmt(out, "%s\n", buf_str(&todo));
}

int quarantine_check_action(struct quarantine_desk *desk, const struct strv *words, struct err *err)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);
	size_t bad = 0;

	if (no_words(words, err) < 0 || quarantine_open(desk, err) < 0) {
		return -1;
	}
	bad = count_bad(desk);
	if (str_eq(desk->question.options->format, "json")) {
		print_json(desk);
		return bad > 0 ? EXIT_NO : EXIT_DONE;
	}
	add_head(desk, &text);
	VEC_EACH (const struct quarantine_standing, standing, &desk->ledger.standings) {
		if (quarantine_standing_is_bad(standing)) {
			add_bad(standing, &text);
		}
	}
	if (bad > 0) {
		buf_fmt(&text, "%zu to look at\n", bad);
	} else {
		buf_str_add(&text, "all in order\n");
	}
	cli_print(&text);
	return bad > 0 ? EXIT_NO : EXIT_DONE;
}
