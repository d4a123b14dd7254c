/* SPDX-License-Identifier: Apache-2.0 */
#include "ready/kinds.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "os/proc.h"
#include "os/spawn.h"
#include "text/utf8.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define OUTPUT_MAX 4096

/* A command under way. */
struct asked {
	pid_t pid;
	int end_fd;      /* readable when it has ended */
	int out_fd;      /* what it prints; closed at its end */
	struct buf last; /* of its output */
};

static int start(const struct target *target, struct asked *out)
{
	AUTO_CLOSE int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	int ends[2] = {-1, -1};
	int code = 0;

	if (null < 0 || pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0) {
		return errno;
	}
	/* the command's end blocks as usual */
	(void)fcntl(ends[1], F_SETFL, 0);
	code = spawn(&(struct spawn){.argv = strv_argv(&target->argv),
				     .env = environ,
				     .fds = {null, ends[1], ends[1]}},
		     &out->pid);
	close(ends[1]);
	if (code) {
		close(ends[0]);
		return code;
	}
	out->out_fd = ends[0];
	out->end_fd = (int)syscall(SYS_pidfd_open, out->pid, 0);
	return 0;
}

/* Only the end is kept. False at the end of the stream. */
static bool drain(struct asked *asked)
{
	char data[OUTPUT_MAX];
	ssize_t n = 0;

	while ((n = read(asked->out_fd, data, sizeof(data))) > 0) {
		if (asked->last.len + (size_t)n > OUTPUT_MAX) {
			buf_clear(&asked->last);
		}
		buf_add(&asked->last, data, (size_t)n);
	}
	return n < 0 && (errno == EAGAIN || errno == EINTR);
}

static enum patience wait_for_end(struct asked *asked, const struct limits *limits)
{
	for (;;) {
		struct pollfd pfds[] = {
			{.fd = asked->end_fd, .events = POLLIN},
			{.fd = limits->stop_fd, .events = POLLIN},
			{.fd = asked->out_fd, .events = POLLIN},
		};
		int64_t left_ms = (limits->until_us - clock_mono_us() + 999) / US_PER_MS;

		if (left_ms <= 0) {
			return PATIENCE_TIMEOUT;
		}
		poll(pfds, ARRAY_LEN(pfds), (int)(left_ms < INT_MAX ? left_ms : INT_MAX));
		if (pfds[1].revents) {
			return PATIENCE_STOPPED;
		}
		if (pfds[2].revents && !drain(asked)) {
			cleanup_close(&asked->out_fd);
		}
		if (pfds[0].revents) {
			return PATIENCE_READY;
		}
	}
}

static void release_pids(struct pid_list *list)
{
	VEC_FREE(list);
}

/* The whole group goes while its leader still holds the number of it. The status. */
static int finish(struct asked *asked)
{
	CLEANUP(release_pids) struct pid_list below = {0};
	int status = 0;

	/* with what has left the group and still has its parent */
	proc_descendants(asked->pid, &below);
	kill(-asked->pid, SIGKILL);
	VEC_EACH (pid_t, pid, &below) {
		kill(*pid, SIGKILL);
	}
	while (waitpid(asked->pid, &status, 0) < 0 && errno == EINTR) {
	}
	if (asked->out_fd >= 0) {
		(void)drain(asked);
	}
	cleanup_close(&asked->out_fd);
	cleanup_close(&asked->end_fd);
	return status;
}

/* The last line with something in it. */
static void add_last_line(const struct asked *asked, struct buf *out)
{
	const char *text = buf_str(&asked->last);
	size_t end = asked->last.len, start = 0;

	while (end > 0 && isspace((unsigned char)text[end - 1])) {
		end--;
	}
	for (start = end; start > 0 && text[start - 1] != '\n'; start--) {
	}
	if (end > start) {
		buf_str_add(out, ": ");
		utf8_clean(out, text + start, end - start);
	}
}

static bool judge(const struct asked *asked, enum patience patience, int status,
		  struct attempt_result *out)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(sizeof(out->error) - 1);

	if (patience == PATIENCE_STOPPED) {
		return attempt_stopped(out, STAGE_APPLICATION);
	}
	if (patience == PATIENCE_TIMEOUT) {
		buf_str_add(&text, "did not end in time");
	} else if (WIFSIGNALED(status)) {
		buf_fmt(&text, "signal %d", WTERMSIG(status));
	} else if (WEXITSTATUS(status) != 0) {
		buf_fmt(&text, "exit %d", WEXITSTATUS(status));
	} else {
		return true;
	}
	add_last_line(asked, &text);
	return attempt_failed(out, STAGE_APPLICATION, "%s", buf_str(&text));
}

void probe_exec(const struct target *target, const struct limits *limits,
		struct attempt_result *out)
{
	struct asked asked = {-1, -1, -1, BUF_INIT(OUTPUT_MAX)};
	enum patience patience = PATIENCE_TIMEOUT;
	int code = start(target, &asked);

	out->stage = STAGE_APPLICATION;
	if (code) {
		out->permanent = code == ENOENT || code == EACCES;
		attempt_failed(out, STAGE_APPLICATION, "not started: %s", strerror(code));
		return;
	}
	patience = wait_for_end(&asked, limits);
	out->ready = judge(&asked, patience, finish(&asked), out);
	buf_release(&asked.last);
}
