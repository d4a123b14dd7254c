/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_OS_TERMINAL_H
#define STEADY_OS_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

/* Columns of the terminal on fd; 100 when it is none. */
size_t terminal_width(int fd);

/* Colours are wanted: fd is a terminal, NO_COLOR is unset or empty, TERM is not dumb. */
bool terminal_colour(int fd);

#endif
