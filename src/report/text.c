/* SPDX-License-Identifier: Apache-2.0 */
#include "base/str.h"
#include "report/budget_words.h"
#include "report/first_step.h"
#include "report/lead.h"
#include "report/paint.h"
#include "report/quarantine.h"
#include "report/text_parts.h"
#include "report/words.h"
#include "text/duration.h"
#include "text/escape.h"
#include "text/table.h"

#include <string.h>

/* The report for a terminal; its tests are in text_tests.c. */

void text_heading(const struct report_input *input, const char *colour, const char *title,
		  struct buf *out)
{
	buf_char(out, '\n');
	paint_line(out, &(struct paint){input->colour ? colour : NULL, 0, input->width}, title);
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
		paint_wrapped(out, &(struct paint){NULL, 2, input->width}, buf_str(&line));
	}
	if (service->failed > 0) {
		buf_clear(&line);
		buf_str_add(&line, "last failure ");
		time_show_ago(&line, service->last_failed_us, input->now_us);
		buf_fmt(&line, ": %s", str_or(service->last_error, "no reason known"));
		paint_line(out, &(struct paint){input->colour ? PAINT_DIM : NULL, 4, input->width},
			   buf_str(&line));
	}
}

static void incidents_section(const struct report_input *input, struct buf *out)
{
	size_t shown = 0;

	if (input->flakes->incidents.len > 0) {
		text_heading(input, PAINT_BOLD, "Services that went down while tests ran", out);
	}
	VEC_EACH (const struct incident, incident, &input->flakes->incidents) {
		CLEANUP(buf_release) struct buf line = BUF_INIT(BUF_OWN_MAX);

		if (shown++ < report_top(input, WORDS_TOP)) {
			words_incident(&line, input, incident);
			paint_wrapped(out, &(struct paint){NULL, 2, input->width}, buf_str(&line));
		}
	}
}

static void mass_section(const struct report_input *input, struct buf *out)
{
	const struct mass_list *mass = &input->flakes->mass;

	if (mass->len > 0) {
		text_heading(
			input, PAINT_BOLD,
			"Many tests failed at once: one incident each, not held against the tests",
			out);
	}
	for (size_t i = 0; i < mass->len && i < report_top(input, WORDS_TOP); i++) {
		CLEANUP(buf_release) struct buf line = BUF_INIT(BUF_OWN_MAX);

		/* the newest first */
		words_mass(&line, input, &mass->items[mass->len - 1 - i]);
		paint_wrapped(out, &(struct paint){NULL, 2, input->width}, buf_str(&line));
	}
	if (mass->len > report_top(input, WORDS_TOP)) {
		buf_fmt(out, "  … and %zu more: --format json lists all\n",
			mass->len - report_top(input, WORDS_TOP));
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
	text_heading(input, PAINT_BOLD, "Readiness waits", out);
	VEC_EACH (const struct service_summary, service, &input->flakes->services) {
		service_row(service, &table);
	}
	table_show(&table, 2, paint_width(input->width), out);
	VEC_EACH (const struct service_summary, service, &input->flakes->services) {
		service_lines(input, service, out);
	}
}

static void notes_section(const struct report_input *input, struct buf *out)
{
	CLEANUP(strv_release) struct strv caveats = {0};

	words_caveats(input, &caveats);
	if (caveats.len > 0) {
		text_heading(input, PAINT_BOLD, "Notes", out);
	}
	for (size_t i = 0; i < caveats.len; i++) {
		paint_wrapped(out, &(struct paint){NULL, 2, input->width}, caveats.items[i]);
	}
}

/* The command is never cut or wrapped: it is there to be copied. */
static void next_step(const struct report_input *input, struct buf *out)
{
	const struct test_facts *facts = NULL;

	if (input->flakes->count[STATE_FLAKY] + input->flakes->count[STATE_BROKEN] == 0) {
		return;
	}
	facts = &input->evidence->tests.items[flake_report_first(input->flakes)->test];
	buf_str_add(out, "\nNext: ");
	words_trace(out, input, facts, false);
	buf_char(out, '\n');
	if (facts->rerun) {
		buf_fmt(out, "Again: %s\n", facts->rerun);
	}
}

static void lead(const struct report_input *input, struct buf *out)
{
	CLEANUP(buf_release) struct buf line = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(strv_release) struct strv lines = {0};

	lead_verdict(&line, input);
	paint_wrapped(out, &(struct paint){input->colour ? PAINT_BOLD : NULL, 0, input->width},
		      buf_str(&line));
	lead_lines(input, &lines);
	VEC_EACH (char *, text, &lines) {
		paint_wrapped(out, &(struct paint){NULL, 2, input->width}, *text);
	}
	if (input->evidence->runs.len > 0) {
		buf_clear(&line);
		words_window(&line, input);
		paint_line(out, &(struct paint){NULL, 0, input->width}, buf_str(&line));
	}
	buf_clear(&line);
	buf_str_add(&line, "First: ");
	first_step(&line, input);
	if (line.len > strlen("First: ")) {
		buf_char(out, '\n');
		paint_wrapped(out, &(struct paint){NULL, 0, input->width}, buf_str(&line));
	}
}

void report_text(const struct report_input *input, struct buf *out)
{
	lead(input, out);
	text_budgets(input, out);
	text_delta(input, out);
	text_tests(input, out);
	mass_section(input, out);
	incidents_section(input, out);
	readiness_section(input, out);
	quarantine_text(input, out);
	notes_section(input, out);
	next_step(input, out);
}
