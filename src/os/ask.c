/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"
#include "os/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

#define ASK_LIMIT_US (5 * US_PER_S)

static pid_t start_quiet(char *const *argv, int out_write)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	sigset_t none, all;
	pid_t pid = -1;

	sigemptyset(&none);
	sigfillset(&all);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setsigdefault(&attr, &all);
	posix_spawnattr_setpgroup(&attr, 0);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
						POSIX_SPAWN_SETPGROUP);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, out_write, STDOUT_FILENO);
	posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	if (posix_spawnp(&pid, argv[0], &actions, &attr, argv, environ) != 0) {
		pid = -1;
	}
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attr);
	return pid;
}

/* Reads to the end of the stream; false when the time ran out. */
static bool read_answer(int fd, struct buf *out)
{
	int64_t deadline = clock_mono_us() + ASK_LIMIT_US;
	char data[4096];

	for (;;) {
		int64_t left_ms = (deadline - clock_mono_us()) / US_PER_MS;
		struct pollfd pfd = {.fd = fd, .events = POLLIN};
		ssize_t n = 0;

		if (left_ms <= 0 || poll(&pfd, 1, (int)left_ms) == 0) {
			return false;
		}
		n = read(fd, data, sizeof(data));
		if (n == 0) {
			return true;
		}
		if (n > 0) {
			buf_add(out, data, (size_t)n);
		} else if (errno != EINTR) {
			return false;
		}
	}
}

int process_ask(char *const *argv, struct buf *out)
{
	int ends[2];
	int status = 0;
	pid_t pid = -1;
	bool answered = false;

	if (pipe2(ends, O_CLOEXEC) < 0) {
		return -1;
	}
	pid = start_quiet(argv, ends[1]);
	close(ends[1]);
	if (pid > 0) {
		answered = read_answer(ends[0], out);
		if (!answered) {
			kill(-pid, SIGKILL);
		}
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
		}
	}
	close(ends[0]);
	return answered && WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -1;
}
