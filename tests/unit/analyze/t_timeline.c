/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "analyze/timeline.h"
#include "base/buf.h"
#include "base/str.h"

#include <string.h>

/*
 * A run is one word, "commit=tree<parent,parent": its tree is "-" where it is not known, and "!" in front of it
 * marks changes. Words come in the order of time. A word that begins with "+" is a commit of the repository
 * that nobody ran.
 */
static void add_names(struct strv *out, const char *names)
{
	for (const char *at = names; *at; at += strspn(at, ",")) {
		size_t len = strcspn(at, ",");

		strv_give(out, mem_strn(at, len));
		at += len;
	}
}

static void add_word(struct evidence *out, const char *word, int64_t time_us)
{
	bool ran = word[0] != '+';
	const char *from = strchr(word, '<');
	AUTO_FREE char *head =
		mem_strn(word + !ran, (from ? (size_t)(from - word) : strlen(word)) - !ran);
	char *tree = strchr(head, '=');

	if (!ran) {
		struct lineage_commit *commit = VEC_PUSH(&out->lineage);

		commit->id = mem_str(head);
		commit->time_us = time_us;
		add_names(&commit->parents, from ? from + 1 : "");
	} else {
		struct run_facts *run = VEC_PUSH(&out->runs);

		run->started_us = time_us;
		*tree++ = '\0';
		run->dirty = *tree == '!';
		run->commit = *head ? mem_str(head) : NULL;
		run->source = run->dirty || *tree == '-' ? NULL : mem_str(tree);
		add_names(&run->parents, from ? from + 1 : "");
	}
}

static void evidence_of(struct evidence *out, const char *words)
{
	int64_t time_us = 0;

	*out = (struct evidence){0};
	for (const char *at = words; *at; at += strspn(at, " ")) {
		size_t len = strcspn(at, " ");
		AUTO_FREE char *word = mem_strn(at, len);

		add_word(out, word, ++time_us);
		at += len;
	}
}

static void where_runs_stand(void **state)
{
	static const struct {
		const char *words;
		const char *want; /* the positions of the runs */
		const char *why;
	} rows[] = {
		{"a=1 b=2 c=3", "0 1 2", "by time, where nothing else is known"},
		{"a=1 a=1 b=2 a=1", "0 0 1 0", "a commit has one place, however often it runs"},
		{"a=1 c=3<b b=2<a", "0 2 1", "a late run of an older commit"},
		{"a=1 h=2<a m=2<a,h c=3<m", "0 1 1 2", "a head and its merge are one content"},
		{"a=1 b=2<a c=1<b", "0 1 2", "back to the same content, later"},
		{"d=4<c c=3<b b=2<a a=1", "3 2 1 0", "all the wrong way round"},
		{"a=1 b=-<a b=-<a c=3<b", "0 1 1 2", "a commit without a tree"},
		{"a=1 =- =- b=2<a", "0 1 2 3", "unknown content equals nothing"},
		{"a=1 a=!1 a=1 b=2<a", "0 1 0 2", "nor does changed content"},
		{"=1 =2 =1", "0 1 0", "a tree without a commit"},
		{"b=2<a a=1<b", "1 0", "a circle is cut"},
		{"d=4 a=1 +b<a +c<b +d<c", "1 0", "commits between that nobody ran"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(evidence_release) struct evidence evidence = {0};
		CLEANUP(timeline_release) struct timeline timeline = {0};
		CLEANUP(buf_release) struct buf got = BUF_INIT(1000);

		evidence_of(&evidence, rows[i].words);
		timeline_make(&evidence, &timeline);
		for (size_t run = 0; run < evidence.runs.len; run++) {
			buf_fmt(&got, "%s%zu", run ? " " : "", timeline.position[run]);
		}
		if (!str_eq(buf_str(&got), rows[i].want)) {
			fail_msg("%s, %s: %s instead of %s", rows[i].words, rows[i].why,
				 buf_str(&got), rows[i].want);
		}
	}
}

static void suspects_lie_between(void **state)
{
	static const struct {
		const char *words;
		size_t after, position;
		const char *low, *high;
		const char *why;
	} rows[] = {
		{"a=1 b=2<a", 0, 1, "b", "b", "one commit"},
		{"a=1 d=4 +b<a +c<b +d<c", 0, 1, "b", "d", "with those nobody ran"},
		{"a=1 h=2<a m=2<h c=3<m", 0, 1, "h", "h", "the first of one content"},
		{"a=1 h=2<a m=2<h c=3<m", 1, 2, "c", "c", "the merge brought nothing new"},
		{"a=1 b=2<a", NO_INDEX, 1, "a", "b", "from the start"},
		{"a=1 =2", 0, 1, NULL, NULL, "content without a commit"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(evidence_release) struct evidence evidence = {0};
		CLEANUP(timeline_release) struct timeline timeline = {0};
		CLEANUP(commit_span_release) struct commit_span span = {0};

		evidence_of(&evidence, rows[i].words);
		timeline_make(&evidence, &timeline);
		assert_int_equal(timeline_span(&timeline, rows[i].after, rows[i].position, &span),
				 rows[i].low != NULL);
		if (!str_eq(span.low, rows[i].low) || !str_eq(span.high, rows[i].high)) {
			fail_msg("%s, %s: %s to %s", rows[i].words, rows[i].why,
				 str_or(span.low, "-"), str_or(span.high, "-"));
		}
	}
}

static void places_by_time_are_counted(void **state)
{
	CLEANUP(evidence_release) struct evidence evidence = {0};
	CLEANUP(timeline_release) struct timeline timeline = {0};

	(void)state;
	evidence_of(&evidence, "a=1 b=2<a x=7 x=7 =5 c=!3");
	timeline_make(&evidence, &timeline);
	assert_int_equal(timeline.unplaced, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(where_runs_stand),
		cmocka_unit_test(suspects_lie_between),
		cmocka_unit_test(places_by_time_are_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
