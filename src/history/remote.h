/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_HISTORY_REMOTE_H
#define STEADY_HISTORY_REMOTE_H

#include <sys/vfs.h>

/*
 * File systems that several machines may share. The index of a write-ahead log is memory, and two
 * machines have none in common: what one writes there the other never sees.
 */

/* The name of the file system of that f_type, NULL of a local one. */
const char *remote_name(long type);

/* The same for where a file lies; NULL also when nobody can tell. */
const char *remote_at(const char *path);

/* Tests put in another one. */
extern int (*remote_statfs)(const char *path, struct statfs *out);

#endif
