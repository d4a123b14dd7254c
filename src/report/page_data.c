/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/days.h"
#include "base/clock.h"
#include "base/map.h"
#include "base/str.h"
#include "report/budget_words.h"
#include "report/page_parts.h"
#include "report/words.h"
#include "text/json.h"

#include <math.h>
#include <string.h>

/* The charts' places, and what the script reads: compact, because pages hold many thousand tests. */

#define DAYS_MOST       400
#define WAITS_MOST      400 /* of a service */
#define SERVICES_MOST   12
#define NAME_BYTES_MOST 1000000 /* of tests that only passed */
#define DAY_US          (INT64_C(86400) * US_PER_S)

static void add_int(struct json *array, int64_t value)
{
	json_add(array, json_new_int(value));
}

static void add_str(struct json *array, const char *text)
{
	json_add(array, json_new_str(text));
}

static struct json *days(const struct page *page)
{
	struct day_rows rows = {0};
	struct json *out = json_new_array();

	days_count(page->input->evidence, page->input->flakes, DAYS_MOST, &rows);
	VEC_EACH (const struct day_row, row, &rows) {
		CLEANUP(buf_release) struct buf date = BUF_INIT(64);
		struct json *item = json_new_object();

		words_date(&date, row->day * DAY_US);
		json_put_str(item, "day", buf_str(&date));
		json_put_int(item, "runs", (int64_t)row->runs);
		for (enum run_fate fate = FATE_PASSED; fate < FATE_COUNT; fate++) {
			json_put_int(item, run_fate_name(fate), (int64_t)row->fates[fate]);
		}
		json_add(out, item);
	}
	VEC_FREE(&rows);
	return out;
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

/* The newest runs of that lane, oldest first, behind those of other lanes; and their numbers. */
static struct json *put_lane(const struct page *page, size_t lane, struct json *runs,
			     int64_t *number)
{
	const struct evidence *evidence = page->input->evidence;
	struct json *own = json_new_array();
	size_t count = 0;

	for (size_t run = 0; run < evidence->runs.len; run++) {
		count += page->strips.lane[run] == lane;
	}
	for (size_t run = 0; run < evidence->runs.len; run++) {
		if (page->strips.lane[run] == lane && count-- <= page->lane_runs) {
			json_add(runs, run_row(&evidence->runs.items[run]));
			add_int(own, (*number)++);
		}
	}
	return own;
}

/* The runs that strips show, lane by lane, and of each lane which are its own. */
static void put_runs(const struct page *page, struct json *out)
{
	struct json *runs = json_new_array(), *lanes = json_new_array();
	int64_t number = 0;

	for (size_t lane = 0; lane < page->strips.lanes.len; lane++) {
		json_add(lanes, put_lane(page, lane, runs, &number));
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
	size_t count = 0, skip = 0;

	VEC_EACH (const struct wait_facts, facts, &evidence->waits) {
		count += is_of(&facts->wait, service);
	}
	skip = count > WAITS_MOST ? count - WAITS_MOST : 0;
	VEC_EACH (const struct wait_facts, facts, &evidence->waits) {
		struct json *row = NULL;

		if (!is_of(&facts->wait, service) || skip > 0) {
			skip -= skip > 0 && is_of(&facts->wait, service);
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
		CLEANUP(buf_release) struct buf date = BUF_INIT(64);
		struct json *row = json_new_array();

		words_date(&date, day->day * DAY_US);
		add_str(row, buf_str(&date));
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

	json_put(data, "days", days(page));
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
