/* SPDX-License-Identifier: Apache-2.0 */
#include "ready/kinds.h"

#include "base/clock.h"
#include "base/mem.h"
#include "os/proc.h"
#include "ready/net.h"
#include "ready/resolve.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

/* A file that is still written to grows within this time, as far as one can see. */
#define GROWTH_US (500 * US_PER_MS)

/* A path that begins with @ is an abstract one. */
static socklen_t socket_address(const char *path, struct sockaddr_un *out)
{
	size_t len = strlen(path);

	*out = (struct sockaddr_un){.sun_family = AF_UNIX};
	memcpy(out->sun_path, path, len);
	if (*path == '@') {
		out->sun_path[0] = '\0';
	}
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len + (*path != '@'));
}

static bool no_socket(int code, struct attempt_result *out)
{
	enum wait_stage stage;

	out->gone = code == ENOENT || code == ENOTDIR || code == ECONNREFUSED;
	stage = out->gone ? STAGE_LISTEN : STAGE_CONNECT;
	if (code == ECONNREFUSED) {
		return attempt_failed(out, stage, "connection refused");
	}
	if (code == EAGAIN) {
		attempt_reach(out, STAGE_CONNECT);
		return attempt_failed(out, STAGE_CONNECT, "its queue is full");
	}
	return attempt_failed(out, stage, "%s", code == ENOENT ? "no such file" : strerror(code));
}

void probe_unix(const struct target *target, const struct limits *limits,
		struct attempt_result *out)
{
	CLEANUP(net_cleanup)
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	const struct peer peer = {fd, NULL};
	struct sockaddr_un address;
	socklen_t len = socket_address(target->path, &address);

	out->stage = STAGE_LISTEN;
	if (fd < 0 || connect(fd, (struct sockaddr *)&address, len) < 0) {
		no_socket(errno, out);
		return;
	}
	attempt_reach(out, STAGE_CONNECT);
	out->ready = net_settle(target, &peer, limits, out);
}

static bool no_file(struct attempt_result *out)
{
	out->gone = errno == ENOENT || errno == ENOTDIR;
	return attempt_failed(out, STAGE_APPLICATION, "%s",
			      errno == ENOENT ? "no such file" : strerror(errno));
}

static bool has_changed(const struct stat *a, const struct stat *b)
{
	return a->st_size != b->st_size || a->st_ino != b->st_ino ||
	       a->st_mtim.tv_sec != b->st_mtim.tv_sec || a->st_mtim.tv_nsec != b->st_mtim.tv_nsec;
}

static bool look_at_file(const struct target *target, const struct limits *limits,
			 struct attempt_result *out)
{
	const struct limits growth = {clock_mono_us() + GROWTH_US, limits->stop_fd};
	struct stat before, after;

	if (stat(target->path, &before) < 0) {
		return no_file(out);
	}
	if (!target->size_stable) {
		return true;
	}
	if (wait_for_fd(-1, 0, &growth) == PATIENCE_STOPPED) {
		return attempt_stopped(out, STAGE_APPLICATION);
	}
	if (stat(target->path, &after) < 0) {
		return no_file(out);
	}
	return !has_changed(&before, &after) ||
	       attempt_failed(out, STAGE_APPLICATION, "still written to: %lld bytes",
			      (long long)after.st_size);
}

void probe_file(const struct target *target, const struct limits *limits,
		struct attempt_result *out)
{
	out->stage = STAGE_APPLICATION;
	out->ready = look_at_file(target, limits, out);
}

void probe_pid(const struct target *target, const struct limits *limits, struct attempt_result *out)
{
	pid_t pid = (pid_t)target->pid;
	struct proc_info info;

	(void)limits;
	out->stage = STAGE_APPLICATION;
	if (kill(pid, 0) < 0 && errno == ESRCH) {
		out->gone = true;
		attempt_failed(out, STAGE_APPLICATION, "no such process");
	} else if (!proc_look(pid, &info) && kill(pid, 0) == 0) {
		out->gone = true;
		attempt_failed(out, STAGE_APPLICATION, "it has ended and was not reaped");
	} else {
		out->ready = true;
	}
}

void probe_dns(const struct target *target, const struct limits *limits, struct attempt_result *out)
{
	struct addrinfo *list = NULL;

	out->ready = resolve(target->host, NULL, limits, &list, out);
	if (list) {
		freeaddrinfo(list);
	}
}
