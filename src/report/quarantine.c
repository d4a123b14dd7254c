/* SPDX-License-Identifier: Apache-2.0 */
#include "report/quarantine.h"

#include "base/clock.h"
#include "base/str.h"
#include "report/markdown_cells.h"
#include "report/paint.h"
#include "report/shapes.h"
#include "report/text_parts.h"
#include "report/words.h"
#include "text/duration.h"
#include "text/escape.h"
#include "text/utf8.h"

#define NAME_WIDTH  160
#define TEXT_WIDTH  200
#define SHORT_WIDTH 60

void quarantine_todo(struct buf *out, const struct quarantine_standing *standing)
{
	const struct {
		bool applies;
		const char *words;
	} rows[] = {
		{standing->overdue, "expired long ago: on the default branch it excuses nothing"},
		{standing->expired && !standing->overdue,
		 "expired: mend the test, or renew the row"},
		{standing->vanished, "has not run: was it renamed?"},
		{standing->stale, "has not failed: the row can go"},
		{standing->stable, "very likely mended: the row can go"},
		{standing->broken, "fails always: broken, not flaky"},
	};
	size_t start = out->len;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (rows[i].applies) {
			buf_fmt(out, "%s%s", out->len > start ? "; " : "", rows[i].words);
		}
	}
}

void quarantine_failures(struct buf *out, const struct quarantine_standing *standing)
{
	bool several = standing->tests > 1;

	buf_fmt(out, "%zu %s ", standing->failures, several ? "times in" : "of");
	words_count(out, standing->runs, "run", "runs");
}

static void failures(struct buf *out, const struct quarantine_standing *standing)
{
	buf_str_add(out, "failed ");
	quarantine_failures(out, standing);
	if (standing->failures > standing->excused) {
		buf_fmt(out, ", %zu of them in a new way", standing->failures - standing->excused);
	}
}

static void what_it_says(struct buf *out, const struct quarantine_row *row)
{
	buf_fmt(out, "%s · %s", row->owner, row->reason);
	if (row->issue) {
		buf_fmt(out, " · %s", row->issue);
	}
	if (row->job) {
		buf_fmt(out, " · only in job %s", row->job);
	}
	if (row->any_failure) {
		buf_str_add(out, " · any failure");
	}
}

static void how_it_does(struct buf *out, const struct quarantine_view *view,
			const struct quarantine_standing *standing)
{
	if (standing->row.added_us > 0) {
		buf_str_add(out, "added ");
		words_date(out, standing->row.added_us);
		buf_str_add(out, ", ");
	}
	buf_str_add(out, "until ");
	words_date(out, standing->row.expires_us);
	buf_str_add(out, " · ");
	failures(out, standing);
	if (standing->last_failure_us > 0) {
		buf_str_add(out, ", last ");
		time_show_ago(out, standing->last_failure_us, view->now_us);
	}
	if (standing->still_flaky >= 0) {
		buf_str_add(out, " · still flaky with ");
		words_probability(out, standing->still_flaky);
	}
}

static void row_lines(const struct quarantine_view *view,
		      const struct quarantine_standing *standing, struct buf *out)
{
	const struct paint below = {NULL, 6, view->width};
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);

	paint_line(out, &(struct paint){view->colour ? PAINT_BOLD : NULL, 2, NAME_WIDTH},
		   standing->row.test);
	what_it_says(&text, &standing->row);
	paint_wrapped(out, &below, buf_str(&text));
	buf_clear(&text);
	how_it_does(&text, view, standing);
	paint_wrapped(out, &below, buf_str(&text));
	buf_clear(&text);
	quarantine_todo(&text, standing);
	if (text.len > 0) {
		paint_wrapped(out,
			      &(struct paint){view->colour ? PAINT_YELLOW : NULL, 6, view->width},
			      buf_str(&text));
	}
}

void quarantine_rows_text(const struct quarantine_view *view, struct buf *out)
{
	VEC_EACH (const struct quarantine_standing, standing, view->rows) {
		row_lines(view, standing, out);
	}
}

static struct quarantine_view view_of(const struct report_input *input)
{
	return (struct quarantine_view){input->quarantine, input->now_us, input->width,
					input->colour};
}

static bool is_there(const struct report_input *input)
{
	return input->quarantine_trouble || (input->quarantine && input->quarantine->len > 0);
}

void quarantine_text(const struct report_input *input, struct buf *out)
{
	const struct quarantine_view view = view_of(input);
	CLEANUP(buf_release) struct buf line = BUF_INIT(BUF_OWN_MAX);

	if (!is_there(input)) {
		return;
	}
	text_heading(input, PAINT_BOLD, "Quarantine", out);
	if (input->quarantine_trouble) {
		buf_fmt(&line, "It excuses nothing: %s", input->quarantine_trouble);
		paint_wrapped(out, &(struct paint){NULL, 2, input->width}, buf_str(&line));
		return;
	}
	quarantine_rows_text(&view, out);
}

static void day_cell(struct buf *out, int64_t us)
{
	buf_char(out, ' ');
	if (us > 0) {
		words_date(out, us);
	}
	buf_str_add(out, " |");
}

static void markdown_row(const struct quarantine_standing *standing, struct buf *out)
{
	const struct quarantine_row *row = &standing->row;
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);

	buf_char(out, '|');
	markdown_code_cell(out, row->test, NAME_WIDTH);
	markdown_cell(out, row->owner, SHORT_WIDTH);
	buf_fmt(&text, "%s%s%s", row->reason, row->issue ? " · " : "", str_or(row->issue, ""));
	markdown_cell(out, buf_str(&text), TEXT_WIDTH);
	day_cell(out, row->added_us);
	day_cell(out, row->expires_us);
	buf_clear(&text);
	failures(&text, standing);
	markdown_cell(out, buf_str(&text), SHORT_WIDTH);
	buf_clear(&text);
	if (standing->still_flaky >= 0) {
		words_probability(&text, standing->still_flaky);
	}
	markdown_cell(out, buf_str(&text), SHORT_WIDTH);
	buf_clear(&text);
	quarantine_todo(&text, standing);
	markdown_cell(out, buf_str(&text), TEXT_WIDTH);
	buf_char(out, '\n');
}

/* What needs somebody comes first. */
static size_t markdown_rows(const struct quarantine_standing_list *rows, size_t end,
			    struct buf *out)
{
	CLEANUP(buf_release) struct buf line = BUF_INIT(BUF_OWN_MAX);
	size_t shown = 0;

	for (int bad = 1; bad >= 0; bad--) {
		VEC_EACH (const struct quarantine_standing, standing, rows) {
			if (quarantine_standing_is_bad(standing) != (bad == 1)) {
				continue;
			}
			buf_clear(&line);
			markdown_row(standing, &line);
			if (shown == WORDS_TOP || !markdown_fits(out, &line, end)) {
				return shown;
			}
			shown++;
		}
	}
	return shown;
}

void quarantine_markdown(const struct report_input *input, size_t end, struct buf *out)
{
	size_t shown = 0;

	if (!is_there(input)) {
		return;
	}
	buf_str_add(out, "\n### Quarantine\n\n");
	if (input->quarantine_trouble) {
		buf_str_add(out, "It excuses nothing: ");
		escape_markdown(out, input->quarantine_trouble);
		buf_char(out, '\n');
		return;
	}
	buf_str_add(out, "| Test | Owner | Reason | Added | Until | Failed | Still flaky with "
			 "| What to do |\n| --- | --- | --- | --- | --- | --- | ---: | --- |\n");
	shown = markdown_rows(input->quarantine, end, out);
	if (shown < input->quarantine->len) {
		buf_fmt(out, "\n%zu more: `steady quarantine list` names all.\n",
			input->quarantine->len - shown);
	}
}

static struct json *day_or_null(int64_t us)
{
	return us > 0 ? shape_day(clock_day(us)) : json_new_null();
}

static struct json *time_or_null(int64_t us)
{
	return us > 0 ? shape_time(us) : json_new_null();
}

static void put_row(struct json *out, const struct quarantine_row *row)
{
	struct json *signatures = json_new_array();

	VEC_EACH (char *, signature, &row->signatures) {
		json_add(signatures, json_new_str(*signature));
	}
	json_put_str(out, "test", row->test);
	json_put_str(out, "job", row->job);
	json_put_str(out, "reason", row->reason);
	json_put_str(out, "owner", row->owner);
	json_put_str(out, "issue", row->issue);
	json_put(out, "added", day_or_null(row->added_us));
	json_put(out, "expires", day_or_null(row->expires_us));
	json_put_bool(out, "any_failure", row->any_failure);
	json_put(out, "signatures", signatures);
	json_put(out, "line", row->line > 0 ? json_new_int(row->line) : json_new_null());
}

static void put_state(struct json *out, const struct quarantine_standing *standing)
{
	json_put_bool(out, "expired", standing->expired);
	json_put_bool(out, "overdue", standing->overdue);
	json_put_bool(out, "stale", standing->stale);
	json_put_bool(out, "vanished", standing->vanished);
	json_put_bool(out, "stable", standing->stable);
	json_put_bool(out, "broken", standing->broken);
}

struct json *quarantine_rows_json(const struct quarantine_view *view)
{
	struct json *out = json_new_array();

	VEC_EACH (const struct quarantine_standing, standing, view->rows) {
		struct json *item = json_new_object();
		int64_t age_us = view->now_us - standing->row.added_us;
		bool has_age = standing->row.added_us > 0;

		put_row(item, &standing->row);
		json_put(item, "age_days",
			 has_age ? json_new_int(age_us / US_PER_DAY) : json_new_null());
		json_put_int(item, "tests", (int64_t)standing->tests);
		json_put_int(item, "runs", (int64_t)standing->runs);
		json_put_int(item, "failures", (int64_t)standing->failures);
		json_put_int(item, "excused", (int64_t)standing->excused);
		json_put(item, "last_failure", time_or_null(standing->last_failure_us));
		json_put(item, "still_flaky",
			 standing->still_flaky < 0 ? json_new_null()
						   : json_new_real(standing->still_flaky));
		put_state(item, standing);
		json_add(out, item);
	}
	return out;
}

struct json *quarantine_plain_rows_json(const struct quarantine_list *rows)
{
	struct json *out = json_new_array();

	VEC_EACH (const struct quarantine_row, row, rows) {
		struct json *item = json_new_object();

		put_row(item, row);
		json_add(out, item);
	}
	return out;
}

struct json *quarantine_json(const struct report_input *input)
{
	const struct quarantine_view view = view_of(input);

	return input->quarantine ? quarantine_rows_json(&view) : json_new_array();
}
