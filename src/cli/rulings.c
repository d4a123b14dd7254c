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
	free(rulings->base);
	strv_release(&rulings->changed);
	flake_report_release(&rulings->report);
	evidence_release(&rulings->evidence);
	*rulings = (struct rulings){0};
}

/* The history as it is now: what came after the run knows more than it did. */
static void load(const char *path, const struct run *run, struct evidence *out)
{
	const struct history_window window = {
		.since_us = run->started_us - REACH_US,
		.until_us = INT64_MAX,
		.job = run->job,
	};
	struct history *history = NULL;
	struct err ignored = ERR_INIT;

	if (history_open(path, HISTORY_READ, &history, &ignored) == 0) {
		(void)history_load(history, &window, out, &ignored);
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

/* What the run's commit brings: against the base, or of the base's own commits against the one before.
 * False when nobody can tell. */
static bool list_changed(struct git_repo *repo, const char *trunk, const struct run *run,
			 struct rulings *out)
{
	CLEANUP(commit_facts_release) struct commit_facts facts = {0};
	struct err ignored = ERR_INIT;
	bool on_base = str_empty(run->source.pull_request) &&
		       (str_eq(run->source.branch, out->base) || str_eq(run->source.commit, trunk));

	if (!repo || !run->source.commit || run->source.dirty) {
		return false;
	}
	if (!on_base && trunk &&
	    git_paths_between(repo, trunk, run->source.commit, PATHS_MOST, &out->changed,
			      &ignored) == 0 &&
	    out->changed.len > 0) {
		return out->changed.len < PATHS_MOST;
	}
	if (git_commit_facts(repo, run->source.commit, PATHS_MOST, &facts, &ignored) < 0 ||
	    facts.paths_cut) {
		return false;
	}
	strv_add_all(&out->changed, &facts.paths);
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

/* What the other runs say, without this one. */
static void leave_out(struct rulings *rulings, const struct prior *prior,
		      struct ruling_context *context)
{
	if (context->run != NO_INDEX) {
		context->at_once = analyze_mass(&rulings->evidence, context->run);
		rulings->evidence.runs.items[context->run].outcome = RUN_CANCELLED;
	}
	analyze_flakes(&rulings->evidence, prior, &rulings->report);
}

void rulings_make(struct place *place, const char *history_path, const struct run *run,
		  struct rules *rules, const struct prior *prior, struct rulings *out)
{
	struct ruling_context context = {
		.evidence = &out->evidence,
		.report = &out->report,
		.prior = prior ? prior : &prior_default,
	};
	AUTO_FREE char *trunk = NULL;
	struct git_repo *repo = NULL;
	bool known = false;

	*out = (struct rulings){0};
	if (run->failed.len == 0) {
		return;
	}
	repo = place_repo(place);
	trunk = repo ? git_trunk(repo, &out->base) : NULL;
	known = list_changed(repo, trunk, run, out);
	load(history_path, run, &out->evidence);
	lineage_ask(place, &out->evidence);
	if (!out->base) {
		out->base = mem_str(usual_base(&out->evidence));
	}
	context.run = find_run(&out->evidence, run);
	context.base = out->base;
	leave_out(out, context.prior, &context);
	ruling_begin(&context);
	out->items = mem_array(run->failed.len + 1, sizeof(*out->items));
	for (size_t i = 0; i < run->failed.len; i++) {
		const struct failed_test *test = &run->failed.items[i];
		struct failure_question question;

		ask(run, test, rules, &question);
		question.touch = touch_of(out, known, test);
		ruling_make(&context, &question, &out->items[i]);
	}
	ruling_end(&context);
}
