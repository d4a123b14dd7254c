/* SPDX-License-Identifier: Apache-2.0 */
#include "os/terminal.h"

#include "base/str.h"

#include <signal.h>
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

/* The terminal is lent at most once at a time. */
static bool lent;

/* From the background that asks for SIGTTOU, which would stop us. */
static void set_foreground(pid_t group)
{
	sigset_t block, before;

	sigemptyset(&block);
	sigaddset(&block, SIGTTOU);
	sigprocmask(SIG_BLOCK, &block, &before);
	tcsetpgrp(STDIN_FILENO, group);
	sigprocmask(SIG_SETMASK, &before, NULL);
}

void terminal_lend(pid_t group)
{
	lent = tcgetpgrp(STDIN_FILENO) == getpgrp();
	if (lent) {
		set_foreground(group);
		/* it may have been stopped for reading too early */
		kill(-group, SIGCONT);
	}
}

void terminal_take_back(void)
{
	if (lent) {
		set_foreground(getpgrp());
	}
	lent = false;
}
