/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_OS_SIGNALS_H
#define STEADY_OS_SIGNALS_H

#include <stdbool.h>
#include <stdint.h>

/*
 * What becomes of each signal stands in one table (signals.c). Those that ask to stop are blocked
 * and arrive at one signalfd, those meant for the command at another, so that every wait in the
 * program can poll for them and none interrupts a write. No signal that can be caught ends the
 * process before it has ended the command. Processes that are spawned get default actions and an
 * empty mask (process.h).
 */

/* Blocks, ignores and opens as the table says. Once per process. */
void signals_init(void);

/* Readable when a stop signal is pending; -1 before signals_init(). */
int signals_fd(void);

/* Takes one pending stop signal without waiting; 0 when there is none. */
int signals_take(void);

/* The first stop signal taken so far, or 0. */
int signals_stopped_by(void);

/* The same, with one that is pending taken first. */
int signals_look(void);

/* What the command gets when that stop signal arrives. */
int signals_soft(int stop_signal);

/* The same two for signals that are only passed on to the command. */
int signals_forward_fd(void);
int signals_take_forward(void);

/*
 * While a command runs, SIGTSTP (Ctrl-Z) comes like a signal that is passed on, so that the command
 * can be paused first; otherwise it stops us as usual. What came before holding is forgotten.
 */
void signals_hold(bool hold);

/*
 * Stops us as Ctrl-Z would and returns when somebody continues us: at once when no shell is there
 * that could (an orphaned process group), or when our parent dies, which is that shell as a rule.
 */
void signals_pause(void);

/* Before replacing this process by another: nothing blocked, nothing ignored. */
void signals_restore(void);

/* When nothing is left to protect: later stop signals end the process in the usual way. */
void signals_end(void);

/* Sleeps at most that many microseconds; returns the signal that ended the sleep, or 0. */
int signals_sleep(int64_t us);

/* The same, and returns 0 when fd becomes readable. */
int signals_wait_fd(int fd, int64_t us);

#endif
