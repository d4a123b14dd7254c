/* SPDX-License-Identifier: Apache-2.0 */
#include "base/str.h"
#include "report/page_parts.h"
#include "report/words.h"
#include "text/duration.h"
#include "text/escape.h"

/* The head of the page and the order of its parts. */

extern const char embed_page_css[], embed_page_css_sha256[];
extern const char embed_page_js[], embed_page_js_sha256[];
extern const char embed_chart_min_js[], embed_chart_min_js_sha256[];

void page_section(const struct page *page, const char *id, const char *title)
{
	buf_fmt(page->out, "<section id=\"%s\">\n<h2>", id);
	escape_html(page->out, title);
	buf_str_add(page->out, "</h2>\n");
}

void page_section_end(const struct page *page)
{
	buf_str_add(page->out, "</section>\n");
}

/* Only what is in this file may run, and nothing may be loaded or sent. */
static void policy(struct buf *out)
{
	buf_fmt(out,
		"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
		"script-src 'sha256-%s' 'sha256-%s'; style-src 'sha256-%s'; img-src data:; "
		"base-uri 'none'; form-action 'none'\">\n",
		embed_chart_min_js_sha256, embed_page_js_sha256, embed_page_css_sha256);
}

static void head(const struct page *page, const char *title)
{
	struct buf *out = page->out;

	buf_str_add(out, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
	policy(out);
	buf_str_add(out,
		    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		    "<meta name=\"color-scheme\" content=\"light dark\">\n"
		    "<meta name=\"generator\" content=\"steady\">\n"
		    "<link rel=\"icon\" href=\"data:,\">\n<title>");
	escape_html(out, title);
	buf_str_add(out, "</title>\n<style>");
	buf_str_add(out, embed_page_css);
	buf_str_add(out, "</style>\n</head>\n");
}

static void banner(const struct page *page, const char *title, const char *below)
{
	struct buf *out = page->out;

	buf_str_add(out, "<body>\n<a class=\"skip\" href=\"#main\">Skip to the report</a>\n"
			 "<header>\n<div>\n<h1>");
	escape_html(out, title);
	buf_str_add(out, "</h1>\n<p>");
	escape_html(out, below);
	buf_str_add(out,
		    "</p>\n</div>\n<div class=\"tools\">\n"
		    "<label class=\"needs-script\">Find <input id=\"find\" type=\"search\" "
		    "placeholder=\"test, job, owner, failure\" autocomplete=\"off\" "
		    "spellcheck=\"false\" aria-keyshortcuts=\"/\"></label>\n"
		    "<button id=\"theme\" class=\"needs-script\" type=\"button\">Dark</button>\n"
		    "</div>\n</header>\n<main id=\"main\">\n");
}

static void foot(const struct page *page)
{
	struct buf *out = page->out;

	buf_str_add(out, "</main>\n<footer><p>Made by steady ");
	time_show(out, page->input->now_us);
	buf_str_add(out, ". Every figure can be traced with <code>steady show TEST</code>."
			 "</p></footer>\n<div id=\"tip\" role=\"status\" hidden></div>\n");
	page_data(page);
	buf_str_add(out, "<script>");
	buf_str_add(out, embed_chart_min_js);
	buf_str_add(out, "</script>\n<script>");
	buf_str_add(out, embed_page_js);
	buf_str_add(out, "</script>\n</body>\n</html>\n");
}

/* So many runs of a lane are shown as cells, and fewer where there are many lanes. */
#define LANE_RUNS_MOST  ((size_t)1000)
#define LANE_RUNS_LEAST ((size_t)100)
#define RUNS_MOST       ((size_t)5000)

static size_t lane_runs(size_t lanes)
{
	size_t share = RUNS_MOST / (lanes > 0 ? lanes : 1);

	return share > LANE_RUNS_MOST    ? LANE_RUNS_MOST
	       : share < LANE_RUNS_LEAST ? LANE_RUNS_LEAST
					 : share;
}

void page_begin(struct page *page, const struct report_input *input, struct buf *out,
		const char *title, const char *below)
{
	*page = (struct page){.input = input, .out = out};
	strip_maker_init(input->evidence, input->flakes->left_out, &page->strips);
	page->lane_runs = lane_runs(page->strips.lanes.len);
	head(page, title);
	banner(page, title, below);
}

void page_end(struct page *page)
{
	foot(page);
	strip_maker_release(&page->strips);
}

void report_html(const struct report_input *input, struct buf *out)
{
	CLEANUP(buf_release) struct buf window = BUF_INIT(BUF_OWN_MAX);
	struct page page = {0};

	words_window(&window, input);
	page_begin(&page, input, out, "Flake report", buf_str(&window));
	page_first(&page);
	page_charts(&page);
	page_budgets(&page);
	page_tests(&page);
	page_services(&page);
	page_incidents(&page);
	page_quarantine(&page);
	page_names(&page);
	page_notes(&page);
	page_end(&page);
}
