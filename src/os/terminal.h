/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_OS_TERMINAL_H
#define STEADY_OS_TERMINAL_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Columns of the terminal on fd; 100 when it is none. */
size_t terminal_width(int fd);

/* Colours are wanted: fd is a terminal, NO_COLOR is unset or empty, TERM is not dumb. */
bool terminal_colour(int fd);

/*
 * A new terminal for the output of a command, as wide as the one on `like`: what is written to
 * `theirs` comes out of `ours` byte for byte. It is nobody's controlling terminal. Reading fails
 * with EIO once all of theirs are closed. ERR_IO.
 */
int terminal_open(int like, int *ours, int *theirs, struct err *err);
void terminal_resize(int ours, int like);

/* Is there one to be had? */
bool terminal_is_possible(void);

/*
 * Makes the group of a command the foreground group of the terminal on stdin, so that it can read
 * and gets what is typed, Ctrl-C included; take_back() makes it ours again. Nothing happens without
 * a terminal or in the background.
 */
void terminal_lend(pid_t group);
void terminal_take_back(void);

#endif
