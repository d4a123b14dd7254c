/* SPDX-License-Identifier: Apache-2.0 */
#include "report/lead.h"

#include "base/str.h"
#include "report/budget_words.h"
#include "report/words.h"

/* " of @web, @ana", " without an owner" */
static void whose(struct buf *out, const struct report_filter *filter)
{
	const char *gap = " of ";
	bool none = false;

	for (size_t i = 0; filter && i < filter->owners->len; i++) {
		if (str_eq(filter->owners->items[i], "none")) {
			none = true;
			continue;
		}
		buf_fmt(out, "%s%s", gap, filter->owners->items[i]);
		gap = ", ";
	}
	if (none) {
		buf_fmt(out, "%s without an owner", *gap == ',' ? " or" : "");
	}
}

/* Of that state those that the quarantine does not excuse; it adds the others to *excused. */
static size_t count_news(const struct report_input *input, enum test_state state, size_t *excused)
{
	size_t count = input->flakes->count[state], known = 0;

	for (size_t i = 0; i < count; i++) {
		known += report_is_excused(input, flake_report_nth(input->flakes, state, i));
	}
	*excused += known;
	return count - known;
}

static void verdict(struct buf *out, const struct report_input *input)
{
	size_t excused = 0;
	size_t flaky = count_news(input, STATE_FLAKY, &excused);
	size_t broken = count_news(input, STATE_BROKEN, &excused);

	if (flaky + broken == 0) {
		buf_str_add(out, "No flaky or broken test");
		if (excused > 0) {
			buf_fmt(out, " but %zu in quarantine", excused);
		}
		return;
	}
	if (flaky > 0) {
		buf_fmt(out, "%zu flaky", flaky);
	}
	if (flaky > 0 && broken > 0) {
		buf_str_add(out, " and ");
	}
	if (broken > 0) {
		buf_fmt(out, "%zu broken", broken);
	}
	/* English goes by the number nearest to the noun. */
	buf_str_add(out, (broken > 0 ? broken : flaky) == 1 ? " test" : " tests");
	if (excused > 0) {
		buf_fmt(out, ", %zu more in quarantine,", excused);
	}
}

/* Nothing to judge: what the window is, and so that it is not taken for a good week. */
static void nothing(struct buf *out, const struct report_input *input)
{
	if (input->evidence->newest_run_us == 0) {
		buf_str_add(out, "Nothing recorded yet");
		return;
	}
	buf_str_add(out, "No runs to judge from ");
	words_date(out, input->since_us);
	buf_str_add(out, " to ");
	words_date(out, input->until_us);
}

void lead_verdict(struct buf *out, const struct report_input *input)
{
	CLEANUP(strv_release) struct strv jobs = {0};

	if (input->evidence->runs.len == 0) {
		nothing(out, input);
		return;
	}
	words_jobs(input->evidence, &jobs);
	verdict(out, input);
	whose(out, input->filter);
	buf_str_add(out, " in ");
	words_count(out, input->evidence->runs.len, "run", "runs");
	buf_str_add(out, " of ");
	words_count(out, jobs.len, "job", "jobs");
	words_budgets(out, input->budgets);
}

/* What the flakes cost; what is measured in minutes may be there without a red run, and the other way round. */
static void costs(const struct flake_report *flakes, struct strv *out)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);

	if (flakes->minutes_lost > 0) {
		words_minutes(&text, flakes->minutes_lost);
		buf_str_add(&text, " minutes lost to flakes");
	}
	if (flakes->runs_failed_by_flakes > 0) {
		buf_str_add(&text, text.len > 0 ? ", " : "");
		words_count(&text, flakes->runs_failed_by_flakes, "run", "runs");
		buf_fmt(&text, " red only through %s",
			flakes->minutes_lost > 0 ? "them" : "flakes");
	}
	if (text.len > 0) {
		strv_add(out, buf_str(&text));
	}
}

void lead_lines(const struct report_input *input, struct strv *out)
{
	const struct flake_report *flakes = input->flakes;
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);

	costs(flakes, out);
	if (flakes->mass.len > 0) {
		buf_str_add(&text, "many tests failed at once in ");
		words_count(&text, flakes->mass.len, "run", "runs");
		strv_add(out, buf_str(&text));
	}
	words_services(flakes, out);
}
