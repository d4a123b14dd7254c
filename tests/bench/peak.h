/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_TESTS_BENCH_PEAK_H
#define STEADY_TESTS_BENCH_PEAK_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The most memory that this program ever had, kilobytes; a parent's is not in it. */
static inline unsigned long peak_kb(void)
{
	FILE *file = fopen("/proc/self/status", "re");
	char line[256];
	unsigned long kb = 0;

	while (file && fgets(line, sizeof(line), file)) {
		if (strncmp(line, "VmHWM:", 6) == 0) {
			kb = strtoul(line + 6, NULL, 10);
		}
	}
	if (file) {
		fclose(file);
	}
	return kb;
}

#endif
