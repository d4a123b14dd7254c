/* SPDX-License-Identifier: Apache-2.0 */
#include "ready/check.h"

#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/str.h"
#include "os/signals.h"
#include "ready/probe.h"

#include <arpa/inet.h>
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

/* The same question at another place. */
static bool check_nobody(const struct target *target, int64_t limit_us, struct check *out)
{
	int number = 0;
	AUTO_CLOSE int held = take_port(&number);
	AUTO_FREE char *port = mem_fmt("%d", number);
	AUTO_FREE char *host = mem_str("127.0.0.1");
	AUTO_FREE char *url =
		mem_fmt("%s://%s:%s%s", target->scheme->name, host, port, path_of(target));
	struct target nobody = *target;

	nobody.invert = false;
	nobody.url = url;
	nobody.host = host;
	nobody.port = port;
	return held < 0 || attempt(&nobody, limit_us, out);
}

/* A path of its own is asked for, so its answer should be one of its own. */
static bool has_question(const struct target *target)
{
	const char *path = path_of(target);

	return target->scheme->has_path && *path == '/' && path[1];
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

bool target_check(const struct target *target, int64_t limit_us, struct target_checks *out)
{
	*out = (struct target_checks){0};
	if (!attempt(target, limit_us, &out->now) ||
	    !check_nobody(target, limit_us, &out->nobody)) {
		return false;
	}
	return !out->now.ready || !has_question(target) ||
	       check_no_path(target, limit_us, &out->no_path);
}

const char *target_text(const struct target *target)
{
	return target->text;
}
