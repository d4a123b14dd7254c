/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "run/conditions.h"

#include "base/clock.h"
#include "base/mem.h"

static void check_real(double is, double should)
{
	assert_true(is > should - 1e-9 && is < should + 1e-9);
}

static void test_between(void **state)
{
	struct conditions_sample before = {
		.at_us = US_PER_S, .cores = 2, .load = 1, .pressure_us = 100, .oom_kills = 3};
	struct conditions_sample after = {.at_us = 3 * US_PER_S,
					  .cores = 2,
					  .load = 7.1,
					  .pressure_us = 100 + 1200000,
					  .memory_limit = (int64_t)512 << 20,
					  .oom_kills = 4};
	CLEANUP(buf_release) struct buf text = BUF_INIT(200);
	struct conditions between = conditions_between(&before, &after);

	(void)state;
	check_real(between.pressure, 0.6);
	assert_int_equal(between.oom_kills, 1);
	assert_true(conditions_loaded(&between));
	conditions_show(&text, &between);
	assert_string_equal(buf_str(&text), "2 cores, load 7.1, CPU pressure 60%, memory limit 512 "
					    "MiB, 1 process killed for memory");
	between.pressure = 0.1;
	assert_false(conditions_loaded(&between));
	/* without pressure the load decides */
	between.pressure = -1;
	assert_true(conditions_loaded(&between));
	between.load_end = 2;
	assert_false(conditions_loaded(&between));
	/* counters that went back, or that are not there */
	after.pressure_us = 50;
	after.oom_kills = -1;
	between = conditions_between(&before, &after);
	check_real(between.pressure, -1);
	assert_int_equal(between.oom_kills, -1);
	buf_clear(&text);
	between = (struct conditions){.cores = 1, .load_end = -1, .pressure = -1, .oom_kills = -1};
	conditions_show(&text, &between);
	assert_string_equal(buf_str(&text), "1 core");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_between),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
