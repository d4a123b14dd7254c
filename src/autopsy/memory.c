/* SPDX-License-Identifier: Apache-2.0 */
#include "autopsy/calls.h"
#include "autopsy/collect.h"
#include "autopsy/futex.h"
#include "autopsy/read.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define FOR_EVER INT64_C(-1)

static bool note(struct thread_fact *thread, int rc)
{
	if (rc == 0) {
		thread->memory = MEMORY_READ;
	} else if (rc == -EPERM || rc == -EACCES) {
		thread->memory = MEMORY_DENIED;
	}
	return rc == 0;
}

static int64_t span_at(struct thread_fact *thread, pid_t pid, uint64_t address)
{
	struct timespec span = {0};

	if (address == 0) {
		return FOR_EVER;
	}
	if (!note(thread, memory_read(pid, address, &span, sizeof(span)))) {
		return -2;
	}
	return (int64_t)span.tv_sec * US_PER_S + span.tv_nsec / 1000;
}

static int64_t span_of_ms(uint64_t argument)
{
	int ms = (int)argument;

	return ms < 0 ? FOR_EVER : ms * US_PER_MS;
}

static void add_polled(struct thread_fact *thread, int fd)
{
	if (fd >= 0 && thread->polled_len < AUTOPSY_POLLED_MAX) {
		thread->polled[thread->polled_len++] = fd;
	}
}

static void read_futex(struct thread_fact *thread, pid_t pid)
{
	const uint64_t *args = thread->call.args;

	thread->limit_us = args[3] && !futex_is_pi(args[1]) ? -2 : FOR_EVER;
	if (note(thread, memory_read(pid, args[0], &thread->mutex, sizeof(thread->mutex)))) {
		char path[64];

		snprintf(path, sizeof(path), "/proc/%d/task/%u", pid,
			 (unsigned)futex_owner(thread));
		thread->owner_lives = access(path, F_OK) == 0;
	}
}

static void read_poll(struct thread_fact *thread, pid_t pid)
{
	struct pollfd set[AUTOPSY_POLLED_MAX];
	const uint64_t *args = thread->call.args;
	size_t n = args[1] < AUTOPSY_POLLED_MAX ? (size_t)args[1] : AUTOPSY_POLLED_MAX;

	thread->limit_us = thread->call.number == SYS_ppoll ? span_at(thread, pid, args[2])
							    : span_of_ms(args[2]);
	if (n > 0 && note(thread, memory_read(pid, args[0], set, n * sizeof(set[0])))) {
		for (size_t i = 0; i < n; i++) {
			add_polled(thread, set[i].fd);
		}
	}
}

static void read_select(struct thread_fact *thread, pid_t pid)
{
	const uint64_t *args = thread->call.args;
	int limit = args[0] < FD_SETSIZE ? (int)args[0] : FD_SETSIZE;
	fd_set sets[3];

	thread->limit_us = args[4] ? -2 : FOR_EVER;
	for (size_t i = 0; i < ARRAY_LEN(sets); i++) {
		/* the kernel reads only the words that hold the first `limit` bits */
		size_t size = ((size_t)limit + 63) / 64 * sizeof(uint64_t);

		FD_ZERO(&sets[i]);
		if (args[1 + i] && size > 0) {
			note(thread, memory_read(pid, args[1 + i], &sets[i], size));
		}
	}
	for (int fd = 0; fd < limit; fd++) {
		if (FD_ISSET(fd, &sets[0]) || FD_ISSET(fd, &sets[1]) || FD_ISSET(fd, &sets[2])) {
			add_polled(thread, fd);
		}
	}
}

static void read_epoll(struct thread_fact *thread, pid_t pid)
{
	char text[PROC_TEXT_MAX];

	thread->limit_us =
		thread->call.number == SYS_epoll_pwait ? span_of_ms(thread->call.args[3]) : -2;
#ifdef SYS_epoll_wait
	if (thread->call.number == SYS_epoll_wait) {
		thread->limit_us = span_of_ms(thread->call.args[3]);
	}
#endif
	if (proc_read(text, sizeof(text), "/proc/%d/fdinfo/%d", pid, (int)thread->call.args[0]) >
	    0) {
		thread->polled_len =
			proc_text_fdinfo(text, "tfd", thread->polled, AUTOPSY_POLLED_MAX);
	}
}

static void read_sleep(struct thread_fact *thread, pid_t pid)
{
	const uint64_t *args = thread->call.args;

	if (thread->call.number == SYS_nanosleep) {
		thread->limit_us = span_at(thread, pid, args[0]);
	} else if (thread->call.number == SYS_clock_nanosleep && !(args[1] & TIMER_ABSTIME)) {
		thread->limit_us = span_at(thread, pid, args[2]);
	}
}

static void read_connect(struct thread_fact *thread, pid_t pid)
{
	struct sockaddr_storage address = {0};
	size_t size = thread->call.args[2] < sizeof(address) ? (size_t)thread->call.args[2]
							     : sizeof(address);
	const struct sockaddr_un *local = (const void *)&address;

	if (!note(thread, memory_read(pid, thread->call.args[1], &address, size))) {
		return;
	}
	thread->to = endpoint_of(&address);
	if (address.ss_family == AF_UNIX && local->sun_path[0]) {
		thread->path = mem_strn(local->sun_path, sizeof(local->sun_path));
	} else if (address.ss_family == AF_UNIX && size > sizeof(address.ss_family)) {
		/* an abstract name, written as /proc/net/unix does */
		thread->path = mem_fmt("@%.*s", (int)(size - sizeof(address.ss_family) - 1),
				       local->sun_path + 1);
	}
}

static void read_open(struct thread_fact *thread, pid_t pid)
{
	char path[FD_PATH_MAX];
	bool at = thread->call.number == SYS_openat;

	if (note(thread, memory_text(pid, thread->call.args[at ? 1 : 0], path, sizeof(path)))) {
		thread->path = mem_str(path);
	}
}

typedef void read_fn(struct thread_fact *thread, pid_t pid);

void collect_memory(struct facts *facts, struct budget *budget)
{
	static read_fn *const readers[] = {
		[CALL_FUTEX] = read_futex, [CALL_POLL] = read_poll,   [CALL_SELECT] = read_select,
		[CALL_EPOLL] = read_epoll, [CALL_SLEEP] = read_sleep, [CALL_CONNECT] = read_connect,
		[CALL_OPEN] = read_open,   [CALL_IPC] = NULL,
	};

	for (size_t i = 0; i < facts->threads.len && !budget_over(budget); i++) {
		struct thread_fact *thread = &facts->threads.items[i];
		const struct proc_fact *proc = &facts->procs.items[thread->proc];
		const struct call_row *row = thread->call.state == CALL_BLOCKED && !proc->other_abi
						     ? call_by_number(thread->call.number)
						     : NULL;

		if (row && readers[row->kind] && !proc->stuck) {
			readers[row->kind](thread, proc->pid);
		}
	}
}
