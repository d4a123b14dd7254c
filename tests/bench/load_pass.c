/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a report asks of a history, part by part: CPU time of reading the evidence and of judging it.
 *
 *	load_pass FILE
 *
 * Of everything that is on record. What the file system has to fetch is not measured: ask twice.
 */
#include "analyze/flakes.h"
#include "cpu.h"
#include "history/history.h"

#include <stdio.h>

int main(int argc, char **argv)
{
	struct history_window window = {.until_us = INT64_MAX};
	CLEANUP(evidence_release) struct evidence evidence = {0};
	CLEANUP(flake_report_release) struct flake_report report = {0};
	struct history *history = NULL;
	struct err err = ERR_INIT;
	double start = 0, loaded = 0, judged = 0;
	int done = 0;

	if (argc < 2) {
		fprintf(stderr, "usage: load_pass FILE\n");
		return 2;
	}
	start = cpu_ms();
	done = history_open(argv[1], HISTORY_READ, &history, &err);
	if (done == 0) {
		done = history_load(history, &window, &evidence, &err);
	}
	loaded = cpu_ms();
	history_close(history);
	if (done < 0) {
		fprintf(stderr, "load_pass: %s\n", err.msg);
		return 1;
	}
	analyze_flakes(&evidence, NULL, &report);
	judged = cpu_ms();
	printf("runs %zu observations %zu flaky %zu load_ms %.1f judge_ms %.1f\n",
	       evidence.runs.len, evidence.observations.len, report.count[STATE_FLAKY],
	       loaded - start, judged - loaded);
	return 0;
}
