/* SPDX-License-Identifier: Apache-2.0 */
#include "os/terminal.h"

#include "base/str.h"

#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define WIDTH_UNKNOWN 100

size_t terminal_width(int fd)
{
	struct winsize size = {0};

	if (ioctl(fd, TIOCGWINSZ, &size) < 0 || size.ws_col == 0) {
		return WIDTH_UNKNOWN;
	}
	return size.ws_col;
}

bool terminal_colour(int fd)
{
	return isatty(fd) && str_empty(getenv("NO_COLOR")) && !str_eq(getenv("TERM"), "dumb");
}
