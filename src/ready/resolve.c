/* SPDX-License-Identifier: Apache-2.0 */
#include "ready/resolve.h"

#include "base/mem.h"
#include "base/thread.h"

#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

/* Shared by the asking and the looking thread; the last one to let go frees it. */
struct lookup {
	atomic_int holders;
	atomic_bool done; /* code and list are set */
	int done_fd;      /* readable then */
	char *host, *port;
	int code;
	struct addrinfo *list;
};

static void let_go(struct lookup *lookup)
{
	if (atomic_fetch_sub(&lookup->holders, 1) > 1) {
		return;
	}
	if (lookup->list) {
		freeaddrinfo(lookup->list);
	}
	cleanup_close(&lookup->done_fd);
	free(lookup->host);
	free(lookup->port);
	free(lookup);
}

static int look_up(const char *host, const char *port, int flags, struct addrinfo **list)
{
	const struct addrinfo hints = {
		.ai_family = AF_UNSPEC,
		.ai_socktype = SOCK_STREAM,
		.ai_flags = AI_NUMERICSERV | flags,
	};

	return getaddrinfo(host, port, &hints, list);
}

static void *run(void *payload)
{
	struct lookup *lookup = payload;

	lookup->code = look_up(lookup->host, lookup->port, 0, &lookup->list);
	atomic_store(&lookup->done, true);
	(void)eventfd_write(lookup->done_fd, 1);
	let_go(lookup);
	return NULL;
}

static struct lookup *lookup_start(const char *host, const char *port)
{
	struct lookup *lookup = mem_alloc(sizeof(*lookup));

	lookup->host = mem_str(host);
	lookup->port = mem_str(port);
	lookup->done_fd = eventfd(0, EFD_CLOEXEC);
	atomic_init(&lookup->holders, 2);
	atomic_init(&lookup->done, false);
	if (lookup->done_fd < 0 || thread_start(run, lookup) != 0) {
		atomic_store(&lookup->holders, 1);
		let_go(lookup);
		return NULL;
	}
	return lookup;
}

static bool not_found(int code, struct attempt_result *result)
{
	result->gone = code == EAI_NONAME;
	if (code == EAI_NONAME) {
		return attempt_failed(result, STAGE_RESOLVE, "name not found");
	}
	return attempt_failed(result, STAGE_RESOLVE, "name not resolved: %s", gai_strerror(code));
}

static bool await_name(const char *host, const char *port, const struct limits *limits,
		       struct addrinfo **out, struct attempt_result *result)
{
	struct lookup *lookup = lookup_start(host, port);
	enum patience patience = PATIENCE_TIMEOUT;
	int code = 0;

	if (!lookup) {
		return attempt_failed(result, STAGE_RESOLVE, "name not resolved: no resources");
	}
	patience = wait_for_fd(lookup->done_fd, POLLIN, limits);
	if (patience == PATIENCE_READY && atomic_load(&lookup->done)) {
		code = lookup->code;
		*out = TAKE(lookup->list);
	}
	let_go(lookup);
	if (patience == PATIENCE_READY) {
		return code == 0 || not_found(code, result);
	}
	result->stopped = patience == PATIENCE_STOPPED;
	return attempt_failed(result, STAGE_RESOLVE, "name not resolved in time");
}

bool resolve(const char *host, const char *port, const struct limits *limits, struct addrinfo **out,
	     struct attempt_result *result)
{
	if (look_up(host, port, AI_NUMERICHOST, out) == 0) {
		return true;
	}
	return await_name(host, port, limits, out, result);
}
