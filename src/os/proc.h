/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_OS_PROC_H
#define STEADY_OS_PROC_H

#include "base/vec.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * What /proc tells about processes. They come and go while one looks: what is returned was true at
 * some moment, and a process that has gone meanwhile is left out.
 */
struct pid_list {
	VEC(pid_t)
};

/* The children of a process, without their own. Its threads' children are its children. */
void proc_children(pid_t parent, struct pid_list *out);

/* All of the machine that this process may see. */
void proc_all(struct pid_list *out);

/* All below a process; a parent comes before its children. */
void proc_descendants(pid_t root, struct pid_list *out);

#define PROC_NAME_MAX    32
#define PROC_COMMAND_MAX 160
#define PROC_PORTS_MAX   8

struct proc_info {
	pid_t pid;
	char state;                /* R, S, D, T, Z, … */
	char name[PROC_NAME_MAX];  /* of the executable, without its folder */
	char title[PROC_NAME_MAX]; /* by which people know it: one program may have many names */
	char command[PROC_COMMAND_MAX]; /* what it was started with, without that folder, cut */
	uint16_t ports[PROC_PORTS_MAX]; /* TCP ports it listens at, in order; 0 behind the last */
};

/* Has any process that we may look into, but us, that file open? */
bool proc_has_file(const char *path);

/* Has it that socket open? False also when one may not look. */
bool proc_has_socket(pid_t pid, uint64_t inode);
bool proc_may_have_socket(pid_t pid, uint64_t inode); /* true when one may not look */

/* False when the process is gone or only waits to be reaped. */
bool proc_look(pid_t pid, struct proc_info *out);

#endif
