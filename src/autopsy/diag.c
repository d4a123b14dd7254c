/* SPDX-License-Identifier: Apache-2.0 */
#include "autopsy/diag.h"

#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* The kernel builds the answer while we read, so this is never waited for. */
#define ANSWER_US 50000

typedef void row_fn(const struct nlmsghdr *message, struct socket_list *sockets);

struct question {
	struct nlmsghdr head;
	union {
		struct inet_diag_req_v2 inet;
		struct unix_diag_req unix_;
	} body;
};

/* The system's macros for the next three cast constness away. */
static const void *behind(const void *start, size_t len)
{
	return (const char *)start + len;
}

static const void *content(const struct nlmsghdr *message)
{
	return behind(message, NLMSG_HDRLEN);
}

static const void *value(const struct rtattr *attr)
{
	return behind(attr, RTA_LENGTH(0));
}

/* Takes one step of that many bytes off what is left; aligned ones may end behind it. */
static const void *next(const void *at, size_t step, size_t *left)
{
	*left -= step < *left ? step : *left;
	return behind(at, step);
}

static void inet_row(const struct nlmsghdr *message, struct socket_list *sockets)
{
	const struct inet_diag_msg *row = content(message);
	struct socket_fact *known = NULL;

	if (message->nlmsg_len < NLMSG_LENGTH(sizeof(*row))) {
		return;
	}
	known = sockets_by_inode(sockets, row->idiag_inode);
	if (known && known->listens) {
		known->received = row->idiag_rqueue;
		known->queue_max = row->idiag_wqueue;
	}
}

static void unix_row(const struct nlmsghdr *message, struct socket_list *sockets)
{
	const struct unix_diag_msg *row = content(message);
	const struct rtattr *attr = (const void *)(row + 1);
	struct socket_fact *known = NULL;
	size_t left = 0;

	if (message->nlmsg_len < NLMSG_LENGTH(sizeof(*row))) {
		return;
	}
	known = sockets_by_inode(sockets, row->udiag_ino);
	left = message->nlmsg_len - NLMSG_LENGTH(sizeof(*row));
	for (; known && RTA_OK(attr, left); attr = next(attr, RTA_ALIGN(attr->rta_len), &left)) {
		if (attr->rta_type == UNIX_DIAG_PEER && RTA_PAYLOAD(attr) >= sizeof(uint32_t)) {
			uint32_t peer = 0;

			memcpy(&peer, value(attr), sizeof(peer));
			known->peer = peer;
		} else if (attr->rta_type == UNIX_DIAG_RQLEN &&
			   RTA_PAYLOAD(attr) >= sizeof(struct unix_diag_rqlen)) {
			struct unix_diag_rqlen queue;

			memcpy(&queue, value(attr), sizeof(queue));
			known->received = queue.udiag_rqueue;
			known->queue_max = known->listens ? (int64_t)queue.udiag_wqueue : -1;
		}
	}
}

/* 1 the end of the answer, 0 more to come, -1 refused. */
static int take_answer(const char *data, size_t len, row_fn *row, struct socket_list *sockets)
{
	const struct nlmsghdr *message = (const void *)data;

	for (; NLMSG_OK(message, len);
	     message = next(message, NLMSG_ALIGN(message->nlmsg_len), &len)) {
		if (message->nlmsg_type == NLMSG_DONE) {
			return 1;
		}
		if (message->nlmsg_type == NLMSG_ERROR) {
			return -1;
		}
		row(message, sockets);
	}
	return 0;
}

static bool ask(int fd, struct question *question, size_t body, row_fn *row,
		struct socket_list *sockets)
{
	_Alignas(struct nlmsghdr) char data[32768];
	int state = 0;

	question->head.nlmsg_len = (uint32_t)NLMSG_LENGTH(body);
	question->head.nlmsg_type = SOCK_DIAG_BY_FAMILY;
	question->head.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	if (send(fd, question, question->head.nlmsg_len, 0) < 0) {
		return false;
	}
	while (state == 0) {
		ssize_t n = recv(fd, data, sizeof(data), 0);

		if (n <= 0 && errno != EINTR) {
			return false;
		}
		state = n > 0 ? take_answer(data, (size_t)n, row, sockets) : 0;
	}
	return state > 0;
}

static bool ask_inet(int fd, uint8_t family, struct socket_list *sockets)
{
	struct question question = {.body.inet = {.sdiag_family = family,
						  .sdiag_protocol = IPPROTO_TCP,
						  .idiag_states = 1U << TCP_LISTEN}};

	return ask(fd, &question, sizeof(question.body.inet), inet_row, sockets);
}

static bool ask_unix(int fd, struct socket_list *sockets)
{
	struct question question = {
		.body.unix_ = {.sdiag_family = AF_UNIX,
			       .udiag_states = UINT32_MAX,
			       .udiag_show = UDIAG_SHOW_PEER | UDIAG_SHOW_RQLEN}};

	return ask(fd, &question, sizeof(question.body.unix_), unix_row, sockets);
}

bool diag_complete(struct socket_list *sockets)
{
	AUTO_CLOSE int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
	struct timeval limit = {.tv_usec = ANSWER_US};
	bool inet = false, local = false;

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)) < 0) {
		return false;
	}
	/* a kernel without IPv6 has no answer to the second question */
	inet = ask_inet(fd, AF_INET, sockets);
	(void)ask_inet(fd, AF_INET6, sockets);
	local = ask_unix(fd, sockets);
	return inet && local;
}
