/* SPDX-License-Identifier: Apache-2.0 */
#include "ready/server.h"

#include "base/clock.h"
#include "base/mem.h"
#include "os/signals.h"
#include "ready/probe.h"
#include "ready/wait.h"

/* A stop signal ends every kind of wait; without that each of these would last its whole limit. */
#define LIMIT_US (30 * US_PER_S)

static int setup(void **state)
{
	(void)state;
	signals_init();
	return 0;
}

static void no_progress(const struct wait *wait, void *payload)
{
	(void)payload;
	fail_msg("%s was told", wait->target);
}

static void check_cancelled(const char *start, int port)
{
	CLEANUP(target_list_release) struct target_list targets = {0};
	CLEANUP(wait_list_release) struct wait_list waits = {0};
	AUTO_FREE char *text = mem_fmt("%s:%d", start, port);
	struct err err = ERR_INIT;

	assert_int_equal(target_parse(text, VEC_PUSH(&targets), &err), 0);
	assert_false(wait_for_all(&targets, LIMIT_US, no_progress, NULL, &waits));
	assert_int_equal(waits.len, 1);
	assert_true(waits.items[0].cancelled);
	assert_false(waits.items[0].ready);
	assert_int_equal(signals_stopped_by(), SIGTERM);
	/* the signal is used up: the next wait is not stopped by it */
	assert_int_equal(signals_take(), 0);
}

static void test_stopped_before_it_began(void **state)
{
	(void)state;
	raise(SIGTERM);
	check_cancelled("tcp://127.0.0.1", 1);
}

/* An attempt sees the signal itself; it would otherwise go on for its whole limit. */
static void test_an_attempt_is_interrupted(void **state)
{
	static const char *const starts[] = {"tcp://127.0.0.1", "http://127.0.0.1"};
	static const struct step steps[] = {{.silent = true}};
	struct server server = {0};

	(void)state;
	server_start(&server, steps, ARRAY_LEN(steps));
	for (size_t i = 0; i < ARRAY_LEN(starts); i++) {
		AUTO_FREE char *text = mem_fmt("%s:%d", starts[i], server.port);
		const struct limits limits = {clock_mono_us() + LIMIT_US, signals_fd()};
		struct attempt_result result = {.stage = STAGE_RESOLVE};
		struct target *target = NULL;
		struct err err = ERR_INIT;

		assert_int_equal(target_parse(text, &target, &err), 0);
		raise(SIGTERM);
		target->scheme->probe(target, &limits, &result);
		target_free(target);
		assert_true(result.stopped);
		assert_false(result.ready);
		/* the loop takes it */
		assert_int_equal(signals_take(), SIGTERM);
	}
	server_stop(&server);
}

static void test_stopped_in_the_middle_of_an_answer(void **state)
{
	static const struct step steps[] = {{.signal = SIGTERM, .silent = true}};
	struct server server = {0};

	(void)state;
	server_start(&server, steps, ARRAY_LEN(steps));
	check_cancelled("http://127.0.0.1", server.port);
	server_stop(&server);
}

static void test_stopped_between_two_attempts(void **state)
{
	/* hangs up first, so that the signal finds the loop asleep or on its way there */
	static const struct step steps[] = {{0}, {.signal = SIGTERM}, {0}};
	struct server server = {0};

	(void)state;
	server_start(&server, steps, ARRAY_LEN(steps));
	check_cancelled("tcp://127.0.0.1", server.port);
	server_stop(&server);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stopped_before_it_began),
		cmocka_unit_test(test_an_attempt_is_interrupted),
		cmocka_unit_test(test_stopped_in_the_middle_of_an_answer),
		cmocka_unit_test(test_stopped_between_two_attempts),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
