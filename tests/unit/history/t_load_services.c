/* SPDX-License-Identifier: Apache-2.0 */
#include "sample.h"

static void load(const char *path, struct evidence *out)
{
	static const struct history_window window = SAMPLE_EVER;

	sample_load(path, &window, out);
}

static void the_course_of_a_wait_comes_back(void **state)
{
	const struct place *place = *state;
	CLEANUP(evidence_release) struct evidence evidence = {0};
	struct run run = sample_run("k", "j", 1000);
	struct wait *wait = sample_wait(&run, "db:1", false);

	for (int i = 0; i < STAGE_COUNT; i++) {
		wait->passed_us[i] = i == STAGE_SETTLE ? STAGE_NEVER : 10 + i;
	}
	wait->last_seen_us = 33;
	wait->losses = 2;
	wait->attempt = 3;
	wait->optional = wait->permanent = true;
	wait->owner = mem_str("redis (pid 1)");
	sample_wait(&run, "db:2", true)->invert = true;
	sample_record(place->path, &run);
	load(place->path, &evidence);
	wait = &evidence.waits.items[0].wait;
	for (int i = 0; i < STAGE_COUNT; i++) {
		assert_int_equal(wait->passed_us[i], i == STAGE_SETTLE ? STAGE_NEVER : 10 + i);
	}
	assert_int_equal(wait->last_seen_us, 33);
	assert_int_equal(wait->losses, 2);
	assert_int_equal(wait->attempt, 3);
	assert_true(wait->optional && wait->permanent && !wait->invert);
	assert_string_equal(wait->owner, "redis (pid 1)");
	wait = &evidence.waits.items[1].wait;
	assert_true(wait->invert && !wait->optional && !wait->permanent);
	assert_int_equal(wait->attempt, 1);
	assert_int_equal(wait->passed_us[STAGE_LISTEN], STAGE_NEVER);
	assert_int_equal(wait->last_seen_us, STAGE_NEVER);
	assert_null(wait->owner);
}

/* Events, and what is put down to them; the rest of the run stays evidence. */
static void services_come_back(void **state)
{
	const struct place *place = *state;
	CLEANUP(evidence_release) struct evidence evidence = {0};
	struct run run = sample_run("k", "j", 1000);

	sample_attempt(&run, 1);
	sample_file(&run, "f");
	sample_failure(sample_result(&run, "with", OUTCOME_FAILED), "s", "refused");
	sample_failure(sample_result(&run, "without", OUTCOME_FAILED), "t", "1 != 2");
	sample_verdict(&run, "with", RETRY_PASSED);
	run.failed.items[0].service = mem_str("db:1");
	sample_verdict(&run, "without", RETRY_BLOCKED);
	*VEC_PUSH(&run.events) = (struct service_event){.service = mem_str("db:1"),
							.change = SERVICE_DOWN,
							.at_us = 1005,
							.detail = mem_str("it ended")};
	*VEC_PUSH(&run.events) = (struct service_event){
		.service = mem_str("db:1"), .change = SERVICE_RESTARTED, .at_us = 1006};
	sample_record(place->path, &run);
	load(place->path, &evidence);
	assert_int_equal(evidence.events.len, 2);
	assert_string_equal(evidence.events.items[0].event.service, "db:1");
	assert_int_equal(evidence.events.items[0].event.change, SERVICE_DOWN);
	assert_int_equal(evidence.events.items[0].event.at_us, 1005);
	assert_string_equal(evidence.events.items[0].event.detail, "it ended");
	assert_int_equal(evidence.events.items[0].failures, 1);
	assert_int_equal(evidence.events.items[1].event.change, SERVICE_RESTARTED);
	assert_int_equal(evidence.observations.len, 2);
	VEC_EACH (const struct observation, seen, &evidence.observations) {
		bool with = str_eq(evidence.tests.items[seen->test].name.name, "with");

		assert_int_equal(seen->service_down, with);
		assert_int_equal(seen->passed_retry, with);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLACED(the_course_of_a_wait_comes_back),
		PLACED(services_come_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
