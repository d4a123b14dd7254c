/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/days.h"
#include "base/clock.h"
#include "base/str.h"
#include "report/budget_words.h"
#include "report/first_step.h"
#include "report/lead.h"
#include "report/markdown_cells.h"
#include "report/markdown_parts.h"
#include "report/quarantine.h"
#include "report/strip_words.h"
#include "report/words.h"
#include "text/duration.h"
#include "text/escape.h"
#include "text/utf8.h"

#include <string.h>

/* The report for GitHub: job summaries, issues and comments. */

/* An issue takes 65,536 characters. Rows that would lead beyond these bytes are only counted; the
 * shares leave each section its room, and the notes at the end have a bound of their own. */
#define DELTA_END      8000
#define FLAKY_END      30000
#define BROKEN_END     40000
#define FIXED_END      44000
#define UNDECIDED_END  48000
#define WAITS_END      54000
#define QUARANTINE_END 58000

#define NAME_WIDTH    160
#define FAILURE_WIDTH 200
#define ADVICE_WIDTH  400
#define SHORT_WIDTH   60
#define STRIP_WIDTH   30
#define CHART_DAYS    31

/* Block characters alone need no escape. */
static void add_strip(const struct report_input *input, const struct test_judgement *test,
		      struct buf *out)
{
	struct strip strip = {0};

	strip_make(input->strips, test, &strip);
	buf_str_add(out, "<br>");
	words_strip(out, &strip, STRIP_WIDTH);
	VEC_FREE(&strip);
}

static void test_cells(const struct report_input *input, const struct test_judgement *test,
		       struct buf *out)
{
	CLEANUP(buf_release) struct buf name = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(buf_release) struct buf job = BUF_INIT(BUF_OWN_MAX);

	words_test(&name, input->evidence, test);
	words_job(&job, test);
	buf_char(out, '|');
	buf_char(out, ' ');
	markdown_code(out, buf_str(&name), NAME_WIDTH);
	add_strip(input, test, out);
	buf_str_add(out, " |");
	markdown_cell(out, buf_str(&job), SHORT_WIDTH);
}

static void date_cell(const struct report_input *input, size_t run, struct buf *out)
{
	buf_char(out, ' ');
	words_date(out, input->evidence->runs.items[run].started_us);
	buf_str_add(out, " |");
}

/* Since when, with what, and only where. */
static void more_cell(const struct report_input *input, const struct test_judgement *test,
		      struct buf *out)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(strv_release) struct strv suspects = {0};

	words_beside(&text, input, test);
	words_suspects(&suspects, input, test);
	for (size_t i = 0; i < suspects.len; i++) {
		buf_fmt(&text, "%s%s", text.len > 0 ? " · " : "", suspects.items[i]);
	}
	markdown_cell(out, buf_str(&text), ADVICE_WIDTH);
}

/* What went wrong, and what else is known. */
static void last_cells(const struct report_input *input, const struct test_judgement *test,
		       struct buf *out)
{
	markdown_code_cell(out, str_or(words_failure(input->evidence, test), ""), FAILURE_WIDTH);
	more_cell(input, test, out);
	buf_char(out, '\n');
}

static void flaky_row(const struct report_input *input, const struct test_judgement *test,
		      struct buf *out)
{
	test_cells(input, test, out);
	buf_fmt(out, " %zu of %zu | ", test->failures, test->runs);
	words_rate(out, &test->rate);
	buf_str_add(out, " | ");
	words_evidence(out, test);
	buf_str_add(out, " |");
	date_cell(input, test->last_failure, out);
	buf_char(out, ' ');
	words_minutes(out, test->minutes_lost);
	buf_str_add(out, " |");
	last_cells(input, test, out);
}

static void broken_row(const struct report_input *input, const struct test_judgement *test,
		       struct buf *out)
{
	test_cells(input, test, out);
	buf_fmt(out, " %zu |", test->streak);
	date_cell(input, test->streak_start, out);
	date_cell(input, test->last_failure, out);
	last_cells(input, test, out);
}

static void fixed_row(const struct report_input *input, const struct test_judgement *test,
		      struct buf *out)
{
	test_cells(input, test, out);
	buf_fmt(out, " %zu of %zu |", test->failures, test->runs);
	date_cell(input, test->last_failure, out);
	last_cells(input, test, out);
}

static void undecided_row(const struct report_input *input, const struct test_judgement *test,
			  struct buf *out)
{
	test_cells(input, test, out);
	buf_fmt(out, " %zu of %zu | ", test->failures, test->runs);
	words_probability(out, test->probability);
	buf_fmt(out, " | %zu |", test->runs_needed);
	date_cell(input, test->last_failure, out);
	last_cells(input, test, out);
}

static void duration_cell(int64_t us, struct buf *out)
{
	buf_char(out, ' ');
	if (us >= 0) {
		duration_show(out, us);
	}
	buf_str_add(out, " |");
}

static void service_row(const struct report_input *input, const struct service_summary *service,
			struct buf *out)
{
	CLEANUP(buf_release) struct buf last = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(buf_release) struct buf advice = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(buf_release) struct buf margin = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(buf_release) struct buf trend = BUF_INIT(BUF_OWN_MAX);

	(void)input;
	buf_char(out, '|');
	markdown_code_cell(out, service->service, SHORT_WIDTH);
	markdown_cell(out, service->probe, SHORT_WIDTH);
	buf_fmt(out, " %zu | %zu |", service->waits, service->failed);
	duration_cell(service->p50_us, out);
	duration_cell(service->p95_us, out);
	duration_cell(service->limit_us > 0 ? service->limit_us : -1, out);
	words_margin(&margin, service);
	markdown_cell(out, buf_str(&margin), SHORT_WIDTH);
	words_trend(&trend, service);
	markdown_cell(out, buf_str(&trend), SHORT_WIDTH);
	if (service->failed > 0) {
		words_date(&last, service->last_failed_us);
		buf_fmt(&last, ": %s", str_or(service->last_error, "no reason known"));
	}
	markdown_cell(out, buf_str(&last), FAILURE_WIDTH);
	words_advice(&advice, service);
	markdown_cell(out, buf_str(&advice), ADVICE_WIDTH);
	buf_char(out, '\n');
}

typedef void row_fn(const struct report_input *input, const struct test_judgement *test,
		    struct buf *out);

static void tests_section(const struct report_input *input, enum test_state state, row_fn *row,
			  size_t end, struct buf *out)
{
	CLEANUP(buf_release) struct buf line = BUF_INIT(BUF_OWN_MAX);
	size_t shown = 0, count = input->flakes->count[state];

	for (; shown < count && shown < report_top(input, WORDS_TOP); shown++) {
		buf_clear(&line);
		row(input, flake_report_ranked(input->flakes, state, shown), &line);
		if (!markdown_fits(out, &line, end)) {
			break;
		}
	}
	markdown_more(out, count - shown);
}

static void mass_row(const struct report_input *input, const struct mass_failure *failure,
		     struct buf *out)
{
	const struct run_facts *run = &input->evidence->runs.items[failure->run];
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);

	time_show(&text, run->started_us);
	buf_char(out, '|');
	markdown_cell(out, buf_str(&text), SHORT_WIDTH);
	buf_clear(&text);
	words_mass_cause(&text, input, failure);
	markdown_cell(out, buf_str(&text), FAILURE_WIDTH);
	markdown_cell(out, str_or(run->job, ""), SHORT_WIDTH);
	markdown_code_cell(out, run->key, SHORT_WIDTH);
	buf_char(out, '\n');
}

static void mass_section(const struct report_input *input, struct buf *out)
{
	CLEANUP(buf_release) struct buf line = BUF_INIT(BUF_OWN_MAX);
	const struct mass_list *mass = &input->flakes->mass;
	size_t shown = 0;

	if (mass->len == 0) {
		return;
	}
	buf_str_add(out, "\n### Many tests failed at once\n\n"
			 "One incident each, not held against the tests.\n\n"
			 "| Time | What | Job | Run |\n| --- | --- | --- | --- |\n");
	for (; shown < mass->len && shown < report_top(input, WORDS_TOP); shown++) {
		buf_clear(&line);
		mass_row(input, &mass->items[mass->len - 1 - shown], &line);
		if (!markdown_fits(out, &line, WAITS_END)) {
			break;
		}
	}
	markdown_more(out, mass->len - shown);
}

static void incident_row(const struct report_input *input, const struct incident *incident,
			 struct buf *out)
{
	const struct run_facts *run = &input->evidence->runs.items[incident->run];
	CLEANUP(buf_release) struct buf time = BUF_INIT(BUF_OWN_MAX);

	time_show(&time, incident->event->at_us);
	buf_char(out, '|');
	markdown_cell(out, buf_str(&time), SHORT_WIDTH);
	markdown_code_cell(out, incident->event->service, SHORT_WIDTH);
	markdown_cell(out, words_change(incident->event->change), SHORT_WIDTH);
	markdown_cell(out, str_or(incident->event->detail, ""), FAILURE_WIDTH);
	buf_fmt(out, " %zu |", incident->failures);
	markdown_cell(out, str_or(run->job, ""), SHORT_WIDTH);
	markdown_code_cell(out, run->key, SHORT_WIDTH);
	buf_char(out, '\n');
}

static void incidents_section(const struct report_input *input, struct buf *out)
{
	CLEANUP(buf_release) struct buf line = BUF_INIT(BUF_OWN_MAX);
	size_t count = input->flakes->incidents.len, shown = 0;

	if (count == 0) {
		return;
	}
	buf_str_add(out, "\n### Services that went down while tests ran\n\n"
			 "| Time | Service | What | Why | Tests that failed with it | Job | Run |\n"
			 "| --- | --- | --- | --- | ---: | --- | --- |\n");
	for (; shown < count && shown < report_top(input, WORDS_TOP); shown++) {
		buf_clear(&line);
		incident_row(input, &input->flakes->incidents.items[shown], &line);
		if (!markdown_fits(out, &line, WAITS_END)) {
			break;
		}
	}
	markdown_more(out, count - shown);
}

static void readiness_section(const struct report_input *input, struct buf *out)
{
	CLEANUP(buf_release) struct buf line = BUF_INIT(BUF_OWN_MAX);
	size_t count = input->flakes->services.len, shown = 0;

	if (count == 0) {
		return;
	}
	buf_str_add(out,
		    "\n### Readiness waits\n\n"
		    "| Service | Probe | Waits | Not ready | p50 | p95 | Limit | Margin | Trend "
		    "| Last failure | What to do |\n"
		    "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- | --- "
		    "|\n");
	for (; shown < count && shown < report_top(input, WORDS_TOP); shown++) {
		buf_clear(&line);
		service_row(input, &input->flakes->services.items[shown], &line);
		if (!markdown_fits(out, &line, WAITS_END)) {
			break;
		}
	}
	markdown_more(out, count - shown);
}

static void notes_section(const struct report_input *input, struct buf *out)
{
	CLEANUP(strv_release) struct strv caveats = {0};

	words_caveats(input, &caveats);
	if (caveats.len > 0) {
		buf_str_add(out, "\n### Notes\n\n");
	}
	/* Our own sentences: they hold counts and dates, nothing from outside. */
	for (size_t i = 0; i < caveats.len; i++) {
		buf_fmt(out, "- %s\n", caveats.items[i]);
	}
}

static void next_step(const struct report_input *input, struct buf *out)
{
	CLEANUP(buf_release) struct buf command = BUF_INIT(BUF_OWN_MAX);
	const struct test_facts *facts = NULL;

	if (input->flakes->count[STATE_FLAKY] + input->flakes->count[STATE_BROKEN] == 0) {
		return;
	}
	facts = &input->evidence->tests.items[flake_report_first(input->flakes)->test];
	words_trace(&command, input, facts, true);
	buf_str_add(out, "\nNext: ");
	escape_markdown_code(out, buf_str(&command));
	buf_char(out, '\n');
}

static void lead(const struct report_input *input, struct buf *out)
{
	CLEANUP(buf_release) struct buf verdict = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(strv_release) struct strv lines = {0};

	lead_verdict(&verdict, input);
	lead_lines(input, &lines);
	buf_str_add(out, "**");
	escape_markdown(out, buf_str(&verdict));
	buf_str_add(out, lines.len > 0 ? "**\n\n" : "**\n");
	VEC_EACH (char *, line, &lines) {
		buf_str_add(out, "- ");
		escape_markdown(out, *line);
		buf_char(out, '\n');
	}
	if (input->evidence->runs.len > 0) {
		buf_char(out, '\n');
		words_window(out, input);
		buf_char(out, '\n');
	}
}

static void first_section(const struct report_input *input, struct buf *out)
{
	CLEANUP(buf_release) struct buf words = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(buf_release) struct buf cut = BUF_INIT(BUF_OWN_MAX);

	first_step(&words, input);
	if (words.len > 0) {
		utf8_cut(&cut, buf_str(&words), ADVICE_WIDTH);
		buf_str_add(out, "\n**First:** ");
		escape_markdown(out, buf_str(&cut));
		buf_char(out, '\n');
	}
}

/* GitHub draws it. Nothing from outside is in it: days, and the share of runs that were red only through flakes. */
static void chart_section(const struct report_input *input, struct buf *out)
{
	struct day_rows days = {0};
	const char *gap = "";

	days_count(input->evidence, input->flakes, CHART_DAYS, &days);
	if (days.len < 2 || input->flakes->runs_failed_by_flakes == 0) {
		VEC_FREE(&days);
		return;
	}
	buf_str_add(out, "\n```mermaid\nxychart-beta\n"
			 "    title \"Runs red only through flakes, % of each day's\"\n"
			 "    x-axis [");
	VEC_EACH (const struct day_row, day, &days) {
		CLEANUP(buf_release) struct buf date = BUF_INIT(64);

		words_date(&date, day->day * US_PER_DAY);
		buf_fmt(out, "%s\"%s\"", gap, buf_str(&date) + strlen("2026-"));
		gap = ", ";
	}
	buf_str_add(out, "]\n    bar [");
	gap = "";
	VEC_EACH (const struct day_row, day, &days) {
		size_t share = day->runs > 0 ? (100 * day->fates[FATE_RED_FLAKE] + day->runs / 2) /
						       day->runs
					     : 0;

		buf_fmt(out, "%s%zu", gap, share);
		gap = ", ";
	}
	buf_str_add(out, "]\n```\n");
	VEC_FREE(&days);
}

static void report_parts(const struct report_input *input, struct buf *out)
{
	static const struct {
		enum test_state state;
		row_fn *row;
		size_t end;
		const char *head;
	} sections[] = {
		{STATE_FLAKY, flaky_row, FLAKY_END,
		 "\n### Flaky\n\n"
		 "| Test | Job | Failed | Rate (90 %) | Evidence | Last | Minutes lost "
		 "| Most frequent failure | More |\n"
		 "| --- | --- | ---: | ---: | --- | --- | ---: | --- | --- |\n"},
		{STATE_BROKEN, broken_row, BROKEN_END,
		 "\n### Broken, not flaky\n\n"
		 "| Test | Job | Failing runs in a row | Since | Last "
		 "| Most frequent failure | More |\n"
		 "| --- | --- | ---: | --- | --- | --- | --- |\n"},
		{STATE_FIXED, fixed_row, FIXED_END,
		 "\n### Broken and fixed\n\n"
		 "| Test | Job | Failed | Last | Most frequent failure | More |\n"
		 "| --- | --- | ---: | --- | --- | --- |\n"},
		{STATE_UNDECIDED, undecided_row, UNDECIDED_END,
		 "\n### Not decided yet\n\n"
		 "A rare flake, or a break on one source.\n\n"
		 "| Test | Job | Failed | Flaky with | Runs until more is known | Last "
		 "| Most frequent failure | More |\n"
		 "| --- | --- | ---: | ---: | ---: | --- | --- | --- |\n"},
	};
	size_t start = out->len;

	buf_str_add(out, "## Flake report\n\n");
	lead(input, out);
	first_section(input, out);
	markdown_budgets(input, out);
	markdown_delta(input, out->len + DELTA_END, out);
	chart_section(input, out);
	for (size_t i = 0; i < ARRAY_LEN(sections); i++) {
		if (input->flakes->count[sections[i].state] > 0) {
			buf_str_add(out, sections[i].head);
			tests_section(input, sections[i].state, sections[i].row,
				      start + sections[i].end, out);
		}
	}
	mass_section(input, out);
	incidents_section(input, out);
	readiness_section(input, out);
	quarantine_markdown(input, start + QUARANTINE_END, out);
	notes_section(input, out);
	if (input->flakes->count[STATE_FLAKY] + input->flakes->count[STATE_BROKEN] > 0) {
		buf_str_add(out, "\nBelow each name its newest runs: " STRIP_LEGEND ".\n");
	}
	next_step(input, out);
}

void report_markdown(const struct report_input *input, struct buf *out)
{
	CLEANUP(strip_maker_release) struct strip_maker strips = {0};
	struct report_input own = *input;

	strip_maker_init(input->evidence, input->flakes->left_out, &strips);
	own.strips = &strips;
	report_parts(&own, out);
}
