/* SPDX-License-Identifier: Apache-2.0 */
#include "os/signals.h"

#include "base/clock.h"

#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <sys/signalfd.h>
#include <unistd.h>

/* Process-wide by nature: the signal mask is. */
static int stop_fd = -1;
static int first_stop;

void signals_init(void)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN};
	sigset_t stops;

	if (stop_fd >= 0) {
		return;
	}
	sigemptyset(&stops);
	sigaddset(&stops, SIGINT);
	sigaddset(&stops, SIGTERM);
	sigaddset(&stops, SIGHUP);
	sigprocmask(SIG_BLOCK, &stops, NULL);
	sigaction(SIGPIPE, &ignore, NULL);
	stop_fd = signalfd(-1, &stops, SFD_CLOEXEC | SFD_NONBLOCK);
}

int signals_fd(void)
{
	return stop_fd;
}

int signals_take(void)
{
	struct signalfd_siginfo info;

	if (stop_fd < 0 || read(stop_fd, &info, sizeof(info)) != (ssize_t)sizeof(info)) {
		return 0;
	}
	if (!first_stop) {
		first_stop = (int)info.ssi_signo;
	}
	return (int)info.ssi_signo;
}

int signals_stopped_by(void)
{
	return first_stop;
}

int signals_sleep(int64_t us)
{
	struct pollfd pfd = {.fd = stop_fd, .events = POLLIN};
	struct timespec span = {.tv_sec = us / US_PER_S, .tv_nsec = (us % US_PER_S) * 1000};

	if (us <= 0) {
		return 0;
	}
	if (stop_fd < 0) {
		clock_sleep_us(us);
		return 0;
	}
	return ppoll(&pfd, 1, &span, NULL) > 0 ? signals_take() : 0;
}

void signals_restore(void)
{
	struct sigaction usual = {.sa_handler = SIG_DFL};
	sigset_t none;

	sigemptyset(&none);
	sigaction(SIGPIPE, &usual, NULL);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

void signals_end(void)
{
	while (signals_take()) {
	}
	signals_restore();
}
