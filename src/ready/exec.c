/* SPDX-License-Identifier: Apache-2.0 */
#include "ready/kinds.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "os/guard.h"
#include "text/utf8.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#define OUTPUT_MAX 4096

/* A command under way. */
struct asked {
	struct guard guard; /* readable when it has ended */
	int status;         /* how it ended */
	int out_fd;         /* what it prints; closed at its end */
	struct buf last;    /* of its output */
};

static int start(const struct target *target, struct asked *out, struct err *err)
{
	AUTO_CLOSE int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	int ends[2] = {-1, -1};
	int rc = 0;

	if (null < 0 || pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0) {
		return err_sys(err, ERR_IO, "pipe");
	}
	/* the command's end blocks as usual */
	(void)fcntl(ends[1], F_SETFL, 0);
	rc = guard_lone_start(&(struct guard_command){.argv = strv_argv(&target->argv),
						      .in = null,
						      .out = ends[1],
						      .err = ends[1],
						      .adopt = true},
			      &out->guard, err);
	close(ends[1]);
	out->out_fd = ends[0];
	if (rc < 0) {
		cleanup_close(&out->out_fd);
	}
	return rc;
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
			{.fd = asked->guard.fd, .events = POLLIN},
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
		if (pfds[0].revents && guard_lone_next(&asked->guard, &asked->status)) {
			return PATIENCE_READY;
		}
	}
}

/* Whatever it left behind goes too. */
static void finish(struct asked *asked)
{
	guard_lone_end(&asked->guard, &asked->status);
	if (asked->out_fd >= 0) {
		(void)drain(asked);
	}
	cleanup_close(&asked->out_fd);
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

static bool judge(const struct asked *asked, enum patience patience, struct attempt_result *out)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(sizeof(out->error) - 1);

	if (patience == PATIENCE_STOPPED) {
		return attempt_stopped(out, STAGE_APPLICATION);
	}
	if (patience == PATIENCE_TIMEOUT) {
		buf_str_add(&text, "did not end in time");
	} else if (WIFSIGNALED(asked->status)) {
		buf_fmt(&text, "signal %d", WTERMSIG(asked->status));
	} else if (WEXITSTATUS(asked->status) != 0) {
		buf_fmt(&text, "exit %d", WEXITSTATUS(asked->status));
	} else {
		return true;
	}
	add_last_line(asked, &text);
	return attempt_failed(out, STAGE_APPLICATION, "%s", buf_str(&text));
}

void probe_exec(const struct target *target, const struct limits *limits,
		struct attempt_result *out)
{
	struct asked asked = {{0, -1, 0}, 0, -1, BUF_INIT(OUTPUT_MAX)};
	enum patience patience = PATIENCE_TIMEOUT;
	struct err err = ERR_INIT;

	out->stage = STAGE_APPLICATION;
	if (start(target, &asked, &err) < 0) {
		out->permanent = err.code == ERR_NOT_FOUND || err.code == ERR_NOEXEC;
		attempt_failed(out, STAGE_APPLICATION, "not started: %s", err.msg);
		return;
	}
	patience = wait_for_end(&asked, limits);
	finish(&asked);
	out->ready = judge(&asked, patience, out);
	buf_release(&asked.last);
}
