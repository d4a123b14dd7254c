/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_OS_SIGNALS_H
#define STEADY_OS_SIGNALS_H

#include <stdint.h>

/*
 * The requests to stop. SIGINT, SIGTERM and SIGHUP are blocked and arrive as readable bytes of a
 * signalfd, so that every wait in the program can poll for them and none interrupts a write.
 * Processes that are spawned get default actions and an empty mask (process.h).
 */

/* Blocks the three and opens the descriptor; SIGPIPE is ignored. Once per process. */
void signals_init(void);

/* Poll this for reading; -1 before signals_init(). */
int signals_fd(void);

/* Takes one pending stop signal without waiting; 0 when there is none. */
int signals_take(void);

/* The first stop signal taken so far, or 0. */
int signals_stopped_by(void);

/* Before replacing this process by another: the mask and SIGPIPE as they were at the start. */
void signals_restore(void);

/* When nothing is left to protect: later stop signals end the process in the usual way. */
void signals_end(void);

/* Sleeps at most that many microseconds; returns the signal that ended the sleep, or 0. */
int signals_sleep(int64_t us);

#endif
