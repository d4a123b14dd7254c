/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_OS_SWEEP_H
#define STEADY_OS_SWEEP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * Ends and reaps every child of this process that *spared (NULL none) is not true for, and with
 * them, if it is a subreaper, everything below it: when a process ends, its children become ours
 * and are ended in the next round. Only children are killed, whose numbers nobody else can have
 * before we reap them. Over when there was no child in two rounds; what SIGKILL cannot end
 * (uninterruptible, another user's) is given up after limit_us. Returns how many are left. *status
 * is set when `watched` (0 none) is reaped.
 */
size_t sweep_children(int64_t limit_us, bool (*spared)(pid_t pid), pid_t watched, int *status);

#endif
