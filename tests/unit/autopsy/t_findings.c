/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "autopsy/collect.h"
#include "autopsy/findings.h"
#include "base/clock.h"
#include "base/str.h"

#include <arpa/inet.h>
#include <linux/futex.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

/* Facts made by hand: what /proc would have told. */

static size_t add_proc(struct facts *facts, pid_t pid, pid_t ppid, const char *comm)
{
	struct proc_fact *proc = VEC_PUSH(&facts->procs);

	proc->pid = pid;
	proc->ppid = ppid;
	proc->net = SIZE_MAX;
	snprintf(proc->comm, sizeof(proc->comm), "%s", comm);
	return facts->procs.len - 1;
}

/* Borrowed until the next. */
static struct thread_fact *add_thread(struct facts *facts, size_t proc, pid_t tid, const char *comm)
{
	struct thread_fact *thread = VEC_PUSH(&facts->threads);

	thread->proc = proc;
	thread->tid = tid;
	thread->state = 'S';
	thread->still = true;
	thread->limit_us = -1;
	snprintf(thread->comm, sizeof(thread->comm), "%s", comm);
	facts->procs.items[proc].thread_total++;
	facts->window_us = 100 * US_PER_MS;
	return thread;
}

static void in_call(struct thread_fact *thread, long number, uint64_t first, uint64_t second)
{
	thread->call =
		(struct call){.state = CALL_BLOCKED, .number = number, .args = {first, second}};
}

static void on_mutex(struct thread_fact *thread, pid_t owner)
{
	in_call(thread, SYS_futex, 0x1000, FUTEX_WAIT | FUTEX_PRIVATE_FLAG);
	thread->call.args[2] = 2;
	thread->memory = MEMORY_READ;
	thread->mutex = (struct mutex_words){.lock = 2, .owner = (uint32_t)owner, .users = 1};
	thread->owner_lives = true;
}

static struct fd_fact *add_fd(struct facts *facts, size_t proc, int fd, const char *link)
{
	struct fd_fact *fact = VEC_PUSH(&facts->fds);

	fact->proc = proc;
	fact->fd = fd;
	fact->reads = fact->writes = true;
	proc_text_link(link, &fact->link);
	return fact;
}

static struct finding_list found;

static void release_found(void)
{
	VEC_EACH (struct finding, finding, &found) {
		finding_release(finding);
	}
	VEC_FREE(&found);
}

/* The first finding, after judging; released with the facts. */
static const struct finding *judge(const struct facts *facts)
{
	release_found();
	findings_make(facts, &found);
	assert_true(found.len > 0);
	return &found.items[0];
}

static void check_first(const struct facts *facts, enum hang_kind kind, const char *sentence)
{
	const struct finding *first = judge(facts);

	assert_string_equal(first->sentence, sentence);
	assert_string_equal(hang_kind_name(first->kind), hang_kind_name(kind));
}

static int teardown(void **state)
{
	(void)state;
	release_found();
	return 0;
}

static void cross(struct facts *facts)
{
	size_t proc = add_proc(facts, 41, 1, "shop");

	in_call(add_thread(facts, proc, 41, "shop"), SYS_futex, 0x2000, FUTEX_WAIT);
	on_mutex(add_thread(facts, proc, 42, "worker-1"), 43);
	on_mutex(add_thread(facts, proc, 43, "worker-2"), 42);
}

static void test_deadlock(void **state)
{
	CLEANUP(facts_release) struct facts facts = {0};

	(void)state;
	cross(&facts);
	check_first(&facts, HANG_DEADLOCK,
		    "threads worker-1 and worker-2 of shop (pid 41) each wait for a mutex that the "
		    "other holds: a deadlock");
	assert_int_equal(found.items[0].threads, 2);
	/* the main thread's wait for another thread says nothing more */
	assert_int_equal(found.len, 1);
}

/* Each row takes away one thing without which there is no proof. */
static void test_no_deadlock_without_proof(void **state)
{
	static const char *const rows[] = {"moved",    "not owner", "time limit", "kind",
					   "no users", "lock word", "operation",  "memory denied"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(facts_release) struct facts facts = {0};
		struct thread_fact *last = NULL;

		cross(&facts);
		last = &facts.threads.items[2];
		last->still = !str_eq(rows[i], "moved");
		last->mutex.owner = str_eq(rows[i], "not owner") ? 41 : 42;
		last->limit_us = str_eq(rows[i], "time limit") ? -2 : -1;
		last->mutex.kind = str_eq(rows[i], "kind") ? 0x7f00 : 0;
		last->mutex.users = str_eq(rows[i], "no users") ? 0 : 1;
		last->mutex.lock = str_eq(rows[i], "lock word") ? 1 : 2;
		last->call.args[1] = str_eq(rows[i], "operation")
					     ? FUTEX_WAIT_BITSET | FUTEX_PRIVATE_FLAG
					     : FUTEX_WAIT;
		last->memory = str_eq(rows[i], "memory denied") ? MEMORY_DENIED : MEMORY_READ;
		if (judge(&facts)->kind == HANG_DEADLOCK) {
			fail_msg("%s: %s", rows[i], found.items[0].sentence);
		}
	}
}

static void test_deadlock_of_three_and_a_waiter(void **state)
{
	CLEANUP(facts_release) struct facts facts = {0};
	size_t proc = add_proc(&facts, 41, 1, "shop");

	(void)state;
	on_mutex(add_thread(&facts, proc, 41, "shop"), 43);
	on_mutex(add_thread(&facts, proc, 42, "shop"), 41);
	on_mutex(add_thread(&facts, proc, 43, "c"), 42);
	on_mutex(add_thread(&facts, proc, 44, "d"), 43);
	check_first(&facts, HANG_DEADLOCK,
		    "threads main, c and 42 of shop (pid 41) each wait for a mutex that the next "
		    "holds, in a circle: a deadlock");
	assert_int_equal(found.len, 2);
	assert_string_equal(found.items[1].sentence,
			    "thread d of shop (pid 41) waits for a mutex that its thread c holds");
}

static void test_own_and_abandoned_mutex(void **state)
{
	CLEANUP(facts_release) struct facts facts = {0};
	size_t proc = add_proc(&facts, 41, 1, "shop");

	(void)state;
	on_mutex(add_thread(&facts, proc, 41, "shop"), 41);
	check_first(&facts, HANG_DEADLOCK,
		    "shop (pid 41) waits for a mutex that it holds itself: a deadlock");
	facts.threads.items[0].mutex.owner = 99;
	check_first(&facts, HANG_THREAD,
		    "shop (pid 41) waits for a mutex that its thread 99 holds");
	facts.threads.items[0].owner_lives = false;
	check_first(&facts, HANG_DEADLOCK,
		    "shop (pid 41) waits for a mutex that its thread 99 held when it ended: nobody "
		    "will release it");
	facts.threads.items[0].still = false;
	assert_int_equal(judge(&facts)->kind, HANG_THREAD);
	facts.threads.items[0].still = true;
	facts.threads.items[0].limit_us = -2;
	assert_int_equal(judge(&facts)->kind, HANG_THREAD);
}

/* A parent that waits for its child, which waits for the parent to empty its pipe. */
static void test_deadlock_of_processes(void **state)
{
	CLEANUP(facts_release) struct facts facts = {0};
	size_t parent = add_proc(&facts, 41, 1, "python3");
	size_t child = add_proc(&facts, 42, 41, "cat");

	(void)state;
	in_call(add_thread(&facts, parent, 41, "python3"), SYS_wait4, 42, 0);
	in_call(add_thread(&facts, child, 42, "cat"), SYS_write, 1, 0);
	add_fd(&facts, parent, 5, "pipe:[7]")->writes = false;
	add_fd(&facts, child, 1, "pipe:[7]")->reads = false;
	check_first(&facts, HANG_DEADLOCK,
		    "python3 (pid 41) waits for its child cat (pid 42), and cat (pid 42) waits to "
		    "write into a full pipe; its reader is python3 (pid 41): a deadlock");
	/* somebody else reads as well */
	*VEC_PUSH(&facts.holders) = (struct holder_fact){.inode = 7, .pid = 9, .reads = true};
	assert_int_equal(judge(&facts)->kind, HANG_FILE);
	/* somebody of the tree might read as well */
	facts.holders.len = 0;
	facts.procs.items[parent].fds_denied = true;
	assert_int_equal(judge(&facts)->kind, HANG_FILE);
}

/* With other threads, a pipe to oneself is a way to wake them. */
static void test_pipe_to_itself(void **state)
{
	CLEANUP(facts_release) struct facts facts = {0};
	size_t proc = add_proc(&facts, 41, 1, "node");

	(void)state;
	in_call(add_thread(&facts, proc, 41, "node"), SYS_read, 5, 0);
	add_fd(&facts, proc, 5, "pipe:[7]")->writes = false;
	add_fd(&facts, proc, 6, "pipe:[7]")->reads = false;
	check_first(&facts, HANG_DEADLOCK,
		    "node (pid 41) waits for data in a pipe; only it itself can write to it: a "
		    "deadlock");
	in_call(add_thread(&facts, proc, 42, "worker"), SYS_clock_nanosleep, 0, 0);
	check_first(&facts, HANG_SLEEPS, "thread worker of node (pid 41) sleeps");
	assert_int_equal(found.len, 1);
}

static void test_output_being_taken_is_no_hang(void **state)
{
	CLEANUP(facts_release) struct facts facts = {.self = 9};
	size_t proc = add_proc(&facts, 41, 9, "yes");

	(void)state;
	in_call(add_thread(&facts, proc, 41, "yes"), SYS_write, 1, 0);
	add_fd(&facts, proc, 1, "pipe:[7]")->reads = false;
	*VEC_PUSH(&facts.holders) = (struct holder_fact){.inode = 7, .pid = 8, .reads = true};
	*VEC_PUSH(&facts.holders) = (struct holder_fact){.inode = 7, .pid = 9, .reads = true};
	check_first(&facts, HANG_BUSY,
		    "yes (pid 41) waits to write into a full pipe; its reader is steady");
}

static void test_hostile_names(void **state)
{
	CLEANUP(facts_release) struct facts facts = {0};
	size_t proc = add_proc(&facts, 41, 1, "a\x1b[2J\n) b");

	(void)state;
	in_call(add_thread(&facts, proc, 41, "x"), SYS_openat, 0, 0);
	facts.threads.items[0].path = mem_str("/tmp/\x1b]0;x\a\n");
	snprintf(facts.threads.items[0].wchan, WCHAN_MAX, "wait_for_partner");
	check_first(&facts, HANG_FILE,
		    "a\\x1b[2J\\n) b (pid 41) opens the FIFO /tmp/\\x1b]0;x\\x07\\n; nobody has "
		    "opened it to write");
}

static struct socket_fact *add_socket(struct facts *facts, uint64_t inode, uint16_t local,
				      const char *addr, uint16_t remote, int tcp_state)
{
	struct socket_fact *socket = NULL;
	struct in_addr to;

	if (facts->nets.len == 0) {
		(void)VEC_PUSH(&facts->nets);
	}
	socket = VEC_PUSH(&facts->nets.items[0].sockets);
	inet_pton(AF_INET, addr, &to);
	socket->inode = inode;
	socket->state = tcp_state;
	socket->listens = tcp_state == TCP_LISTEN;
	socket->queue_max = -1;
	socket->local = endpoint_make(AF_INET, "\x7f\0\0\1", local);
	socket->remote = endpoint_make(AF_INET, &to, remote);
	return socket;
}

/* python3 (pid 41) in recvfrom() on a socket that leads to addr:5432. */
static void reading_from(struct facts *facts, const char *addr, int tcp_state)
{
	size_t proc = add_proc(facts, 41, 1, "python3");

	in_call(add_thread(facts, proc, 41, "python3"), SYS_recvfrom, 4, 0);
	add_fd(facts, proc, 4, "socket:[100]");
	facts->procs.items[proc].net = 0;
	add_socket(facts, 100, 40000, addr, 5432, tcp_state);
}

#define SUBJECT "python3 (pid 41) "
#define DATA    SUBJECT "waits for data from "

static void test_sockets(void **state)
{
	(void)state;
	for (int row = 0; row < 9; row++) {
		static const char *const expected[] = {
			SUBJECT "is connecting to 127.0.0.1:5432; nobody listens there",
			DATA "127.0.0.1:5432; nobody listens there any more",
			SUBJECT "is connecting to 10.0.0.9:5432; no answer yet",
			DATA "10.0.0.9:5432, which is not on this machine",
			DATA "127.0.0.1:5432; that is server (pid 42) of the same command",
			DATA "127.0.0.1:5432; that is postgres (pid 7), which this command did not "
			     "start",
			DATA "127.0.0.1:5432; postgres (pid 7) listens there, but has not accepted "
			     "the connection",
			SUBJECT
			"is connecting to 127.0.0.1:5432; postgres (pid 7) listens there, but "
			"its queue is full (3 not accepted, room for 3)",
			DATA "127.0.0.1:5432; that is a process which this user may not look at",
		};
		CLEANUP(facts_release) struct facts facts = {0};
		bool syn = row == 0 || row == 2 || row == 7;
		bool peer = row == 4 || row == 5 || row == 8;

		reading_from(&facts, row == 2 || row == 3 ? "10.0.0.9" : "127.0.0.1",
			     syn ? TCP_SYN_SENT : TCP_ESTABLISHED);
		if (peer || row == 6) {
			add_socket(&facts, row == 6 ? 0 : 200, 5432, "127.0.0.1", 40000,
				   TCP_ESTABLISHED);
		}
		if (row == 4) {
			size_t server = add_proc(&facts, 42, 41, "server");

			in_call(add_thread(&facts, server, 42, "server"), SYS_pause, 0, 0);
			add_fd(&facts, server, 5, "socket:[200]");
		}
		if (row >= 5 && row <= 7) {
			struct socket_fact *listener =
				add_socket(&facts, 300, 5432, "0.0.0.0", 0, TCP_LISTEN);
			struct holder_fact *holder = VEC_PUSH(&facts.holders);

			listener->received = row == 7 ? 3 : 0;
			listener->queue_max = 2;
			*holder = (struct holder_fact){.inode = row == 5 ? 200 : 300, .pid = 7};
			snprintf(holder->comm, sizeof(holder->comm), "postgres");
		}
		facts.closed_procs = row == 8 ? 1 : 0;
		check_first(&facts, HANG_SOCKET, expected[row]);
		assert_string_equal(found.items[0].target,
				    row == 2 || row == 3 ? "10.0.0.9:5432" : "127.0.0.1:5432");
	}
}

static void test_for_how_long(void **state)
{
	CLEANUP(facts_release) struct facts facts = {0};

	(void)state;
	reading_from(&facts, "10.0.0.9", TCP_ESTABLISHED);
	facts.threads.items[0].same_us = 41 * US_PER_S;
	check_first(&facts, HANG_SOCKET,
		    DATA "10.0.0.9:5432 for at least 41 s, which is not on this machine");
}

static void test_most_telling_of_a_poll(void **state)
{
	CLEANUP(facts_release) struct facts facts = {0};

	(void)state;
	reading_from(&facts, "127.0.0.1", TCP_SYN_SENT);
	add_fd(&facts, 0, 6, "anon_inode:[eventfd]");
	in_call(&facts.threads.items[0], SYS_epoll_pwait, 3, 0);
	facts.threads.items[0].polled[0] = 6;
	facts.threads.items[0].polled[1] = 4;
	facts.threads.items[0].polled_len = 2;
	check_first(&facts, HANG_SOCKET,
		    SUBJECT "is connecting to 127.0.0.1:5432; nobody listens there");
}

/* CPU and waiting time in a window of 100 ms. */
static void test_processor_time(void **state)
{
	static const struct {
		char state;
		bool runs;
		uint64_t cpu_ms, delay_ms;
		enum hang_kind kind;
	} rows[] = {
		{'R', true, 97, 3, HANG_BUSY},
		{'R', true, 40, 60, HANG_BUSY},
		{'R', true, 3, 97, HANG_STARVED},
		{'R', true, 0, 0, HANG_STARVED},
		/* ready at the last moment only is no shortage of processors */
		{'R', false, 1, 0, HANG_BUSY},
		{'S', false, 60, 0, HANG_BUSY},
		{'S', false, 2, 70, HANG_STARVED},
		{'S', false, 10, 10, HANG_SLEEPS},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(facts_release) struct facts facts = {0};
		struct thread_fact *thread =
			add_thread(&facts, add_proc(&facts, 41, 1, "x"), 41, "x");

		in_call(thread, SYS_clock_nanosleep, 0, 0);
		thread->state = rows[i].state;
		thread->runs = rows[i].runs;
		thread->cpu_ns = rows[i].cpu_ms * 1000000;
		thread->delay_ns = rows[i].delay_ms * 1000000;
		assert_string_equal(hang_kind_name(judge(&facts)->kind),
				    hang_kind_name(rows[i].kind));
	}
}

static void test_states(void **state)
{
	CLEANUP(facts_release) struct facts facts = {0};
	size_t proc = add_proc(&facts, 41, 1, "dd");
	struct thread_fact *thread = add_thread(&facts, proc, 41, "dd");

	(void)state;
	in_call(thread, SYS_read, 3, 0);
	add_fd(&facts, proc, 3, "/mnt/nfs/file");
	thread->state = 'D';
	check_first(
		&facts, HANG_DISK,
		"dd (pid 41) is in an uninterruptible wait, as for a disk or a network file system "
		"(read of /mnt/nfs/file)");
	/* a parent until its vfork child starts its program: not a disk */
	in_call(thread, SYS_vfork, 0, 0);
	assert_int_equal(judge(&facts)->kind, HANG_CHILD);
	thread->state = 'T';
	facts.procs.items[proc].background = true;
	check_first(&facts, HANG_STOPPED,
		    "dd (pid 41) is stopped by a signal; it is in the background of its terminal, "
		    "where reading stops a process");
	facts.procs.items[proc].tracer = 7;
	check_first(&facts, HANG_STOPPED, "dd (pid 41) is held by a debugger (pid 7)");
	thread->state = 'Z';
	check_first(&facts, HANG_UNKNOWN,
		    "dd (pid 41) has ended; its parent has not asked for it yet");
}

/* Without the call the wait channel still tells the kind; without both nothing is guessed. */
static void test_what_may_not_be_read(void **state)
{
	CLEANUP(facts_release) struct facts facts = {.self_uid = 1000, .yama = 2};
	CLEANUP(strv_release) struct strv caveats = {0};
	struct thread_fact *thread = add_thread(&facts, add_proc(&facts, 41, 1, "su"), 41, "su");

	(void)state;
	thread->call.state = CALL_DENIED;
	facts.procs.items[0].calls_denied = true;
	facts.procs.items[0].uid = 1000;
	check_first(&facts, HANG_UNKNOWN, "su (pid 41) is blocked; in which call may not be read");
	snprintf(thread->wchan, WCHAN_MAX, "hrtimer_nanosleep");
	check_first(&facts, HANG_SLEEPS, "su (pid 41) sleeps");
	snprintf(thread->wchan, WCHAN_MAX, "pipe_read");
	check_first(&facts, HANG_UNKNOWN, "su (pid 41) waits in read; for what may not be read");
	caveats_make(&facts, &caveats);
	assert_int_equal(caveats.len, 1);
	assert_string_equal(caveats.items[0], "the calls of 1 process may not be read "
					      "(kernel.yama.ptrace_scope is 2)");
	facts.procs.items[0].uid = 0;
	facts.late = true;
	caveats_make(&facts, &caveats);
	assert_string_equal(caveats.items[1],
			    "1 process of another user: the calls may not be read");
	assert_string_equal(caveats.items[2], "the time was up before everything was read");
}

/* After SIGSTOP and SIGCONT a sleep goes on as restart_syscall. */
static void test_resumed_call(void **state)
{
	CLEANUP(facts_release) struct facts facts = {0};
	struct thread_fact *thread = add_thread(&facts, add_proc(&facts, 41, 1, "x"), 41, "x");

	(void)state;
	in_call(thread, SYS_restart_syscall, 0, 0);
	snprintf(thread->wchan, WCHAN_MAX, "hrtimer_nanosleep");
	check_first(&facts, HANG_SLEEPS, "x (pid 41) sleeps");
}

/* The numbers of a 32-bit program mean other calls: 162 is its nanosleep, and our sync. */
static void test_other_system_calls(void **state)
{
	CLEANUP(facts_release) struct facts facts = {0};
	struct thread_fact *thread = add_thread(&facts, add_proc(&facts, 41, 1, "x"), 41, "x");

	(void)state;
	in_call(thread, SYS_wait4, 0, 0);
	facts.procs.items[0].other_abi = true;
	assert_int_equal(judge(&facts)->kind, HANG_UNKNOWN);
}

static void test_many_threads_are_bounded(void **state)
{
	struct autopsy autopsy = {0};
	struct facts *facts = &autopsy.facts;
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);
	AUTO_JSON struct json *json = NULL;

	(void)state;
	for (int p = 0; p < AUTOPSY_PROCS_MAX; p++) {
		char name[COMM_MAX];
		size_t proc = 0;

		snprintf(name, sizeof(name), "p%d\x01\x02\x03\x04\x05\x06\x07", p);
		proc = add_proc(facts, 1000 + 10 * p, 1, name);
		facts->procs.items[proc].command = mem_array(257, 1);
		memset(facts->procs.items[proc].command, 1, 256);
		for (int t = 0; t < AUTOPSY_THREADS_MAX / AUTOPSY_PROCS_MAX; t++) {
			in_call(add_thread(facts, proc, 1000 + 10 * p + t, name), SYS_pause, 0, 0);
		}
	}
	findings_make(facts, &autopsy.findings);
	assert_int_equal(autopsy.findings.len, AUTOPSY_FINDINGS_MAX);
	json = autopsy_json(&autopsy);
	json_write(json, 0, &text);
	assert_true(text.len <= AUTOPSY_JSON_MAX);
	assert_true(json_len(json_get(json, "processes")) > 0);
	assert_int_equal(json_number(json_get(json, "process_total")), AUTOPSY_PROCS_MAX);
	autopsy_release(&autopsy);
}

static void test_wanted_other_ends(void **state)
{
	CLEANUP(facts_release) struct facts facts = {0};
	uint64_t inodes[8];

	(void)state;
	reading_from(&facts, "127.0.0.1", TCP_ESTABLISHED);
	add_socket(&facts, 200, 5432, "127.0.0.1", 40000, TCP_ESTABLISHED);
	add_socket(&facts, 300, 5432, "0.0.0.0", 0, TCP_LISTEN);
	add_fd(&facts, 0, 9, "pipe:[7]");
	assert_int_equal(collect_wanted(&facts, inodes, 8), 2);
	assert_int_equal(inodes[0], 200);
	assert_int_equal(inodes[1], 300);
	assert_int_equal(collect_wanted(&facts, inodes, 1), 1);
}

#define T(test) cmocka_unit_test_teardown(test, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_deadlock),
		T(test_no_deadlock_without_proof),
		T(test_deadlock_of_three_and_a_waiter),
		T(test_own_and_abandoned_mutex),
		T(test_deadlock_of_processes),
		T(test_pipe_to_itself),
		T(test_output_being_taken_is_no_hang),
		T(test_hostile_names),
		T(test_sockets),
		T(test_for_how_long),
		T(test_most_telling_of_a_poll),
		T(test_processor_time),
		T(test_states),
		T(test_what_may_not_be_read),
		T(test_resumed_call),
		T(test_other_system_calls),
		T(test_many_threads_are_bounded),
		T(test_wanted_other_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
