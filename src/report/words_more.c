/* SPDX-License-Identifier: Apache-2.0 */
#include "base/str.h"
#include "report/words.h"
#include "text/utf8.h"

/* A row of more owners than fit is read by nobody. */
#define OWNER_WIDTH 100

static void next(struct buf *out)
{
	if (out->len > 0) {
		buf_str_add(out, " · ");
	}
}

/* "1f2e3d4c5b", "one of 3 commits, 1f2e3d4c5b to 5a6b7c8d9e" */
static void commits(struct buf *out, const struct commit_span *span)
{
	if (span->count > 1) {
		buf_fmt(out, "one of %zu commits, %.*s to %.*s", span->count, WORDS_COMMIT,
			span->low, WORDS_COMMIT, span->high);
	} else {
		buf_fmt(out, "%.*s", WORDS_COMMIT, span->high);
	}
}

static void change(struct buf *out, const struct report_input *input, const char *word,
		   const struct change *change)
{
	const struct timeline *timeline = &input->flakes->timeline;
	CLEANUP(commit_span_release) struct commit_span span = {0};

	if (change->known && timeline_span(timeline, change->after, change->at, &span)) {
		next(out);
		buf_fmt(out, "%s ", word);
		commits(out, &span);
		/* the window begins with the first of these, and nobody looked further back */
		buf_str_add(out, change->after == NO_INDEX ? ", or earlier" : "");
	}
}

static const char *onset_word(enum test_state state)
{
	return state == STATE_FLAKY ? "flaky since" : "broken by";
}

static void group(struct buf *out, const struct report_input *input,
		  const struct test_judgement *test)
{
	const struct failure_group *group = NULL;

	if (test->state == STATE_FLAKY && test->group != NO_INDEX) {
		group = &input->flakes->groups.items[test->group];
		next(out);
		buf_str_add(out, "fails together with ");
		words_count(out, group->tests - 1, "other", "others");
		buf_fmt(out, " (cause %zu)", test->group + 1);
	}
}

static void clean(struct buf *out, const struct test_judgement *test)
{
	if (test->state == STATE_FLAKY && test->clean.runs > 0 && test->clean.needed == 0) {
		next(out);
		buf_str_add(out, "most likely mended: ");
		words_count(out, test->clean.runs, "run", "runs");
		buf_str_add(out, " without a failure since");
	}
}

void words_more(struct buf *out, const struct report_input *input,
		const struct test_judgement *test)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);

	change(&text, input, onset_word(test->state), &test->onset);
	change(&text, input, "fixed by", &test->mended);
	change(&text, input, "fails more often since", &test->worse);
	group(&text, input, test);
	if (test->broken_now) {
		next(&text);
		buf_fmt(&text, "broken now: %zu failures in a row are more than chance explains",
			test->streak);
	}
	if (report_is_excused(input, test)) {
		next(&text);
		buf_str_add(&text, "quarantined");
	}
	if (test->is_new) {
		next(&text);
		buf_str_add(&text, "a new test");
	}
	if (test->absent > 0) {
		next(&text);
		buf_str_add(&text, "not run in the last ");
		words_count(&text, test->absent, "run", "runs");
	}
	if (test->only_branch) {
		next(&text);
		buf_fmt(&text, "only on branch %s", test->only_branch);
	}
	if (test->only_here) {
		next(&text);
		buf_str_add(&text, "passes in the other jobs and variants");
	}
	clean(&text, test);
	buf_add(out, buf_str(&text), text.len);
}

void words_owner(struct buf *out, const struct report_input *input,
		 const struct test_judgement *test)
{
	const char *owner = input->evidence->tests.items[test->test].owner;

	if (!str_empty(owner)) {
		buf_str_add(out, "owner ");
		utf8_cut(out, owner, OWNER_WIDTH);
	}
}

void words_beside(struct buf *out, const struct report_input *input,
		  const struct test_judgement *test)
{
	CLEANUP(buf_release) struct buf more = BUF_INIT(BUF_OWN_MAX);
	size_t start = out->len;

	words_owner(out, input, test);
	words_more(&more, input, test);
	if (more.len > 0) {
		buf_fmt(out, "%s%s", out->len > start ? " · " : "", buf_str(&more));
	}
}

/* Of each span so many are named; of more than that nobody knows which. */
#define SUSPECTS_MOST 3

static void add_suspects(struct strv *out, const char *word, const struct suspect_list *list)
{
	for (size_t i = 0; i < list->len && i < SUSPECTS_MOST; i++) {
		const struct suspect *suspect = &list->items[i];

		/* one of many without a hint is none */
		if (suspect->rank == SUSPECT_OTHER && list->len + list->untold > SUSPECTS_MOST) {
			return;
		}
		strv_fmt(out, "%s %.*s “%s” by %s%s%s%s", word, WORDS_COMMIT, suspect->facts.id,
			 str_or(suspect->facts.summary, ""), str_or(suspect->facts.author, "?"),
			 suspect->rank == SUSPECT_TOUCHES ? ", touches " : "",
			 suspect->rank == SUSPECT_SETUP ? ", changes the set-up: " : "",
			 str_or(suspect->path, ""));
	}
}

void words_suspects(struct strv *out, const struct report_input *input,
		    const struct test_judgement *test)
{
	const struct test_suspects *suspects = report_suspects(input, test);

	if (suspects) {
		add_suspects(out, "suspect", &suspects->onset);
		add_suspects(out, "perhaps mended by", &suspects->mended);
	}
}
