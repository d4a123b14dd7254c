/* SPDX-License-Identifier: Apache-2.0 */
#include "sample.h"

static void only_runs_of_a_branch(void **state)
{
	static const struct {
		const char *branch;
		size_t runs;
	} rows[] = {{NULL, 3}, {"main", 1}, {"side", 1}, {"mai", 0}};
	static const char *const branches[] = {"main", "side", NULL};
	const struct place *place = *state;

	for (size_t i = 0; i < ARRAY_LEN(branches); i++) {
		struct run run = sample_run(branches[i] ? branches[i] : "none", "j", 1000);

		run.source.branch = branches[i] ? mem_str(branches[i]) : NULL;
		sample_attempt(&run, 1);
		sample_file(&run, branches[i] ? branches[i] : "none");
		sample_failure(sample_result(&run, "t", OUTCOME_FAILED), "aaaa", "no");
		sample_record(place->path, &run);
	}
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct history_window window = SAMPLE_EVER;
		CLEANUP(evidence_release) struct evidence evidence = {0};

		window.branch = rows[i].branch;
		sample_load(place->path, &window, &evidence);
		assert_int_equal(evidence.runs.len, rows[i].runs);
		assert_int_equal(evidence.observations.len, rows[i].runs);
	}
}

static void names_of_who_only_passed(void **state)
{
	static const char *const names[] = {"zebra", "fails", "apple"};
	struct history_window window = SAMPLE_EVER;
	const struct place *place = *state;
	CLEANUP(evidence_release) struct evidence without = {0};
	CLEANUP(evidence_release) struct evidence evidence = {0};
	struct run run = sample_run("k", "j", 1000);

	sample_attempt(&run, 1);
	sample_file(&run, "a");
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		sample_result(&run, names[i], i == 1 ? OUTCOME_FAILED : OUTCOME_PASSED);
	}
	sample_record(place->path, &run);
	sample_load(place->path, &window, &without);
	assert_int_equal(without.passing.len, 0);
	window.names = true;
	sample_load(place->path, &window, &evidence);
	assert_int_equal(evidence.passing.len, 2);
	assert_string_equal(evidence.passing.items[0].name.name, "apple");
	assert_string_equal(evidence.passing.items[1].name.name, "zebra");
	assert_int_equal(strlen(evidence.passing.items[0].id), TEST_ID_LEN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLACED(only_runs_of_a_branch),
		PLACED(names_of_who_only_passed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
