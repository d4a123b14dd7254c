/* SPDX-License-Identifier: Apache-2.0 */
#include "autopsy/waits.h"

#include "base/str.h"
#include "text/escape.h"

#include <string.h>

static void say_pipe(struct thread_wait *out, bool writes, const struct who *who)
{
	CLEANUP(buf_release) struct buf more = BUF_INIT(BUF_OWN_MAX);

	out->does =
		mem_str(writes ? "waits to write into a full pipe" : "waits for data in a pipe");
	switch (who->where) {
	case WHERE_SELF:
		buf_fmt(&more, "; only it itself can %s", writes ? "empty it" : "write to it");
		break;
	case WHERE_TREE:
	case WHERE_OUTSIDE:
		buf_str_add(&more, writes ? "; its reader is " : "; its writer is ");
		who_name(&more, who->comm, who->pid);
		if (who->more > 0) {
			buf_fmt(&more, " and %zu more", who->more);
		}
		break;
	case WHERE_CAPTURE:
		buf_str_add(&more, writes ? "; its reader is steady" : "");
		break;
	case WHERE_NOBODY:
	case WHERE_UNSEEN:
	default:
		break;
	}
	out->more = more.len > 0 ? buf_take(&more) : NULL;
}

static void wait_on_pipe(const struct facts *facts, const struct thread_fact *thread,
			 const struct fd_fact *fd, bool writes, struct thread_wait *out)
{
	struct who who = who_has(facts, fd->link.inode, thread->proc, writes ? 'r' : 'w');

	wait_set(out, HANG_FILE, "pipe", WEIGHT_FILE);
	if (who.where == WHERE_SELF && only_thread(facts, thread->proc) == NOBODY) {
		/* threads and event loops wake each other so: no more telling than a condition */
		wait_set(out, HANG_THREAD, "event", WEIGHT_THREAD);
		out->does = mem_str("waits for an event of its own");
		return;
	}
	out->target = mem_fmt("pipe %llu", (unsigned long long)fd->link.inode);
	say_pipe(out, writes, &who);
	if (who.where == WHERE_CAPTURE && writes) {
		wait_set(out, HANG_BUSY, "output", WEIGHT_THREAD);
	} else if ((who.where == WHERE_TREE || who.where == WHERE_SELF) && who.more == 0 &&
		   facts_saw_tree(facts)) {
		out->on = only_thread(facts, who.proc);
	}
}

/* The other end of a FIFO is found by its name. */
static void wait_on_fifo(const struct facts *facts, const struct thread_fact *thread,
			 const struct fd_fact *fd, bool writes, struct thread_wait *out)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);

	wait_set(out, HANG_FILE, "fifo", WEIGHT_FILE);
	buf_str_add(&text,
		    writes ? "waits to write into the FIFO " : "waits for data in the FIFO ");
	escape_terminal(&text, fd->link.path);
	out->does = buf_take(&text);
	VEC_EACH (const struct fd_fact, other, &facts->fds) {
		if (other->proc != thread->proc && (writes ? other->reads : other->writes) &&
		    str_eq(other->link.path, fd->link.path)) {
			buf_str_add(&text, writes ? "; its reader is " : "; its writer is ");
			who_name(&text, facts->procs.items[other->proc].comm,
				 facts->procs.items[other->proc].pid);
			break;
		}
	}
	out->more = text.len > 0 ? buf_take(&text) : NULL;
}

static bool is_terminal(const char *path)
{
	return str_starts(path, "/dev/pts/") || str_starts(path, "/dev/tty");
}

static void wait_on_file(const struct facts *facts, const struct thread_fact *thread,
			 const struct fd_fact *fd, enum direction direction,
			 struct thread_wait *out)
{
	bool writes = direction == TO_WRITE;
	CLEANUP(buf_release) struct buf path = BUF_INIT(BUF_OWN_MAX);

	out->target = mem_str(fd->link.path);
	if (strstr(thread->wchan, "pipe") || strstr(thread->wchan, "fifo")) {
		wait_on_fifo(facts, thread, fd, writes, out);
		return;
	}
	escape_terminal(&path, fd->link.path);
	if (is_terminal(fd->link.path)) {
		wait_set(out, HANG_FILE, "terminal", WEIGHT_FILE);
		out->does = mem_fmt("waits for %s the terminal %s",
				    writes ? "room on" : "input from", buf_str(&path));
	} else {
		wait_set(out, HANG_FILE, "file",
			 direction == TO_POLL ? WEIGHT_THREAD : WEIGHT_FILE);
		out->does = mem_fmt("waits for %s", buf_str(&path));
	}
}

static void wait_on_anonymous(const struct fd_fact *fd, struct thread_wait *out)
{
	static const struct {
		const char *name, *detail, *does;
		enum hang_kind kind;
		enum weight weight;
	} rows[] = {
		{"[pidfd]", "child", "waits for the end of a process", HANG_CHILD, WEIGHT_CHILD},
		{"[timerfd]", "timer", "waits for its timer", HANG_SLEEPS, WEIGHT_SLEEP},
		{"[signalfd]", "signal", "waits for a signal", HANG_SLEEPS, WEIGHT_SLEEP},
		{"inotify", "changes", "waits for changes of files", HANG_FILE, WEIGHT_FILE},
		{"[fanotify]", "changes", "waits for changes of files", HANG_FILE, WEIGHT_FILE},
		{"[userfaultfd]", "fault", "waits for page faults", HANG_THREAD, WEIGHT_THREAD},
		{"[eventfd]", "event", "waits for an event of its own", HANG_THREAD, WEIGHT_THREAD},
		{"[io_uring]", "event", "waits for its input and output", HANG_THREAD,
		 WEIGHT_THREAD},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (str_eq(fd->link.path, rows[i].name)) {
			wait_set(out, rows[i].kind, rows[i].detail, rows[i].weight);
			out->does = mem_str(rows[i].does);
			return;
		}
	}
	wait_set(out, HANG_THREAD, "event", WEIGHT_THREAD);
	out->does = mem_str("waits for an event of its own");
}

void wait_on_fd(const struct facts *facts, const struct thread_fact *thread, int number,
		enum direction direction, struct thread_wait *out)
{
	const struct fd_fact *fd = facts_fd(facts, thread->proc, number);

	if (!fd) {
		wait_set(out, HANG_UNKNOWN, "descriptor", WEIGHT_UNKNOWN);
		out->does = mem_fmt("waits for its descriptor %d, which %s", number,
				    facts->procs.items[thread->proc].fds_denied
					    ? "may not be read"
					    : "could not be looked up");
		return;
	}
	switch (fd->link.kind) {
	case FD_SOCKET:
		wait_on_socket(facts, thread, fd, direction, out);
		break;
	case FD_PIPE:
		wait_on_pipe(facts, thread, fd, direction == TO_WRITE || !fd->reads, out);
		break;
	case FD_ANON:
		wait_on_anonymous(fd, out);
		break;
	case FD_FILE:
	default:
		wait_on_file(facts, thread, fd, direction, out);
		break;
	}
}
