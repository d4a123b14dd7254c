/* SPDX-License-Identifier: Apache-2.0 */
#include "folder.h"

#include "os/process.h"

#include "base/str.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

static char list[64]; /* names a file that holds a number */

static pid_t read_protected(void)
{
	FILE *file = fopen(list, "r");
	int pid = 0;

	if (file && fscanf(file, "%d", &pid) != 1) {
		pid = 0;
	}
	if (file) {
		fclose(file);
	}
	return pid;
}

/* In the place of the C library's, in the guardian too: that process is another user's. */
int kill(pid_t pid, int sig)
{
	if (sig == SIGKILL && pid > 0 && pid == read_protected()) {
		errno = EPERM;
		return -1;
	}
	return (int)syscall(SYS_kill, pid, sig);
}

/* Of two that were left one could not be ended: that is told of this one alone. */
static void test_unended(void **state)
{
	char sh[] = "sh", flag[] = "-c";
	char script[] =
		"setsid sh -c 'echo $$ >mine; exec sleep 1001' & "
		"setsid sh -c 'echo $$ >protected; exec sleep 1002' & "
		"while [ ! -s mine ] || [ ! -s protected ] || [ \"$(cat /proc/$(cat mine)/comm "
		"/proc/$(cat protected)/comm)\" != \"$(printf 'sleep\\nsleep')\" ]; "
		"do sleep 0.01; done";
	char *argv[] = {sh, flag, script, NULL};
	const struct process_spec spec = {.argv = argv, .soft_signal = SIGTERM, .tail_max = 64};
	CLEANUP(process_end_release) struct process_end end = {0};
	struct err err = ERR_INIT;
	pid_t pid = 0;

	snprintf(list, sizeof(list), "%s/protected", (const char *)*state);
	assert_int_equal(process_run(&spec, &end, &err), 0);
	pid = read_protected();
	assert_true(pid > 1);
	assert_int_equal(syscall(SYS_kill, pid, SIGKILL), 0);
	assert_int_equal(end.alive, 1);
	assert_int_equal(end.left.len, 2);
	VEC_EACH (const struct process_left, left, &end.left) {
		assert_int_equal(left->unended, str_ends(left->info.command, "1002"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_unended, folder_enter, folder_leave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
