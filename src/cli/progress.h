/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_CLI_PROGRESS_H
#define STEADY_CLI_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * One line on stderr that says how far a long import is: only on a terminal, only when it has lasted
 * a second, renewed a few times a second, gone before anything else is printed. Zero-initialise.
 */
struct progress {
	bool wanted;
	bool shown;
	int64_t start_us, last_us;
};

struct progress_facts {
	const char *unit; /* "files" */
	size_t done, total;
	size_t known;                /* among those done: they took no time */
	uint64_t bytes, total_bytes; /* read; the sum of all, 0 when nobody knows it */
	size_t failed, unusable;
};

void progress_start(struct progress *progress);
void progress_tell(struct progress *progress, const struct progress_facts *facts);

/* Removes the line. */
void progress_clear(struct progress *progress);

#endif
