/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Autopsies of real programs that hang (tests/helpers/hang), taken as whoever runs the test and,
 * when that is root, as an ordinary user as well. Nothing waits for a time: an autopsy is taken again
 * until it sees the program where the row wants it.
 */
#include "check.h"

#include "autopsy/autopsy.h"
#include "base/clock.h"
#include "base/str.h"
#include "os/file.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define NOBODY_UID  65534
#define PATIENCE_US (60 * US_PER_S)
#define WHY_MAX     4096

/* A FILE stands for a path in a folder of the test's own, PORT for a server of the test's own. */
#define FILE_ARG "FILE"
#define FIFO_ARG "FIFO"
#define PORT_ARG "PORT"

static const struct row {
	const char *verb, *arg;
	enum hang_kind kind;
	const char *detail, *says;
} rows[] = {
	{"mutex-deadlock", NULL, HANG_DEADLOCK, "circle",
	 "threads worker-1 and worker-2 of hang (pid "},
	{"mutex-deadlock", "recursive", HANG_DEADLOCK, "circle", "each wait for a mutex"},
	{"mutex-deadlock", "robust", HANG_DEADLOCK, "circle", "each wait for a mutex"},
	/* the kernel refuses the second lock, and glibc lets that thread hang for ever */
	{"mutex-deadlock", "inherit", HANG_THREAD, "mutex",
	 " waits for a mutex that its thread worker-"},
	{"mutex-self", NULL, HANG_DEADLOCK, "circle", "that it holds itself: a deadlock"},
	{"mutex-abandoned", NULL, HANG_DEADLOCK, "abandoned", "held when it ended"},
	{"join", NULL, HANG_SLEEPS, "signal", " of hang (pid "},
	{"condition", NULL, HANG_THREAD, "condition", "waits for another thread"},
	{"threads", "40", HANG_SLEEPS, "signal", "(and 40 more alike)"},
	{"wait-child", NULL, HANG_CHILD, "child", "waits for its child hang (pid "},
	{"orphan", NULL, HANG_FILE, "pipe", "orphan (pid "},
	{"pipe-deadlock", NULL, HANG_DEADLOCK, "circle", "waits to write into a full pipe"},
	{"pipe-self", NULL, HANG_DEADLOCK, "circle", "only it itself can write to it"},
	{"connect-unanswered", NULL, HANG_SOCKET, "queue-full",
	 "it itself listens there, but its queue is full (1 not accepted, room for 1)"},
	{"unix-full", FILE_ARG, HANG_SOCKET, "queue-full",
	 "queue is full (1 not accepted, room for 1)"},
	{"socket-in-tree", NULL, HANG_SOCKET, "in-tree", "; that is server (pid "},
	{"socket-poll", NULL, HANG_SOCKET, "in-tree", "; that is server (pid "},
	{"socket-select", NULL, HANG_SOCKET, "in-tree", "; that is server (pid "},
	{"socket-epoll", NULL, HANG_SOCKET, "in-tree", "; that is server (pid "},
	{"socket-not-accepted", NULL, HANG_SOCKET, "not-accepted",
	 "has not accepted the connection"},
	{"socket-to", PORT_ARG, HANG_SOCKET, "not-accepted", "t_hangs (pid "},
	{"socket-pair", NULL, HANG_SOCKET, "in-tree",
	 "waits for data from a UNIX socket; that is hang"},
	{"accept", NULL, HANG_SOCKET, "listens", "waits for connections on 127.0.0.1:"},
	{"datagram", NULL, HANG_SOCKET, "datagram", "waits for datagrams on 127.0.0.1:"},
	{"fifo", FIFO_ARG, HANG_FILE, "fifo", "; nobody has opened it to write"},
	{"flock", FILE_ARG, HANG_FILE, "lock", "of the same command holds it"},
	{"sleep", NULL, HANG_SLEEPS, "timer", "sleeps for 1h 00m"},
	{"busy", NULL, HANG_BUSY, "cpu", " of CPU in "},
	{"starved", NULL, HANG_STARVED, "cpu", "others have the processors"},
	{"stopped", NULL, HANG_STOPPED, "signal", "is stopped by a signal"},
	{"name", "a\x1b[2J\n) (", HANG_SLEEPS, "signal", "a\\x1b[2J\\n) ( (pid "},
};

/* What one user's round needs. */
struct stage {
	char folder[64], path[128], port[16];
	int program; /* the helper, opened while it was surely reachable */
	int server;
};

static int open_program(void)
{
	char path[4096];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);

	path[n > 0 ? n : 0] = '\0';
	*(strrchr(path, '/') ? strrchr(path, '/') : path) = '\0';
	strncat(path, "/helpers/hang", sizeof(path) - strlen(path) - 1);
	return open(path, O_PATH | O_CLOEXEC);
}

static bool stage_open(struct stage *stage)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	socklen_t len = sizeof(address);

	snprintf(stage->folder, sizeof(stage->folder), "/tmp/steady-hangs-XXXXXX");
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	stage->server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (!mkdtemp(stage->folder) || bind(stage->server, (struct sockaddr *)&address, len) != 0 ||
	    listen(stage->server, 8) != 0 ||
	    getsockname(stage->server, (struct sockaddr *)&address, &len) != 0) {
		return false;
	}
	snprintf(stage->port, sizeof(stage->port), "%u", ntohs(address.sin_port));
	return true;
}

/* The argument of a row, made for it. */
static const char *argument(struct stage *stage, const struct row *row)
{
	if (str_eq(row->arg, PORT_ARG)) {
		return stage->port;
	}
	if (!str_eq(row->arg, FILE_ARG) && !str_eq(row->arg, FIFO_ARG)) {
		return row->arg;
	}
	snprintf(stage->path, sizeof(stage->path), "%s/%s", stage->folder, row->verb);
	if (str_eq(row->arg, FIFO_ARG)) {
		mkfifo(stage->path, 0600);
	}
	return stage->path;
}

static pid_t start(int program, const char *verb, const char *arg)
{
	AUTO_FREE char *word = mem_str(verb), *more = mem_str(arg), *name = mem_str("hang");
	char *argv[] = {name, word, more, NULL}, *env[] = {NULL};
	pid_t pid = fork();

	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		fexecve(program, argv, env);
		_exit(127);
	}
	return pid;
}

/* Ends everything that the last autopsy saw, and what that leaves to us. */
static void end_tree(const struct autopsy *autopsy, pid_t pid)
{
	VEC_EACH (const struct proc_fact, proc, &autopsy->facts.procs) {
		kill(proc->pid, SIGKILL);
	}
	kill(pid, SIGKILL);
	while (waitpid(-1, NULL, 0) > 0 || errno == EINTR) {
	}
}

/* Where others use the processors, who is busy is starved, and rightly called so; which of the two
 * it is by the figures is tested in t_findings.c. */
static bool is_kind(enum hang_kind kind, enum hang_kind expected)
{
	return kind == expected || (expected == HANG_BUSY && kind == HANG_STARVED);
}

static const struct finding *matching(const struct autopsy *autopsy, const struct row *row)
{
	VEC_EACH (const struct finding, finding, &autopsy->findings) {
		if (is_kind(finding->kind, row->kind) && str_eq(finding->detail, row->detail) &&
		    strstr(finding->sentence, row->says)) {
			return finding;
		}
	}
	return NULL;
}

static void say_all(const struct row *row, const struct autopsy *autopsy, struct buf *why)
{
	buf_fmt(why, "%s: no %s/%s with \"%s\" in:\n", row->verb, hang_kind_name(row->kind),
		row->detail, row->says);
	VEC_EACH (const struct finding, finding, &autopsy->findings) {
		buf_fmt(why, "  %s/%s: %s\n", hang_kind_name(finding->kind), finding->detail,
			finding->sentence);
	}
	for (size_t i = 0; i < autopsy->caveats.len; i++) {
		buf_fmt(why, "  %s\n", autopsy->caveats.items[i]);
	}
}

static void run_row(struct stage *stage, const struct row *row, struct buf *why)
{
	pid_t pid = start(stage->program, row->verb, argument(stage, row));
	struct autopsy_hints hints = {.subreaper = getpid(), .budget_us = 5 * US_PER_S};
	int64_t end = clock_mono_us() + PATIENCE_US;
	bool found = false;

	while (!found) {
		CLEANUP(autopsy_release) struct autopsy autopsy = {0};
		struct err err = ERR_INIT;

		if (autopsy_take(pid, &hints, &autopsy, &err) < 0) {
			buf_fmt(why, "%s: %s\n", row->verb, err.msg);
			found = true;
		} else if (matching(&autopsy, row)) {
			found = true;
		} else if (clock_mono_us() > end) {
			say_all(row, &autopsy, why);
			found = true;
		}
		if (found) {
			end_tree(&autopsy, pid);
		}
	}
}

/* Runs in a process of its own, because it gives its rights away. */
static void round_as(uid_t uid, struct buf *why)
{
	struct stage stage = {.program = open_program()};

	if (stage.program < 0 ||
	    (uid != geteuid() &&
	     (setgroups(0, NULL) != 0 || setgid((gid_t)uid) != 0 || setuid(uid) != 0))) {
		buf_fmt(why, "cannot become user %u: %s\n", uid, strerror(errno));
		return;
	}
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	prctl(PR_SET_NAME, "t_hangs");
	if (!stage_open(&stage)) {
		buf_fmt(why, "no stage: %s\n", strerror(errno));
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		run_row(&stage, &rows[i], why);
	}
	file_remove_tree(stage.folder);
}

static void check_as(uid_t uid)
{
	CLEANUP(buf_release) struct buf why = BUF_INIT(WHY_MAX);
	char text[WHY_MAX];
	int ends[2];
	ssize_t n = 0;
	pid_t pid = 0;

	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		round_as(uid, &why);
		n = write(ends[1], buf_str(&why), why.len);
		_exit(n < 0 ? 1 : 0);
	}
	close(ends[1]);
	n = read(ends[0], text, sizeof(text) - 1);
	text[n > 0 ? n : 0] = '\0';
	close(ends[0]);
	waitpid(pid, NULL, 0);
	if (n != 0) {
		fail_msg("as user %u: %s", uid, text);
	}
}

static void test_hangs_as_this_user(void **state)
{
	(void)state;
	check_as(geteuid());
}

static void test_hangs_as_an_ordinary_user(void **state)
{
	(void)state;
	if (geteuid() != 0) {
		skip(); /* this user is one */
	}
	check_as(NOBODY_UID);
}

static void end_one(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

/* Takes an autopsy of pid until the sentence shows. */
static void take_until(pid_t pid, const struct autopsy_hints *hints, const char *text,
		       struct autopsy *out)
{
	struct row row = {.kind = HANG_SLEEPS, .detail = "timer", .says = text};
	struct err err = ERR_INIT;
	int64_t end = clock_mono_us() + PATIENCE_US;

	do {
		autopsy_release(out);
		*out = (struct autopsy){0};
		assert_int_equal(autopsy_take(pid, hints, out, &err), 0);
	} while (!matching(out, &row) && clock_mono_us() < end);
	assert_non_null(matching(out, &row));
}

/* A clock that is 41 s ahead once told so. */
static int64_t ahead_us;

static int64_t shifted_mono(void *payload)
{
	struct timespec now = {0};

	(void)payload;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * US_PER_S + now.tv_nsec / 1000 + ahead_us;
}

static int64_t no_wall(void *payload)
{
	(void)payload;
	return 0;
}

static void real_sleep(void *payload, int64_t us)
{
	struct timespec span = {.tv_sec = us / US_PER_S, .tv_nsec = us % US_PER_S * 1000};

	(void)payload;
	nanosleep(&span, NULL);
}

static void test_since_an_earlier_sample(void **state)
{
	static const struct clock shifted = {no_wall, shifted_mono, real_sleep, NULL};
	CLEANUP(autopsy_release) struct autopsy autopsy = {0};
	CLEANUP(autopsy_sample_release) struct autopsy_sample earlier = {0};
	AUTO_CLOSE int program = open_program();
	pid_t pid = start(program, "sleep", NULL);
	struct autopsy_hints hints = {.budget_us = 5 * US_PER_S};
	struct err err = ERR_INIT;

	(void)state;
	clock_set(&shifted);
	ahead_us = 0;
	take_until(pid, &hints, "sleeps for 1h 00m", &autopsy);
	assert_int_equal(autopsy.findings.items[0].since_us, 0);
	assert_int_equal(autopsy_sample(pid, 0, &earlier, &err), 0);
	hints.earlier = &earlier;
	ahead_us = 3600 * US_PER_S;
	take_until(pid, &hints, ", at least 1h 00m so far", &autopsy);
	clock_set(NULL);
	end_one(pid);
}

/* Until the process is blocked; while it starts it is merely busy. */
static bool says_what_it_may_not(pid_t pid)
{
	struct autopsy_hints hints = {.budget_us = 5 * US_PER_S};
	int64_t end = clock_mono_us() + PATIENCE_US;
	bool told = false;

	while (!told && clock_mono_us() < end) {
		CLEANUP(autopsy_release) struct autopsy autopsy = {0};
		struct err err = ERR_INIT;

		if (autopsy_take(pid, &hints, &autopsy, &err) < 0) {
			return false;
		}
		told = autopsy.findings.len == 1 &&
		       autopsy.findings.items[0].kind == HANG_UNKNOWN && autopsy.caveats.len == 2;
	}
	return told;
}

static void test_another_users_process(void **state)
{
	AUTO_CLOSE int program = open_program();
	int status = 0;
	pid_t target = 0, watcher = 0;

	(void)state;
	if (geteuid() != 0) {
		skip();
	}
	target = start(program, "sleep", NULL);
	watcher = fork();
	if (watcher == 0) {
		bool ordinary = setgroups(0, NULL) == 0 && setgid(NOBODY_UID) == 0 &&
				setuid(NOBODY_UID) == 0;

		_exit(ordinary && says_what_it_may_not(target) ? 0 : 1);
	}
	waitpid(watcher, &status, 0);
	end_one(target);
	assert_int_equal(status, 0);
}

static void test_more_threads_than_are_looked_at(void **state)
{
	static const size_t all = 2 * AUTOPSY_THREADS_MAX;
	CLEANUP(autopsy_release) struct autopsy autopsy = {0};
	AUTO_CLOSE int program = open_program();
	struct autopsy_hints hints = {.budget_us = 5 * US_PER_S};
	struct err err = ERR_INIT;
	char count[16];
	int64_t end = clock_mono_us() + PATIENCE_US;
	pid_t pid = 0;

	(void)state;
	snprintf(count, sizeof(count), "%zu", all - 1);
	pid = start(program, "threads", count);
	do {
		autopsy_release(&autopsy);
		autopsy = (struct autopsy){0};
		assert_int_equal(autopsy_take(pid, &hints, &autopsy, &err), 0);
	} while (autopsy.facts.procs.items[0].thread_total < all && clock_mono_us() < end);
	end_one(pid);
	assert_int_equal(autopsy.facts.threads.len, AUTOPSY_THREADS_MAX);
	assert_int_equal(autopsy.facts.unseen_threads, all - AUTOPSY_THREADS_MAX);
	assert_true(autopsy.caveats.len > 0);
}

static void test_the_budget_is_kept(void **state)
{
	CLEANUP(autopsy_release) struct autopsy autopsy = {0};
	struct autopsy_hints hints = {.budget_us = 1};
	struct err err = ERR_INIT;

	(void)state;
	/* nothing can be read in a microsecond, not even who there is */
	assert_int_equal(autopsy_take(getpid(), &hints, &autopsy, &err), -1);
	assert_int_equal(err.code, ERR_NOT_FOUND);
}

static void test_a_process_that_is_gone(void **state)
{
	CLEANUP(autopsy_release) struct autopsy autopsy = {0};
	struct autopsy_hints hints = {0};
	struct err err = ERR_INIT;
	pid_t pid = fork();

	(void)state;
	if (pid == 0) {
		_exit(0);
	}
	waitpid(pid, NULL, 0);
	assert_int_equal(autopsy_take(pid, &hints, &autopsy, &err), -1);
	assert_int_equal(err.code, ERR_NOT_FOUND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hangs_as_this_user),
		cmocka_unit_test(test_hangs_as_an_ordinary_user),
		cmocka_unit_test(test_since_an_earlier_sample),
		cmocka_unit_test(test_another_users_process),
		cmocka_unit_test(test_more_threads_than_are_looked_at),
		cmocka_unit_test(test_the_budget_is_kept),
		cmocka_unit_test(test_a_process_that_is_gone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
