/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_CLI_PROGRESS_H
#define STEADY_CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

/*
 * One line on stderr that says how far a long read is: only on a terminal, only when it has lasted
 * a second, renewed a few times a second, gone before anything else is printed. Zero-initialise.
 */
struct progress {
	bool wanted;
	bool shown;
	int64_t start_us, last_us;
	const char *path; /* borrowed; what is being read */
};

void progress_start(struct progress *progress);

/* The file that is read now. */
void progress_file(struct progress *progress, const char *path);

/* For junit_read_options; takes a `struct progress *` as payload. */
void progress_tell(void *payload, uint64_t bytes, uint64_t total);

/* Removes the line. */
void progress_clear(struct progress *progress);

#endif
