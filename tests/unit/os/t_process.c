/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "os/process.h"

#include "base/clock.h"
#include "base/mem.h"
#include "os/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SECOND INT64_C(1000000)
#define HOUR   (3600 * SECOND)

/*
 * A time limit must not pass before the child is where the test wants it, however slow the machine
 * is. So the limit is an hour, and the clock jumps over it once the child has made its mark.
 */
static char mark[64];

static int64_t jumping_clock(void *payload)
{
	struct timespec now = {0};

	(void)payload;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * SECOND + now.tv_nsec / 1000 +
	       (access(mark, F_OK) == 0 ? 2 * HOUR : 0);
}

static int64_t wall_clock(void *payload)
{
	(void)payload;
	return 0;
}

static void real_sleep(void *payload, int64_t us)
{
	struct timespec span = {.tv_sec = us / SECOND, .tv_nsec = (us % SECOND) * 1000};

	(void)payload;
	nanosleep(&span, NULL);
}

static const struct clock test_clock = {wall_clock, jumping_clock, real_sleep, NULL};

static int run_shell(const char *script, int64_t timeout_us, int64_t grace_us,
		     struct process_end *end)
{
	char sh[] = "sh", flag[] = "-c";
	AUTO_FREE char *text = mem_str(script);
	char *argv[] = {sh, flag, text, NULL};
	struct process_spec spec = {
		.argv = argv,
		.timeout_us = timeout_us,
		.grace_us = grace_us,
		.soft_signal = SIGTERM,
		.tail_max = 1024,
	};
	struct err err = ERR_INIT;

	return process_run(&spec, end, &err);
}

/* The last word wakes the loop once the mark is there; it may come too late to be seen. */
#define READY "echo ready; touch $MARK; echo go; "

static const struct {
	const char *comment, *script;
	int64_t timeout_us, grace_us;
	enum process_how how;
	int exit_code, signal;
	const char *out;
} rows[] = {
	{"exits 0", "echo hello", 0, 0, PROCESS_EXITED, 0, 0, "hello\n"},
	{"exits 7", "exit 7", 0, 0, PROCESS_EXITED, 7, 0, ""},
	{"dies by a signal", "kill -SEGV $$", 0, 0, PROCESS_SIGNALLED, -1, SIGSEGV, ""},
	{"hangs", READY "sleep 1000", HOUR, 60 * SECOND, PROCESS_TIMEOUT, -1, SIGTERM, "ready\n"},
	{"ignores TERM", "trap '' TERM; " READY "while :; do sleep 1000; done", HOUR, SECOND / 10,
	 PROCESS_TIMEOUT, -1, SIGKILL, "ready\n"},
	{"obeys with an exit code", "trap 'exit 3' TERM; " READY "while :; do sleep 0.01; done",
	 HOUR, 60 * SECOND, PROCESS_TIMEOUT, 3, 0, "ready\n"},
	{"is stopped", READY "kill -STOP $$", HOUR, 60 * SECOND, PROCESS_TIMEOUT, -1, SIGTERM,
	 "ready\n"},
	{"without a grace time", READY "sleep 1000", HOUR, 0, PROCESS_TIMEOUT, -1, SIGKILL,
	 "ready\n"},
	{"reads its input", "cat; echo end", 0, 0, PROCESS_EXITED, 0, 0, "end\n"},
	{"leaves a child with the pipe", "sleep 1000 & echo gone", 0, 0, PROCESS_EXITED, 0, 0,
	 "gone\n"},
	{"signals are at their defaults", "kill -PIPE $$", 0, 0, PROCESS_SIGNALLED, -1, SIGPIPE,
	 ""},
};

static void test_rows(void **state)
{
	(void)state;
	clock_set(&test_clock);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(process_end_release) struct process_end end = {0};

		assert_int_equal(
			run_shell(rows[i].script, rows[i].timeout_us, rows[i].grace_us, &end), 0);
		unlink(mark);
		if (end.how != rows[i].how || end.exit_code != rows[i].exit_code ||
		    end.signal != rows[i].signal) {
			fail_msg("%s: how %d exit %d signal %d", rows[i].comment, (int)end.how,
				 end.exit_code, end.signal);
		}
		if (strncmp(buf_str(&end.out_tail), rows[i].out, strlen(rows[i].out)) != 0) {
			fail_msg("%s: %s", rows[i].comment, buf_str(&end.out_tail));
		}
	}
	clock_set(NULL);
}

/* What the leader leaves in its group is gone when process_run() returns. */
static void test_group_is_ended(void **state)
{
	CLEANUP(process_end_release) struct process_end end = {0};
	long pid = 0;

	(void)state;
	assert_int_equal(run_shell("sleep 1000 >/dev/null 2>&1 & echo $!", 0, SECOND, &end), 0);
	pid = strtol(buf_str(&end.out_tail), NULL, 10);
	assert_true(pid > 1);
	assert_int_equal(kill((pid_t)pid, 0), -1);
	assert_int_equal(errno, ESRCH);
}

static void test_tail_is_the_end(void **state)
{
	CLEANUP(process_end_release) struct process_end end = {0};
	size_t len = 0;

	(void)state;
	assert_int_equal(run_shell("seq 1 100000", 0, SECOND, &end), 0);
	len = end.out_tail.len;
	assert_true(len >= 1024 && len <= 2048);
	assert_string_equal(end.out_tail.data + len - 13, "99999\n100000\n");
}

/* After the mark each look at the clock is an hour later than the one before. */
static int64_t leaping_clock(void *payload)
{
	static int64_t leaps;

	if (access(mark, F_OK) == 0) {
		leaps += HOUR;
	}
	return jumping_clock(payload) + leaps;
}

static const struct clock leaping = {wall_clock, leaping_clock, real_sleep, NULL};

/* Puts the writing end of a small pipe in the place of stdout; *read_end and the old stdout. */
static int redirect_stdout(int *read_end)
{
	int ends[2], old = dup(STDOUT_FILENO);

	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	assert_true(fcntl(ends[1], F_SETPIPE_SZ, 4096) >= 4096);
	fflush(stdout);
	assert_true(dup2(ends[1], STDOUT_FILENO) >= 0);
	close(ends[1]);
	*read_end = ends[0];
	return old;
}

static void restore_stdout(int old)
{
	dup2(old, STDOUT_FILENO);
	close(old);
}

static void run_unread(const char *script, struct process_end *end)
{
	int reader = -1, old = redirect_stdout(&reader), rc = 0;

	clock_set(&leaping);
	rc = run_shell(script, HOUR, 60 * SECOND, end);
	clock_set(NULL);
	unlink(mark);
	restore_stdout(old);
	close(reader);
	assert_int_equal(rc, 0);
}

/* Nobody reads: the time limit works all the same, the end is seen, and what was not shown told. */
static void test_stalled_reader(void **state)
{
	CLEANUP(process_end_release) struct process_end end = {0};
	CLEANUP(process_end_release) struct process_end late = {0};

	(void)state;
	run_unread("touch $MARK; yes", &late);
	assert_int_equal(late.how, PROCESS_TIMEOUT);

	/* the writer gives up as soon as nobody takes its output; time flies once it has ended */
	run_unread("dd if=/dev/zero bs=4096 count=1000 oflag=nonblock 2>/dev/null && exit 9; "
		   "(until grep -q '^State:.Z' /proc/$$/status; do sleep 0.01; done; "
		   "touch $MARK) & exit 4",
		   &end);
	assert_int_equal(end.exit_code, 4);
	assert_true(end.unshown >= 32768);
}

/* The reader of our stdout: begins late, and looks whether its description is left alone. */
static int read_late(int fd, size_t expected)
{
	const struct timespec nap = {.tv_nsec = 5000000};
	char data[3000];
	size_t total = 0;
	ssize_t n = 0;

	while (access(mark, F_OK) != 0) {
		nanosleep(&nap, NULL);
	}
	while (total < expected && (n = read(fd, data, sizeof(data))) > 0) {
		total += (size_t)n;
		if (fcntl(STDOUT_FILENO, F_GETFL) & O_NONBLOCK) {
			return 2;
		}
	}
	return total == expected ? 0 : 1;
}

static void test_late_reader_gets_everything(void **state)
{
	CLEANUP(process_end_release) struct process_end end = {0};
	int reader = -1, old = redirect_stdout(&reader), rc = 0, status = 0;
	pid_t pid = fork();

	(void)state;
	if (pid == 0) {
		_exit(read_late(reader, 588895));
	}
	close(reader);
	rc = run_shell("touch $MARK; seq 1 100000", 0, 0, &end);
	restore_stdout(old);
	unlink(mark);
	assert_int_equal(rc, 0);
	assert_int_equal(end.exit_code, 0);
	assert_int_equal(end.unshown, 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

/* Whoever read is gone: the command runs on to its own end. */
static void test_gone_reader(void **state)
{
	CLEANUP(process_end_release) struct process_end end = {0};
	struct sigaction ignore = {.sa_handler = SIG_IGN}, before;
	int reader = -1, old = redirect_stdout(&reader), rc = 0;

	(void)state;
	sigaction(SIGPIPE, &ignore, &before);
	close(reader);
	rc = run_shell("seq 1 100000; exit 5", 0, 0, &end);
	sigaction(SIGPIPE, &before, NULL);
	restore_stdout(old);
	assert_int_equal(rc, 0);
	assert_int_equal(end.exit_code, 5);
	assert_int_equal(end.unshown, 0);
	assert_non_null(strstr(buf_str(&end.out_tail), "100000\n"));
}

static void test_start_errors(void **state)
{
	static const struct {
		const char *name;
		enum err_code code;
	} names[] = {
		{"/nonexistent/program", ERR_NOT_FOUND},
		{"no-such-command-anywhere", ERR_NOT_FOUND},
		{"/etc/passwd", ERR_NOEXEC},
		{"/tmp", ERR_NOEXEC},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		CLEANUP(process_end_release) struct process_end end = {0};
		AUTO_FREE char *name = mem_str(names[i].name);
		char *argv[] = {name, NULL};
		struct process_spec spec = {.argv = argv, .tail_max = 16};
		struct err err = ERR_INIT;

		assert_int_equal(process_run(&spec, &end, &err), -1);
		assert_int_equal(err.code, names[i].code);
		assert_non_null(strstr(err.msg, names[i].name));
	}
}

static void test_environment(void **state)
{
	CLEANUP(process_end_release) struct process_end end = {0};
	CLEANUP(strv_release) struct strv env = {0};
	char sh[] = "sh", flag[] = "-c", script[] = "echo $STEADY_ATTEMPT $HOME";
	char *argv[] = {sh, flag, script, NULL};
	struct process_spec spec = {.argv = argv, .env = &env, .tail_max = 64};
	struct err err = ERR_INIT;

	(void)state;
	setenv("STEADY_ATTEMPT", "1", 1);
	setenv("HOME", "/h", 1);
	strv_add(&env, "STEADY_ATTEMPT=2");
	assert_int_equal(process_run(&spec, &end, &err), 0);
	assert_string_equal(buf_str(&end.out_tail), "2 /h\n");
}

/* Last: the stop signal stays on record for the whole process. */
static void test_stop_signal(void **state)
{
	CLEANUP(process_end_release) struct process_end end = {0};
	AUTO_FREE char *script =
		mem_fmt("trap 'echo told; exit 0' INT; kill -INT %ld; while :; do sleep 0.01; done",
			(long)getpid());

	(void)state;
	signals_init();
	assert_int_equal(run_shell(script, 0, 60 * SECOND, &end), 0);
	assert_int_equal(end.how, PROCESS_STOPPED);
	assert_int_equal(signals_stopped_by(), SIGINT);
	assert_string_equal(buf_str(&end.out_tail), "told\n");
}

static void test_ask(void **state)
{
	char echo[] = "echo", no[] = "false", word[] = "hi";
	char *good[] = {echo, word, NULL}, *bad[] = {no, NULL};
	CLEANUP(buf_release) struct buf out = BUF_INIT(64);

	(void)state;
	assert_int_equal(process_ask(good, &out), 0);
	assert_string_equal(buf_str(&out), "hi\n");
	assert_int_equal(process_ask(bad, &out), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_group_is_ended),
		cmocka_unit_test(test_tail_is_the_end),
		cmocka_unit_test(test_stalled_reader),
		cmocka_unit_test(test_late_reader_gets_everything),
		cmocka_unit_test(test_gone_reader),
		cmocka_unit_test(test_start_errors),
		cmocka_unit_test(test_environment),
		cmocka_unit_test(test_ask),
		cmocka_unit_test(test_stop_signal),
	};

	snprintf(mark, sizeof(mark), "/tmp/steady-process-%ld", (long)getpid());
	setenv("MARK", mark, 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
