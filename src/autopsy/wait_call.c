/* SPDX-License-Identifier: Apache-2.0 */
#include "autopsy/waits.h"

#include "autopsy/calls.h"
#include "autopsy/futex.h"
#include "base/str.h"
#include "text/escape.h"

#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>

/* "main thread", "thread worker-1" or "thread 42"; the caller frees. */
static char *thread_words(const struct facts *facts, size_t index, pid_t tid)
{
	const struct thread_fact *thread = index == NOBODY ? NULL : &facts->threads.items[index];
	const struct proc_fact *proc = thread ? &facts->procs.items[thread->proc] : NULL;
	struct buf text = BUF_INIT(BUF_OWN_MAX);

	if (!thread || (thread->tid != proc->pid && str_eq(thread->comm, proc->comm))) {
		return mem_fmt("thread %d", tid);
	}
	if (thread->tid == proc->pid) {
		return mem_str("main thread");
	}
	buf_str_add(&text, "thread ");
	escape_terminal(&text, thread->comm);
	return buf_take(&text);
}

static void judge_futex(const struct facts *facts, const struct thread_fact *thread,
			struct thread_wait *out)
{
	struct futex_fact fact = futex_of(thread);
	size_t index = facts_thread_index(facts, thread->proc, fact.thread);
	bool ours = fact.thread == thread->tid;
	bool for_ever = thread->limit_us == -1; /* else it ends by itself */
	AUTO_FREE char *name = thread_words(facts, index, fact.thread);

	wait_set(out, HANG_THREAD, "condition", WEIGHT_THREAD);
	if (fact.kind == FUTEX_OTHER) {
		out->does = mem_str(thread->memory == MEMORY_DENIED
					    ? "waits for another thread; for which may not be read"
					    : "waits for another thread");
		return;
	}
	out->target = mem_fmt("thread %d", fact.thread);
	if (fact.kind == FUTEX_JOIN) {
		out->detail = "join";
		out->does = mem_fmt("waits for the end of its %s", name);
		out->on = for_ever ? index : NOBODY;
	} else if (index != NOBODY || ours) {
		wait_set(out, HANG_THREAD, "mutex", WEIGHT_SLEEP);
		out->does = ours ? mem_str("waits for a mutex that it holds itself")
				 : mem_fmt("waits for a mutex that its %s holds", name);
		out->on = for_ever ? index : NOBODY;
	} else if (!thread->owner_lives && thread->still && for_ever) {
		wait_set(out, HANG_DEADLOCK, "abandoned", WEIGHT_PROOF);
		out->does = mem_fmt("waits for a mutex that its thread %d held when it ended: "
				    "nobody will release it",
				    fact.thread);
	} else {
		wait_set(out, HANG_THREAD, "mutex", WEIGHT_SLEEP);
		out->does = mem_fmt("waits for a mutex that its %s holds", name);
	}
}

/* The pid a wait call names; 0 any child. */
static pid_t child_asked_for(const struct thread_fact *thread, const struct call_row *row)
{
	const uint64_t *args = thread->call.args;

	if (thread->call.state != CALL_BLOCKED) {
		return 0;
	}
	if (str_eq(row->word, "waitid")) {
		return args[0] == P_PID ? (pid_t)args[1] : 0;
	}
	return str_eq(row->word, "wait4") && (pid_t)args[0] > 0 ? (pid_t)args[0] : 0;
}

static void judge_child(const struct facts *facts, const struct thread_fact *thread,
			const struct call_row *row, struct thread_wait *out)
{
	pid_t asked = child_asked_for(thread, row), parent = facts->procs.items[thread->proc].pid;
	CLEANUP(buf_release) struct buf does = BUF_INIT(BUF_OWN_MAX);
	size_t found = NOBODY, children = 0;

	for (size_t i = 0; i < facts->procs.len; i++) {
		const struct proc_fact *proc = &facts->procs.items[i];

		if (proc->ppid == parent && !proc->ended && (asked == 0 || proc->pid == asked)) {
			found = i;
			children++;
		}
	}
	wait_set(out, HANG_CHILD, "child", WEIGHT_CHILD);
	if (children == 1) {
		buf_str_add(&does, "waits for its child ");
		who_name(&does, facts->procs.items[found].comm, facts->procs.items[found].pid);
		out->target = mem_fmt("pid %d", facts->procs.items[found].pid);
		out->on = facts->unseen_procs == 0 ? only_thread(facts, found) : NOBODY;
	} else if (children > 1) {
		buf_fmt(&does, "waits for one of its %zu children", children);
	} else if (asked) {
		buf_fmt(&does, "waits for its child (pid %d)", asked);
		out->target = mem_fmt("pid %d", asked);
	} else {
		buf_str_add(&does, "waits for a child");
	}
	out->does = buf_take(&does);
}

static void judge_sleep(const struct thread_fact *thread, struct thread_wait *out)
{
	AUTO_FREE char *limit = thread->limit_us >= 0 ? wait_span(thread->limit_us) : NULL;

	wait_set(out, HANG_SLEEPS, "timer", WEIGHT_SLEEP);
	out->does = limit ? mem_fmt("sleeps for %s", limit) : mem_str("sleeps");
}

static void judge_open(const struct thread_fact *thread, struct thread_wait *out)
{
	bool fifo = strstr(thread->wchan, "fifo") || strstr(thread->wchan, "partner");
	CLEANUP(buf_release) struct buf path = BUF_INIT(BUF_OWN_MAX);
	bool writes = str_eq(out->call, "openat") ? (thread->call.args[2] & O_ACCMODE) == O_WRONLY
						  : (thread->call.args[1] & O_ACCMODE) == O_WRONLY;

	escape_terminal(&path, str_or(thread->path, "a file"));
	out->target = mem_str(thread->path);
	if (fifo) {
		wait_set(out, HANG_FILE, "fifo", WEIGHT_FILE);
		out->does = mem_fmt("opens the FIFO %s",
				    thread->path ? buf_str(&path) : "whose name may not be read");
		if (thread->call.state == CALL_BLOCKED) {
			out->more = mem_str(writes ? "; nobody has opened it to read"
						   : "; nobody has opened it to write");
		}
	} else {
		wait_set(out, HANG_FILE, "open", WEIGHT_FILE);
		out->does = mem_fmt("opens %s", buf_str(&path));
	}
}

static void judge_lock(const struct facts *facts, const struct thread_fact *thread,
		       struct thread_wait *out)
{
	const struct lock_fact *lock =
		locks_find(&facts->locks, facts->procs.items[thread->proc].pid);
	const struct fd_fact *fd =
		thread->call.state == CALL_BLOCKED
			? facts_fd(facts, thread->proc, (int)thread->call.args[0])
			: NULL;
	const struct proc_fact *holder = lock ? facts_proc(facts, lock->holder) : NULL;
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);

	wait_set(out, HANG_FILE, "lock", WEIGHT_FILE);
	buf_str_add(&text, "waits for the lock of ");
	escape_terminal(&text, fd && fd->link.path ? fd->link.path : "a file");
	out->does = buf_take(&text);
	out->target = mem_str(fd ? fd->link.path : NULL);
	if (holder) {
		buf_str_add(&text, "; ");
		who_name(&text, holder->comm, holder->pid);
		buf_str_add(&text, " of the same command holds it");
	} else if (lock && lock->holder > 0) {
		buf_fmt(&text, "; pid %d holds it, which this command did not start", lock->holder);
	}
	out->more = text.len > 0 ? buf_take(&text) : NULL;
}

/* The most telling of the descriptors that a poll waits for. */
static void judge_poll(const struct facts *facts, const struct thread_fact *thread,
		       struct thread_wait *out)
{
	bool found = false;

	for (size_t i = 0; i < thread->polled_len; i++) {
		struct thread_wait one = {.call = out->call, .on = NOBODY, .weight = WEIGHT_ENDED};

		wait_on_fd(facts, thread, thread->polled[i], TO_POLL, &one);
		if (one.does && (!found || one.weight < out->weight)) {
			thread_wait_release(out);
			*out = one;
			found = true;
		} else {
			thread_wait_release(&one);
		}
	}
	/* one of several ends the wait, and so does its time limit */
	out->on = NOBODY;
	if (found) {
		return;
	}
	if (thread->limit_us >= 0 && thread->memory != MEMORY_DENIED) {
		judge_sleep(thread, out);
	} else {
		wait_set(out, HANG_THREAD, "event", WEIGHT_THREAD);
		out->does = mem_fmt("waits for events in %s", out->call);
	}
}

static enum direction direction_of(enum call_kind kind)
{
	static const enum direction directions[] = {
		[CALL_READ] = TO_READ,
		[CALL_WRITE] = TO_WRITE,
		[CALL_CONNECT] = TO_CONNECT,
		[CALL_ACCEPT] = TO_ACCEPT,
	};

	return directions[kind];
}

static void judge_fd(const struct facts *facts, const struct thread_fact *thread,
		     const struct call_row *row, struct thread_wait *out)
{
	if (thread->call.state != CALL_BLOCKED) {
		wait_set(out, HANG_UNKNOWN, "denied", WEIGHT_UNKNOWN);
		out->does = mem_fmt("waits in %s; for what may not be read", row->word);
	} else if (row->kind == CALL_CONNECT && thread->path) {
		wait_on_unix_path(facts, thread, out);
	} else {
		wait_on_fd(facts, thread, (int)thread->call.args[0], direction_of(row->kind), out);
	}
}

void wait_on_call(const struct facts *facts, const struct thread_fact *thread,
		  const struct call_row *row, struct thread_wait *out)
{
	switch (row->kind) {
	case CALL_FUTEX:
		judge_futex(facts, thread, out);
		break;
	case CALL_CHILD:
	case CALL_VFORK:
		judge_child(facts, thread, row, out);
		break;
	case CALL_READ:
	case CALL_WRITE:
	case CALL_CONNECT:
	case CALL_ACCEPT:
		judge_fd(facts, thread, row, out);
		break;
	case CALL_LOCK:
	case CALL_FCNTL:
		judge_lock(facts, thread, out);
		break;
	case CALL_EPOLL:
	case CALL_POLL:
	case CALL_SELECT:
		judge_poll(facts, thread, out);
		break;
	case CALL_OPEN:
		judge_open(thread, out);
		break;
	case CALL_SLEEP:
		judge_sleep(thread, out);
		break;
	case CALL_SIGNAL:
		wait_set(out, HANG_SLEEPS, "signal", WEIGHT_SLEEP);
		out->does = mem_str("waits for a signal");
		break;
	case CALL_IPC:
		wait_set(out, HANG_FILE, "ipc", WEIGHT_FILE);
		out->does = mem_fmt("waits for a message queue or semaphore (%s)", row->word);
		break;
	case CALL_OTHER:
	default:
		break;
	}
}
