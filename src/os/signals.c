/* SPDX-License-Identifier: Apache-2.0 */
#include "os/signals.h"

#include "base/clock.h"
#include "base/mem.h"

#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

enum role {
	STOP,    /* ends the run in order: the command first, then the history is written */
	FORWARD, /* is for the command */
	HOLD,    /* the same, but only while a command runs */
	IGNORE,
	USUAL /* whoever started us may have ignored it */
};

/*
 * Signals that are not here keep their action: faults of steady itself (SEGV, ABRT, …), which a
 * handler could not repair, the rest of job control, and URG, which does nothing. Real-time signals
 * stop like ALRM does. `soft` is what the command gets; 0 means the signal itself.
 */
static const struct {
	int number;
	enum role role;
	int soft;
	bool unless_ignored; /* whoever started us meant it to be without effect (nohup) */
} table[] = {
	{SIGINT, STOP, 0, false},
	{SIGTERM, STOP, 0, false},
	{SIGQUIT, STOP, 0, false},
	{SIGHUP, STOP, 0, true},
	/* these would end us, and are nothing the command knows how to take */
	{SIGALRM, STOP, SIGTERM, false},
	{SIGVTALRM, STOP, SIGTERM, false},
	{SIGPROF, STOP, SIGTERM, false},
	{SIGXCPU, STOP, SIGTERM, false},
	{SIGIO, STOP, SIGTERM, false},
	{SIGPWR, STOP, SIGTERM, false},
	{SIGSTKFLT, STOP, SIGTERM, false},
	{SIGUSR1, FORWARD, 0, false},
	{SIGUSR2, FORWARD, 0, false},
	{SIGWINCH, FORWARD, 0, false},
	{SIGCONT, FORWARD, 0, false},
	{SIGTSTP, HOLD, 0, true},
	/* writes tell it by their result */
	{SIGPIPE, IGNORE, 0, false},
	{SIGXFSZ, IGNORE, 0, false},
	/* ignored, it makes children vanish with their exit codes */
	{SIGCHLD, USUAL, 0, false},
};

/* Process-wide by nature: the signal mask is. */
static int stop_fd = -1, forward_fd = -1;
static int first_stop;
static sigset_t held;

static bool is_ignored(int number)
{
	struct sigaction now;

	return sigaction(number, NULL, &now) == 0 && now.sa_handler == SIG_IGN;
}

static int open_fd(const sigset_t *set)
{
	return signalfd(-1, set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static void set_action(int number, void (*action)(int))
{
	struct sigaction new = {.sa_handler = action};

	sigaction(number, &new, NULL);
}

void signals_init(void)
{
	sigset_t sets[HOLD + 1];

	if (stop_fd >= 0) {
		return;
	}
	for (int role = STOP; role <= HOLD; role++) {
		sigemptyset(&sets[role]);
	}
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		if (table[i].role > HOLD) {
			set_action(table[i].number, table[i].role == IGNORE ? SIG_IGN : SIG_DFL);
		} else if (!table[i].unless_ignored || !is_ignored(table[i].number)) {
			sigaddset(&sets[table[i].role], table[i].number);
		}
	}
	for (int number = SIGRTMIN; number <= SIGRTMAX; number++) {
		sigaddset(&sets[STOP], number);
	}
	sigprocmask(SIG_BLOCK, &sets[STOP], NULL);
	sigprocmask(SIG_BLOCK, &sets[FORWARD], NULL);
	held = sets[HOLD];
	stop_fd = open_fd(&sets[STOP]);
	/* held ones are read only while they are blocked */
	sigorset(&sets[FORWARD], &sets[FORWARD], &held);
	forward_fd = open_fd(&sets[FORWARD]);
}

void signals_hold(bool hold)
{
	if (forward_fd < 0) {
		return;
	}
	while (hold && signals_take_forward()) {
	}
	sigprocmask(hold ? SIG_BLOCK : SIG_UNBLOCK, &held, NULL);
}

void signals_pause(void)
{
	sigset_t stop, before;
	int death = 0;
	pid_t shell = getppid();

	sigemptyset(&stop);
	sigaddset(&stop, SIGTSTP);
	prctl(PR_GET_PDEATHSIG, &death);
	if (!death) {
		prctl(PR_SET_PDEATHSIG, SIGCONT);
	}
	sigprocmask(SIG_UNBLOCK, &stop, &before);
	raise(SIGTSTP);
	sigprocmask(SIG_SETMASK, &before, NULL);
	if (!death) {
		prctl(PR_SET_PDEATHSIG, 0);
	}
	/* the kernel would have hung up on a stopped job whose shell is gone; we were awake before */
	if (getppid() != shell) {
		kill(getpid(), SIGHUP);
	}
}

int signals_fd(void)
{
	return stop_fd;
}

int signals_forward_fd(void)
{
	return forward_fd;
}

static int take(int fd)
{
	struct signalfd_siginfo info;

	if (fd < 0 || read(fd, &info, sizeof(info)) != (ssize_t)sizeof(info)) {
		return 0;
	}
	return (int)info.ssi_signo;
}

int signals_take(void)
{
	int number = take(stop_fd);

	if (!first_stop) {
		first_stop = number;
	}
	return number;
}

int signals_take_forward(void)
{
	return take(forward_fd);
}

int signals_stopped_by(void)
{
	return first_stop;
}

int signals_look(void)
{
	(void)signals_take();
	return first_stop;
}

int signals_soft(int stop_signal)
{
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		if (table[i].number == stop_signal) {
			return table[i].soft ? table[i].soft : stop_signal;
		}
	}
	return SIGTERM;
}

int signals_wait_fd(int fd, int64_t us)
{
	struct pollfd pfds[] = {
		{.fd = stop_fd, .events = POLLIN},
		{.fd = fd, .events = POLLIN},
	};
	struct timespec span = {.tv_sec = us / US_PER_S, .tv_nsec = (us % US_PER_S) * 1000};

	return ppoll(pfds, ARRAY_LEN(pfds), &span, NULL) > 0 && pfds[0].revents ? signals_take()
										: 0;
}

int signals_sleep(int64_t us)
{
	if (us <= 0) {
		return 0;
	}
	if (stop_fd < 0) {
		clock_sleep_us(us);
		return 0;
	}
	return signals_wait_fd(-1, us);
}

void signals_restore(void)
{
	sigset_t none;

	/* what was meant for the command must not end us once it is let through */
	while (signals_take_forward()) {
	}
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		if (table[i].role == IGNORE) {
			set_action(table[i].number, SIG_DFL);
		}
	}
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

void signals_end(void)
{
	while (signals_take()) {
	}
	signals_restore();
}
