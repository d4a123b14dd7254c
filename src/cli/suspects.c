/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/suspects.h"

#include "analyze/touch.h"
#include "base/str.h"
#include "failure/classify.h"
#include "git/commit_facts.h"

#include <stdlib.h>

#define TESTS_MOST   20  /* of each state */
#define COMMITS_MOST 50  /* of each span, the newest */
#define KEPT_MOST    10  /* of them */
#define PATHS_MOST   500 /* of each commit */

/* The states whose beginning somebody wants to know. */
static const enum test_state asked[] = {STATE_FLAKY, STATE_BROKEN, STATE_FIXED};

/* What this test said, not the first one that failed alike. Where that was dropped, of its kind one line is
 * still known. */
static void take_texts(struct signature_facts *facts, struct failure *failure)
{
	if (failure->forgotten) {
		failure->message = mem_str(facts->example);
		return;
	}
	free(facts->example);
	facts->example = failure_one_line(failure->type, failure->message);
}

static void classify(struct history *history, struct rules *rules,
		     const struct test_judgement *test, struct evidence *evidence)
{
	VEC_EACH (const struct signature_count, count, &test->signatures) {
		struct signature_facts *facts = &evidence->signatures.items[count->signature];
		CLEANUP(classified_release) struct classified finding = {0};
		struct failure *failure = NULL;
		struct err ignored = ERR_INIT;

		if (history_failure(history, facts->failure, &failure, &ignored) < 0) {
			return;
		}
		if (!failure) {
			continue;
		}
		take_texts(facts, failure);
		failure_classify_by(rules, failure, &finding);
		facts->class_name =
			finding.class == CLASS_NONE ? NULL : failure_class_name(finding.class);
		failure_free(failure);
	}
}

void suspects_classify(struct history *history, struct rules *rules,
		       const struct flake_report *flakes, struct evidence *evidence)
{
	for (enum test_state state = 0; state < STATE_OTHER; state++) {
		for (size_t i = 0; i < flakes->count[state] && i < TESTS_MOST; i++) {
			classify(history, rules, flake_report_ranked(flakes, state, i), evidence);
		}
	}
}

static void judge(struct suspect *suspect, const struct test_name *test,
		  const struct failure *failure)
{
	const char *path = touch_find(&suspect->facts.paths, test, failure);

	suspect->rank = path ? SUSPECT_TOUCHES : SUSPECT_SETUP;
	if (!path) {
		path = touch_setup(&suspect->facts.paths);
		suspect->rank = path ? SUSPECT_SETUP : SUSPECT_OTHER;
	}
	suspect->path = mem_str(path);
}

/* Few: an insertion keeps the newest first among equals. */
static void insert(struct suspect_list *list, const struct suspect *suspect)
{
	size_t at = list->len;

	*VEC_PUSH(list) = *suspect;
	for (; at > 0 && list->items[at - 1].rank > suspect->rank; at--) {
		list->items[at] = list->items[at - 1];
	}
	list->items[at] = *suspect;
}

static void cut(struct suspect_list *list)
{
	while (list->len > KEPT_MOST) {
		struct suspect *last = &list->items[--list->len];

		commit_facts_release(&last->facts);
		free(last->path);
		list->untold++;
	}
}

struct search {
	struct git_repo *repo;
	const struct flake_report *flakes;
	const struct test_name *test;
	const struct failure *failure; /* the most frequent one; NULL unknown */
};

static void search(const struct search *search, const struct change *change,
		   struct suspect_list *out)
{
	const struct timeline *timeline = &search->flakes->timeline;
	CLEANUP(commit_span_release) struct commit_span span = {0};
	size_t looked = 0;

	if (!change->known || !timeline_span(timeline, change->after, change->at, &span)) {
		return;
	}
	for (size_t i = span.last + 1; i > span.first; i--) {
		const char *id = timeline->commits.items[i - 1].id;
		struct suspect suspect = {0};
		struct err ignored = ERR_INIT;

		if (!span.suspects[i - 1]) {
			continue;
		}
		if (++looked > COMMITS_MOST) {
			out->untold++;
		} else if (git_commit_facts(search->repo, id, PATHS_MOST, &suspect.facts,
					    &ignored) == 0) {
			judge(&suspect, search->test, search->failure);
			insert(out, &suspect);
		}
	}
	cut(out);
}

static void find(struct search *common, struct history *history, const struct evidence *evidence,
		 const struct test_judgement *test, struct test_suspects *out)
{
	struct failure *failure = NULL;
	struct err ignored = ERR_INIT;

	if (test->signatures.len > 0) {
		size_t signature = test->signatures.items[0].signature;

		(void)history_failure(history, evidence->signatures.items[signature].failure,
				      &failure, &ignored);
	}
	common->test = &evidence->tests.items[test->test].name;
	common->failure = failure;
	search(common, &test->onset, &out->onset);
	search(common, &test->mended, &out->mended);
	failure_free(failure);
}

struct test_suspects *suspects_find(struct place *place, struct history *history,
				    const struct evidence *evidence,
				    const struct flake_report *flakes)
{
	struct test_suspects *out = mem_array(flakes->tests.len + 1, sizeof(*out));
	struct search common = {.flakes = flakes};

	for (size_t k = 0; k < ARRAY_LEN(asked); k++) {
		for (size_t i = 0; i < flakes->count[asked[k]] && i < TESTS_MOST; i++) {
			const struct test_judgement *test =
				flake_report_ranked(flakes, asked[k], i);

			if (test->onset.known || test->mended.known) {
				common.repo = place_repo(place);
			}
			if (common.repo) {
				find(&common, history, evidence, test,
				     &out[test - flakes->tests.items]);
			}
		}
	}
	return out;
}

void suspects_free(struct test_suspects *suspects, const struct flake_report *flakes)
{
	for (size_t i = 0; suspects && i < flakes->tests.len; i++) {
		suspect_list_release(&suspects[i].onset);
		suspect_list_release(&suspects[i].mended);
	}
	free(suspects);
}
