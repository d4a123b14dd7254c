/* SPDX-License-Identifier: Apache-2.0 */
#include "folder.h"

#include "os/process.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"
#include "os/file.h"
#include "os/guard.h"
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

static struct process_spec spec_of(char *const *argv)
{
	return (struct process_spec){
		.argv = argv,
		.grace_us = 60 * SECOND,
		.soft_signal = SIGTERM,
		.tail_max = 4096,
	};
}

static void run_shell(const char *script, struct process_spec change, struct process_end *end)
{
	char sh[] = "sh", flag[] = "-c";
	AUTO_FREE char *text = mem_str(script);
	char *argv[] = {sh, flag, text, NULL};
	struct process_spec spec = spec_of(argv);
	struct err err = ERR_INIT;

	spec.own_stdin = change.own_stdin;
	spec.only_group = change.only_group;
	spec.timeout_us = change.timeout_us;
	spec.grace_us = change.grace_us ? change.grace_us : spec.grace_us;
	if (process_run(&spec, end, &err) < 0) {
		fail_msg("%s", err.msg);
	}
}

/* The process ids that a script printed, one a line. */
static size_t still_alive(const struct process_end *end)
{
	AUTO_FREE char *text = mem_str(buf_str(&end->out_tail));
	char *rest = text;
	size_t alive = 0;

	for (char *word = strsep(&rest, "\n"); word; word = strsep(&rest, "\n")) {
		pid_t pid = (pid_t)strtol(word, NULL, 10);

		alive += pid > 0 && kill(pid, 0) == 0;
	}
	return alive;
}

/*
 * Scripts that leave processes behind and print their numbers. `hang` is started by everything: it
 * prints its number and stays. What is left is counted once all have printed.
 */
#define HANG "hang() { sh -c 'echo $$; touch up.$$; exec sleep 1000' & }; "
#define COUNT(n) \
	" while [ $(ls up.* 2>/dev/null | wc -l) -lt " #n " ]; do sleep 0.01; done; rm up.*"

/* Until the guardian has told of the start and waits. */
#define GUARD_READY "while ! grep -q '^State:.S' /proc/$PPID/status; do sleep 0.01; done; "

static const struct {
	const char *comment, *script;
	size_t left;
} rows[] = {
	{"nothing", "true", 0},
	{"in the group", HANG "hang; hang;" COUNT(2), 2},
	{"a session of its own", "setsid sh -c 'echo $$; touch up.1; exec sleep 1000' &" COUNT(1),
	 1},
	{"forked twice", "(setsid sh -c 'echo $$; touch up.1; exec sleep 1000' &) &" COUNT(1), 1},
	{"deaf",
	 "setsid sh -c 'trap \"\" TERM INT HUP; echo $$; touch up.1; sleep 1000; :' &" COUNT(1), 2},
	{"stopped", "setsid sh -c 'echo $$; touch up.1; kill -STOP $$; exec sleep 1000' &" COUNT(1),
	 1},
	{"a chain of sessions",
	 "setsid sh -c 'echo $$; touch up.1; setsid sh -c \"echo \\$\\$; touch up.2; setsid sh -c "
	 "\\\"echo \\\\\\$\\\\\\$; touch up.3; exec sleep 1000\\\"; :\"; :' &" COUNT(3),
	 3},
	{"soon gone by itself", "setsid sleep 0.02 & setsid sh -c 'sleep 0.02; sleep 0.02' &", 0},
};

static void test_nothing_is_left(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(process_end_release) struct process_end end = {0};

		run_shell(rows[i].script, (struct process_spec){0}, &end);
		if (end.how != PROCESS_EXITED || still_alive(&end) || end.alive ||
		    end.left.len != rows[i].left) {
			fail_msg("%s: %zu alive, %zu left", rows[i].comment, still_alive(&end),
				 end.left.len);
		}
	}
}

/* What was left is told with its name, its command and the port it listens at. */
static void test_left_is_described(void **state)
{
	CLEANUP(process_end_release) struct process_end end = {0};

	(void)state;
	run_shell("setsid python3 -c 'import socket, time; s = socket.socket(); "
		  "s.bind((\"127.0.0.1\", 0)); s.listen(); print(s.getsockname()[1], flush=True); "
		  "open(\"up.1\", \"w\"); time.sleep(1000)' &" COUNT(1),
		  (struct process_spec){0}, &end);
	assert_int_equal(end.left.len, 1);
	assert_true(str_starts(end.left.items[0].info.name, "python3"));
	assert_true(str_starts(end.left.items[0].info.command, "python3 -c import socket"));
	assert_int_equal(end.left.items[0].info.ports[0], strtol(buf_str(&end.out_tail), NULL, 10));
	assert_int_equal(end.left.items[0].info.ports[1], 0);
}

/* The off switch: what left the group is none of our business. */
static void test_only_the_group(void **state)
{
	CLEANUP(process_end_release) struct process_end end = {0};
	pid_t pid = 0;

	(void)state;
	run_shell("(setsid sh -c 'echo $$; touch up.1; exec sleep 1000' >pid &);" COUNT(
			  1) "; cat pid",
		  (struct process_spec){.only_group = true}, &end);
	pid = (pid_t)strtol(buf_str(&end.out_tail), NULL, 10);
	assert_true(pid > 1);
	assert_int_equal(kill(pid, SIGKILL), 0);
}

/* Whoever kills the guardian ends the command; the next one gets a new guardian. */
static void test_guardian_is_killed(void **state)
{
	CLEANUP(process_end_release) struct process_end end = {0};
	CLEANUP(process_end_release) struct process_end next = {0};

	(void)state;
	run_shell("setsid sh -c 'echo $$; touch up.1; exec sleep 1000' &" COUNT(
			  1) ";" GUARD_READY "echo $$; kill -KILL $PPID; sleep 1000",
		  (struct process_spec){0}, &end);
	assert_true(end.guard_lost);
	assert_int_equal(end.how, PROCESS_SIGNALLED);
	assert_int_equal(end.signal, SIGKILL);
	assert_int_equal(still_alive(&end), 0);

	run_shell("exit 6", (struct process_spec){0}, &next);
	assert_int_equal(next.exit_code, 6);
	assert_false(next.guard_lost);
}

/* A command beside has a guardian of its own, which is not what the other one has left behind. */
static void test_guardian_beside_is_spared(void **state)
{
	CLEANUP(process_end_release) struct process_end end = {0};
	CLEANUP(strv_release) struct strv argv = {0};
	struct guard_command command = {
		.in = STDIN_FILENO,
		.out = STDOUT_FILENO,
		.err = STDERR_FILENO,
		.adopt = true,
	};
	struct guard beside = {0};
	struct err err = ERR_INIT;
	int status = -1;

	(void)state;
	strv_add(&argv, "sleep");
	strv_add(&argv, "1000");
	command.argv = strv_argv(&argv);
	assert_int_equal(guard_lone_start(&command, &beside, &err), 0);
	run_shell("setsid sh -c 'echo $$; touch up.1; exec sleep 1000' &" COUNT(
			  1) ";" GUARD_READY "echo $$; kill -KILL $PPID; sleep 1000",
		  (struct process_spec){0}, &end);
	assert_true(end.guard_lost);
	assert_int_equal(end.alive, 0);
	assert_int_equal(still_alive(&end), 0);
	assert_int_equal(kill(beside.leader, 0), 0);

	assert_int_equal(kill(beside.leader, SIGTERM), 0);
	assert_true(guard_lone_next(&beside, &status));
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
	guard_lone_end(&beside, &status);
}

/* A guardian that does not answer any more is given up, and the tree with it is ended. */
static void test_guardian_is_stopped(void **state)
{
	CLEANUP(process_end_release) struct process_end end = {0};

	(void)state;
	run_shell(GUARD_READY "echo $$; kill -STOP $PPID; exec sleep 1000",
		  (struct process_spec){.timeout_us = SECOND / 10, .grace_us = SECOND / 10}, &end);
	assert_int_equal(end.how, PROCESS_TIMEOUT);
	assert_int_equal(end.signal, SIGTERM);
	assert_int_equal(still_alive(&end), 0);
}

/* One that was stopped is continued, and tells how the command ended. */
static void test_guardian_is_continued(void **state)
{
	static const char *const scripts[] = {
		GUARD_READY "kill -STOP $PPID; exit 5",
		"kill -STOP $PPID; exit 5", /* perhaps before it has told of the start */
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(scripts); i++) {
		CLEANUP(process_end_release) struct process_end end = {0};

		run_shell(scripts[i], (struct process_spec){0}, &end);
		assert_int_equal(end.how, PROCESS_EXITED);
		assert_int_equal(end.exit_code, 5);
	}
}

/* In the child: dies without a word while its command runs. */
static void run_and_die(void)
{
	CLEANUP(process_end_release) struct process_end end = {0};
	AUTO_FREE char *script = mem_fmt("setsid sh -c 'echo $$ >a; exec sleep 1000' & echo $$ >b; "
					 "while [ ! -s a ]; do sleep 0.01; done; kill -KILL %ld; "
					 "exec sleep 1000",
					 (long)getpid());

	run_shell(script, (struct process_spec){0}, &end);
}

/* A folder that the guardian worked in could not be unmounted. */
static void test_guardian_holds_no_folder(void **state)
{
	CLEANUP(process_end_release) struct process_end end = {0};

	(void)state;
	run_shell(GUARD_READY "readlink /proc/$PPID/cwd", (struct process_spec){0}, &end);
	assert_string_equal(buf_str(&end.out_tail), "/\n");
}

/* Steady dies, and the guardian ends what it started. */
static void test_parent_is_killed(void **state)
{
	const struct timespec nap = {.tv_nsec = 5000000};
	pid_t pid = 0;
	int status = 0;

	(void)state;
	guard_drop(); /* the child is to have one of its own */
	pid = fork();
	if (pid == 0) {
		run_and_die();
		_exit(9);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	for (size_t i = 0; i < 2; i++) {
		AUTO_FREE char *text = NULL;
		struct err err = ERR_INIT;

		assert_int_equal(file_read(i ? "a" : "b", 64, &text, NULL, &err), 0);
		while (kill((pid_t)strtol(text, NULL, 10), 0) == 0) {
			nanosleep(&nap, NULL);
		}
	}
}

/* In the child: the guardian that was told dies first. */
static void lose_guardian_and_die(const char *folder)
{
	CLEANUP(process_end_release) struct process_end end = {0};

	guard_folder(folder);
	run_shell(GUARD_READY "kill -KILL $PPID; sleep 1000", (struct process_spec){0}, &end);
	assert_true(end.guard_lost);
	run_and_die();
}

/* A folder goes with its owner, also when the guardian is not the one that was told first. */
static void test_folder_is_removed(void **state)
{
	const struct timespec nap = {.tv_nsec = 5000000};
	AUTO_FREE char *folder = mem_fmt("%s/private", (const char *)*state);
	struct err err = ERR_INIT;
	pid_t pid = 0;

	assert_int_equal(file_make_dirs("private/deep", 0700, &err), 0);
	guard_drop(); /* the child is to have one of its own */
	pid = fork();
	if (pid == 0) {
		lose_guardian_and_die(folder);
		_exit(9);
	}
	waitpid(pid, NULL, 0);
	while (access("private", F_OK) == 0) {
		nanosleep(&nap, NULL);
	}
}

/* The clock stands an hour and a half further once the process has been stopped. */
static int64_t pausing_clock(void *payload)
{
	struct timespec now = {0};

	(void)payload;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * SECOND + now.tv_nsec / 1000 +
	       (access("stopped", F_OK) == 0 ? HOUR + HOUR / 2 : 0);
}

static int64_t wall(void *payload)
{
	(void)payload;
	return 0;
}

static char state_of(pid_t pid)
{
	struct proc_info info;

	return proc_look(pid, &info) ? info.state : 0;
}

/* In the child: Ctrl-Z, a look whether both stand still, and later `fg`. */
static void stop_and_continue(pid_t steady)
{
	const struct timespec nap = {.tv_nsec = 5000000};
	AUTO_FREE char *text = NULL;
	struct err err = ERR_INIT;
	pid_t command = 0;

	while (access("up", F_OK) != 0) {
		nanosleep(&nap, NULL);
	}
	file_read("pid", 64, &text, NULL, &err);
	command = (pid_t)strtol(text, NULL, 10);
	kill(steady, SIGTSTP);
	while (state_of(steady) != 'T' || state_of(command) != 'T') {
		nanosleep(&nap, NULL);
	}
	close(open("stopped", O_CREAT | O_WRONLY, 0600));
	kill(steady, SIGCONT);
}

/* Paused time is not the command's: neither its limit nor its duration. The command forks nothing:
 * stopped between vfork() and exec() it would not show as stopped. */
static void test_pause(void **state)
{
	static const struct clock clock = {wall, pausing_clock, NULL, NULL};
	CLEANUP(process_end_release) struct process_end end = {0};
	pid_t steady = getpid(), helper = 0;

	(void)state;
	/* our parent is the shell that sees us stop */
	(void)setpgid(0, 0);
	helper = fork();
	if (helper == 0) {
		stop_and_continue(steady);
		_exit(0);
	}
	signals_init();
	clock_set(&clock);
	run_shell("echo $$ >pid; touch up; while [ ! -e stopped ]; do :; done; exit 5",
		  (struct process_spec){.timeout_us = HOUR}, &end);
	clock_set(NULL);
	waitpid(helper, NULL, 0);
	assert_int_equal(end.how, PROCESS_EXITED);
	assert_int_equal(end.exit_code, 5);
	assert_true(end.duration_us < HOUR);
}

static void test_stdin(void **state)
{
	CLEANUP(process_end_release) struct process_end without = {0};
	CLEANUP(process_end_release) struct process_end with = {0};
	int ends[2], old = dup(STDIN_FILENO);

	(void)state;
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	assert_int_equal(write(ends[1], "typed", 5), 5);
	close(ends[1]);
	dup2(ends[0], STDIN_FILENO);
	close(ends[0]);
	run_shell("cat", (struct process_spec){0}, &without);
	run_shell("cat", (struct process_spec){.own_stdin = true}, &with);
	dup2(old, STDIN_FILENO);
	close(old);
	assert_string_equal(buf_str(&without.out_tail), "");
	assert_string_equal(buf_str(&with.out_tail), "typed");
}

/* The number behind a word of /proc/PID/status that the command printed. */
static unsigned long long mask_of(const struct process_end *end, const char *word)
{
	const char *at = strstr(buf_str(&end->out_tail), word);

	assert_non_null(at);
	return strtoull(at + strlen(word), NULL, 16);
}

/* Whoever started us blocked and ignored signals: the command and its exit code are the same. */
static void test_clean_signals(void **state)
{
	const unsigned long long ordinary = 0x7fffffff; /* 32 and 33 are the C library's own */
	CLEANUP(process_end_release) struct process_end end = {0};
	CLEANUP(process_end_release) struct process_end next = {0};
	struct sigaction ignore = {.sa_handler = SIG_IGN}, before;
	sigset_t all, mask;

	(void)state;
	sigfillset(&all);
	sigaction(SIGUSR1, &ignore, NULL);
	sigaction(SIGCHLD, &ignore, &before);
	sigprocmask(SIG_SETMASK, &all, &mask);
	/* a guardian that inherits this */
	run_shell(GUARD_READY "kill -KILL $PPID; sleep 1000", (struct process_spec){0}, &end);
	process_end_release(&end);
	run_shell("exec grep -E '^Sig(Blk|Ign)' /proc/self/status", (struct process_spec){0}, &end);
	run_shell("exit 3", (struct process_spec){0}, &next);
	sigprocmask(SIG_SETMASK, &mask, NULL);
	sigaction(SIGCHLD, &before, NULL);
	assert_int_equal(mask_of(&end, "SigBlk:"), 0);
	assert_int_equal(mask_of(&end, "SigIgn:") & ordinary, 0);
	assert_int_equal(next.exit_code, 3);
}

#define T(test) cmocka_unit_test_setup_teardown(test, folder_enter, folder_leave)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_nothing_is_left),
		T(test_left_is_described),
		T(test_only_the_group),
		T(test_guardian_is_killed),
		T(test_guardian_beside_is_spared),
		T(test_guardian_is_stopped),
		T(test_guardian_is_continued),
		T(test_guardian_holds_no_folder),
		T(test_parent_is_killed),
		T(test_folder_is_removed),
		T(test_stdin),
		T(test_clean_signals),
		T(test_pause),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
