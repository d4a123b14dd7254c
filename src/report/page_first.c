/* SPDX-License-Identifier: Apache-2.0 */
#include "base/str.h"
#include "report/budget_words.h"
#include "report/delta_words.h"
#include "report/first_step.h"
#include "report/lead.h"
#include "report/page_parts.h"
#include "report/words.h"
#include "text/duration.h"
#include "text/escape.h"

/* The first screen: how it stands, what changed, what costs most, who was late, what to do. */

#define COSTLY_SHOWN   3
#define CHANGES_SHOWN  6
#define BUDGETS_SHOWN  4
#define CHANGES_MOST   ((size_t)100)
#define SERVICES_SHOWN 3

static void card(const struct page *page, const char *level, const char *value, const char *label)
{
	buf_fmt(page->out, "<li class=\"card %s\"><b>", level);
	escape_html(page->out, value);
	buf_str_add(page->out, "</b> <span>");
	escape_html(page->out, label);
	buf_str_add(page->out, "</span></li>\n");
}

/* Little is left when three quarters are gone. */
static const char *budget_level(const struct budget *budget)
{
	if (budget->state == BUDGET_SPENT || budget->alert == ALERT_PAGE) {
		return "bad";
	}
	if (budget->alert == ALERT_WARN || budget->left < 0.25) {
		return "warn";
	}
	return budget->state == BUDGET_FEW ? "" : "good";
}

/* How much of each budget is left, and how fast it goes. */
static void budget_card(const struct page *page, const struct budget *budget)
{
	CLEANUP(buf_release) struct buf value = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(buf_release) struct buf label = BUF_INIT(BUF_OWN_MAX);
	const struct budget_span *span = budget_span_shown(budget);
	words_budget_left(&value, budget);
	buf_fmt(&label, "left of the budget of %s", budget->objective->name);
	if (span) {
		buf_str_add(&label, ", burning ");
		words_burn(&label, span);
	}
	card(page, budget_level(budget), value.len > 0 ? buf_str(&value) : "too few runs",
	     buf_str(&label));
}

static void budget_cards(const struct page *page)
{
	size_t shown = 0;

	for (size_t i = 0; page->input->budgets && i < page->input->budgets->len; i++) {
		const struct budget *budget = &page->input->budgets->items[i];

		if (budget_is_shown(budget) && shown < BUDGETS_SHOWN) {
			budget_card(page, budget);
			shown++;
		}
	}
}

static void red_card(const struct page *page)
{
	const struct flake_report *flakes = page->input->flakes;
	size_t runs = page->input->evidence->runs.len;
	CLEANUP(buf_release) struct buf value = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(buf_release) struct buf label = BUF_INIT(BUF_OWN_MAX);

	words_percent(&value, (double)flakes->runs_failed_by_flakes / (double)runs);
	buf_fmt(&label, "red only through flakes: %zu of ", flakes->runs_failed_by_flakes);
	words_count(&label, runs, "run", "runs");
	card(page, flakes->runs_failed_by_flakes > 0 ? "bad" : "good", buf_str(&value),
	     buf_str(&label));
}

static void count_card(const struct page *page, enum test_state state, const char *level,
		       const char *one, const char *many)
{
	size_t count = page->input->flakes->count[state];
	CLEANUP(buf_release) struct buf value = BUF_INIT(BUF_OWN_MAX);

	buf_fmt(&value, "%zu", count);
	card(page, count > 0 ? level : "good", buf_str(&value), count == 1 ? one : many);
}

static void minutes_card(const struct page *page)
{
	double minutes = page->input->flakes->minutes_lost;
	CLEANUP(buf_release) struct buf value = BUF_INIT(BUF_OWN_MAX);

	words_minutes(&value, minutes);
	card(page, minutes > 0 ? "warn" : "good", buf_str(&value), "minutes lost to flakes");
}

static void waits_card(const struct page *page)
{
	size_t waits = 0, failed = 0;
	CLEANUP(buf_release) struct buf value = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(buf_release) struct buf label = BUF_INIT(BUF_OWN_MAX);

	VEC_EACH (const struct service_summary, service, &page->input->flakes->services) {
		waits += service->waits;
		failed += service->failed;
	}
	if (waits > 0) {
		buf_fmt(&value, "%zu", failed);
		buf_str_add(&label, "not ready, of ");
		words_count(&label, waits, "wait", "waits");
		card(page, failed > 0 ? "bad" : "good", buf_str(&value), buf_str(&label));
	}
}

static void verdict(const struct page *page)
{
	const struct flake_report *flakes = page->input->flakes;
	const char *level = page->input->evidence->runs.len == 0 ? "empty"
			    : flakes->count[STATE_BROKEN] + flakes->runs_failed_by_flakes > 0
				    ? "bad"
			    : flakes->count[STATE_FLAKY] > 0 ? "warn"
							     : "good";
	CLEANUP(buf_release) struct buf words = BUF_INIT(BUF_OWN_MAX);

	lead_verdict(&words, page->input);
	buf_fmt(page->out, "<section id=\"verdict\" class=\"%s\">\n<p class=\"headline\">", level);
	page_text(page, &words);
	buf_str_add(page->out, "</p>\n");
	if (page->input->evidence->runs.len > 0) {
		buf_str_add(page->out, "<ul class=\"cards\">\n");
		budget_cards(page);
		red_card(page);
		minutes_card(page);
		count_card(page, STATE_FLAKY, "warn", "flaky test", "flaky tests");
		count_card(page, STATE_BROKEN, "bad", "broken test", "broken tests");
		waits_card(page);
		buf_str_add(page->out, "</ul>\n");
	}
	page_section_end(page);
}

static void first(const struct page *page)
{
	CLEANUP(buf_release) struct buf words = BUF_INIT(BUF_OWN_MAX);

	first_step(&words, page->input);
	if (words.len > 0) {
		page_section(page, "first", "What to do first");
		buf_str_add(page->out, "<p>");
		page_text(page, &words);
		buf_str_add(page->out, "</p>\n");
		page_section_end(page);
	}
}

static void change(const struct page *page, const struct delta_row *row)
{
	const struct test_judgement *test = delta_test(page->input, row);
	CLEANUP(buf_release) struct buf words = BUF_INIT(BUF_OWN_MAX);

	buf_fmt(page->out, "<li><b class=\"tag %s\">", delta_kind_name(row->kind));
	escape_html(page->out, words_delta_kind(row->kind));
	buf_str_add(page->out, "</b> <code>");
	words_test(&words, &page->input->longer->evidence, test);
	page_text(page, &words);
	buf_str_add(page->out, "</code> ");
	buf_clear(&words);
	words_delta(&words, page->input, row);
	buf_str_add(&words, "; job ");
	words_job(&words, test);
	page_text(page, &words);
	buf_str_add(page->out, "</li>\n");
}

static void change_list(const struct page *page, const struct delta *delta)
{
	size_t top = report_top(page->input, CHANGES_MOST);

	buf_str_add(page->out, "<ul class=\"plain\">\n");
	for (size_t i = 0; i < delta->len && i < top; i++) {
		if (i == CHANGES_SHOWN) {
			buf_fmt(page->out,
				"</ul>\n<details><summary>%zu more</summary>\n"
				"<ul class=\"plain\">\n",
				delta->len - i);
		}
		change(page, &delta->items[i]);
	}
	if (delta->len > top) {
		buf_fmt(page->out,
			"<li>… and %zu more: <code>steady report --format json</code> lists "
			"all</li>\n",
			delta->len - top);
	}
	buf_str_add(page->out, delta->len > CHANGES_SHOWN && top > CHANGES_SHOWN
				       ? "</ul>\n</details>\n"
				       : "</ul>\n");
}

static void ledger_list(const struct page *page)
{
	struct ledger_changes changes = {0};

	ledger_changes_find(page->input, &changes);
	buf_str_add(page->out, changes.len > 0 ? "<ul class=\"plain\">\n" : "");
	VEC_EACH (const struct ledger_change, change, &changes) {
		CLEANUP(buf_release) struct buf words = BUF_INIT(BUF_OWN_MAX);

		buf_fmt(page->out, "<li><b class=\"tag back\">%s</b> <code>", change->word);
		escape_html(page->out, change->row->test);
		buf_str_add(page->out, "</code> ");
		words_ledger_change(&words, change);
		page_text(page, &words);
		buf_str_add(page->out, "</li>\n");
	}
	buf_str_add(page->out, changes.len > 0 ? "</ul>\n" : "");
	VEC_FREE(&changes);
}

static void changes(const struct page *page)
{
	CLEANUP(buf_release) struct buf words = BUF_INIT(BUF_OWN_MAX);

	if (!delta_is_known(page->input)) {
		page_section(page, "changes", "What changed");
		buf_str_add(page->out, "<p>Nothing is on record from before: next time this says "
				       "what is new, worse and fixed.</p>\n");
		page_section_end(page);
		return;
	}
	words_delta_title(&words, page->input);
	page_section(page, "changes", buf_str(&words));
	buf_clear(&words);
	words_delta_counts(&words, &page->input->longer->delta);
	buf_str_add(page->out, "<p>");
	page_text(page, &words);
	buf_str_add(page->out, "</p>\n");
	change_list(page, &page->input->longer->delta);
	ledger_list(page);
	page_section_end(page);
}

static void costly_test(const struct page *page, const struct test_judgement *test)
{
	const char *owner = page->input->evidence->tests.items[test->test].owner;
	CLEANUP(buf_release) struct buf words = BUF_INIT(BUF_OWN_MAX);

	buf_str_add(page->out, "<li><b>");
	words_minutes(&words, test->minutes_lost);
	page_text(page, &words);
	buf_str_add(page->out, " min</b> <a href=\"#");
	page_anchor(page, test, page->out);
	buf_str_add(page->out, "\"><code>");
	buf_clear(&words);
	words_test(&words, page->input->evidence, test);
	page_text(page, &words);
	buf_str_add(page->out, "</code></a> ");
	buf_clear(&words);
	buf_str_add(&words, "fails in ");
	words_rate(&words, &test->rate);
	buf_str_add(&words, " of runs");
	if (owner) {
		buf_fmt(&words, "; owner %s", owner);
	}
	page_text(page, &words);
	buf_str_add(page->out, "</li>\n");
}

static void costly(const struct page *page)
{
	size_t count = page->input->flakes->count[STATE_FLAKY];

	if (count == 0) {
		return;
	}
	page_section(page, "costly", "What costs most");
	buf_str_add(page->out, "<ol class=\"plain\">\n");
	for (size_t i = 0; i < count && i < COSTLY_SHOWN; i++) {
		costly_test(page, flake_report_ranked(page->input->flakes, STATE_FLAKY, i));
	}
	buf_str_add(page->out, "</ol>\n");
	page_section_end(page);
}

static void late_service(const struct page *page, const struct service_summary *service)
{
	CLEANUP(buf_release) struct buf words = BUF_INIT(BUF_OWN_MAX);

	buf_str_add(page->out, "<li><code>");
	words_service(&words, service);
	page_text(page, &words);
	buf_str_add(page->out, "</code> ");
	buf_clear(&words);
	buf_fmt(&words, "not ready in %zu of ", service->failed);
	words_count(&words, service->waits, "wait", "waits");
	if (service->p95_us >= 0) {
		buf_str_add(&words, ", p95 ");
		duration_show(&words, service->p95_us);
		buf_str_add(&words, service->limit_us > 0 ? " of " : "");
		if (service->limit_us > 0) {
			duration_show(&words, service->limit_us);
		}
	}
	if (service->crosses) {
		buf_str_add(&words, "; ");
		words_slower(&words, service);
	}
	page_text(page, &words);
	buf_str_add(page->out, "</li>\n");
}

/* What was late or will be; the worst stand in front. */
static bool is_late(const struct service_summary *service)
{
	return service->failed > 0 || service->crosses;
}

static void late(const struct page *page)
{
	CLEANUP(buf_release) struct buf down = BUF_INIT(BUF_OWN_MAX);
	size_t shown = 0;

	words_down(&down, page->input->flakes);
	if (page->input->flakes->services.len == 0 && down.len == 0) {
		return;
	}
	page_section(page, "late", "Which service was late");
	buf_str_add(page->out, "<ul class=\"plain\">\n");
	if (down.len > 0) {
		buf_str_add(page->out, "<li>");
		page_text(page, &down);
		buf_str_add(page->out, "</li>\n");
	}
	VEC_EACH (const struct service_summary, service, &page->input->flakes->services) {
		if (is_late(service) && shown < SERVICES_SHOWN) {
			late_service(page, service);
			shown++;
		}
	}
	buf_str_add(page->out, shown == 0 && down.len == 0
				       ? "<li>none: each wait ended well</li>\n</ul>\n"
				       : "</ul>\n");
	page_section_end(page);
}

void page_first(const struct page *page)
{
	verdict(page);
	if (page->input->evidence->runs.len == 0) {
		return;
	}
	buf_str_add(page->out, "<div class=\"pair\">\n<div>\n");
	first(page);
	changes(page);
	buf_str_add(page->out, "</div>\n<div>\n");
	costly(page);
	late(page);
	buf_str_add(page->out, "</div>\n</div>\n");
}
