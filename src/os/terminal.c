/* SPDX-License-Identifier: Apache-2.0 */
#include "os/terminal.h"

#include "base/mem.h"
#include "base/str.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#define WIDTH_UNKNOWN 100
#define ROWS_USUAL    24
#define COLUMNS_USUAL 80

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

/* Line ends stay as they are: the real terminal turns them into its own. */
static int leave_output_alone(int fd)
{
	struct termios modes;

	if (tcgetattr(fd, &modes) < 0) {
		return -1;
	}
	modes.c_oflag &= ~(tcflag_t)OPOST;
	return tcsetattr(fd, TCSANOW, &modes);
}

int terminal_open(int like, int *ours, int *theirs, struct err *err)
{
	char name[64];

	*theirs = -1;
	*ours = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (*ours < 0 || grantpt(*ours) < 0 || unlockpt(*ours) < 0 ||
	    ptsname_r(*ours, name, sizeof(name)) != 0) {
		return err_sys(err, ERR_IO, "no pseudo-terminal");
	}
	*theirs = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (*theirs < 0 || leave_output_alone(*theirs) < 0) {
		return err_sys(err, ERR_IO, "%s", name);
	}
	terminal_resize(*ours, like);
	return 0;
}

void terminal_resize(int ours, int like)
{
	struct winsize size = {.ws_row = ROWS_USUAL, .ws_col = COLUMNS_USUAL};

	ioctl(like, TIOCGWINSZ, &size);
	ioctl(ours, TIOCSWINSZ, &size);
}

bool terminal_is_possible(void)
{
	struct err ignored = ERR_INIT;
	AUTO_CLOSE int ours = -1;
	AUTO_CLOSE int theirs = -1;

	return terminal_open(STDOUT_FILENO, &ours, &theirs, &ignored) == 0;
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
