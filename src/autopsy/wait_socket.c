/* SPDX-License-Identifier: Apache-2.0 */
#include "autopsy/waits.h"

#include "base/str.h"
#include "text/escape.h"

#include <netinet/tcp.h>
#include <string.h>

/* What stands at the other end: the details of HANG_SOCKET. */
enum other_end {
	END_REFUSED, /* nobody listens */
	END_FULL,
	END_SYN_SENT,
	END_NOT_ACCEPTED,
	END_GONE,
	END_REMOTE,
	END_LOCAL,
	END_IN_TREE,
	END_DATAGRAM,
	END_SELF,
	END_LISTENS,
	END_UNKNOWN
};

static const struct {
	const char *detail;
	enum weight weight;
} ends[] = {
	[END_REFUSED] = {"nobody-listens", WEIGHT_REFUSED},
	[END_FULL] = {"queue-full", WEIGHT_REFUSED},
	[END_SYN_SENT] = {"syn-sent", WEIGHT_DEAF},
	[END_NOT_ACCEPTED] = {"not-accepted", WEIGHT_DEAF},
	[END_GONE] = {"gone", WEIGHT_DEAF},
	[END_REMOTE] = {"remote", WEIGHT_PEER},
	[END_LOCAL] = {"local", WEIGHT_PEER},
	[END_IN_TREE] = {"in-tree", WEIGHT_OWN_PEER},
	[END_SELF] = {"self", WEIGHT_OWN_PEER},
	[END_DATAGRAM] = {"datagram", WEIGHT_OWN_PEER},
	[END_LISTENS] = {"listens", WEIGHT_LISTENS},
	[END_UNKNOWN] = {"unknown", WEIGHT_OWN_PEER},
};

struct view {
	const struct facts *facts;
	const struct socket_list *sockets;
	const struct socket_fact *socket;
	size_t proc;
};

static enum other_end describe_who(const struct who *who, struct buf *more)
{
	switch (who->where) {
	case WHERE_SELF:
		buf_str_add(more, "; the other end is its own");
		return END_SELF;
	case WHERE_TREE:
		buf_str_add(more, "; that is ");
		who_name(more, who->comm, who->pid);
		buf_str_add(more, " of the same command");
		return END_IN_TREE;
	case WHERE_CAPTURE:
	case WHERE_OUTSIDE:
		buf_str_add(more, "; that is ");
		who_name(more, who->comm, who->pid);
		buf_str_add(more, ", which this command did not start");
		return END_LOCAL;
	case WHERE_UNSEEN:
		buf_str_add(more, "; that is a process which this user may not look at");
		return END_LOCAL;
	case WHERE_NOBODY:
	default:
		buf_str_add(more, "; nobody has the other end any more");
		return END_GONE;
	}
}

/* "shop (pid 7)", or "its listener" when the owner cannot be seen. */
static void listener_name(const struct view *view, const struct socket_fact *listener,
			  struct buf *out)
{
	struct who who = who_has(view->facts, listener->inode, view->proc, 0);

	if (who.where > WHERE_SELF) {
		who_name(out, who.comm, who.pid);
	} else {
		buf_str_add(out, who.where == WHERE_SELF ? "it itself" : "somebody");
	}
}

static enum other_end describe_full(const struct view *view, const struct socket_fact *listener,
				    struct buf *more)
{
	buf_str_add(more, "; ");
	listener_name(view, listener, more);
	buf_fmt(more, " listens there, but its queue is full (%u not accepted, room for %lld)",
		listener->received, (long long)listener->queue_max + 1);
	return END_FULL;
}

static enum other_end describe_connecting(const struct view *view, struct buf *more)
{
	const struct socket_fact *listener = sockets_listener(view->sockets, &view->socket->remote);

	if (!socket_is_local(view->socket)) {
		buf_str_add(more, "; no answer yet");
		return END_SYN_SENT;
	}
	if (!listener) {
		buf_str_add(more,
			    view->sockets->cut ? "; no answer yet" : "; nobody listens there");
		return view->sockets->cut ? END_SYN_SENT : END_REFUSED;
	}
	if (socket_queue_full(listener)) {
		return describe_full(view, listener, more);
	}
	buf_str_add(more, "; ");
	listener_name(view, listener, more);
	buf_str_add(more, " listens there, but does not answer");
	return END_SYN_SENT;
}

static enum other_end describe_peer(const struct view *view, struct buf *more)
{
	const struct socket_fact *peer = sockets_peer(view->sockets, view->socket);
	const struct socket_fact *listener =
		view->socket->kind == SOCKET_TCP
			? sockets_listener(view->sockets, &view->socket->remote)
			: NULL;
	struct who who;

	if (!peer && !socket_is_local(view->socket)) {
		buf_str_add(more, ", which is not on this machine");
		return END_REMOTE;
	}
	if (!peer) {
		bool known = view->socket->kind == SOCKET_TCP && !view->sockets->cut;

		buf_str_add(more, known && !listener ? "; nobody listens there any more" : "");
		return known && !listener ? END_REFUSED : END_UNKNOWN;
	}
	if (peer->inode == 0 && listener && peer->state == TCP_ESTABLISHED) {
		buf_str_add(more, "; ");
		listener_name(view, listener, more);
		buf_str_add(more, " listens there, but has not accepted the connection");
		return END_NOT_ACCEPTED;
	}
	who = who_has(view->facts, peer->inode, view->proc, 0);
	return describe_who(&who, more);
}

/* The address or path that people know the other end by; the caller frees. */
static char *remote_name(const struct view *view)
{
	struct buf name = BUF_INIT(BUF_OWN_MAX);
	const struct socket_fact *peer = sockets_peer(view->sockets, view->socket);

	if (view->socket->kind != SOCKET_UNIX) {
		endpoint_show(&name, &view->socket->remote);
	} else if (peer && peer->path[0]) {
		escape_terminal(&name, peer->path);
	} else {
		buf_str_add(&name, "a UNIX socket");
	}
	return buf_take(&name);
}

static char *local_name(const struct view *view)
{
	struct buf name = BUF_INIT(BUF_OWN_MAX);

	if (view->socket->kind != SOCKET_UNIX) {
		endpoint_show(&name, &view->socket->local);
	} else {
		escape_terminal(&name, str_or(view->socket->path, "a UNIX socket"));
	}
	return buf_take(&name);
}

static enum other_end describe(const struct view *view, enum direction direction,
			       struct thread_wait *out)
{
	static const char *const words[] = {
		[TO_READ] = "waits for data from", [TO_WRITE] = "waits to send to",
		[TO_CONNECT] = "is connecting to", [TO_ACCEPT] = "waits for data from",
		[TO_POLL] = "waits for",
	};
	CLEANUP(buf_release) struct buf more = BUF_INIT(BUF_OWN_MAX);
	const struct socket_fact *socket = view->socket;
	enum other_end end = END_LISTENS;

	if (socket->listens) {
		out->target = local_name(view);
		out->does = mem_fmt("waits for connections on %s", out->target);
		return END_LISTENS;
	}
	if (socket->kind == SOCKET_UDP && endpoint_is_any(&socket->remote)) {
		out->target = local_name(view);
		out->does = mem_fmt("waits for datagrams on %s", out->target);
		return END_DATAGRAM;
	}
	out->target = remote_name(view);
	if (socket->kind == SOCKET_TCP && socket->state == TCP_SYN_SENT) {
		out->does = mem_fmt("is connecting to %s", out->target);
		end = describe_connecting(view, &more);
	} else {
		out->does = mem_fmt("%s %s", words[direction], out->target);
		end = describe_peer(view, &more);
	}
	out->more = more.len > 0 ? buf_take(&more) : NULL;
	return end;
}

static void set(struct thread_wait *out, enum other_end end)
{
	wait_set(out, HANG_SOCKET, ends[end].detail, ends[end].weight);
}

/* Event loops keep a socket pair to wake themselves: no more telling than a condition. */
static bool is_wakeup(const struct view *view, enum direction direction, enum other_end end)
{
	return end == END_SELF && direction == TO_POLL && view->socket->kind == SOCKET_UNIX;
}

void wait_on_socket(const struct facts *facts, const struct thread_fact *thread,
		    const struct fd_fact *fd, enum direction direction, struct thread_wait *out)
{
	size_t index = facts->procs.items[thread->proc].net;
	const struct net_fact *net = index == SIZE_MAX ? NULL : &facts->nets.items[index];
	struct view view = {
		.facts = facts,
		.sockets = net ? &net->sockets : NULL,
		.socket = net ? sockets_by_inode(&net->sockets, fd->link.inode) : NULL,
		.proc = thread->proc,
	};
	enum other_end end = END_UNKNOWN;

	if (!view.socket) {
		set(out, END_UNKNOWN);
		out->does = mem_str("waits for a socket that is in no table");
		if (thread->to.family) {
			CLEANUP(buf_release) struct buf name = BUF_INIT(BUF_OWN_MAX);

			endpoint_show(&name, &thread->to);
			cleanup_free(&out->does);
			out->does = mem_fmt("is connecting to %s", buf_str(&name));
			out->target = buf_take(&name);
		}
		return;
	}
	end = describe(&view, direction, out);
	set(out, end);
	if (is_wakeup(&view, direction, end)) {
		out->kind = HANG_THREAD;
		out->weight = WEIGHT_THREAD;
	}
}

void wait_on_unix_path(const struct facts *facts, const struct thread_fact *thread,
		       struct thread_wait *out)
{
	size_t index = facts->procs.items[thread->proc].net;
	const struct net_fact *net = index == SIZE_MAX ? NULL : &facts->nets.items[index];
	const struct socket_fact *listener =
		net ? sockets_unix_listener(&net->sockets, thread->path) : NULL;
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);
	enum other_end end = END_UNKNOWN;

	buf_str_add(&text, "is connecting to ");
	escape_terminal(&text, thread->path);
	out->does = buf_take(&text);
	out->target = mem_str(thread->path);
	if (listener && socket_queue_full(listener)) {
		struct view view = {.facts = facts, .sockets = &net->sockets, .proc = thread->proc};

		end = describe_full(&view, listener, &text);
		out->more = buf_take(&text);
	}
	set(out, end);
}
