/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "base/mem.h"

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static void test_memory_is_zeroed(void **state)
{
	AUTO_FREE unsigned char *bytes = mem_array(100, 3);
	AUTO_FREE void *none = mem_alloc(0);

	(void)state;
	assert_non_null(none);
	for (size_t i = 0; i < 300; i++) {
		assert_int_equal(bytes[i], 0);
	}
}

static void test_resize_keeps_the_content(void **state)
{
	char *text = mem_str("four");

	(void)state;
	text = mem_resize(text, 1000, 4);
	assert_string_equal(text, "four");
	text = mem_resize(text, 0, 4);
	assert_non_null(text);
	cleanup_free(&text);
	assert_null(text);
}

static void test_copies(void **state)
{
	AUTO_FREE char *whole = mem_str("text");
	AUTO_FREE char *part = mem_strn("text", 2);
	AUTO_FREE char *shorter = mem_strn("text", 100);
	AUTO_FREE char *empty = mem_strn(NULL, 0);
	AUTO_FREE char *made = mem_fmt("%s %d", "part", 2);

	(void)state;
	assert_string_equal(whole, "text");
	assert_string_equal(part, "te");
	assert_string_equal(shorter, "text");
	assert_string_equal(empty, "");
	assert_string_equal(made, "part 2");
	assert_null(mem_str(NULL));
}

static void test_replace_may_copy_from_the_old_text(void **state)
{
	AUTO_FREE char *slot = NULL;

	(void)state;
	mem_replace(&slot, "first");
	assert_string_equal(slot, "first");
	mem_replace(&slot, slot + 2);
	assert_string_equal(slot, "rst");
	mem_replace(&slot, NULL);
	assert_null(slot);
}

static void test_take_empties_the_variable(void **state)
{
	AUTO_FREE char *text = mem_str("mine");
	AUTO_FREE char *other = TAKE(text);

	(void)state;
	assert_null(text);
	assert_string_equal(other, "mine");
}

static void test_close_closes_once(void **state)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	int same = fd;

	(void)state;
	assert_true(fd >= 0);
	cleanup_close(&fd);
	assert_int_equal(fd, -1);
	assert_int_equal(fcntl(same, F_GETFD), -1);
	cleanup_close(&fd);
}

/* Whether a child that asks for more memory than there can be gets an answer. */
static bool child_survives(void *(*ask)(void))
{
	const struct rlimit no_core = {0, 0};
	const struct sigaction usual = {.sa_handler = SIG_DFL};
	int status = 0;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		setrlimit(RLIMIT_CORE, &no_core);
		sigaction(SIGABRT, &usual, NULL);
		close(STDERR_FILENO);
		ask();
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* Read at run time, so that no compiler sees that the sizes are absurd. */
static volatile size_t huge = SIZE_MAX / 2 + 1;

static void *ask_resize(void)
{
	return mem_resize(NULL, huge, 2);
}

static void *ask_array(void)
{
	return mem_array(huge, 2);
}

static void test_a_size_that_overflows_ends_the_program(void **state)
{
	(void)state;
	assert_false(child_survives(ask_resize));
	assert_false(child_survives(ask_array));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_memory_is_zeroed),
		cmocka_unit_test(test_resize_keeps_the_content),
		cmocka_unit_test(test_copies),
		cmocka_unit_test(test_replace_may_copy_from_the_old_text),
		cmocka_unit_test(test_take_empties_the_variable),
		cmocka_unit_test(test_close_closes_once),
		cmocka_unit_test(test_a_size_that_overflows_ends_the_program),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
