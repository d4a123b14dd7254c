/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/standings.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"
#include "cli/excuses.h"
#include "quarantine/ledger.h"
#include "quarantine/match.h"

#include <stdlib.h>
#include <string.h>

/* Of a row's tests so many are asked for one by one whether they ran. */
#define ASKED_MOST 20

/* How the tests of some evidence are shown, one behind the other. */
static void show_tests(const struct evidence *evidence, struct strv *out)
{
	CLEANUP(buf_release) struct buf shown = BUF_INIT(BUF_OWN_MAX);

	VEC_EACH (const struct test_facts, test, &evidence->tests) {
		buf_clear(&shown);
		test_name_show(&test->name, &shown);
		strv_add(out, buf_str(&shown));
	}
}

/* Marks those that the row names; returns how many. */
static size_t mark_named(const struct evidence *evidence, const struct strv *shown,
			 const struct quarantine_row *row, bool *named)
{
	size_t count = 0;

	for (size_t i = 0; i < shown->len; i++) {
		named[i] = match_shown(row, shown->items[i], evidence->tests.items[i].id);
		count += named[i];
	}
	return count;
}

static const char *signature_of(const struct evidence *evidence, const struct observation *seen)
{
	return seen->has_signature ? evidence->signatures.items[seen->signature].id : "";
}

static void count_failures(const struct evidence *evidence, const bool *named,
			   struct quarantine_standing *out)
{
	VEC_EACH (const struct observation, seen, &evidence->observations) {
		const struct run_facts *run = &evidence->runs.items[seen->run];

		if (!named[seen->test] || !outcome_is_bad(seen->first) ||
		    !match_job(&out->row, run->job)) {
			continue;
		}
		out->failures++;
		out->excused += match_signature(&out->row, signature_of(evidence, seen));
		if (run->started_us > out->last_failure_us) {
			out->last_failure_us = run->started_us;
		}
	}
}

static void count_runs(const struct evidence *evidence, const bool *named,
		       struct quarantine_standing *out)
{
	AUTO_FREE size_t *tests = mem_array(out->tests + 1, sizeof(*tests));
	size_t count = 0;

	for (size_t test = 0; test < evidence->tests.len; test++) {
		if (named[test]) {
			tests[count++] = test;
		}
	}
	for (size_t run = 0; run < evidence->runs.len; run++) {
		bool ran = false;

		if (!match_job(&out->row, evidence->runs.items[run].job)) {
			continue;
		}
		for (size_t i = 0; !ran && i < count; i++) {
			ran = evidence_ran(evidence, tests[i], run);
		}
		out->runs += ran;
	}
}

/* The worst of its tests counts. */
static void judge(const struct flake_report *flakes, const bool *named,
		  struct quarantine_standing *out)
{
	bool any = false;

	out->stable = true;
	VEC_EACH (const struct test_judgement, test, &flakes->tests) {
		bool is_flaky = test->state == STATE_FLAKY;
		double probability = is_flaky ? test->clean.still_flaky : test->probability;

		if (!named[test->test] || test->state == STATE_OTHER ||
		    !match_job(&out->row, test->job)) {
			continue;
		}
		any = true;
		out->still_flaky = probability > out->still_flaky ? probability : out->still_flaky;
		out->stable &= test->state == STATE_FIXED || (is_flaky && test->clean.needed == 0);
		out->broken |= test->state == STATE_BROKEN || test->broken_now;
	}
	out->stable &= any;
}

/* Rows of whose tests none failed, and the tests on record that they name. */
struct asking {
	struct quarantine_standing_list *rows;
	bool *open; /* of each row: it is one of them */
	struct strv ids;
};

static void ask_about(const struct test_facts *test, void *payload)
{
	CLEANUP(buf_release) struct buf shown = BUF_INIT(BUF_OWN_MAX);
	struct asking *asking = payload;
	bool wanted = false;

	test_name_show(&test->name, &shown);
	for (size_t i = 0; i < asking->rows->len; i++) {
		struct quarantine_standing *row = &asking->rows->items[i];

		if (asking->open[i] && match_shown(&row->row, buf_str(&shown), test->id)) {
			wanted |= row->tests++ < ASKED_MOST;
		}
	}
	if (wanted) {
		strv_add(&asking->ids, test->id);
	}
}

/* Did one of their tests run at all? The history is asked once for all rows. */
static int ask_history(const struct standings_question *question, bool *open,
		       struct quarantine_standing_list *rows, struct err *err)
{
	CLEANUP(evidence_release) struct evidence evidence = {0};
	CLEANUP(strv_release) struct strv shown = {0};
	struct history_window window = *question->window;
	struct asking asking = {rows, open, {0}};
	AUTO_FREE bool *named = NULL;
	int rc = 0;

	window.names = false;
	window.waits_reach_us = 0;
	window.also = &asking.ids;
	rc = history_each_test(question->history, ask_about, &asking, err);
	if (rc == 0 && asking.ids.len > 0) {
		rc = history_load(question->history, &window, &evidence, err);
	}
	strv_release(&asking.ids);
	show_tests(&evidence, &shown);
	named = mem_array(evidence.tests.len + 1, sizeof(*named));
	for (size_t i = 0; i < rows->len; i++) {
		if (open[i] && mark_named(&evidence, &shown, &rows->items[i].row, named) > 0) {
			count_runs(&evidence, named, &rows->items[i]);
		}
	}
	return rc;
}

static void stand(const struct standings_question *question, const struct strv *shown,
		  struct quarantine_standing *out)
{
	const struct evidence *evidence = &question->survey->evidence;
	AUTO_FREE bool *named = mem_array(evidence->tests.len + 1, sizeof(*named));

	out->tests = mark_named(evidence, shown, &out->row, named);
	out->expired = match_is_expired(&out->row, question->now_us);
	out->overdue = match_is_overdue(&out->row, question->now_us);
	out->still_flaky = -1;
	count_failures(evidence, named, out);
	judge(&question->survey->flakes, named, out);
	if (out->tests > 0) {
		count_runs(evidence, named, out);
	}
}

static void conclude(const struct standings_question *question, struct quarantine_standing *out)
{
	/* an empty window tells nothing */
	out->vanished = out->runs == 0 && question->survey->evidence.runs.len > 0;
	/* whoever wrote it within the window knew why */
	out->stale = out->runs > 0 && out->failures == 0 &&
		     out->row.added_us < question->window->since_us;
}

int standings_make(const struct standings_question *question, struct quarantine_standing_list *out,
		   struct err *err)
{
	AUTO_FREE bool *open = mem_array(question->rows->len + 1, sizeof(*open));
	CLEANUP(strv_release) struct strv shown = {0};
	bool any = false;

	*out = (struct quarantine_standing_list){0};
	show_tests(&question->survey->evidence, &shown);
	for (size_t i = 0; i < question->rows->len; i++) {
		struct quarantine_standing *standing = VEC_PUSH(out);

		quarantine_row_copy(&standing->row, &question->rows->items[i]);
		stand(question, &shown, standing);
		open[i] = standing->tests == 0;
		any |= open[i];
	}
	if (any && question->history && ask_history(question, open, out, err) < 0) {
		return -1;
	}
	VEC_EACH (struct quarantine_standing, standing, out) {
		conclude(question, standing);
	}
	return 0;
}

/* The rows that name a test. */
struct naming {
	const struct quarantine_list *rows;
	bool *names;
	int64_t now_us;
};

static bool find_naming(struct naming *naming, const struct test_facts *test)
{
	CLEANUP(buf_release) struct buf shown = BUF_INIT(BUF_OWN_MAX);
	bool any = false;

	test_name_show(&test->name, &shown);
	for (size_t i = 0; i < naming->rows->len; i++) {
		naming->names[i] = !match_is_overdue(&naming->rows->items[i], naming->now_us) &&
				   match_shown(&naming->rows->items[i], buf_str(&shown), test->id);
		any |= naming->names[i];
	}
	return any;
}

static bool is_excused(const struct naming *naming, const char *job, const char *signature)
{
	for (size_t i = 0; i < naming->rows->len; i++) {
		const struct quarantine_row *row = &naming->rows->items[i];

		if (naming->names[i] && match_job(row, job) && match_signature(row, signature)) {
			return true;
		}
	}
	return false;
}

/* All failures of that judgement. */
static bool is_all_excused(const struct evidence *evidence, const struct naming *naming,
			   const struct test_judgement *judged)
{
	size_t at = evidence_first_observation(evidence, judged->test);

	for (; at < evidence->observations.len; at++) {
		const struct observation *seen = &evidence->observations.items[at];
		const struct run_facts *run = &evidence->runs.items[seen->run];

		if (seen->test != judged->test) {
			break;
		}
		if (outcome_is_bad(seen->first) &&
		    run_facts_in_lane(run, judged->job, judged->variant) &&
		    !is_excused(naming, run->job, signature_of(evidence, seen))) {
			return false;
		}
	}
	return judged->failures > 0;
}

bool *standings_excused(const struct survey *survey, const struct quarantine_list *rows,
			int64_t now_us)
{
	const struct flake_report *flakes = &survey->flakes;
	AUTO_FREE bool *marks = mem_array(rows->len + 1, sizeof(*marks));
	struct naming naming = {rows, marks, now_us};
	bool *out = mem_array(flakes->tests.len + 1, sizeof(*out));

	for (size_t i = 0; i < flakes->tests.len; i++) {
		const struct test_judgement *judged = &flakes->tests.items[i];

		out[i] = find_naming(&naming, &survey->evidence.tests.items[judged->test]) &&
			 is_all_excused(&survey->evidence, &naming, judged);
	}
	return out;
}

int ledger_view_make(struct place *place, const struct survey_question *asked,
		     struct history *history, const struct survey *survey, struct ledger_view *out,
		     struct err *err)
{
	struct standings_question question = {history, survey, &asked->window, &out->rows,
					      clock_wall_us()};
	const struct excuses excuses = {place, asked->options, false};
	struct err trouble = ERR_INIT;

	out->path = excuses_path(place, asked->options);
	if (!excuses_possible(&excuses)) {
		return 0;
	}
	if (ledger_read(out->path, &out->rows, &trouble) < 0) {
		out->trouble = mem_str(trouble.msg);
		out->missing = trouble.code == ERR_NOT_FOUND;
		return 0;
	}
	out->excused = standings_excused(survey, &out->rows, question.now_us);
	return standings_make(&question, &out->standings, err);
}

void ledger_view_release(struct ledger_view *view)
{
	free(view->path);
	free(view->excused);
	free(view->trouble);
	quarantine_list_release(&view->rows);
	quarantine_standing_list_release(&view->standings);
	*view = (struct ledger_view){0};
}
