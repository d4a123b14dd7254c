/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_AUTOPSY_READ_H
#define STEADY_AUTOPSY_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * Small reads of /proc and of the memory of others. Nothing here stops a process or waits for one:
 * only what the kernel answers at once is read.
 */
#define PROC_TEXT_MAX 4096 /* enough for every file of one thread */

/* Reads at most size-1 bytes of the file named by the format and ends them with NUL; returns their
 * number or -errno. */
ssize_t proc_read(char *out, size_t size, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* The same for the target of a link. */
ssize_t proc_link(char *out, size_t size, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Reads a longer file, such as a socket table; the caller frees *out. False when it cannot be
 * opened; *cut when it has more than max bytes. */
bool proc_read_all(const char *path, size_t max, char **out, bool *cut);

/* Copies size bytes at an address of another process; 0, or -errno (-EFAULT when only a part is
 * there). */
int memory_read(pid_t pid, uint64_t address, void *out, size_t size);

/* A NUL-terminated text there, cut at size-1 bytes. 0 or -errno. */
int memory_text(pid_t pid, uint64_t address, char *out, size_t size);

#endif
