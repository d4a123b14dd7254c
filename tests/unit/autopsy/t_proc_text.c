/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "autopsy/locks.h"
#include "autopsy/proc_text.h"
#include "base/mem.h"

#include <signal.h>
#include <string.h>

#define REST \
	" S 7 40 16063 34816 41 4194304 134 0 1 0 12 30 0 0 20 0 3 0 69632 2990080 407 " \
	"18446744073709"

static void test_stat_with_hostile_names(void **state)
{
	static const struct {
		const char *text, *comm;
	} rows[] = {
		{"41 (sleep)" REST, "sleep"},       {"41 ()" REST, ""},
		{"41 (a) S 1 2)" REST, "a) S 1 2"}, {"41 (x\n(y) Z)" REST, "x\n(y) Z"},
		{"41 (\x1b[31m)" REST, "\x1b[31m"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct stat_fact stat;

		assert_true(proc_text_stat(rows[i].text, &stat));
		assert_string_equal(stat.comm, rows[i].comm);
		assert_int_equal(stat.pid, 41);
		assert_int_equal(stat.ppid, 7);
		assert_int_equal(stat.group, 40);
		assert_int_equal(stat.terminal, 34816);
		assert_int_equal(stat.foreground, 41);
		assert_int_equal(stat.state, 'S');
		assert_int_equal(stat.ticks, 42);
		assert_int_equal(stat.threads, 3);
		assert_int_equal(stat.start, 69632);
	}
}

/* A process that vanishes leaves any prefix of its text. */
static void test_every_cut_of_a_stat_is_refused(void **state)
{
	static const char whole[] = "41 (sh) S 7 40 3 0 -1 4 134 0 1 0 12 30 0 0 20 0 3 0 6";

	(void)state;
	for (size_t len = 0; len < sizeof(whole) - 1; len++) {
		AUTO_FREE char *text = mem_strn(whole, len);
		struct stat_fact stat;

		assert_false(proc_text_stat(text, &stat));
	}
}

static void test_not_a_stat(void **state)
{
	static const char *const rows[] = {
		"", "x", "41", ")41(", "41 sh S 1", "-1 (sh)" REST, "41x(sh)" REST, "41 (sh)S" REST,
	};
	struct stat_fact stat;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_false(proc_text_stat(rows[i], &stat));
	}
}

static void test_schedstat(void **state)
{
	uint64_t cpu = 0, delay = 0;

	(void)state;
	assert_true(proc_text_schedstat("917950 33 2\n", &cpu, &delay));
	assert_int_equal(cpu, 917950);
	assert_int_equal(delay, 33);
	assert_false(proc_text_schedstat("", &cpu, &delay));
	assert_false(proc_text_schedstat("12", &cpu, &delay));
	assert_false(proc_text_schedstat("x y z", &cpu, &delay));
}

static void test_call(void **state)
{
	struct call call;

	(void)state;
	assert_true(proc_text_call("202 0x7f01 0x80 0x2 0x0 0x0 0x5 0x7f57 0x7f53\n", &call));
	assert_int_equal(call.state, CALL_BLOCKED);
	assert_int_equal(call.number, 202);
	assert_int_equal(call.args[0], 0x7f01);
	assert_int_equal(call.args[5], 5);
	assert_int_equal(call.sp, 0x7f57);
	assert_int_equal(call.pc, 0x7f53);
	assert_true(proc_text_call("running\n", &call));
	assert_int_equal(call.state, CALL_RUNNING);
	assert_true(proc_text_call("-1 0x7ffd 0x7f01\n", &call));
	assert_int_equal(call.state, CALL_NO_CALL);
	assert_false(proc_text_call("", &call));
	assert_false(proc_text_call("202 0x7f01 0x80", &call));
}

static void test_link(void **state)
{
	static const struct {
		const char *text;
		enum fd_kind kind;
		uint64_t inode;
		const char *path;
	} rows[] = {
		{"socket:[77264]", FD_SOCKET, 77264, NULL},
		{"pipe:[12]", FD_PIPE, 12, NULL},
		{"anon_inode:[eventpoll]", FD_ANON, 0, "[eventpoll]"},
		{"anon_inode:inotify", FD_ANON, 0, "inotify"},
		{"/dev/null", FD_FILE, 0, "/dev/null"},
		{"/tmp/socket:[12]", FD_FILE, 0, "/tmp/socket:[12]"},
		{"socket:[12] (deleted)", FD_FILE, 12, "socket:[12] (deleted)"},
		{"pipe:[x]", FD_FILE, 0, "pipe:[x]"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(fd_link_release) struct fd_link link;

		proc_text_link(rows[i].text, &link);
		assert_int_equal(link.kind, rows[i].kind);
		if (rows[i].path) {
			assert_string_equal(link.path, rows[i].path);
		} else {
			assert_null(link.path);
			assert_int_equal(link.inode, rows[i].inode);
		}
	}
}

static void test_status(void **state)
{
	struct status_fact status;

	(void)state;
	assert_true(proc_text_status("Name:\ta\\nUid:\t7\nTracerPid:\t12\nUid:\t1000\t1001\t1\t1\n"
				     "SigCgt:\t0000000000000024\n",
				     &status));
	assert_int_equal(status.uid, 1001);
	assert_int_equal(status.tracer, 12);
	assert_true(status.caught >> (SIGABRT - 1) & 1);
	assert_true(status.caught >> (SIGQUIT - 1) & 1);
	assert_false(proc_text_status("", &status));
	assert_false(proc_text_status("Uid:\t1", &status));
}

static void test_fdinfo(void **state)
{
	static const char text[] = "pos:\t0\nflags:\t02\n"
				   "tfd:        5 events:       19 data:                5\n"
				   "tfd:       17 events:       19 data:               11\n";
	int fds[2] = {0};

	(void)state;
	assert_int_equal(proc_text_fdinfo(text, "tfd", fds, 2), 2);
	assert_int_equal(fds[0], 5);
	assert_int_equal(fds[1], 17);
	assert_int_equal(proc_text_fdinfo(text, "tfd", fds, 1), 1);
	assert_int_equal(proc_text_fdinfo(text, "Pid", fds, 2), 0);
}

static void test_command(void **state)
{
	CLEANUP(buf_release) struct buf command = BUF_INIT(8);

	(void)state;
	proc_text_command("sh\0-c\0a long one\0", 17, &command);
	assert_string_equal(buf_str(&command), "sh -c a ");
	buf_clear(&command);
	proc_text_command("\0\0", 2, &command);
	assert_string_equal(buf_str(&command), "");
}

static void test_locks(void **state)
{
	static const char text[] = "1: FLOCK  ADVISORY  WRITE 29840 fe:00:10953058 0 EOF\n"
				   "1: -> FLOCK  ADVISORY  WRITE 29841 fe:00:10953058 0 EOF\n"
				   "1: -> FLOCK  ADVISORY  READ  29842 fe:00:10953058 0 EOF\n"
				   "2: OFDLCK ADVISORY  WRITE -1 fe:00:408224 0 EOF\n"
				   "2: -> POSIX  ADVISORY  WRITE 29843 fe:00:408224 0 EOF\n"
				   "nonsense\n3: POSIX";
	CLEANUP(cleanup_free) struct lock_fact *items = NULL;
	struct lock_list locks = {0};

	(void)state;
	locks_parse(text, &locks);
	items = locks.items;
	assert_int_equal(locks.len, 3);
	assert_int_equal(locks_find(&locks, 29841)->holder, 29840);
	assert_int_equal(locks_find(&locks, 29842)->holder, 29840);
	assert_int_equal(locks_find(&locks, 29843)->holder, -1);
	assert_null(locks_find(&locks, 29840));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stat_with_hostile_names),
		cmocka_unit_test(test_every_cut_of_a_stat_is_refused),
		cmocka_unit_test(test_not_a_stat),
		cmocka_unit_test(test_schedstat),
		cmocka_unit_test(test_call),
		cmocka_unit_test(test_link),
		cmocka_unit_test(test_status),
		cmocka_unit_test(test_fdinfo),
		cmocka_unit_test(test_command),
		cmocka_unit_test(test_locks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
