/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_TESTS_UNIT_READY_SERVER_H
#define STEADY_TESTS_UNIT_READY_SERVER_H

/*
 * A server on a loopback port of its own, run by a thread: one connection after the other, each
 * treated as its step says; the last step goes on for ever.
 */
#include "check.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

struct step {
	const int *gate;    /* before anything else waits until that eventfd was written to */
	bool silent;        /* reads nothing and says nothing */
	bool reset;         /* hangs up with a reset */
	bool greets;        /* answers before it is asked */
	bool holds;         /* does not hang up after its answer */
	int signal;         /* sent to this process when the connection is there */
	const char *answer; /* NULL: hangs up at once */
	size_t len;         /* of an answer with NULs in it; 0: to its first one */
	size_t padding;     /* so many bytes more behind the answer */
	bool any_request;   /* whatever comes first is the whole request */
};

struct server {
	int listener;
	int port;
	int stop; /* an eventfd; readable when the test is over */
	const struct step *steps;
	size_t count;
	size_t request_len;
	char request[2048]; /* the last one; read after server_stop() */
	pthread_t thread;
};

/* Binds without listening: connections are refused, and nobody else gets the port. */
static inline void server_bind(struct server *server)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	socklen_t len = sizeof(address);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	server->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(server->listener >= 0);
	assert_int_equal(bind(server->listener, (struct sockaddr *)&address, len), 0);
	assert_int_equal(getsockname(server->listener, (struct sockaddr *)&address, &len), 0);
	server->port = ntohs(address.sin_port);
}

static inline bool server_stopped(const struct server *server, int fd)
{
	struct pollfd pfds[] = {
		{.fd = server->stop, .events = POLLIN},
		{.fd = fd, .events = POLLIN},
	};

	poll(pfds, 2, -1);
	return pfds[0].revents != 0;
}

/* Until the client hangs up or the test is over. */
static inline void server_hold(const struct server *server, int fd)
{
	struct pollfd pfds[] = {
		{.fd = server->stop, .events = POLLIN},
		{.fd = fd, .events = POLLRDHUP},
	};

	poll(pfds, 2, -1);
}

static inline void server_read_request(struct server *server, int fd, const char *end)
{
	size_t used = 0;

	server->request_len = 0;
	memset(server->request, 0, sizeof(server->request));
	while ((!*end || !strstr(server->request, end)) && !server_stopped(server, fd)) {
		ssize_t n = recv(fd, server->request + used, sizeof(server->request) - 1 - used, 0);

		if (n <= 0) {
			return;
		}
		used += (size_t)n;
		server->request_len = used;
		if (!*end) {
			return;
		}
	}
}

static inline void server_send(int fd, const struct step *step)
{
	char filler[4096];
	size_t left = step->padding;

	memset(filler, 'x', sizeof(filler));
	send(fd, step->answer, step->len ? step->len : strlen(step->answer), MSG_NOSIGNAL);
	while (left > 0) {
		size_t len = left < sizeof(filler) ? left : sizeof(filler);
		ssize_t n = send(fd, filler, len, MSG_NOSIGNAL);

		if (n <= 0) {
			return;
		}
		left -= (size_t)n;
	}
}

static inline void server_treat(struct server *server, int fd, const struct step *step)
{
	const struct linger at_once = {.l_onoff = 1, .l_linger = 0};

	if (step->gate) {
		server_stopped(server, *step->gate);
	}
	if (step->signal) {
		kill(getpid(), step->signal);
	}
	if (step->reset) {
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
	}
	if (step->silent) {
		server_hold(server, fd);
	} else if (step->answer) {
		if (!step->greets) {
			server_read_request(server, fd, step->any_request ? "" : "\r\n\r\n");
		}
		server_send(fd, step);
	}
	if (step->holds) {
		server_hold(server, fd);
	}
}

static inline void *server_run(void *payload)
{
	struct server *server = payload;
	size_t next = 0;

	while (!server_stopped(server, server->listener)) {
		int fd = accept4(server->listener, NULL, NULL, SOCK_CLOEXEC);

		if (fd >= 0) {
			server_treat(server, fd, &server->steps[next]);
			close(fd);
		}
		next += next + 1 < server->count;
	}
	return NULL;
}

/* The steps are borrowed. */
static inline void server_start(struct server *server, const struct step *steps, size_t count)
{
	server->steps = steps;
	server->count = count;
	server->stop = eventfd(0, EFD_CLOEXEC);
	server_bind(server);
	assert_int_equal(listen(server->listener, 16), 0);
	assert_int_equal(pthread_create(&server->thread, NULL, server_run, server), 0);
}

static inline void server_stop(struct server *server)
{
	eventfd_write(server->stop, 1);
	pthread_join(server->thread, NULL);
	close(server->stop);
	close(server->listener);
}

#endif
