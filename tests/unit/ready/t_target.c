/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"
#include "ready/probe.h"
#include "ready/wait.h"

#include <string.h>

static void cleanup_target(struct target **target)
{
	target_free(*target);
}

#define AUTO_TARGET CLEANUP(cleanup_target) struct target *

static void test_parts(void **state)
{
	static const struct {
		const char *text, *probe, *service, *shown;
		int64_t limit_us;
		int status;
	} rows[] = {
		{"tcp://127.0.0.1:5432", "tcp", "127.0.0.1:5432", "tcp://127.0.0.1:5432", 0, 0},
		{"tcp://db:1 timeout=30s", "tcp", "db:1", "tcp://db:1 timeout=30s", 30 * US_PER_S,
		 0},
		{"tcp://[::1]:65535", "tcp", "[::1]:65535", "tcp://[::1]:65535", 0, 0},
		{"TCP://db:1", "tcp", "db:1", "TCP://db:1", 0, 0},
		{"http://h", "http", "h:80", "http://h", 0, 0},
		{"https://h/x?y=1#z", "http", "h:443", "https://h/x?y=1#z", 0, 0},
		{"http://h?y=1", "http", "h:80", "http://h?y=1", 0, 0},
		{"http://[::1]/", "http", "[::1]:80", "http://[::1]/", 0, 0},
		{"tcp://h:1 timeout=0s", "tcp", "h:1", "tcp://h:1 timeout=0s", INT64_MAX, 0},
		{"http://h:8000/health status=204  timeout=1m30s ", "http", "h:8000",
		 "http://h:8000/health status=204  timeout=1m30s ", 90 * US_PER_S, 204},
		{"http://me:secret@h:1/x", "http", "h:1", "http://***@h:1/x", 0, 0},
		{"http://token@h/@vite/client", "http", "h:80", "http://***@h/@vite/client", 0, 0},
		{"http://me:se@cret@h/", "http", "h:80", "http://***@h/", 0, 0},
		{"http://h/@vite/client", "http", "h:80", "http://h/@vite/client", 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO_TARGET target = NULL;
		struct err err = ERR_INIT;

		if (target_parse(rows[i].text, &target, &err) < 0) {
			fail_msg("%s", err.msg);
		}
		assert_string_equal(target->scheme->probe_name, rows[i].probe);
		assert_string_equal(target->service, rows[i].service);
		assert_string_equal(target->text, rows[i].shown);
		assert_int_equal(target->limit_us, rows[i].limit_us);
		assert_int_equal(target->status, rows[i].status);
	}
}

static void test_the_url_keeps_its_secret(void **state)
{
	AUTO_TARGET target = NULL;
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(target_parse("http://me:secret@h:1/x status=200", &target, &err), 0);
	assert_string_equal(target->url, "http://me:secret@h:1/x");
	assert_string_equal(target->host, "h");
}

static void test_mistakes(void **state)
{
	static const struct {
		const char *text, *message;
	} rows[] = {
		{"", "a target is empty"},
		{"   ", "a target is empty"},
		{"tcp://h:1\n", "a target must not hold control characters"},
		{"localhost:80", "no scheme; write for example tcp://127.0.0.1:5432"},
		{"gopher://h:70", "unknown scheme \"gopher\"; known: tcp, http, https"},
		{"://h:70", "unknown scheme \"\"; known: tcp, http, https"},
		{"tcp://", "no usable host"},
		{"tcp://:80", "no usable host"},
		{"tcp://[]:80", "no usable host"},
		{"http:///health", "no usable host"},
		{"tcp://h", "no port; write tcp://h:PORT"},
		{"tcp://[::1]", "no port; write tcp://[HOST]:PORT"},
		{"tcp://h:", "port \"\" must be a number from 1 to 65535"},
		{"tcp://h:0", "port \"0\" must be a number from 1 to 65535"},
		{"tcp://h:65536", "port \"65536\" must be a number from 1 to 65535"},
		{"http://h:http/", "port \"http\" must be a number from 1 to 65535"},
		{"tcp://::1:80", "no usable host"},
		{"tcp://[::1:80", "host \"[::1:80\" has an open bracket"},
		{"tcp://[::1]80", "host \"[::1]80\" has an open bracket"},
		{"tcp://h:1/path", "\"/path\" behind the port is not for tcp"},
		{"tcp://u:p@h:1", "user and password are not for tcp"},
		{"tcp://h:1 status=200", "unknown word \"status=200\"; known for tcp: timeout="},
		{"http://h retries=3",
		 "unknown word \"retries=3\"; known for http: timeout=, status="},
		{"http://h timeout", "unknown word \"timeout\"; known for http: timeout=, status="},
		{"tcp://h:1 timeout=30",
		 "timeout= must be a duration such as 30s or 2m, not \"30\""},
		{"tcp://h:1 timeout=-1s",
		 "timeout= must be a duration such as 30s or 2m, not \"-1s\""},
		{"tcp://h:1 timeout=1s timeout=2s", "timeout= is there twice"},
		{"http://h status=ok", "status= must be a number from 100 to 599, not \"ok\""},
		{"http://h status=600", "status= must be a number from 100 to 599, not \"600\""},
		{"http://h status=", "status= must be a number from 100 to 599, not \"\""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO_TARGET target = NULL;
		struct err err = ERR_INIT;

		assert_int_equal(target_parse(rows[i].text, &target, &err), -1);
		assert_null(target);
		assert_int_equal(err.code, ERR_USAGE);
		if (!str_ends(err.msg, rows[i].message)) {
			fail_msg("\"%s\": %s", rows[i].text, err.msg);
		}
	}
}

static void test_errors_show_no_secret(void **state)
{
	static const char *const rows[] = {
		"http://me:secret@h:x/",        "postgres://me:secret@h/db",
		"http://me:pa/secret@h:80/",    "tcp://me:secret@h:1",
		"http://me:secret@h status=no",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO_TARGET target = NULL;
		struct err err = ERR_INIT;

		assert_int_equal(target_parse(rows[i], &target, &err), -1);
		assert_null(strstr(err.msg, "secret"));
		assert_non_null(strstr(err.msg, "***@h"));
	}
}

static void test_long_input_is_bounded(void **state)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(200000);
	AUTO_TARGET target = NULL;
	struct err err = ERR_INIT;

	(void)state;
	buf_str_add(&text, "tcp://");
	for (int i = 0; i < 100000; i++) {
		buf_char(&text, 'h');
	}
	assert_int_equal(target_parse(buf_str(&text), &target, &err), -1);
	buf_str_add(&text, ":1");
	assert_int_equal(target_parse(buf_str(&text), &target, &err), -1);
	assert_int_equal(err.code, ERR_USAGE);
	assert_true(strlen(err.msg) < sizeof(err.msg));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_the_url_keeps_its_secret),
		cmocka_unit_test(test_mistakes),
		cmocka_unit_test(test_errors_show_no_secret),
		cmocka_unit_test(test_long_input_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
