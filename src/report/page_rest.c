/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/services.h"
#include "base/str.h"
#include "report/budget_words.h"
#include "report/page_parts.h"
#include "report/quarantine.h"

#include "report/words.h"
#include "text/duration.h"
#include "text/escape.h"

/* What stands below the tests: services, incidents, and what has to be known to read the numbers. */

#define INCIDENTS_MOST ((size_t)100)

static void td_count(const struct page *page, const char *label, size_t count)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);

	buf_fmt(&text, "%zu", count);
	page_number(page, label, (long long)count, buf_str(&text));
}

static void td_duration(const struct page *page, const char *label, int64_t us)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);

	if (us >= 0) {
		duration_show(&text, us);
	}
	page_number(page, label, (long long)us, us >= 0 ? buf_str(&text) : "–");
}

static void service(const struct page *page, const struct service_summary *service)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);
	double margin = 0;

	buf_str_add(page->out, "<tr><th scope=\"row\"><code>");
	words_service(&text, service);
	page_text(page, &text);
	buf_str_add(page->out, "</code>\n");
	buf_clear(&text);
	words_advice(&text, service);
	if (text.len > 0) {
		buf_str_add(page->out, "<p>");
		page_text(page, &text);
		buf_str_add(page->out, "</p>\n");
	}
	if (service->failed > 0) {
		buf_clear(&text);
		buf_str_add(&text, "last failure ");
		time_show(&text, service->last_failed_us);
		buf_fmt(&text, ": %s", str_or(service->last_error, "no reason known"));
		buf_str_add(page->out, "<p class=\"said\">");
		page_text(page, &text);
		buf_str_add(page->out, "</p>\n");
	}
	buf_str_add(page->out, "</th>");
	td_count(page, "Waits", service->waits);
	td_count(page, "Not ready", service->failed);
	td_duration(page, "p50", service->p50_us);
	td_duration(page, "p95", service->p95_us);
	td_duration(page, "Limit", service->limit_us > 0 ? service->limit_us : -1);
	buf_clear(&text);
	words_margin(&text, service);
	page_number(page, "Margin",
		    service_margin(service, &margin) ? (long long)(margin * 1000) : -1,
		    text.len > 0 ? buf_str(&text) : "–");
	buf_clear(&text);
	words_trend(&text, service);
	page_cell(page, "Trend", text.len > 0 ? buf_str(&text) : "–");
	buf_str_add(page->out, "</tr>\n");
}

void page_services(const struct page *page)
{
	static const char *const titles[] = {"Service", ">Waits",  ">Not ready", ">p50", ">p95",
					     ">Limit",  ">Margin", "Trend",      NULL};

	if (page->input->flakes->services.len == 0) {
		return;
	}
	page_section(page, "services", "Readiness waits");
	buf_str_add(page->out, "<div class=\"charts needs-script\" id=\"wait-charts\"></div>\n");
	page_table(page, "services", titles);
	VEC_EACH (const struct service_summary, summary, &page->input->flakes->services) {
		service(page, summary);
	}
	page_table_end(page, 0);
	page_section_end(page);
}

static void begin_incident(const struct page *page, int64_t at_us)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);

	buf_str_add(page->out, "<tr>");
	time_show(&text, at_us);
	page_number(page, "Time", (long long)at_us, buf_str(&text));
}

static void end_incident(const struct page *page, const char *what, size_t failures, size_t run)
{
	const struct run_facts *facts = &page->input->evidence->runs.items[run];

	page_cell(page, "What", what);
	td_count(page, "Tests", failures);
	page_cell(page, "Job", str_or(facts->job, ""));
	page_cell(page, "Run", facts->key);
	buf_str_add(page->out, "</tr>\n");
}

void page_incidents(const struct page *page)
{
	static const char *const titles[] = {">Time", "What", ">Tests", "Job", "Run", NULL};
	const struct flake_report *flakes = page->input->flakes;
	size_t left = report_top(page->input, INCIDENTS_MOST);
	size_t untold = flakes->incidents.len + flakes->mass.len;

	if (untold == 0) {
		return;
	}
	page_section(page, "incidents", "Incidents: many failures, one cause");
	buf_str_add(page->out, "<p>One each, and not held against the tests.</p>\n");
	page_table(page, "incidents", titles);
	for (size_t i = 0; i < flakes->incidents.len && left > 0; i++, left--, untold--) {
		const struct incident *incident = &flakes->incidents.items[i];
		CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);

		begin_incident(page, incident->event->at_us);
		buf_fmt(&text, "%s %s%s%s", incident->event->service,
			words_change(incident->event->change),
			str_empty(incident->event->detail) ? "" : ": ",
			str_or(incident->event->detail, ""));
		end_incident(page, buf_str(&text), incident->failures, incident->run);
	}
	for (size_t i = flakes->mass.len; i > 0 && left > 0; i--, left--, untold--) {
		const struct mass_failure *failure = &flakes->mass.items[i - 1];
		CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);

		begin_incident(page, page->input->evidence->runs.items[failure->run].started_us);
		words_mass_cause(&text, page->input, failure);
		end_incident(page, buf_str(&text), failure->failures, failure->run);
	}
	page_table_end(page, untold);
	page_section_end(page);
}

#define SPAN_TITLES 2 /* titles stand in front of those of the spans */

static const char *const budget_titles[] = {
	"Objective", ">Left", ">Burn, 20 runs", ">100 runs", ">500 runs", "State", NULL};

static void budget_row(const struct page *page, const struct budget *budget)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);

	buf_str_add(page->out, "<tr><th scope=\"row\"><b>");
	escape_html(page->out, budget->objective->name);
	buf_str_add(page->out, "</b>: ");
	words_objective(&text, budget->objective);
	page_text(page, &text);
	buf_str_add(page->out, "\n<p class=\"said\">");
	buf_clear(&text);
	words_budget(&text, budget);
	page_text(page, &text);
	buf_str_add(page->out, "</p></th>");
	buf_clear(&text);
	words_budget_left(&text, budget);
	page_number(page, "Left", (long long)(budget->left * 1000),
		    text.len > 0 ? buf_str(&text) : "–");
	for (size_t i = 0; i < BUDGET_SPANS; i++) {
		buf_clear(&text);
		words_burn(&text, &budget->spans[i]);
		page_number(page, budget_titles[SPAN_TITLES + i],
			    (long long)(budget->spans[i].burn * 1000),
			    text.len > 0 ? buf_str(&text) : "–");
	}
	buf_clear(&text);
	words_budget_state(&text, budget);
	page_cell(page, "State", buf_str(&text));
	buf_str_add(page->out, "</tr>\n");
}

void page_budgets(const struct page *page)
{
	const struct budget_list *budgets = page->input->budgets;
	bool any = false;

	for (size_t i = 0; budgets && i < budgets->len; i++) {
		if (!budget_is_shown(&budgets->items[i])) {
			continue;
		}
		if (!any) {
			page_section(page, "budgets", "Error budget");
			page_table(page, "budgets", budget_titles);
		}
		any = true;
		budget_row(page, &budgets->items[i]);
	}
	if (any) {
		page_table_end(page, 0);
		page_section_end(page);
	}
}

static void td_date(const struct page *page, const char *label, int64_t us)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);

	if (us > 0) {
		words_date(&text, us);
	}
	page_number(page, label, (long long)us, us > 0 ? buf_str(&text) : "–");
}

static void ledger_row(const struct page *page, const struct quarantine_standing *standing)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);

	buf_str_add(page->out, "<tr><th scope=\"row\"><code>");
	escape_html(page->out, standing->row.test);
	buf_str_add(page->out, "</code>\n<p>");
	escape_html(page->out, standing->row.reason);
	buf_str_add(page->out, "</p>\n");
	quarantine_todo(&text, standing);
	if (text.len > 0) {
		buf_str_add(page->out, "<p class=\"said\">");
		page_text(page, &text);
		buf_str_add(page->out, "</p>\n");
	}
	buf_str_add(page->out, "</th>");
	page_cell(page, "Owner", standing->row.owner);
	page_cell(page, "Issue", str_or(standing->row.issue, "–"));
	td_date(page, "Added", standing->row.added_us);
	td_date(page, "Last day", standing->row.expires_us);
	buf_clear(&text);
	quarantine_failures(&text, standing);
	page_number(page, "Failed", (long long)standing->failures, buf_str(&text));
	buf_clear(&text);
	if (standing->still_flaky >= 0) {
		words_probability(&text, standing->still_flaky);
	}
	page_number(page, "Still flaky with", (long long)(standing->still_flaky * 1000),
		    text.len > 0 ? buf_str(&text) : "–");
	buf_str_add(page->out, "</tr>\n");
}

void page_quarantine(const struct page *page)
{
	static const char *const titles[] = {
		"Test", "Owner", "Issue", ">Added", ">Last day", ">Failed", ">Still flaky with",
		NULL};
	const struct report_input *input = page->input;

	if (!input->quarantine_trouble && (!input->quarantine || input->quarantine->len == 0)) {
		return;
	}
	page_section(page, "quarantine", "Quarantine");
	if (input->quarantine_trouble) {
		buf_str_add(page->out, "<p>It excuses nothing: ");
		escape_html(page->out, input->quarantine_trouble);
		buf_str_add(page->out, "</p>\n");
	} else {
		page_table(page, "quarantine", titles);
		VEC_EACH (const struct quarantine_standing, standing, input->quarantine) {
			ledger_row(page, standing);
		}
		page_table_end(page, 0);
	}
	page_section_end(page);
}

/* The script fills it from the data: their names alone are the larger part of a page. */
void page_names(const struct page *page)
{
	if (page->input->evidence->passing.len > 0) {
		page_section(page, "names", "Tests that only passed");
		buf_fmt(page->out,
			"<p>%zu, and not one failure. <span class=\"needs-script\">Type above to "
			"find "
			"one.</span></p>\n<ul id=\"found\" class=\"plain\" "
			"aria-live=\"polite\"></ul>\n",
			page->input->evidence->passing.len);
		page_section_end(page);
	}
}

void page_notes(const struct page *page)
{
	CLEANUP(strv_release) struct strv caveats = {0};

	words_caveats(page->input, &caveats);
	if (caveats.len == 0) {
		return;
	}
	page_section(page, "notes", "How to read the numbers");
	buf_str_add(page->out, "<ul>\n");
	for (size_t i = 0; i < caveats.len; i++) {
		buf_str_add(page->out, "<li>");
		escape_html(page->out, caveats.items[i]);
		buf_str_add(page->out, "</li>\n");
	}
	buf_str_add(page->out, "</ul>\n");
	page_section_end(page);
}
