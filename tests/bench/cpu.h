/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_TESTS_BENCH_CPU_H
#define STEADY_TESTS_BENCH_CPU_H

#include <time.h>

/* Milliseconds that this process has computed so far. */
static inline double cpu_ms(void)
{
	struct timespec now = {0};

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

#endif
