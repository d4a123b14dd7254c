/* SPDX-License-Identifier: Apache-2.0 */
#include "ready/check.h"

#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/str.h"
#include "os/signals.h"
#include "ready/kinds.h"
#include "ready/logfile.h"
#include "ready/probe.h"

#include <arpa/inet.h>
#include <limits.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

/* False when a stop signal came. */
static bool attempt(const struct target *target, int64_t limit_us, struct check *out)
{
	const struct limits limits = {clock_mono_us() + limit_us, signals_fd()};
	struct attempt_result result = {.stage = STAGE_RESOLVE};

	probe_target(target, &limits, &result);
	if (result.stopped) {
		(void)signals_take();
		return false;
	}
	out->made = true;
	out->ready = result.ready;
	snprintf(out->error, sizeof(out->error), "%s", result.error);
	return true;
}

/* A loopback port that is bound and never listened at: nobody answers, and nobody else can have it
 * meanwhile. The caller closes; -1 when the machine has none. */
static int take_port(int *port)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	socklen_t len = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd >= 0 && (bind(fd, (struct sockaddr *)&address, len) < 0 ||
			getsockname(fd, (struct sockaddr *)&address, &len) < 0)) {
		cleanup_close(&fd);
	}
	*port = ntohs(address.sin_port);
	return fd;
}

/* What stands behind "scheme://". */
static const char *behind_scheme(const struct target *target)
{
	return strstr(target->url, "://") + strlen("://");
}

static const char *path_of(const struct target *target)
{
	const char *authority = behind_scheme(target);

	return authority + strcspn(authority, "/?#");
}

static bool check_port(struct target *nobody, int64_t limit_us, struct check *out)
{
	int number = 0;
	AUTO_CLOSE int held = take_port(&number);
	AUTO_FREE char *port = mem_fmt("%d", number);
	AUTO_FREE char *host = mem_str("127.0.0.1");
	AUTO_FREE char *url =
		mem_fmt("%s://%s:%s%s", nobody->scheme->name, host, port, path_of(nobody));

	nobody->url = url;
	nobody->host = host;
	nobody->port = port;
	return held < 0 || attempt(nobody, limit_us, out);
}

static bool check_path(struct target *nobody, int64_t limit_us, struct check *out)
{
	AUTO_FREE char *path = NULL;
	struct log_reader *log = NULL;
	struct err ignored = ERR_INIT;
	char id[33];
	bool done = false;

	hash_new_id(id);
	path = mem_fmt("/steady_no_such_path_%s", id);
	nobody->path = path;
	if (nobody->log) {
		log = log_new(".", &ignored);
		nobody->log = log;
	}
	done = attempt(nobody, limit_us, out);
	log_free(log);
	return done;
}

/* The kernel gives no process that number. */
static bool check_pid(struct target *nobody, int64_t limit_us, struct check *out)
{
	nobody->pid = INT_MAX;
	return attempt(nobody, limit_us, out);
}

/* RFC 6761: nobody ever has such a name. */
static bool check_name(struct target *nobody, int64_t limit_us, struct check *out)
{
	AUTO_FREE char *host = mem_str("steady-no-such-name.invalid");

	nobody->host = host;
	return attempt(nobody, limit_us, out);
}

/* The same question at another place. */
static bool check_nobody(const struct target *target, int64_t limit_us, struct target_checks *out)
{
	static const struct {
		bool (*check)(struct target *nobody, int64_t limit_us, struct check *out);
		const char *nowhere;
	} rows[] = {
		[PLACE_PORT] = {check_port, "where nobody listens"},
		[PLACE_PATH] = {check_path, "for a path that does not exist"},
		[PLACE_PID] = {check_pid, "for a process that does not exist"},
		[PLACE_NAME] = {check_name, "for a name that does not exist"},
		[PLACE_NONE] = {NULL, ""},
	};
	struct target nobody = *target;

	nobody.invert = false;
	out->nowhere = rows[target->scheme->place].nowhere;
	return !rows[target->scheme->place].check ||
	       rows[target->scheme->place].check(&nobody, limit_us, &out->nobody);
}

/* A path of its own is asked for, so its answer should be one of its own. */
static bool has_question(const struct target *target)
{
	const char *path = (target->scheme->keys & KEYS_HTTP) ? path_of(target) : "";

	return *path == '/' && path[1];
}

static bool check_no_path(const struct target *target, int64_t limit_us, struct check *out)
{
	struct target stranger = *target;
	char id[33];
	AUTO_FREE char *url = NULL;

	hash_new_id(id);
	url = mem_fmt("%.*s/steady_no_such_path_%s", (int)(path_of(target) - target->url),
		      target->url, id);
	stranger.invert = false;
	stranger.url = url;
	return attempt(&stranger, limit_us, out);
}

/* Who does not answer such a question in that time speaks something else. */
#define SPEAKS_US (300 * US_PER_MS)

/* False when a stop signal came. `out->made`: it speaks that. */
static bool ask_by(const char *scheme, const struct target *target, struct check *out)
{
	const struct limits limits = {clock_mono_us() + SPEAKS_US, signals_fd()};
	AUTO_FREE char *text = mem_fmt("%s://%s", scheme, target->service);
	struct attempt_result result = {.stage = STAGE_RESOLVE};
	struct target *other = NULL;
	struct err ignored = ERR_INIT;

	if (target_parse(text, &other, &ignored) < 0) {
		return true;
	}
	probe_target(other, &limits, &result);
	target_free(other);
	if (result.stopped) {
		(void)signals_take();
		return false;
	}
	out->made = result.ready || result.stage == STAGE_APPLICATION;
	out->ready = result.ready;
	snprintf(out->error, sizeof(out->error), "%s", result.error);
	return true;
}

static bool check_protocol(const struct target *target, struct target_checks *out)
{
	/* who greets comes last: the others would be waited for */
	static const char *const schemes[] = {"redis", "postgres", "amqp", "http", "mysql"};

	for (size_t i = 0; i < ARRAY_LEN(schemes) && !out->by_protocol.made; i++) {
		if (!ask_by(schemes[i], target, &out->by_protocol)) {
			return false;
		}
		out->protocol = out->by_protocol.made ? schemes[i] : NULL;
	}
	return true;
}

bool target_check(const struct target *target, int64_t limit_us, struct target_checks *out)
{
	*out = (struct target_checks){0};
	if (!attempt(target, limit_us, &out->now) || !check_nobody(target, limit_us, out)) {
		return false;
	}
	if (!out->now.ready) {
		return true;
	}
	if (target->scheme->probe == probe_tcp && !target->invert) {
		return check_protocol(target, out);
	}
	return !has_question(target) || check_no_path(target, limit_us, &out->no_path);
}

const char *target_text(const struct target *target)
{
	return target->text;
}
