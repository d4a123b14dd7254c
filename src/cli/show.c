/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/flakes.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"
#include "cli/command.h"
#include "cli/place.h"
#include "text/duration.h"
#include "text/escape.h"

#include <stdint.h>

#define STRIP_MAX    60
#define FAILURES_MAX 5

static void add_name(struct buf *out, const struct test_name *name)
{
	CLEANUP(buf_release) struct buf shown = BUF_INIT(BUF_OWN_MAX);

	test_name_show(name, &shown);
	escape_terminal(out, buf_str(&shown));
}

/* One letter a run: what happened to the test in it. */
static char letter_of(const struct observation *seen)
{
	if (seen->passed_retry || seen->failed_then_passed) {
		return 'R';
	}
	if (outcome_is_bad(seen->first)) {
		return 'F';
	}
	return seen->first == OUTCOME_SKIPPED ? 's' : '.';
}

static bool same_lane(const struct run_facts *run, const struct test_judgement *judged)
{
	return str_eq(run->job, judged->job) && str_eq(run->variant, judged->variant);
}

/* The test's last runs, oldest first. */
static void add_strip(struct buf *out, const struct evidence *evidence,
		      const struct test_judgement *judged)
{
	CLEANUP(buf_release) struct buf strip = BUF_INIT(BUF_OWN_MAX);
	size_t skipped = 0;

	VEC_EACH (const struct observation, seen, &evidence->observations) {
		if (same_lane(&evidence->runs.items[seen->run], judged)) {
			buf_char(&strip, letter_of(seen));
		}
	}
	skipped = strip.len > STRIP_MAX ? strip.len - STRIP_MAX : 0;
	buf_fmt(out, "  runs     %s   (. pass, F fail, R failed then passed on a retry, s skip)\n",
		buf_str(&strip) + skipped);
}

static void add_failures(struct buf *out, const struct evidence *evidence,
			 const struct test_judgement *judged, int64_t now_us)
{
	size_t shown = 0;

	for (size_t i = evidence->observations.len; i > 0 && shown < FAILURES_MAX; i--) {
		const struct observation *seen = &evidence->observations.items[i - 1];
		const struct run_facts *run = &evidence->runs.items[seen->run];

		if (!same_lane(run, judged) || !seen->has_signature) {
			continue;
		}
		buf_str_add(out, shown ? "           " : "  failures ");
		time_show_ago(out, run->started_us, now_us);
		if (run->commit) {
			buf_fmt(out, "  %.10s", run->commit);
		}
		buf_str_add(out, "  ");
		escape_terminal(out, evidence->signatures.items[seen->signature].example);
		buf_char(out, '\n');
		shown++;
	}
}

static void show_judgement(struct buf *out, const struct evidence *evidence,
			   const struct test_judgement *judged, int64_t now_us)
{
	buf_str_add(out, "job ");
	escape_terminal(out, judged->job);
	if (!str_empty(judged->variant)) {
		buf_str_add(out, " (");
		escape_terminal(out, judged->variant);
		buf_char(out, ')');
	}
	buf_fmt(out, ": %s\n",
		judged->state == STATE_OTHER ? "neither flaky nor broken"
					     : test_state_name(judged->state));
	buf_fmt(out,
		"  record   failed in %zu of %zu runs; rate %.1f%%, with 90%% between %.1f%% and "
		"%.1f%%\n",
		judged->failures, judged->runs, judged->rate.mean * 100, judged->rate.low * 100,
		judged->rate.high * 100);
	buf_fmt(out,
		"  evidence %zu verified retr%s, %zu source%s with both outcomes; probability of "
		"being flaky %.2f\n",
		judged->flaky_runs, judged->flaky_runs == 1 ? "y" : "ies",
		judged->disagreeing_sources, judged->disagreeing_sources == 1 ? "" : "s",
		judged->probability);
	add_strip(out, evidence, judged);
	add_failures(out, evidence, judged, now_us);
}

static int show_one(struct history *history, const struct test_facts *test, struct err *err)
{
	CLEANUP(evidence_release) struct evidence evidence = {0};
	CLEANUP(flake_report_release) struct flake_report flakes = {0};
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);
	struct history_window window = {.until_us = INT64_MAX, .test_id = test->id};

	if (history_load(history, &window, &evidence, err) < 0) {
		return -1;
	}
	analyze_flakes(&evidence, &flakes);
	add_name(&text, &test->name);
	buf_fmt(&text, "\n  id       %s\n", test->id);
	if (test->name.file) {
		buf_str_add(&text, "  file     ");
		escape_terminal(&text, test->name.file);
		buf_char(&text, '\n');
	}
	VEC_EACH (const struct test_judgement, judged, &flakes.tests) {
		show_judgement(&text, &evidence, judged, clock_wall_us());
	}
	cli_print(&text);
	return 0;
}

static int list_candidates(const char *asked, const struct test_facts_list *found)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);
	AUTO_FREE char *line = mem_fmt("%s: %s", asked,
				       found->len ? "several tests match; name one of them"
						  : "no test of that name in the history");

	cli_message(line);
	VEC_EACH (const struct test_facts, test, found) {
		buf_fmt(&text, "%.12s  ", test->id);
		add_name(&text, &test->name);
		buf_char(&text, '\n');
	}
	cli_print(&text);
	return EXIT_NO;
}

static int show_asked(struct history *history, const char *asked)
{
	CLEANUP(test_facts_list_release) struct test_facts_list found = {0};
	struct err err = ERR_INIT;

	if (history_find_tests(history, asked, &found, &err) < 0) {
		return cli_fail(&err);
	}
	if (found.len != 1) {
		return list_candidates(asked, &found);
	}
	return show_one(history, &found.items[0], &err) < 0 ? cli_fail(&err) : EXIT_DONE;
}

int cmd_show(struct invocation *invocation)
{
	CLEANUP(place_release) struct place place = {0};
	struct history *history = NULL;
	struct err err = ERR_INIT;
	int code = EXIT_DONE;

	if (invocation->words.len != 1) {
		err_set(&err, ERR_USAGE, "one test is expected: steady show NAME-OR-ID");
		return cli_fail(&err);
	}
	if (history_open(place_history(&place, &invocation->options), HISTORY_READ, &history,
			 &err) < 0) {
		return cli_fail(&err);
	}
	code = show_asked(history, invocation->words.items[0]);
	history_close(history);
	return code;
}
