/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/rulings.h"

#include "analyze/touch.h"
#include "base/clock.h"
#include "base/str.h"
#include "cli/lineage.h"
#include "failure/classify.h"
#include "git/between.h"
#include "git/commit_facts.h"
#include "git/trunk.h"

#include <stdlib.h>

/* So far back the other runs are asked. */
#define REACH_US (28 * US_PER_DAY)

#define PATHS_MOST 2000

void rulings_release(struct rulings *rulings)
{
	free(rulings->items);
	strv_release(&rulings->changed);
	flake_report_release(&rulings->report);
	*rulings = (struct rulings){0};
}

static void forget(struct precedents *by)
{
	cleanup_free(&by->job);
	cleanup_free(&by->base);
	cleanup_free(&by->trunk);
	VEC_FREE(&by->mass);
	evidence_release(&by->evidence);
}

void precedents_release(struct precedents *precedents)
{
	forget(precedents);
	*precedents = (struct precedents){0};
}

/* Whole days, so that runs of one day are judged by the same. */
static int64_t since(const struct run *run)
{
	int64_t from = run->started_us - REACH_US;

	return from > 0 ? from - from % US_PER_DAY : from;
}

/* The history as it is now: what came after the run knows more than it did. */
static void load(struct precedents *by, const struct run *run)
{
	const struct history_window window = {
		.since_us = by->since_us,
		.until_us = INT64_MAX,
		.job = run->job,
	};
	struct history *history = NULL;
	struct err ignored = ERR_INIT;

	if (history_open(by->history, HISTORY_READ, &history, &ignored) == 0) {
		(void)history_load(history, &window, &by->evidence, &ignored);
	}
	history_close(history);
}

static size_t find_run(const struct evidence *evidence, const struct run *run)
{
	for (size_t i = 0; i < evidence->runs.len; i++) {
		const struct run_facts *facts = &evidence->runs.items[i];

		if (str_eq(facts->key, run->key) &&
		    run_facts_in_lane(facts, run->job, run->variant)) {
			return i;
		}
	}
	return NO_INDEX;
}

/* As one of the usual names that runs have, where the repository has no answer. */
static const char *usual_base(const struct evidence *evidence)
{
	static const char *const names[] = {"main", "master", "trunk"};

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		VEC_EACH (const struct run_facts, run, &evidence->runs) {
			if (str_eq(run->branch, names[i])) {
				return names[i];
			}
		}
	}
	return NULL;
}

static void learn(struct precedents *by, const struct run *run)
{
	struct git_repo *repo = place_repo(by->place);

	if (by->job && str_eq(by->job, run->job) && by->since_us == since(run)) {
		return;
	}
	forget(by);
	by->job = mem_str(str_or(run->job, ""));
	by->since_us = since(run);
	by->trunk = repo ? git_trunk(repo, &by->base) : NULL;
	load(by, run);
	lineage_ask(by->place, &by->evidence);
	if (!by->base) {
		by->base = mem_str(usual_base(&by->evidence));
	}
	analyze_mass(&by->evidence, &by->mass);
}

/* What the run's commit brings: against the base, or of the base's own commits against the one before.
 * False when nobody can tell. */
static bool list_changed(const struct precedents *by, const struct run *run, struct strv *out)
{
	struct git_repo *repo = place_repo(by->place);
	const char *trunk = by->trunk;
	CLEANUP(commit_facts_release) struct commit_facts facts = {0};
	struct err ignored = ERR_INIT;
	bool on_base = str_empty(run->source.pull_request) &&
		       (str_eq(run->source.branch, by->base) || str_eq(run->source.commit, trunk));

	if (!repo || !run->source.commit || run->source.dirty) {
		return false;
	}
	if (!on_base && trunk &&
	    git_paths_between(repo, trunk, run->source.commit, PATHS_MOST, out, &ignored) == 0 &&
	    out->len > 0) {
		return out->len < PATHS_MOST;
	}
	if (git_commit_facts(repo, run->source.commit, PATHS_MOST, &facts, &ignored) < 0 ||
	    facts.paths_cut) {
		return false;
	}
	strv_add_all(out, &facts.paths);
	return true;
}

static void ask(const struct run *run, const struct failed_test *test, struct rules *rules,
		struct failure_question *out)
{
	const struct failure *failure = test->first->failure;
	CLEANUP(classified_release) struct classified finding = {0};

	failure_classify_by(rules, failure, &finding);
	*out = (struct failure_question){
		.test_id = test->first->id,
		.signature = failure ? failure->signature : "",
		.retry = test->retry,
		.failed_attempts = 1,
		.service_down = test->service || test->retry == RETRY_BLOCKED,
		.names_service =
			failure_class_is_readiness(finding.class) && finding.class != CLASS_TIMEOUT,
		.hung = finding.class == CLASS_TIMEOUT ||
			(failure && str_eq(failure->type, "hang")),
	};
	for (size_t i = 1; i < run->attempts.len; i++) {
		const struct result *again = attempt_find(&run->attempts.items[i], test->first->id);

		out->failed_attempts += again && outcome_is_bad(again->outcome);
	}
}

static enum touch touch_of(const struct rulings *rulings, bool known,
			   const struct failed_test *test)
{
	if (!known) {
		return TOUCH_UNKNOWN;
	}
	return touch_find(&rulings->changed, &test->first->test, test->first->failure) ? TOUCH_YES
										       : TOUCH_NO;
}

static bool *mark_failed(const struct evidence *evidence, const struct run *run)
{
	bool *marked = mem_array(evidence->tests.len + 1, sizeof(*marked));
	CLEANUP(map_release) struct map failed = {0};

	for (size_t i = 0; i < run->failed.len; i++) {
		map_put(&failed, run->failed.items[i].first->id, i);
	}
	for (size_t i = 0; i < evidence->tests.len; i++) {
		marked[i] = map_get(&failed, evidence->tests.items[i].id, NULL);
	}
	return marked;
}

/* What the other runs say of the tests that failed in it: this one is set aside meanwhile. */
static void leave_out(struct precedents *by, const struct run *run, size_t at,
		      struct flake_report *out)
{
	struct run_facts *own = at == NO_INDEX ? NULL : &by->evidence.runs.items[at];
	enum run_outcome outcome = own ? own->outcome : RUN_CANCELLED;
	AUTO_FREE bool *marked = mark_failed(&by->evidence, run);

	if (own) {
		own->outcome = RUN_CANCELLED;
	}
	analyze_some_tests(&by->evidence, by->prior, marked, out);
	if (own) {
		own->outcome = outcome;
	}
}

static void rule(const struct ruling_context *context, const struct run *run, struct rules *rules,
		 bool known, struct rulings *out)
{
	for (size_t i = 0; i < run->failed.len; i++) {
		const struct failed_test *test = &run->failed.items[i];
		struct failure_question question;

		ask(run, test, rules, &question);
		question.touch = touch_of(out, known, test);
		ruling_make(context, &question, &out->items[i]);
	}
}

void rulings_make(struct precedents *by, const struct run *run, struct rulings *out)
{
	struct ruling_context context = {
		.evidence = &by->evidence,
		.report = &out->report,
		.prior = by->prior ? by->prior : &prior_default,
	};
	bool known = false;

	*out = (struct rulings){0};
	if (run->failed.len == 0) {
		return;
	}
	learn(by, run);
	known = list_changed(by, run, &out->changed);
	context.run = find_run(&by->evidence, run);
	context.base = out->base = by->base;
	context.at_once = mass_list_find(&by->mass, context.run);
	leave_out(by, run, context.run, &out->report);
	ruling_begin(&context);
	out->items = mem_array(run->failed.len + 1, sizeof(*out->items));
	rule(&context, run, by->rules, known, out);
	ruling_end(&context);
}
