/* SPDX-License-Identifier: Apache-2.0 */
#include "ready/server.h"
#include "target.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"
#include "os/file.h"
#include "ready/check.h"
#include "ready/probe.h"
#include "ready/wait.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/un.h>
#include <sys/wait.h>

/* Targets that are not at a port: sockets, files, logs, processes, names, commands. */

#define LIMIT_US (20 * US_PER_S) /* no attempt comes near it */

static char folder[] = "/tmp/steady-local-XXXXXX";

static struct attempt_result ask_for(const struct target *target, int64_t limit_us)
{
	const struct limits limits = {clock_mono_us() + limit_us, -1};
	struct attempt_result result = {.stage = STAGE_RESOLVE};

	probe_target(target, &limits, &result);
	return result;
}

static struct attempt_result ask(const char *text)
{
	AUTO_TARGET target = target_of(text);

	return ask_for(target, LIMIT_US);
}

static void expect(const char *text, bool ready, bool gone, const char *error)
{
	struct attempt_result result = ask(text);

	if (result.ready != ready || result.gone != gone || !str_eq(result.error, error)) {
		fail_msg("%s: %s: \"%s\"", text, result.ready ? "ready" : "not ready",
			 result.error);
	}
}

static void write_to(const char *name, const char *text, int flags)
{
	AUTO_CLOSE int fd = open(name, O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
}

static int socket_at(const char *name, bool listens)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	socklen_t len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(name));

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", name);
	if (*name == '@') {
		address.sun_path[0] = '\0';
	}
	assert_int_equal(bind(fd, (struct sockaddr *)&address, len), 0);
	assert_true(!listens || listen(fd, 4) == 0);
	return fd;
}

static void test_sockets(void **state)
{
	int listening = socket_at("here", true), bound = socket_at("bound", false);
	AUTO_FREE char *abstract = mem_fmt("@steady-test-%d", (int)getpid());
	AUTO_FREE char *target = mem_fmt("unix:%s", abstract);
	int hidden = socket_at(abstract, true);

	(void)state;
	expect("unix:here", true, false, "");
	expect(target, true, false, "");
	expect("unix:bound", false, true, "connection refused");
	expect("unix:none", false, true, "no such file");
	expect("unix:none invert", true, true, "no such file");
	expect("unix:here invert", false, false, "still there");
	close(listening);
	close(bound);
	close(hidden);
}

static int growing;

static void *grow(void *payload)
{
	struct pollfd stop = {.fd = growing, .events = POLLIN};

	(void)payload;
	while (poll(&stop, 1, 5) == 0) {
		write_to("growing", "x", O_APPEND);
	}
	return NULL;
}

static void test_files(void **state)
{
	struct attempt_result result;
	pthread_t thread;

	(void)state;
	write_to("a file", "x", 0);
	expect("file:'a file'", true, false, "");
	expect("file:'a file' size=stable", true, false, "");
	expect("file:none", false, true, "no such file");
	expect("file:'a file'/none", false, true, "Not a directory");
	expect("file:none invert", true, true, "no such file");
	growing = eventfd(0, EFD_CLOEXEC);
	write_to("growing", "x", 0);
	assert_int_equal(pthread_create(&thread, NULL, grow, NULL), 0);
	result = ask("file:growing size=stable");
	eventfd_write(growing, 1);
	pthread_join(thread, NULL);
	close(growing);
	assert_false(result.ready);
	assert_true(str_starts(result.error, "still written to: "));
}

static void test_processes(void **state)
{
	AUTO_FREE char *own = mem_fmt("pid:%d", (int)getpid());
	AUTO_FREE char *target = NULL;
	siginfo_t info;
	pid_t child = 0;

	(void)state;
	expect(own, true, false, "");
	expect("pid:2147483647", false, true, "no such process");
	child = fork();
	if (child == 0) {
		_exit(0);
	}
	target = mem_fmt("pid:%d", (int)child);
	assert_int_equal(waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT), 0);
	expect(target, false, true, "it has ended and was not reaped");
	waitpid(child, NULL, 0);
	expect(target, false, true, "no such process");
}

static void test_names(void **state)
{
	struct attempt_result result;

	(void)state;
	expect("dns:localhost", true, false, "");
	expect("dns:127.0.0.1", true, false, "");
	result = ask("dns:a..b");
	assert_false(result.ready);
	assert_int_equal(result.stage, STAGE_RESOLVE);
	assert_true(str_starts(result.error, "name not "));
}

static void check_log(const struct target *target, bool ready, const char *error)
{
	struct attempt_result result = ask_for(target, LIMIT_US);

	if (result.ready != ready || !str_eq(result.error, error)) {
		fail_msg("%s: \"%s\"", result.ready ? "ready" : "not ready", result.error);
	}
}

/* One reader sees the file as it grows. */
static void test_a_log_grows(void **state)
{
	AUTO_TARGET target = target_of("log:log~^ready count=3");

	(void)state;
	check_log(target, false, "no such file");
	write_to("log", "not ready\nready\nrea", 0);
	check_log(target, false, "1 of 3 matches");
	check_log(target, false, "1 of 3 matches");
	write_to("log", "dy\r\n\xff\n", O_APPEND);
	check_log(target, false, "2 of 3 matches");
	/* cut off, and begun again: what was found counts */
	write_to("log", "x\n", O_TRUNC);
	check_log(target, false, "2 of 3 matches");
	/* replaced by a longer one; its last line has no end yet */
	write_to("log.new", "line\nline\nline\nready", 0);
	assert_int_equal(rename("log.new", "log"), 0);
	check_log(target, true, "");
	unlink("log");
	check_log(target, false, "no such file");
}

static void test_odd_logs(void **state)
{
	static const char nul[] = "a\0ready\n";
	AUTO_FREE char *line = mem_alloc(300001);
	AUTO_CLOSE int fd = open("odd", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	(void)state;
	memset(line, 'x', 300000);
	write_to("odd", line, 0);
	expect("log:odd~y", false, false, "no match in 1 line");
	write_to("odd", "\nready \xff\n", O_APPEND);
	expect("log:odd~^ready", true, false, "");
	expect("log:odd~'^ready .$'", true, false, "");
	assert_int_equal(pwrite(fd, nul, sizeof(nul) - 1, 0), sizeof(nul) - 1);
	expect("log:odd~'a ready'", true, false, "");
	expect("log:.~x", false, false, "Is a directory");
}

static void test_commands(void **state)
{
	static const struct {
		const char *target, *error;
		bool ready;
	} rows[] = {
		{"exec:true", "", true},
		{"exec:false timeout=5s", "exit 1", false},
		{"exec:sh -c 'exit 3'", "exit 3", false},
		{"exec:sh -c 'echo first; echo \"the last\" >&2; echo; exit 1' optional",
		 "exit 1: the last", false},
		{"exec:sh -c 'kill -9 $$'", "signal 9", false},
		{"exec:sh -c 'test \"$1\" = \"a  b\"' sh \"a  b\"", "", true},
		{"exec:sh -c 'exit $#' sh timeout=5s optional", "", true},
		{"exec:sh -c 'exit $#' sh timeout=5s 'optional'", "exit 2", false},
		{"exec:test 'timeout=5s' '=' 'timeout=5s'", "", true},
		{"exec: true", "", true},
		{"exec:./none", "not started: ./none: command not found", false},
		{"exec:sh -c 'yes | head -c 1000000; exit 2'", "exit 2: y", false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		expect(rows[i].target, rows[i].ready, false, rows[i].error);
	}
}

/* Neither one that hangs nor what a good one leaves in its group, nor what left the group, nor a
 * daemon. */
static void test_commands_leave_nothing_behind(void **state)
{
	static const struct {
		const char *command;
		bool ready;
	} rows[] = {
		{"exec:sh -c 'echo $$ >pid; exec sleep 1000'", false},
		{"exec:sh -c 'sleep 1000 & echo $! >pid'", true},
		{"exec:sh -c 'setsid sleep 1000 & echo $! >pid; wait'", false},
		{"exec:sh -c 'kill -STOP $PPID; echo $$ >pid; exec sleep 1000'", false},
		{"exec:sh -c '(setsid sh -c \"echo \\$\\$ >pid; exec sleep 1000\" &); "
		 "while [ ! -s pid ]; do sleep 0.01; done'",
		 true},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO_TARGET target = target_of(rows[i].command);
		struct attempt_result result = ask_for(target, 500 * US_PER_MS);
		FILE *file = fopen("pid", "r");
		long pid = 0;

		assert_int_equal(result.ready, rows[i].ready);
		assert_true(result.ready || str_starts(result.error, "did not end in time"));
		assert_non_null(file);
		assert_int_equal(fscanf(file, "%ld", &pid), 1);
		fclose(file);
		unlink("pid");
		/* killed, and perhaps not reaped by whoever adopted it */
		while (kill((pid_t)pid, 0) == 0) {
			AUTO_FREE char *path = mem_fmt("/proc/%ld/stat", pid);
			char text[256] = "", dead = 0;
			FILE *stat = fopen(path, "r");

			if (stat && fgets(text, sizeof(text), stat) && strrchr(text, ')')) {
				dead = strrchr(text, ')')[2];
			}
			if (stat) {
				fclose(stat);
			}
			if (dead == 'Z' || dead == 'X') {
				break;
			}
		}
	}
}

static void test_where_nothing_is(void **state)
{
	static const struct {
		const char *target, *nowhere, *error;
	} rows[] = {
		{"file:.", "for a path that does not exist", "no such file"},
		{"unix:/x", "for a path that does not exist", "no such file"},
		{"log:odd~x", "for a path that does not exist", "no such file"},
		{"pid:1", "for a process that does not exist", "no such process"},
		{"exec:true", "", ""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO_TARGET target = target_of(rows[i].target);
		struct target_checks checks;

		assert_true(target_check(target, LIMIT_US, &checks));
		assert_false(checks.nobody.ready);
		assert_string_equal(checks.nowhere, rows[i].nowhere);
		assert_string_equal(checks.nobody.error, rows[i].error);
	}
}

static int setup(void **state)
{
	(void)state;
	return !mkdtemp(folder) || chdir(folder) < 0;
}

static int teardown(void **state)
{
	(void)state;
	file_remove_tree(folder);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sockets),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_processes),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_a_log_grows),
		cmocka_unit_test(test_odd_logs),
		cmocka_unit_test(test_commands),
		cmocka_unit_test(test_commands_leave_nothing_behind),
		cmocka_unit_test(test_where_nothing_is),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
