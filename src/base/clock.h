/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_BASE_CLOCK_H
#define STEADY_BASE_CLOCK_H

#include <stdint.h>

/*
 * Time, injectable. Everything that asks for the time asks here; tests put their own clock in.
 * All times are microseconds: wall times since 1970 UTC, monotonic ones since some start.
 */
struct clock {
	int64_t (*wall_us)(void *payload);
	int64_t (*mono_us)(void *payload);
	void (*sleep_us)(void *payload, int64_t us);
	void *payload;
};

int64_t clock_wall_us(void);
int64_t clock_mono_us(void);

/* The machine's own monotonic time, whatever clock_set() says: for what must not wait for ever. */
int64_t clock_machine_us(void);

/* A span by chance, up to a fifth less or more than that one; with a replaced clock that one. */
int64_t clock_jitter_us(int64_t us);

/* Sleeps; returns early when a signal arrives. */
void clock_sleep_us(int64_t us);

/* Replaces the clock (borrowed until replaced again); NULL restores the system's. */
void clock_set(const struct clock *clock);

#define US_PER_MS  INT64_C(1000)
#define US_PER_S   INT64_C(1000000)
#define US_PER_DAY (INT64_C(86400) * US_PER_S)

/* The day (UTC) of a wall time, counted from 1970-01-01 on; negative before. */
int64_t clock_day(int64_t us);

#endif
