/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"

#include <stddef.h>
#include <sys/random.h>
#include <time.h>

static int64_t read_clock(clockid_t id)
{
	struct timespec now = {0};

	clock_gettime(id, &now);
	return (int64_t)now.tv_sec * US_PER_S + now.tv_nsec / 1000;
}

static int64_t system_wall(void *payload)
{
	(void)payload;
	return read_clock(CLOCK_REALTIME);
}

static int64_t system_mono(void *payload)
{
	(void)payload;
	return read_clock(CLOCK_MONOTONIC);
}

static void system_sleep(void *payload, int64_t us)
{
	struct timespec span = {.tv_sec = us / US_PER_S, .tv_nsec = (us % US_PER_S) * 1000};

	(void)payload;
	nanosleep(&span, NULL);
}

static const struct clock system_clock = {system_wall, system_mono, system_sleep, NULL};
static const struct clock *active = &system_clock;

int64_t clock_wall_us(void)
{
	return active->wall_us(active->payload);
}

int64_t clock_mono_us(void)
{
	return active->mono_us(active->payload);
}

int64_t clock_machine_us(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

void clock_sleep_us(int64_t us)
{
	if (us > 0) {
		active->sleep_us(active->payload, us);
	}
}

int64_t clock_jitter_us(int64_t us)
{
	uint32_t chance = 0;

	if (active != &system_clock || getrandom(&chance, sizeof(chance), 0) < 0) {
		return us;
	}
	return us - us / 5 + (int64_t)((double)us * 0.4 * chance / UINT32_MAX);
}

void clock_set(const struct clock *clock)
{
	active = clock ? clock : &system_clock;
}

int64_t clock_day(int64_t us)
{
	return us / US_PER_DAY - (us % US_PER_DAY < 0);
}
