/* SPDX-License-Identifier: Apache-2.0 */
#include "os/process.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"
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
	int pipe[STREAMS];    /* our reading ends; -1 when at their end */
	int pass_to[STREAMS]; /* where to pass it on; -1 nowhere */
	struct buf *tail[STREAMS];
	size_t tail_max;
};

static void child_close(struct child *child)
{
	cleanup_close(&child->pidfd);
	cleanup_close(&child->pipe[OUT]);
	cleanup_close(&child->pipe[ERR]);
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

/* Starts argv with its streams on pipes; fills pid, pidfd and the reading ends. */
static int child_start(char *const *argv, const struct strv *env, struct child *child,
		       struct err *err)
{
	AUTO_FREE char **merged = merge_env(env);
	AUTO_CLOSE int out_write = -1;
	AUTO_CLOSE int err_write = -1;
	int pipes[STREAMS][2];
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	int code = 0;

	if (pipe2(pipes[OUT], O_CLOEXEC) < 0) {
		return err_sys(err, ERR_IO, "pipe");
	}
	child->pipe[OUT] = pipes[OUT][0];
	out_write = pipes[OUT][1];
	if (pipe2(pipes[ERR], O_CLOEXEC) < 0) {
		return err_sys(err, ERR_IO, "pipe");
	}
	child->pipe[ERR] = pipes[ERR][0];
	err_write = pipes[ERR][1];
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

/* Keeps the last `max` bytes; moves memory only when twice that much has gathered. */
static void tail_add(struct buf *tail, size_t max, const char *data, size_t len)
{
	if (len > max) {
		data += len - max;
		len = max;
	}
	if (tail->len + len > 2 * max) {
		size_t keep = max - len;

		memmove(tail->data, tail->data + tail->len - keep, keep);
		tail->len = keep;
	}
	buf_add(tail, data, len);
}

static void write_all(int *fd, const char *data, size_t len)
{
	while (len && *fd >= 0) {
		ssize_t n = write(*fd, data, len);

		if (n > 0) {
			data += n;
			len -= (size_t)n;
		} else if (errno == EAGAIN) {
			struct pollfd pfd = {.fd = *fd, .events = POLLOUT};

			poll(&pfd, 1, -1);
		} else if (errno != EINTR) {
			*fd = -1; /* nobody reads any more: keep draining the child */
		}
	}
}

/* Reads once from a stream and passes it on; closes the stream at its end. */
static void child_pump(struct child *child, int stream)
{
	char data[65536];
	ssize_t n = read(child->pipe[stream], data, sizeof(data));

	if (n > 0) {
		write_all(&child->pass_to[stream], data, (size_t)n);
		tail_add(child->tail[stream], child->tail_max, data, (size_t)n);
	} else if (n == 0 || errno != EINTR) {
		cleanup_close(&child->pipe[stream]);
	}
}

/* Waits for the first of: output, the leader's end, a stop signal, the deadline (0 = none). */
static void child_poll(struct child *child, int64_t deadline_us, bool *ended, bool *signalled)
{
	struct pollfd pfds[] = {
		{.fd = child->pipe[OUT], .events = POLLIN},
		{.fd = child->pipe[ERR], .events = POLLIN},
		{.fd = *ended ? -1 : child->pidfd, .events = POLLIN},
		{.fd = *ended ? -1 : signals_fd(), .events = POLLIN},
	};
	int64_t left = deadline_us - clock_mono_us();
	struct timespec span = {0};

	if (left > 0) {
		span.tv_sec = left / US_PER_S;
		span.tv_nsec = (left % US_PER_S) * 1000;
	}
	if (ppoll(pfds, ARRAY_LEN(pfds), deadline_us ? &span : NULL, NULL) <= 0) {
		return;
	}
	for (int stream = OUT; stream < STREAMS; stream++) {
		if (pfds[stream].revents) {
			child_pump(child, stream);
		}
	}
	*ended |= (pfds[2].revents & POLLIN) != 0;
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
			ladder_step(ladder, child->pid, sig ? sig : SIGTERM, spec->grace_us);
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
static void end_group(struct child *child)
{
	siginfo_t info;
	int64_t deadline = clock_mono_us() + PROCESS_DRAIN_US;
	bool ended = true, signalled = false;

	while (waitid(P_PID, (id_t)child->pid, &info, WEXITED | WNOWAIT) < 0 && errno == EINTR) {
	}
	kill(-child->pid, SIGKILL);
	while ((child->pipe[OUT] >= 0 || child->pipe[ERR] >= 0) && clock_mono_us() < deadline) {
		child_poll(child, deadline, &ended, &signalled);
	}
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
	CLEANUP(child_close)
	struct child child = {
		.pidfd = -1,
		.pipe = {-1, -1},
		.pass_to = {spec->stdout_to_stderr ? STDERR_FILENO : STDOUT_FILENO, STDERR_FILENO},
		.tail = {&end->out_tail, &end->err_tail},
		.tail_max = spec->tail_max,
	};
	struct ladder ladder = {.how = PROCESS_EXITED};
	int64_t start = clock_mono_us();

	*end = (struct process_end){
		.started_us = clock_wall_us(),
		.out_tail = BUF_INIT(2 * spec->tail_max),
		.err_tail = BUF_INIT(2 * spec->tail_max),
	};
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	if (child_start(spec->argv, spec->env, &child, err) < 0) {
		return -1;
	}
	ladder.deadline_us = spec->timeout_us ? start + spec->timeout_us : 0;
	supervise(spec, &child, &ladder);
	end_group(&child);
	reap(&child, end);
	reap_group(child.pid);
	end->duration_us = clock_mono_us() - start;
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
