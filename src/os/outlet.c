/* SPDX-License-Identifier: Apache-2.0 */
#include "os/outlet.h"

#include "base/clock.h"
#include "base/mem.h"
#include "os/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static int open_anew(int fd)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

void outlet_open(struct outlet *outlet, int fd)
{
	struct stat st;
	int own = -1;

	*outlet = (struct outlet){.fd = fd, .kind = OUTLET_SHARED};
	if (fstat(fd, &st) < 0) {
		outlet->gone = true;
	} else if (S_ISSOCK(st.st_mode)) {
		outlet->kind = OUTLET_SOCKET;
	} else if (!S_ISFIFO(st.st_mode) && !S_ISCHR(st.st_mode)) {
		outlet->kind = OUTLET_FILE;
	} else if ((own = open_anew(fd)) >= 0) {
		outlet->kind = OUTLET_OWN;
		outlet->fd = own;
	}
}

void outlet_close(struct outlet *outlet)
{
	if (outlet->kind == OUTLET_OWN) {
		close(outlet->fd);
	}
	*outlet = (struct outlet){.fd = -1, .kind = OUTLET_SHARED, .gone = true};
}

static ssize_t write_shared(int fd, const void *data, size_t len)
{
	struct pollfd room = {.fd = fd, .events = POLLOUT};

	if (poll(&room, 1, 0) <= 0) {
		errno = EAGAIN;
		return -1;
	}
	return write(fd, data, len < PIPE_BUF ? len : PIPE_BUF);
}

static ssize_t write_once(const struct outlet *outlet, const void *data, size_t len)
{
	if (outlet->kind == OUTLET_SOCKET) {
		return send(outlet->fd, data, len, MSG_DONTWAIT | MSG_NOSIGNAL);
	}
	if (outlet->kind == OUTLET_SHARED) {
		return write_shared(outlet->fd, data, len);
	}
	return write(outlet->fd, data, len);
}

size_t outlet_write(struct outlet *outlet, const void *data, size_t len)
{
	const char *at = data;
	size_t left = len;

	while (left > 0 && !outlet->gone) {
		ssize_t n = write_once(outlet, at, left);

		if (n > 0) {
			at += n;
			left -= (size_t)n;
		} else if (errno == EAGAIN) {
			return len - left;
		} else if (errno != EINTR) {
			outlet->gone = true;
			outlet->error = errno == EPIPE ? 0 : errno;
		}
	}
	return len;
}

/* Descriptors up to stderr on which a message was given up; of the process, like they are. */
static bool given_up[STDERR_FILENO + 1];

static int64_t patience_us(int fd)
{
	if (given_up[fd]) {
		return 0;
	}
	return signals_stopped_by() ? OUTLET_PATIENCE_STOPPED_US : OUTLET_PATIENCE_US;
}

/* Waits for room; false when the time is over or a stop signal wants to be looked at. */
static bool wait_for_room(int fd, int64_t deadline_us)
{
	int64_t left_us = deadline_us - clock_mono_us();
	struct pollfd pfds[] = {
		{.fd = fd, .events = POLLOUT},
		{.fd = signals_fd(), .events = POLLIN},
	};

	return left_us > 0 && (poll(pfds, ARRAY_LEN(pfds), (int)(left_us / US_PER_MS) + 1) < 0 ||
			       pfds[1].revents == 0);
}

void outlet_say(int fd, const void *data, size_t len)
{
	int64_t deadline = clock_mono_us() + patience_us(fd);
	const char *at = data;
	struct outlet outlet;

	outlet_open(&outlet, fd);
	do {
		size_t done = outlet_write(&outlet, at, len);

		at += done;
		len -= done;
	} while (len > 0 && wait_for_room(outlet.fd, deadline));
	given_up[fd] = len > 0;
	outlet_close(&outlet);
}
