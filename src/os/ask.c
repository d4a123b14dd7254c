/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"
#include "base/mem.h"
#include "os/process.h"
#include "os/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#define ASK_LIMIT_US (5 * US_PER_S)

static pid_t start_quiet(char *const *argv, int out_write)
{
	AUTO_CLOSE int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	const struct spawn question = {
		.argv = argv,
		.env = environ,
		.fds = {null, out_write, null},
	};
	pid_t pid = -1;

	return spawn(&question, &pid) == 0 ? pid : -1;
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
