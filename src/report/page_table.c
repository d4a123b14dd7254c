/* SPDX-License-Identifier: Apache-2.0 */
#include "report/page_parts.h"
#include "text/escape.h"

void page_text(const struct page *page, const struct buf *words)
{
	escape_html(page->out, buf_str(words));
}

/* The title as people read it. */
static const char *shown(const char *title)
{
	return title[0] == '>' ? title + 1 : title;
}

void page_table(const struct page *page, const char *name, const char *const *titles)
{
	buf_fmt(page->out, "<table class=\"tests\" data-name=\"%s\">\n<thead><tr>", name);
	for (; *titles; titles++) {
		buf_fmt(page->out, "<th scope=\"col\"%s>%s</th>",
			**titles == '>' ? " class=\"number\"" : "", shown(*titles));
	}
	buf_str_add(page->out, "</tr></thead>\n<tbody>\n");
}

void page_table_end(const struct page *page, size_t untold)
{
	buf_str_add(page->out, "</tbody>\n</table>\n");
	if (untold > 0) {
		buf_fmt(page->out,
			"<p>%zu more: <code>steady report --format json</code> lists all.</p>\n",
			untold);
	}
}

void page_cell(const struct page *page, const char *title, const char *text)
{
	buf_fmt(page->out, "<td data-label=\"%s\">", shown(title));
	escape_html(page->out, text);
	buf_str_add(page->out, "</td>");
}

void page_number(const struct page *page, const char *title, long long value, const char *text)
{
	buf_fmt(page->out, "<td data-label=\"%s\" class=\"number\" data-value=\"%lld\">",
		shown(title), value);
	escape_html(page->out, text);
	buf_str_add(page->out, "</td>");
}
