/* SPDX-License-Identifier: Apache-2.0 */
#include "ready/probe.h"

#include "base/clock.h"
#include "base/mem.h"
#include "ready/kinds.h"
#include "ready/listening.h"
#include "ready/secrets.h"
#include "ready/service.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void pass(struct attempt_result *result, enum wait_stage stage)
{
	if (!result->passed_us[stage]) {
		result->passed_us[stage] = clock_mono_us();
	}
}

void attempt_reach(struct attempt_result *result, enum wait_stage stage)
{
	pass(result, result->stage);
	result->stage = stage;
}

bool attempt_failed(struct attempt_result *result, enum wait_stage stage, const char *fmt, ...)
{
	va_list ap;

	result->ready = false;
	result->stage = stage;
	va_start(ap, fmt);
	vsnprintf(result->error, sizeof(result->error), fmt, ap);
	va_end(ap);
	return false;
}

bool attempt_stopped(struct attempt_result *result, enum wait_stage stage)
{
	result->stopped = true;
	return attempt_failed(result, stage, "stopped");
}

/* Somebody else may have taken the port before what we started came to it. */
static bool is_served(const struct target *target, struct attempt_result *out)
{
	struct pid_list pids = {0};
	struct proc_info owner;
	bool held = target->scheme->place != PLACE_PORT && target->scheme->probe != probe_unix;

	if (!held) {
		service_processes(target->served_by, &pids);
		held = target_is_held(target, &out->peer, &pids);
		VEC_FREE(&pids);
	}
	if (held) {
		return true;
	}
	out->permanent = true;
	if (target_owner(target, &out->peer, &owner)) {
		return attempt_failed(out, STAGE_LISTEN,
				      "%s (pid %d) listens there, not what was started",
				      owner.title, (int)owner.pid);
	}
	return attempt_failed(out, STAGE_LISTEN, "somebody listens there, not what was started");
}

/* What we started has to be there, before and behind. */
static void probe_served(const struct target *target, const struct limits *limits,
			 struct attempt_result *out)
{
	service_trim(target->served_by);
	target->scheme->probe(target, limits, out);
	out->ready = out->ready && is_served(target, out);
	if (out->stopped || service_is_alive(target->served_by)) {
		return;
	}
	out->over = true;
	if (!out->permanent) {
		attempt_failed(out, out->stage, "what was started has ended");
	}
	out->ready = false;
}

void probe_target(const struct target *target, const struct limits *limits,
		  struct attempt_result *out)
{
	if (target->served_by) {
		probe_served(target, limits, out);
	} else {
		target->scheme->probe(target, limits, out);
	}
	secrets_hide(target, out->error);
	if (out->ready) {
		pass(out, out->stage);
	}
	if (!target->invert || out->stopped) {
		return;
	}
	if (out->ready) {
		attempt_failed(out, out->stage, "still there");
	} else if (out->gone) {
		out->ready = true;
	} else {
		char error[sizeof(out->error)];

		memcpy(error, out->error, sizeof(error));
		attempt_failed(out, out->stage, "not known to be gone: %.200s", error);
	}
}

const char *connect_error(int code)
{
	static const struct {
		int code;
		const char *text;
	} rows[] = {
		{ECONNREFUSED, "refused"},
		{ETIMEDOUT, "no answer"},
		{EHOSTUNREACH, "host unreachable"},
		{ENETUNREACH, "network unreachable"},
		{EADDRNOTAVAIL, "address not available"},
		{EACCES, "not permitted"},
		{EPERM, "not permitted"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (rows[i].code == code) {
			return rows[i].text;
		}
	}
	return strerror(code);
}

enum patience wait_for_fd(int fd, short events, const struct limits *limits)
{
	struct pollfd pfds[] = {
		{.fd = fd, .events = events},
		{.fd = limits->stop_fd, .events = POLLIN},
	};
	int n = 0;

	do {
		int64_t left = limits->until_us - clock_mono_us();
		struct timespec span = {0};

		if (left > 0) {
			span.tv_sec = left / US_PER_S;
			span.tv_nsec = (left % US_PER_S) * 1000;
		}
		n = ppoll(pfds, ARRAY_LEN(pfds), &span, NULL);
	} while (n < 0 && errno == EINTR);
	if (n > 0 && pfds[1].revents) {
		return PATIENCE_STOPPED;
	}
	return n > 0 ? PATIENCE_READY : PATIENCE_TIMEOUT;
}
