/* SPDX-License-Identifier: Apache-2.0 */
#include "sample.h"

/* A run of tests "a", "b", …, whose outcomes the letters say. */
static void record_outcomes(const char *path, size_t number, const char *letters)
{
	struct run run =
		sample_run((char[]){'k', (char)('0' + number), 0}, "j", 1 + (int64_t)number);

	sample_attempt(&run, 1);
	sample_file(&run, "a");
	for (size_t test = 0; letters[test]; test++) {
		if (letters[test] != '.') {
			sample_result(&run, (char[]){(char)('a' + test), 0},
				      letters[test] == 'p'   ? OUTCOME_PASSED
				      : letters[test] == 'f' ? OUTCOME_FAILED
							     : OUTCOME_SKIPPED);
		}
	}
	sample_record(path, &run);
}

/* What lies beside failures: a test that fails in one run has its passes in the others, one that never does is
 * only counted. */
static void passes_are_told_by_rosters(void **state)
{
	static const char *const outcomes[] = {"pps", "fpp", ".pp", "spp", "ppp"};
	static const char *const want[] = {".", "p", "p", "p", "p"};
	const struct history_window window = SAMPLE_EVER;
	const struct place *place = *state;
	CLEANUP(evidence_release) struct evidence evidence = {0};
	char id[TEST_ID_LEN + 1];
	CLEANUP(strv_release) struct strv ids = {0};
	struct history_window one = SAMPLE_EVER;
	size_t at = 0;

	for (size_t i = 0; i < ARRAY_LEN(outcomes); i++) {
		record_outcomes(place->path, i, outcomes[i]);
	}
	sample_load(place->path, &window, &evidence);
	assert_int_equal(evidence.tests.len, 1);
	assert_int_equal(evidence.tests_seen, 3);
	assert_int_equal(evidence.observations.len, 1);
	assert_int_equal(evidence.observations.items[0].run, 1);
	for (size_t i = 0; i < ARRAY_LEN(outcomes); i++) {
		assert_int_equal(evidence_ran(&evidence, 0, i),
				 strchr("pf", outcomes[i][0]) != NULL);
		assert_int_equal(evidence_skipped(&evidence, 0, i), outcomes[i][0] == 's');
		assert_int_equal(evidence.runs.items[i].tests, i == 1 || i == 4 ? 3 : 2);
		assert_int_equal(evidence.runs.items[i].tests_us, i == 1 || i == 4 ? 15 : 10);
	}
	evidence_release(&evidence);
	sample_id("c", id);
	strv_add(&ids, id);
	strv_add(&ids, "feed");
	one.also = &ids;
	sample_load(place->path, &one, &evidence);
	assert_int_equal(evidence.tests.len, 2);
	assert_int_equal(evidence.observations.len, 1);
	at = str_eq(evidence.tests.items[1].id, id);
	assert_string_equal(evidence.tests.items[at].id, id);
	assert_true(evidence.tests.items[at].asked);
	assert_false(evidence.tests.items[1 - at].asked);
	for (size_t i = 0; i < ARRAY_LEN(want); i++) {
		assert_int_equal(evidence_ran(&evidence, at, i), want[i][0] == 'p');
		assert_int_equal(evidence_skipped(&evidence, at, i), want[i][0] == '.');
	}
}

static void a_commit_has_parents(void **state)
{
	const struct history_window window = SAMPLE_EVER;
	const struct place *place = *state;
	CLEANUP(evidence_release) struct evidence evidence = {0};
	struct run run = sample_run("k", "j", 1);

	run.source.commit = mem_str("c2");
	strv_add(&run.source.parents, "c1");
	strv_add(&run.source.parents, "c0");
	sample_record(place->path, &run);
	sample_load(place->path, &window, &evidence);
	assert_int_equal(evidence.runs.items[0].parents.len, 2);
	assert_string_equal(evidence.runs.items[0].parents.items[0], "c1");
	assert_string_equal(evidence.runs.items[0].parents.items[1], "c0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLACED(passes_are_told_by_rosters),
		PLACED(a_commit_has_parents),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
