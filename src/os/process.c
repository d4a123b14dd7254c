/* SPDX-License-Identifier: Apache-2.0 */
#include "os/process.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"
#include "os/relay.h"
#include "os/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

enum { OUT, ERR, STREAMS };

struct child {
	pid_t pid;
	int pidfd;
	struct outlet outlet[STREAMS]; /* ours */
	struct relay relay[STREAMS];
};

static void child_open(struct child *child, const struct process_spec *spec,
		       struct process_end *end)
{
	struct buf *tails[STREAMS] = {&end->out_tail, &end->err_tail};

	*child = (struct child){.pidfd = -1};
	outlet_open(&child->outlet[OUT], STDOUT_FILENO);
	outlet_open(&child->outlet[ERR], STDERR_FILENO);
	for (int stream = OUT; stream < STREAMS; stream++) {
		child->relay[stream] = (struct relay){
			.from = -1,
			.to = &child->outlet[spec->stdout_to_stderr ? ERR : stream],
			.tail = tails[stream],
			.tail_max = spec->tail_max,
			.waiting = BUF_INIT(RELAY_DRAIN_MAX),
		};
	}
}

static void child_close(struct child *child)
{
	cleanup_close(&child->pidfd);
	for (int stream = OUT; stream < STREAMS; stream++) {
		relay_release(&child->relay[stream]);
		outlet_close(&child->outlet[stream]);
	}
}

/* The environment with the entries of `extra` added or replaced. Borrows all strings. */
static char **merge_env(const struct strv *extra)
{
	size_t have = 0, used = 0;
	char **env = NULL;

	while (environ[have]) {
		have++;
	}
	env = mem_array(have + (extra ? extra->len : 0) + 1, sizeof(*env));
	for (size_t i = 0; i < have; i++) {
		bool replaced = false;

		for (size_t j = 0; extra && j < extra->len; j++) {
			size_t name = strcspn(extra->items[j], "=") + 1;

			replaced |= strncmp(environ[i], extra->items[j], name) == 0;
		}
		if (!replaced) {
			env[used++] = environ[i];
		}
	}
	for (size_t j = 0; extra && j < extra->len; j++) {
		env[used++] = extra->items[j];
	}
	return env;
}

static void spawn_attributes(posix_spawnattr_t *attr)
{
	sigset_t none, all;

	sigemptyset(&none);
	sigfillset(&all);
	posix_spawnattr_init(attr);
	posix_spawnattr_setpgroup(attr, 0);
	posix_spawnattr_setsigmask(attr, &none);
	posix_spawnattr_setsigdefault(attr, &all);
	posix_spawnattr_setflags(attr, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
					       POSIX_SPAWN_SETSIGDEF);
}

static int start_error(const char *name, int code, struct err *err)
{
	errno = code;
	if (code == ENOENT || code == ENOTDIR) {
		return err_set(err, ERR_NOT_FOUND, "%s: command not found", name);
	}
	if (code == EACCES || code == ENOEXEC || code == EISDIR || code == ELIBBAD) {
		return err_sys(err, ERR_NOEXEC, "%s: cannot be executed", name);
	}
	return err_sys(err, ERR_IO, "%s: cannot be started", name);
}

/* A pipe whose reading end never blocks; that is a description of its own, ours alone. */
static int open_pipe(int *read_end, int *write_end, struct err *err)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0) {
		return err_sys(err, ERR_IO, "pipe");
	}
	*read_end = ends[0];
	*write_end = ends[1];
	return fcntl(*read_end, F_SETFL, O_NONBLOCK) < 0 ? err_sys(err, ERR_IO, "fcntl") : 0;
}

/* Starts argv with its streams on pipes; fills pid, pidfd and the reading ends. */
static int child_start(char *const *argv, const struct strv *env, struct child *child,
		       struct err *err)
{
	AUTO_FREE char **merged = merge_env(env);
	AUTO_CLOSE int out_write = -1;
	AUTO_CLOSE int err_write = -1;
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	int code = 0;

	if (open_pipe(&child->relay[OUT].from, &out_write, err) < 0 ||
	    open_pipe(&child->relay[ERR].from, &err_write, err) < 0) {
		return -1;
	}
	spawn_attributes(&attr);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, out_write, STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&actions, err_write, STDERR_FILENO);
	code = posix_spawnp(&child->pid, argv[0], &actions, &attr, argv, merged);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attr);
	if (code) {
		return start_error(argv[0], code, err);
	}
	/* glibc has a wrapper from 2.36 on only. Opening cannot miss: the child is not reaped. */
	child->pidfd = (int)syscall(SYS_pidfd_open, child->pid, 0U);
	if (child->pidfd < 0) {
		err_sys(err, ERR_IO, "pidfd_open");
		kill(-child->pid, SIGKILL);
		waitpid(child->pid, NULL, 0);
		return -1;
	}
	return 0;
}

static int poll_until(struct pollfd *pfds, nfds_t count, int64_t deadline_us)
{
	int64_t left = deadline_us - clock_mono_us();
	struct timespec span = {0};

	if (left > 0) {
		span.tv_sec = left / US_PER_S;
		span.tv_nsec = (left % US_PER_S) * 1000;
	}
	return ppoll(pfds, count, deadline_us ? &span : NULL, NULL);
}

static void forward_signals(pid_t group)
{
	for (int sig = signals_take_forward(); sig; sig = signals_take_forward()) {
		kill(-group, sig);
	}
}

/* Waits for the first of: output, the leader's end, a signal, the deadline (0 = none). */
static void child_poll(struct child *child, int64_t deadline_us, bool *ended, bool *signalled)
{
	struct pollfd pfds[] = {
		relay_poll(&child->relay[OUT]),
		relay_poll(&child->relay[ERR]),
		{.fd = child->pidfd, .events = POLLIN},
		{.fd = signals_fd(), .events = POLLIN},
		{.fd = signals_forward_fd(), .events = POLLIN},
	};

	if (poll_until(pfds, ARRAY_LEN(pfds), deadline_us) <= 0) {
		return;
	}
	for (int stream = OUT; stream < STREAMS; stream++) {
		if (pfds[stream].revents) {
			relay_step(&child->relay[stream]);
		}
	}
	if (pfds[4].revents) {
		forward_signals(child->pid);
	}
	*ended = (pfds[2].revents & POLLIN) != 0;
	*signalled = (pfds[3].revents & POLLIN) != 0;
}

/*
 * The ladder: nothing sent yet → soft signal → SIGKILL. SIGCONT goes with the soft one, because a
 * stopped process would never see it.
 */
struct ladder {
	enum { RUNG_NONE, RUNG_SOFT, RUNG_KILL } rung;
	int64_t deadline_us;
	enum process_how how;
};

static void ladder_step(struct ladder *ladder, pid_t group, int soft_signal, int64_t grace_us)
{
	if (ladder->rung == RUNG_NONE && grace_us > 0) {
		kill(-group, soft_signal);
		kill(-group, SIGCONT);
		ladder->rung = RUNG_SOFT;
		ladder->deadline_us = clock_mono_us() + grace_us;
	} else {
		kill(-group, SIGKILL);
		ladder->rung = RUNG_KILL;
		ladder->deadline_us = 0;
	}
}

static void supervise(const struct process_spec *spec, struct child *child, struct ladder *ladder)
{
	bool ended = false;

	while (!ended) {
		bool signalled = false;

		child_poll(child, ladder->deadline_us, &ended, &signalled);
		if (ended) {
			break;
		}
		if (signalled) {
			int sig = signals_take();

			if (ladder->rung == RUNG_NONE) {
				ladder->how = PROCESS_STOPPED;
			}
			ladder_step(ladder, child->pid, signals_soft(sig), spec->grace_us);
		} else if (ladder->deadline_us && clock_mono_us() >= ladder->deadline_us) {
			if (ladder->rung == RUNG_NONE) {
				ladder->how = PROCESS_TIMEOUT;
			}
			ladder_step(ladder, child->pid, spec->soft_signal, spec->grace_us);
		}
	}
}

/*
 * The leader is dead but not yet reaped, so its group's number cannot have been given to others:
 * the moment to end what is left of the group.
 */
static void end_group(const struct child *child)
{
	siginfo_t info;

	while (waitid(P_PID, (id_t)child->pid, &info, WEXITED | WNOWAIT) < 0 && errno == EINTR) {
	}
	kill(-child->pid, SIGKILL);
}

/* Reads what the pipes still hold, to their ends or until somebody has held them for too long. */
static void drain(struct child *child)
{
	int64_t deadline = clock_mono_us() + PROCESS_DRAIN_US;

	for (;;) {
		struct pollfd pfds[STREAMS];

		for (int stream = OUT; stream < STREAMS; stream++) {
			relay_drain(&child->relay[stream]);
			pfds[stream] =
				(struct pollfd){.fd = child->relay[stream].from, .events = POLLIN};
		}
		if ((pfds[OUT].fd < 0 && pfds[ERR].fd < 0) || clock_mono_us() >= deadline) {
			return;
		}
		poll_until(pfds, STREAMS, deadline);
	}
}

/* Passes on what still waits; a reader that takes nothing cannot hold us longer than `limit_us`,
 * nor once a stop signal has come. Returns how many bytes could not be passed on. */
static size_t deliver(struct child *child, int64_t limit_us)
{
	struct relay *out = &child->relay[OUT], *err = &child->relay[ERR];
	int64_t deadline = clock_mono_us() + limit_us;

	for (;;) {
		struct pollfd pfds[STREAMS + 1];

		relay_step(out);
		relay_step(err);
		pfds[OUT] = relay_poll(out);
		pfds[ERR] = relay_poll(err);
		pfds[STREAMS] = (struct pollfd){.fd = signals_fd(), .events = POLLIN};
		if (relay_waiting(out) + relay_waiting(err) == 0 || clock_mono_us() >= deadline) {
			break;
		}
		poll_until(pfds, ARRAY_LEN(pfds), deadline);
		if (pfds[STREAMS].revents) {
			break;
		}
	}
	return relay_waiting(out) + relay_waiting(err);
}

static void reap(const struct child *child, struct process_end *end)
{
	int status = 0;

	while (waitpid(child->pid, &status, 0) < 0 && errno == EINTR) {
	}
	end->exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	end->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

/*
 * The orphans of the group became our children (subreaper); returns when the last one is gone.
 * A process that SIGKILL cannot end (uninterruptible, another user's) is given up after a while.
 */
static void reap_group(pid_t group)
{
	int64_t deadline = clock_mono_us() + PROCESS_GONE_US;
	pid_t pid = 0;

	while (pid != -1 && clock_mono_us() < deadline) {
		pid = waitpid(-group, NULL, WNOHANG);
		if (pid == 0) {
			clock_sleep_us(US_PER_MS);
		}
	}
}

int process_run(const struct process_spec *spec, struct process_end *end, struct err *err)
{
	CLEANUP(child_close) struct child child;
	struct ladder ladder = {.how = PROCESS_EXITED};
	int64_t start = clock_mono_us();

	*end = (struct process_end){
		.started_us = clock_wall_us(),
		.out_tail = BUF_INIT(2 * spec->tail_max),
		.err_tail = BUF_INIT(2 * spec->tail_max),
	};
	child_open(&child, spec, end);
	while (signals_take_forward()) {
		/* sent before there was a command */
	}
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	if (child_start(spec->argv, spec->env, &child, err) < 0) {
		return -1;
	}
	ladder.deadline_us = spec->timeout_us ? start + spec->timeout_us : 0;
	supervise(spec, &child, &ladder);
	end_group(&child);
	reap(&child, end);
	drain(&child);
	reap_group(child.pid);
	end->duration_us = clock_mono_us() - start;
	end->unshown = deliver(&child, ladder.how == PROCESS_STOPPED ? PROCESS_DELIVER_STOPPED_US
								     : PROCESS_DELIVER_US);
	end->how = ladder.how;
	if (ladder.how == PROCESS_EXITED && end->signal) {
		end->how = PROCESS_SIGNALLED;
	}
	return 0;
}

void process_end_release(struct process_end *end)
{
	buf_release(&end->out_tail);
	buf_release(&end->err_tail);
}
