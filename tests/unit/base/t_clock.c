/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "base/clock.h"

struct fake {
	int64_t wall, mono, slept;
};

static int64_t fake_wall(void *payload)
{
	return ((struct fake *)payload)->wall;
}

static int64_t fake_mono(void *payload)
{
	return ((struct fake *)payload)->mono;
}

static void fake_sleep(void *payload, int64_t us)
{
	((struct fake *)payload)->slept += us;
}

static void test_an_injected_clock_answers(void **state)
{
	struct fake fake = {.wall = 5, .mono = 7};
	struct clock clock = {fake_wall, fake_mono, fake_sleep, &fake};

	(void)state;
	clock_set(&clock);
	assert_int_equal(clock_wall_us(), 5);
	assert_int_equal(clock_mono_us(), 7);
	clock_sleep_us(30);
	clock_sleep_us(0);
	clock_sleep_us(-1);
	clock_set(NULL);
	assert_int_equal(fake.slept, 30);
}

static void test_the_system_clock_is_in_microseconds(void **state)
{
	int64_t start = clock_mono_us();

	(void)state;
	clock_sleep_us(1);
	assert_true(clock_mono_us() >= start + 1);
	/* between 2020 and 2200 */
	assert_true(clock_wall_us() > INT64_C(1577836800) * US_PER_S);
	assert_true(clock_wall_us() < INT64_C(7258118400) * US_PER_S);
}

static void test_days_begin_at_midnight(void **state)
{
	(void)state;
	assert_int_equal(clock_day(0), 0);
	assert_int_equal(clock_day(US_PER_DAY - 1), 0);
	assert_int_equal(clock_day(US_PER_DAY), 1);
	assert_int_equal(clock_day(-1), -1);
	assert_int_equal(clock_day(-US_PER_DAY), -1);
	assert_int_equal(clock_day(-US_PER_DAY - 1), -2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_injected_clock_answers),
		cmocka_unit_test(test_the_system_clock_is_in_microseconds),
		cmocka_unit_test(test_days_begin_at_midnight),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
