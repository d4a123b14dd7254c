/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "base/mem.h"
#include "os/terminal.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

static void set(const char *name, const char *value)
{
	if (value) {
		setenv(name, value, 1);
	} else {
		unsetenv(name);
	}
}

static void test_pipe(void **state)
{
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	set("NO_COLOR", NULL);
	set("TERM", "xterm");
	assert_int_equal(terminal_width(ends[1]), 100);
	assert_false(terminal_colour(ends[1]));
	close(ends[0]);
	close(ends[1]);
	assert_int_equal(terminal_width(-1), 100);
}

static void test_terminal(void **state)
{
	static const struct {
		const char *no_color, *term;
		bool colour;
		const char *comment;
	} rows[] = {
		{NULL, "xterm", true, "nothing against it"},
		{"", "xterm", true, "an empty NO_COLOR is none"},
		{"0", "xterm", false, "any value of NO_COLOR"},
		{NULL, "dumb", false, "a dumb terminal"},
		{NULL, NULL, true, "TERM is unset"},
	};
	AUTO_CLOSE int master = posix_openpt(O_RDWR | O_NOCTTY);
	AUTO_CLOSE int slave = -1;
	struct winsize size = {.ws_col = 73, .ws_row = 10};

	(void)state;
	if (master < 0 || grantpt(master) < 0 || unlockpt(master) < 0) {
		skip();
	}
	slave = open(ptsname(master), O_RDWR | O_NOCTTY);
	assert_true(slave >= 0);
	assert_int_equal(terminal_width(slave), 100);
	assert_int_equal(ioctl(slave, TIOCSWINSZ, &size), 0);
	assert_int_equal(terminal_width(slave), 73);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		set("NO_COLOR", rows[i].no_color);
		set("TERM", rows[i].term);
		if (terminal_colour(slave) != rows[i].colour) {
			fail_msg("%s", rows[i].comment);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pipe),
		cmocka_unit_test(test_terminal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
