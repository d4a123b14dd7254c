/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/ruling.h"

#include "analyze/looks.h"
#include "base/clock.h"
#include "base/str.h"

#include <math.h>
#include <stdlib.h>

/* That a change breaks one given test. */
#define BREAKS_TOUCHED   0.05
#define BREAKS_UNKNOWN   0.01
#define BREAKS_UNTOUCHED 0.004

/* A break looks like a failure that the test had before, and passes when it is tried again. */
#define BREAK_ALIKE  0.1
#define BREAK_PASSES 0.0001

#define SURE  0.95 /* of what services and incidents explain */
#define AGAIN 0.6  /* of a service that was still not there when it was tried again */

#define AGAIN_MANY 0.3 /* of many failures at once, that failed again */
#define LIKELY     0.5

/* Unrelated changes that all fail alike: so many make it known. */
#define PULLS_LEAST 2

#define PULLS_REACH_US (7 * US_PER_DAY)

const char *failure_verdict_name(enum failure_verdict verdict)
{
	static const char *const names[VERDICT_COUNT] = {
		[VERDICT_UNKNOWN] = "unknown",
		[VERDICT_KNOWN_FLAKE] = "known-flake",
		[VERDICT_NEW_SIGNATURE] = "new-signature",
		[VERDICT_BROKEN_AT_BASE] = "broken-at-base",
		[VERDICT_LIKELY_REGRESSION] = "likely-regression",
		[VERDICT_READINESS] = "readiness",
		[VERDICT_INCIDENT] = "incident",
		[VERDICT_TIMEOUT] = "timeout",
	};

	return names[verdict];
}

static const struct run_facts *this_run(const struct ruling_context *context)
{
	return &context->evidence->runs.items[context->run];
}

static void find_judged(struct ruling_context *context)
{
	const struct run_facts *run = this_run(context);

	for (size_t i = 0; i < context->report->tests.len; i++) {
		const struct test_judgement *judged = &context->report->tests.items[i];

		if (run_facts_in_lane(run, judged->job, judged->variant)) {
			context->judged[judged->test] = i;
		}
	}
}

void ruling_begin(struct ruling_context *context)
{
	const struct evidence *evidence = context->evidence;
	const struct timeline *timeline = &context->report->timeline;
	size_t at = 0;

	context->seen = mem_array(evidence->tests.len + 1, sizeof(*context->seen));
	context->judged = mem_array(evidence->tests.len + 1, sizeof(*context->judged));
	context->ancestors = mem_array(timeline->positions + 1, sizeof(*context->ancestors));
	for (size_t i = 0; i < evidence->tests.len; i++) {
		map_put(&context->tests, evidence->tests.items[i].id, i);
		context->judged[i] = NO_INDEX;
		while (at < evidence->observations.len &&
		       evidence->observations.items[at].test < i) {
			at++;
		}
		context->seen[i] = at;
	}
	context->seen[evidence->tests.len] = evidence->observations.len;
	if (context->run != NO_INDEX) {
		find_judged(context);
		context->ancestors_known = timeline_mark_positions(
			timeline, timeline->position[context->run], context->ancestors);
	}
}

void ruling_end(struct ruling_context *context)
{
	map_release(&context->tests);
	free(context->seen);
	free(context->judged);
	free(context->ancestors);
}

/* Stands it in front of this run? By the timeline, and where that says the same by time. */
static bool is_before(const struct ruling_context *context, size_t run)
{
	const size_t *position = context->report->timeline.position;

	return position[run] < position[context->run] ||
	       (position[run] == position[context->run] && run < context->run);
}

/* What kind of failure is asked about, as this test has it; NO_INDEX: none that is known. */
static size_t kind_of(const struct ruling_context *context, size_t test, const char *signature)
{
	const struct evidence *evidence = context->evidence;

	for (size_t i = context->seen[test]; i < context->seen[test + 1]; i++) {
		const struct observation *seen = &evidence->observations.items[i];

		if (seen->has_signature &&
		    str_eq(evidence->signatures.items[seen->signature].id, signature)) {
			return context->report->kinds[seen->signature];
		}
	}
	return NO_INDEX;
}

/* The same pull request, or the same branch that is not the base: what it did before is the change's own doing. */
static bool is_own(const struct ruling_context *context, const struct run_facts *run)
{
	const struct run_facts *own = this_run(context);

	if (!str_empty(own->pull_request) && str_eq(run->pull_request, own->pull_request)) {
		return true;
	}
	/* a push of the branch is the same change as its pull request */
	return own->branch && !str_eq(own->branch, context->base) &&
	       str_eq(run->branch, own->branch);
}

static bool is_alike(const struct ruling_context *context, const struct observation *seen,
		     size_t kind)
{
	return seen->has_signature && context->report->kinds[seen->signature] == kind;
}

/* One look at the test in another run of the lane. `seen`: NULL: it passed. */
struct sight {
	size_t run;
	const struct observation *seen;
};

static void note_alike(const struct ruling_context *context, const struct sight *sight, size_t kind,
		       struct map *pulls, struct failure_ruling *out)
{
	const struct run_facts *run = &context->evidence->runs.items[sight->run];
	const struct run_facts *own = this_run(context);

	if (!sight->seen || !is_alike(context, sight->seen, kind)) {
		return;
	}
	if (is_own(context, run)) {
		out->own_alike++;
		return;
	}
	out->alike++;
	if (!str_empty(run->pull_request) && !str_eq(run->pull_request, own->pull_request) &&
	    run->started_us > own->started_us - PULLS_REACH_US &&
	    run->started_us <= own->started_us && map_put(pulls, run->pull_request, 1)) {
		out->alike_pulls++;
	}
}

static void note_passes(const struct ruling_context *context, const struct sight *sight,
			struct failure_ruling *out)
{
	const struct run_facts *run = &context->evidence->runs.items[sight->run];
	const struct run_facts *own = this_run(context);
	const size_t *position = context->report->timeline.position;
	bool passed = !sight->seen || observation_is_flaky(sight->seen);
	bool here = own->source && !own->dirty && str_eq(run->source, own->source) && !run->dirty;

	out->passed_here = out->passed_here || (here && passed);
	out->failed_here = out->failed_here || (here && !passed);
	if (is_before(context, sight->run)) {
		if (!context->ancestors_known || context->ancestors[position[sight->run]]) {
			out->passes = sight->seen ? 0 : out->passes + 1;
		}
		if (is_own(context, run)) {
			out->own_failures = passed ? 0 : out->own_failures + 1;
		}
	}
}

/* Failures in a row that no retry mended, with this signature as far as that is known. */
static void note_base(const struct ruling_context *context, const struct sight *sight, size_t kind,
		      size_t *newest, struct failure_ruling *out)
{
	const struct run_facts *run = &context->evidence->runs.items[sight->run];
	const size_t *position = context->report->timeline.position;

	if (!context->base || !str_eq(run->branch, context->base) ||
	    !str_empty(run->pull_request) || run->dirty || is_own(context, run) ||
	    position[sight->run] >= position[context->run] || position[sight->run] < *newest ||
	    (context->ancestors_known && !context->ancestors[position[sight->run]])) {
		return;
	}
	*newest = position[sight->run];
	if (!sight->seen || observation_is_flaky(sight->seen) ||
	    (sight->seen->has_signature && kind != NO_INDEX &&
	     !is_alike(context, sight->seen, kind))) {
		out->base_failures = 0;
		out->base_commit = NULL;
	} else if (out->base_failures++ == 0) {
		out->base_commit = run->commit;
	}
}

static void look_around(const struct ruling_context *context, size_t test, size_t kind,
			struct failure_ruling *out)
{
	const struct evidence *evidence = context->evidence;
	const struct run_facts *own = this_run(context);
	CLEANUP(map_release) struct map pulls = {0};
	size_t at = context->seen[test], end = context->seen[test + 1], newest = 0;

	for (size_t run = 0; run < evidence->runs.len; run++) {
		struct sight sight = {.run = run};

		if (at < end && evidence->observations.items[at].run == run) {
			sight.seen = &evidence->observations.items[at++];
		}
		if (run == context->run || (!sight.seen && !evidence_ran(evidence, test, run)) ||
		    !run_facts_in_lane(&evidence->runs.items[run], own->job, own->variant) ||
		    (sight.seen &&
		     !observation_counts(evidence, context->report->left_out, sight.seen))) {
			continue;
		}
		out->runs++;
		out->failures += sight.seen != NULL;
		note_alike(context, &sight, kind, &pulls, out);
		note_passes(context, &sight, out);
		note_base(context, &sight, kind, &newest, out);
	}
}

static double breaks(enum touch touch)
{
	static const double shares[] = {
		[TOUCH_UNKNOWN] = BREAKS_UNKNOWN,
		[TOUCH_NO] = BREAKS_UNTOUCHED,
		[TOUCH_YES] = BREAKS_TOUCHED,
	};

	return shares[touch];
}

/* Of its failures by chance; what a break explains is none. */
static double rate_of(const struct prior *prior, const struct test_judgement *judged,
		      const struct failure_ruling *found)
{
	double failures = judged && judged->state == STATE_UNDECIDED ? (double)judged->failures : 0;
	double passes = (double)(found->runs - found->failures);

	if (found->is_flaky) {
		return found->rate.mean;
	}
	return (prior->a + failures) / (prior->a + prior->b + passes + failures);
}

/* How much better chance explains the failure than the change does. */
static double odds_of_chance(const struct ruling_context *context,
			     const struct failure_question *question,
			     const struct test_judgement *judged,
			     const struct failure_ruling *found)
{
	double rate = rate_of(context->prior, judged, found);
	double chance = rate * (judged && judged->failures > 0 ? judged->probability
							       : context->prior->flaky);
	/* a test that nobody saw before may well have come with the change */
	double change = breaks(found->runs > 0 ? question->touch : TOUCH_UNKNOWN);

	if (*question->signature && found->is_flaky) {
		bool known = found->alike > 0;

		chance *= ((double)found->alike + 0.5) / ((double)found->failures + 1);
		change *= known ? BREAK_ALIKE : 1 - BREAK_ALIKE;
	}
	/* each retry, and each run of the change before, is a throw of its own */
	chance *= pow(rate, (double)(question->failed_attempts - 1 + found->own_failures));
	if (question->retry == RETRY_PASSED || found->passed_here) {
		chance *= 1 - rate;
		change *= BREAK_PASSES;
	}
	return chance / change;
}

static enum failure_verdict by_history(const struct failure_question *question,
				       const struct failure_ruling *found)
{
	bool passed = question->retry == RETRY_PASSED || found->passed_here;

	if ((found->is_flaky || found->alike_pulls >= PULLS_LEAST) &&
	    found->probability >= LIKELY && (found->alike > 0 || !*question->signature)) {
		return VERDICT_KNOWN_FLAKE;
	}
	if (passed || (found->is_flaky && found->alike == 0)) {
		return VERDICT_NEW_SIGNATURE;
	}
	/* what never passed here may be new, or broken for long */
	return found->probability < LIKELY && found->runs > found->failures
		       ? VERDICT_LIKELY_REGRESSION
		       : VERDICT_UNKNOWN;
}

/* What explains it better than chance and change do. */
static enum failure_verdict by_surroundings(const struct failure_question *question,
					    bool broken_at_base, struct failure_ruling *out)
{
	bool again = question->retry == RETRY_FAILED_AGAIN || out->failed_here;

	if (question->service_down || (question->names_service && !again)) {
		out->probability = fmax(out->probability, SURE);
		return VERDICT_READINESS;
	}
	if (out->at_once > 0) {
		/* many at once may as well be the change's doing, until something passes */
		out->probability = out->passed_here || question->retry == RETRY_PASSED ? SURE
				   : again                                             ? AGAIN_MANY
										       : LIKELY;
		return VERDICT_INCIDENT;
	}
	if (broken_at_base) {
		out->probability = fmin(out->probability, 1 - SURE);
		return VERDICT_BROKEN_AT_BASE;
	}
	if (question->names_service) {
		out->probability = fmax(out->probability, AGAIN);
		return VERDICT_READINESS;
	}
	return VERDICT_UNKNOWN;
}

static void decide(const struct failure_question *question, bool broken_at_base,
		   struct failure_ruling *out)
{
	bool again = question->retry == RETRY_FAILED_AGAIN || out->failed_here;

	out->verdict = by_surroundings(question, broken_at_base, out);
	if (out->verdict == VERDICT_UNKNOWN) {
		out->verdict = by_history(question, out);
	}
	if (question->hung && !again &&
	    (out->verdict == VERDICT_UNKNOWN || out->verdict == VERDICT_NEW_SIGNATURE ||
	     out->verdict == VERDICT_LIKELY_REGRESSION)) {
		out->verdict = VERDICT_TIMEOUT;
	}
	/* that it never failed like this is no reason to look away */
	if (out->verdict == VERDICT_NEW_SIGNATURE && question->retry != RETRY_PASSED &&
	    !out->passed_here) {
		out->probability = fmin(out->probability, LIKELY);
	}
}

void ruling_make(const struct ruling_context *context, const struct failure_question *question,
		 struct failure_ruling *out)
{
	const struct test_judgement *judged = NULL;
	double odds = 0;
	size_t test = 0;
	bool may_be_broken = true;

	*out = (struct failure_ruling){.at_once = context->at_once, .touch = question->touch};
	if (context->run != NO_INDEX && map_get(&context->tests, question->test_id, &test)) {
		judged = context->judged[test] == NO_INDEX
				 ? NULL
				 : &context->report->tests.items[context->judged[test]];
		look_around(context, test, kind_of(context, test, question->signature), out);
	}
	if (judged) {
		out->is_flaky = judged->state == STATE_FLAKY;
		out->rate = judged->rate;
		may_be_broken = !out->is_flaky || judged->broken_now;
	}
	odds = odds_of_chance(context, question, judged, out);
	out->probability = odds / (1 + odds);
	if (judged && judged->state == STATE_BROKEN) {
		out->probability = fmin(out->probability, judged->probability);
	}
	decide(question, out->base_failures > 0 && may_be_broken, out);
}
