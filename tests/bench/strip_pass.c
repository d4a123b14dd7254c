/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What one test's newest results cost, through the public interface: CPU time of opening the history and asking.
 *
 *	strip_pass FILE TEST-ID MOST
 */
#include "cpu.h"

#include <stdio.h>
#include <stdlib.h>
#include <steady/history.h>

static int count(void *payload, const struct steady_history_result *result)
{
	size_t *counts = payload;

	counts[0]++;
	counts[1] += result->outcome > STEADY_HISTORY_SKIPPED;
	return 0;
}

int main(int argc, char **argv)
{
	char error[STEADY_HISTORY_ERROR] = "";
	struct steady_history *history = NULL;
	size_t counts[2] = {0};
	double before = cpu_ms();
	int done = -1;

	if (argc != 4) {
		fprintf(stderr, "usage: strip_pass FILE TEST-ID MOST\n");
		return 2;
	}
	history = steady_history_open(argv[1], error);
	if (history) {
		done = steady_history_strip(history, argv[2], NULL, strtoul(argv[3], NULL, 10),
					    count, counts);
	}
	if (done < 0) {
		fprintf(stderr, "strip_pass: %s\n",
			history ? steady_history_error(history) : error);
	}
	steady_history_close(history);
	printf("results %zu failures %zu cpu_ms %.2f\n", counts[0], counts[1], cpu_ms() - before);
	return done < 0;
}
