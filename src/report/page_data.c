/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"
#include "base/str.h"
#include "report/budget_words.h"
#include "report/days_json.h"
#include "report/page_parts.h"
#include "report/shapes.h"
#include "report/words.h"
#include "text/json.h"

#include <math.h>
#include <string.h>

/* The charts' places, and what the script reads: compact, because pages hold many thousand tests. */

#define DAYS_MOST       400
#define WAITS_MOST      400 /* of a service */
#define SERVICES_MOST   12
#define NAME_BYTES_MOST 1000000 /* of tests that only passed */

static void add_int(struct json *array, int64_t value)
{
	json_add(array, json_new_int(value));
}

static void add_str(struct json *array, const char *text)
{
	json_add(array, json_new_str(text));
}

static struct json *run_row(const struct run_facts *run)
{
	struct json *out = json_new_array();
	AUTO_FREE char *commit = run->commit ? mem_strn(run->commit, WORDS_COMMIT) : NULL;

	add_int(out, run->started_us / US_PER_S);
	add_str(out, run->key);
	add_str(out, str_or(commit, ""));
	add_str(out, str_or(run->job, ""));
	return out;
}

/* The newest runs of each lane, oldest first, and of each lane which are its own. */
static void put_runs(const struct page *page, struct json *out)
{
	const struct evidence *evidence = page->input->evidence;
	const struct strip_maker *strips = &page->strips;
	AUTO_FREE size_t *left = mem_array(strips->lanes.len + 1, sizeof(*left));
	AUTO_FREE struct json **own = mem_array(strips->lanes.len + 1, sizeof(*own));
	struct json *runs = json_new_array(), *lanes = json_new_array();
	int64_t number = 0;

	for (size_t lane = 0; lane < strips->lanes.len; lane++) {
		own[lane] = json_new_array();
		json_add(lanes, own[lane]);
	}
	for (size_t run = 0; run < evidence->runs.len; run++) {
		if (strips->lane[run] != NO_INDEX) {
			left[strips->lane[run]]++;
		}
	}
	for (size_t run = 0; run < evidence->runs.len; run++) {
		size_t lane = strips->lane[run];

		if (lane != NO_INDEX && left[lane]-- <= page->lane_runs) {
			json_add(runs, run_row(&evidence->runs.items[run]));
			add_int(own[lane], number++);
		}
	}
	json_put(out, "runs", runs);
	json_put(out, "lanes", lanes);
}

static bool is_of(const struct wait *wait, const struct service_summary *service)
{
	return str_eq(wait->service, service->service) && str_eq(wait->probe, service->probe) &&
	       !wait->cancelled && !wait->invert && wait->duration_us >= 0;
}

/* [time, milliseconds, ready]: the newest ones. */
static struct json *waits(const struct page *page, const struct service_summary *service)
{
	const struct evidence *evidence = page->input->evidence;
	struct json *out = json_new_array();
	size_t left = 0;

	VEC_EACH (const struct wait_facts, facts, &evidence->waits) {
		left += is_of(&facts->wait, service);
	}
	VEC_EACH (const struct wait_facts, facts, &evidence->waits) {
		struct json *row = NULL;

		if (!is_of(&facts->wait, service) || left-- > WAITS_MOST) {
			continue;
		}
		row = json_new_array();
		add_int(row, facts->wait.started_us / US_PER_S);
		add_int(row, facts->wait.duration_us / US_PER_MS);
		json_add(row, json_new_bool(facts->wait.ready));
		json_add(out, row);
	}
	return out;
}

static struct json *services(const struct page *page)
{
	struct json *out = json_new_array();
	size_t shown = 0;

	VEC_EACH (const struct service_summary, service, &page->input->flakes->services) {
		CLEANUP(buf_release) struct buf name = BUF_INIT(BUF_OWN_MAX);
		struct json *item = NULL;

		if (shown++ == SERVICES_MOST) {
			break;
		}
		item = json_new_object();
		words_service(&name, service);
		json_put_str(item, "name", buf_str(&name));
		json_put_int(item, "limit_ms", service->limit_us / US_PER_MS);
		json_put(item, "waits", waits(page, service));
		json_add(out, item);
	}
	return out;
}

/* [day, percent left] from the first event on. */
static struct json *budget_days(const struct budget *budget)
{
	struct json *out = json_new_array();

	VEC_EACH (const struct budget_day, day, &budget->days) {
		struct json *row = json_new_array();

		json_add(row, shape_day(day->day));
		json_add(row, json_new_real(round(day->left * 1000) / 10));
		json_add(out, row);
	}
	return out;
}

static struct json *budgets(const struct page *page)
{
	struct json *out = json_new_array();

	for (size_t i = 0; page->input->budgets && i < page->input->budgets->len; i++) {
		const struct budget *budget = &page->input->budgets->items[i];
		struct json *item = NULL;

		if (budget_is_shown(budget) && budget->state != BUDGET_FEW) {
			item = json_new_object();
			json_put_str(item, "name", budget->objective->name);
			json_put(item, "days", budget_days(budget));
			json_add(out, item);
		}
	}
	return out;
}

/* [class, [name, …]]: they come in that order. What does not fit is left out, and said. */
static void put_names(const struct page *page, struct json *out)
{
	struct json *groups = json_new_array(), *names = NULL;
	const char *group = NULL;
	size_t bytes = 0, left_out = 0;

	VEC_EACH (const struct test_facts, test, &page->input->evidence->passing) {
		const char *class_name = str_or(test->name.class_name, "");
		const char *name = str_or(test->name.name, "");

		bytes += strlen(name) + 3;
		if (!names || !str_eq(group, class_name)) {
			bytes += strlen(class_name) + 8;
		}
		if (bytes > NAME_BYTES_MOST) {
			left_out++;
			continue;
		}
		if (!names || !str_eq(group, class_name)) {
			struct json *item = json_new_array();

			names = json_new_array();
			group = class_name;
			add_str(item, class_name);
			json_add(item, names);
			json_add(groups, item);
		}
		add_str(names, name);
	}
	json_put(out, "names", groups);
	json_put_int(out, "names_left_out", (int64_t)left_out);
}

/* Nothing in a string may end the script or open a comment. */
static void put_safely(const struct buf *text, struct buf *out)
{
	const char *at = buf_str(text);

	while (*at) {
		size_t plain = strcspn(at, "<");

		buf_add(out, at, plain);
		at += plain;
		if (*at == '<') {
			buf_str_add(out, "\\u003c");
			at++;
		}
	}
}

void page_data(const struct page *page)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);
	struct json *data = json_new_object();

	json_put(data, "days", days_json(page->input, DAYS_MOST, true));
	put_runs(page, data);
	json_put(data, "services", services(page));
	json_put(data, "budgets", budgets(page));
	put_names(page, data);
	json_write(data, 0, &text);
	json_free(data);
	buf_str_add(page->out, "<script type=\"application/json\" id=\"data\">");
	put_safely(&text, page->out);
	buf_str_add(page->out, "</script>\n");
}

void page_charts(const struct page *page)
{
	if (page->input->evidence->runs.len > 0) {
		page_section(page, "days", "Runs");
		buf_str_add(page->out,
			    "<div class=\"charts needs-script\" id=\"day-charts\"></div>\n");
		page_section_end(page);
	}
}
