/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "os/outlet.h"

#include "base/mem.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { READ, WRITE };

static char block[1 << 20];

static void open_pipe(int ends[2])
{
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
}

static void open_sockets(int ends[2])
{
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
}

/* What a descriptor becomes; `shared` stands for a pipe that cannot be opened anew. */
static const struct {
	const char *comment;
	void (*open)(int ends[2]);
	bool shared;
	int kind;
} rows[] = {
	{"pipe", open_pipe, false, OUTLET_OWN},
	{"socket", open_sockets, false, OUTLET_SOCKET},
	{"shared pipe", open_pipe, true, OUTLET_SHARED},
};

/* Nobody reads a megabyte: the call comes back, and goes on where it stopped. */
static void test_never_waits(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct outlet outlet;
		char data[512];
		size_t done = 0;
		int ends[2];

		rows[i].open(ends);
		outlet_open(&outlet, ends[WRITE]);
		if (rows[i].shared) {
			outlet_close(&outlet);
			outlet = (struct outlet){.fd = ends[WRITE], .kind = OUTLET_SHARED};
		}
		assert_int_equal(outlet.kind, rows[i].kind);
		done = outlet_write(&outlet, block, sizeof(block));
		if (done == 0 || done == sizeof(block) || outlet.gone) {
			fail_msg("%s: %zu bytes", rows[i].comment, done);
		}
		assert_int_equal(outlet_write(&outlet, block, 1), 0);
		for (size_t left = done; left > 0;) {
			ssize_t n = read(ends[READ], data, sizeof(data));

			assert_true(n > 0);
			left -= (size_t)n;
		}
		assert_int_equal(outlet_write(&outlet, "x", 1), 1);
		assert_false(fcntl(ends[WRITE], F_GETFL) & O_NONBLOCK);

		close(ends[READ]);
		assert_int_equal(outlet_write(&outlet, block, sizeof(block)), sizeof(block));
		assert_true(outlet.gone);
		outlet_close(&outlet);
		close(ends[WRITE]);
	}
}

/* A file is written at the place where its description is, not at a new one's. */
static void test_file(void **state)
{
	FILE *file = tmpfile();
	struct outlet outlet;
	char text[16] = "";

	(void)state;
	assert_non_null(file);
	assert_int_equal(write(fileno(file), "ab", 2), 2);
	outlet_open(&outlet, fileno(file));
	assert_int_equal(outlet.kind, OUTLET_FILE);
	assert_int_equal(outlet_write(&outlet, "cd", 2), 2);
	outlet_close(&outlet);
	assert_int_equal(pread(fileno(file), text, sizeof(text), 0), 4);
	assert_string_equal(text, "abcd");
	fclose(file);
}

static void test_closed_stream(void **state)
{
	struct outlet outlet;

	(void)state;
	outlet_open(&outlet, -1);
	assert_true(outlet.gone);
	assert_int_equal(outlet_write(&outlet, "x", 1), 1);
	outlet_close(&outlet);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_never_waits),
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_closed_stream),
	};
	struct sigaction ignore = {.sa_handler = SIG_IGN};

	sigaction(SIGPIPE, &ignore, NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
