/* SPDX-License-Identifier: Apache-2.0 */
#include "base/str.h"
#include "report/paint.h"
#include "report/words.h"
#include "text/duration.h"
#include "text/escape.h"
#include "text/table.h"

#include <string.h>

/* The report for a terminal. Names may be as long as they like: they stand on lines of their own,
 * and the numbers below them line up from test to test. */

static size_t width_of(const struct report_input *input)
{
	return input->width > 0 ? input->width : PAINT_WIDTH;
}

static void heading(const struct report_input *input, const char *colour, const char *title,
		    struct buf *out)
{
	buf_char(out, '\n');
	paint_line(out, &(struct paint){input->colour ? colour : NULL, 0, width_of(input)}, title);
}

static void table_buf(struct table *table, const struct buf *text)
{
	table_cell(table, buf_str(text));
}

static void ago_cell(const struct report_input *input, struct table *table, size_t run)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);

	time_show_ago(&text, input->evidence->runs.items[run].started_us, input->now_us);
	table_buf(table, &text);
}

static void job_cell(const struct test_judgement *test, struct table *table)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);

	words_job(&text, test);
	table_buf(table, &text);
}

static void flaky_row(const struct report_input *input, const struct test_judgement *test,
		      struct table *table)
{
	CLEANUP(buf_release) struct buf rate = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(buf_release) struct buf evidence = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(buf_release) struct buf lost = BUF_INIT(BUF_OWN_MAX);

	table_fmt(table, "%zu of %zu", test->failures, test->runs);
	words_rate(&rate, &test->rate);
	table_buf(table, &rate);
	words_evidence(&evidence, test);
	table_buf(table, &evidence);
	ago_cell(input, table, test->last_failure);
	words_minutes(&lost, test->minutes_lost);
	buf_str_add(&lost, " min");
	table_buf(table, &lost);
	job_cell(test, table);
}

static void broken_row(const struct report_input *input, const struct test_judgement *test,
		       struct table *table)
{
	const struct run_facts *start = &input->evidence->runs.items[test->streak_start];

	table_fmt(table, "%zu", test->streak);
	ago_cell(input, table, test->streak_start);
	table_fmt(table, "%.12s", str_or(start->commit, "unknown"));
	ago_cell(input, table, test->last_failure);
	job_cell(test, table);
}

/* Puts each test's name above its line of the table, and its failure below. */
static void interleave(const struct report_input *input, const struct test_judgement *tests,
		       const char *lines, struct buf *out)
{
	struct paint name = {input->colour ? PAINT_BOLD : NULL, 2, width_of(input)};
	struct paint failure = {input->colour ? PAINT_DIM : NULL, 4, width_of(input)};
	const char *line = lines;

	for (size_t i = 0; *line; i++) {
		const char *end = strchr(line, '\n') + 1;

		if (i > 0) {
			const struct test_judgement *test = &tests[i - 1];
			const char *example = words_failure(input->evidence, test);
			CLEANUP(buf_release) struct buf shown = BUF_INIT(BUF_OWN_MAX);

			words_test(&shown, input->evidence, test);
			paint_line(out, &name, buf_str(&shown));
			buf_add(out, line, (size_t)(end - line));
			if (example) {
				paint_line(out, &failure, example);
			}
		} else {
			buf_add(out, line, (size_t)(end - line));
		}
		line = end;
	}
}

typedef void row_fn(const struct report_input *input, const struct test_judgement *test,
		    struct table *table);

static void section(const struct report_input *input, const struct test_judgement *tests,
		    size_t count, struct table *table, row_fn *row, struct buf *out)
{
	CLEANUP(buf_release) struct buf lines = BUF_INIT(BUF_OWN_MAX);
	size_t shown = count < WORDS_TOP ? count : WORDS_TOP;

	for (size_t i = 0; i < shown; i++) {
		row(input, &tests[i], table);
	}
	table_show(table, 4, width_of(input), &lines);
	interleave(input, tests, buf_str(&lines), out);
	if (shown < count) {
		buf_fmt(out, "  … and %zu more: --format json lists all\n", count - shown);
	}
	table_release(table);
}

static void flaky_section(const struct report_input *input, struct buf *out)
{
	static const char *const heads[] = {">failed", "rate (90 %)", "evidence",
					    "last",    ">lost",       "job"};
	struct table table = {.heads = heads, .columns = ARRAY_LEN(heads)};

	if (input->flakes->flaky > 0) {
		heading(input, PAINT_YELLOW, "Flaky, most minutes lost first", out);
		section(input, input->flakes->tests.items, input->flakes->flaky, &table, flaky_row,
			out);
	}
}

static void broken_section(const struct report_input *input, struct buf *out)
{
	static const char *const heads[] = {">in a row", "since", "commit", "last", "job"};
	struct table table = {.heads = heads, .columns = ARRAY_LEN(heads)};

	if (input->flakes->broken > 0) {
		heading(input, PAINT_RED,
			"Broken, not flaky: every run of the newest content fails", out);
		section(input, input->flakes->tests.items + input->flakes->flaky,
			input->flakes->broken, &table, broken_row, out);
	}
}

static void duration_cell(struct table *table, int64_t us)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);

	if (us >= 0) {
		duration_show(&text, us);
	}
	table_cell(table, us >= 0 ? buf_str(&text) : "–");
}

static void service_row(const struct service_summary *service, struct table *table)
{
	CLEANUP(buf_release) struct buf margin = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(buf_release) struct buf trend = BUF_INIT(BUF_OWN_MAX);

	table_cell(table, service->service);
	table_cell(table, service->probe);
	table_fmt(table, "%zu", service->waits);
	table_fmt(table, "%zu", service->failed);
	duration_cell(table, service->p50_us);
	duration_cell(table, service->p95_us);
	duration_cell(table, service->limit_us > 0 ? service->limit_us : -1);
	words_margin(&margin, service);
	table_cell(table, margin.len > 0 ? buf_str(&margin) : "–");
	words_trend(&trend, service);
	table_cell(table, trend.len > 0 ? buf_str(&trend) : "–");
}

/* What to do about it, and below it why it failed last. */
static void service_lines(const struct report_input *input, const struct service_summary *service,
			  struct buf *out)
{
	CLEANUP(buf_release) struct buf line = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(buf_release) struct buf advice = BUF_INIT(BUF_OWN_MAX);

	words_advice(&advice, service);
	if (advice.len > 0) {
		words_service(&line, service);
		buf_fmt(&line, ": %s", buf_str(&advice));
		paint_wrapped(out, &(struct paint){NULL, 2, width_of(input)}, buf_str(&line));
	}
	if (service->failed > 0) {
		buf_clear(&line);
		buf_str_add(&line, "last failure ");
		time_show_ago(&line, service->last_failed_us, input->now_us);
		buf_fmt(&line, ": %s", str_or(service->last_error, "no reason known"));
		paint_line(out,
			   &(struct paint){input->colour ? PAINT_DIM : NULL, 4, width_of(input)},
			   buf_str(&line));
	}
}

static void incidents_section(const struct report_input *input, struct buf *out)
{
	size_t shown = 0;

	if (input->flakes->incidents.len > 0) {
		heading(input, PAINT_BOLD, "Services that went down while tests ran", out);
	}
	VEC_EACH (const struct incident, incident, &input->flakes->incidents) {
		CLEANUP(buf_release) struct buf line = BUF_INIT(BUF_OWN_MAX);

		if (shown++ < WORDS_TOP) {
			words_incident(&line, input, incident);
			paint_wrapped(out, &(struct paint){NULL, 2, width_of(input)},
				      buf_str(&line));
		}
	}
}

static void mass_section(const struct report_input *input, struct buf *out)
{
	const struct mass_list *mass = &input->flakes->mass;

	if (mass->len > 0) {
		heading(input, PAINT_BOLD,
			"Many tests failed at once: one incident each, not held against the tests",
			out);
	}
	for (size_t i = 0; i < mass->len && i < WORDS_TOP; i++) {
		CLEANUP(buf_release) struct buf line = BUF_INIT(BUF_OWN_MAX);

		/* the newest first */
		words_mass(&line, input, &mass->items[mass->len - 1 - i]);
		paint_wrapped(out, &(struct paint){NULL, 2, width_of(input)}, buf_str(&line));
	}
	if (mass->len > WORDS_TOP) {
		buf_fmt(out, "  … and %zu more: --format json lists all\n", mass->len - WORDS_TOP);
	}
}

static void readiness_section(const struct report_input *input, struct buf *out)
{
	static const char *const heads[] = {"service", "probe",  ">waits",  ">failed", ">p50",
					    ">p95",    ">limit", ">margin", ">trend"};
	CLEANUP(table_release)
	struct table table = {.heads = heads, .columns = ARRAY_LEN(heads)};

	if (input->flakes->services.len == 0) {
		return;
	}
	heading(input, PAINT_BOLD, "Readiness waits", out);
	VEC_EACH (const struct service_summary, service, &input->flakes->services) {
		service_row(service, &table);
	}
	table_show(&table, 2, width_of(input), out);
	VEC_EACH (const struct service_summary, service, &input->flakes->services) {
		service_lines(input, service, out);
	}
}

static void notes_section(const struct report_input *input, struct buf *out)
{
	CLEANUP(strv_release) struct strv caveats = {0};

	words_caveats(input, &caveats);
	if (caveats.len > 0) {
		heading(input, PAINT_BOLD, "Notes", out);
	}
	for (size_t i = 0; i < caveats.len; i++) {
		paint_wrapped(out, &(struct paint){NULL, 2, width_of(input)}, caveats.items[i]);
	}
}

/* The command is never cut or wrapped: it is there to be copied. */
static void next_step(const struct report_input *input, struct buf *out)
{
	const struct test_facts *facts = NULL;

	if (input->flakes->flaky + input->flakes->broken == 0) {
		return;
	}
	facts = &input->evidence->tests.items[input->flakes->tests.items[0].test];
	buf_str_add(out, "\nNext: ");
	words_show(out, &facts->name, facts->id);
	buf_char(out, '\n');
}

void report_text(const struct report_input *input, struct buf *out)
{
	CLEANUP(buf_release) struct buf line = BUF_INIT(BUF_OWN_MAX);

	words_headline(&line, input);
	paint_wrapped(out, &(struct paint){input->colour ? PAINT_BOLD : NULL, 0, width_of(input)},
		      buf_str(&line));
	if (input->evidence->runs.len > 0) {
		buf_clear(&line);
		words_window(&line, input);
		paint_line(out, &(struct paint){NULL, 0, width_of(input)}, buf_str(&line));
	}
	flaky_section(input, out);
	broken_section(input, out);
	mass_section(input, out);
	incidents_section(input, out);
	readiness_section(input, out);
	notes_section(input, out);
	next_step(input, out);
}
