/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"
#include "target.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"
#include "ready/probe.h"
#include "ready/wait.h"

#include <stdlib.h>

#include <string.h>

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
		{"http://h/ request-header='X: a b' request-header=Y:${T_NONE:-x} optional", "http",
		 "h:80", "http://h/ request-header='X:*** request-header=Y:*** optional", 0, 0},
		{"http://me:se@cret@h/", "http", "h:80", "http://***@h/", 0, 0},
		{"http://h/@vite/client", "http", "h:80", "http://h/@vite/client", 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO_TARGET target = target_of(rows[i].text);

		assert_string_equal(target->scheme->probe_name, rows[i].probe);
		assert_string_equal(target->service, rows[i].service);
		assert_string_equal(target->text, rows[i].shown);
		assert_int_equal(target->limit_us, rows[i].limit_us);
		assert_int_equal(target->http.status, rows[i].status);
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

#define COMMON_WORDS \
	"timeout=, attempt-timeout=, interval=, successes=, stable-for=, optional, fail-fast"

#define SCHEMES \
	"tcp, http, https, postgres, postgresql, mysql, mariadb, redis, amqp, " \
	"unix, file, log, pid, dns, exec"

#define HTTP_WORDS ", status=, method=, request-header=, header=, body~=, json=, insecure, ca="

static void test_words(void **state)
{
	AUTO_TARGET plain = NULL;
	AUTO_TARGET full = NULL;
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(target_parse("tcp://h:1", &plain, &err), 0);
	assert_false(plain->invert || plain->optional || plain->fail_fast);
	assert_int_equal(target_parse("tcp://h:1 successes=3 stable-for=2s attempt-timeout=10s "
				      "interval=1s invert optional fail-fast",
				      &full, &err),
			 0);
	assert_int_equal(full->successes, 3);
	assert_int_equal(full->stable_us, 2 * US_PER_S);
	assert_int_equal(full->attempt_us, 10 * US_PER_S);
	assert_int_equal(full->interval_us, US_PER_S);
	assert_true(full->invert && full->optional && full->fail_fast);
}

static void test_other_kinds(void **state)
{
	static const struct {
		const char *text, *probe, *service, *shown;
	} rows[] = {
		{"unix:/run/x.sock", "unix", "/run/x.sock", "unix:/run/x.sock"},
		{"file:'a b' size=stable", "file", "a b", "file:'a b' size=stable"},
		{"log:a~b~c count=2", "log", "a", "log:a~b~c count=2"},
		{"pid:17", "pid", "pid 17", "pid:17"},
		{"dns:db", "dns", "db", "dns:db"},
		{"exec:psql 'postgres://me:secret@h/x' -c \"select 1\" timeout=5s", "exec",
		 "exec:psql 'postgres://***@h/x' -c \"select 1\"",
		 "exec:psql 'postgres://***@h/x' -c \"select 1\" timeout=5s"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO_TARGET target = target_of(rows[i].text);

		assert_string_equal(target->scheme->probe_name, rows[i].probe);
		assert_string_equal(target->service, rows[i].service);
		assert_string_equal(target->text, rows[i].shown);
	}
}

static void test_variables(void **state)
{
	static const struct {
		const char *text, *url, *shown;
		int64_t limit_us;
	} rows[] = {
		{"tcp://${T_HOST}:${T_PORT}", "tcp://db:5432", "tcp://${T_HOST}:${T_PORT}", 0},
		{"tcp://${T_NONE:-h}:${T_EMPTY:-1}", "tcp://h:1",
		 "tcp://${T_NONE:-h}:${T_EMPTY:-1}", 0},
		{"http://h/${T_EMPTY}x timeout=${T_TIME}", "http://h/x",
		 "http://h/${T_EMPTY}x timeout=${T_TIME}", 5 * US_PER_S},
		{"http://me:${T_SECRET}@h/", "http://me:hidden@h/", "http://***@h/", 0},
		{"http://h/'${T_HOST}'\"${T_HOST} x\"", "http://h/${T_HOST}db x",
		 "http://h/'${T_HOST}'\"${T_HOST} x\"", 0},
		/* a value never becomes words */
		{"http://h/${T_WORDS}", "http://h/a timeout=1s", "http://h/${T_WORDS}", 0},
		{"http://h/$T_HOST$", "http://h/$T_HOST$", "http://h/$T_HOST$", 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO_TARGET target = target_of(rows[i].text);

		assert_string_equal(target->url, rows[i].url);
		assert_string_equal(target->text, rows[i].shown);
		assert_int_equal(target->limit_us, rows[i].limit_us);
	}
}

static void test_mistakes(void **state)
{
	static const struct {
		const char *text, *message;
	} rows[] = {
		{"", "a target is empty"},
		{"   ", "a target is empty"},
		{"tcp://h:1\n", "a variable holds control characters"},
		{"localhost:80", "no scheme; write for example tcp://127.0.0.1:5432"},
		{"gopher://h:70", "unknown scheme \"gopher\"; known: " SCHEMES},
		{"://h:70", "unknown scheme \"\"; known: " SCHEMES},
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
		{"tcp://h:1 status=200",
		 "unknown word \"status=200\"; known for tcp: " COMMON_WORDS ", invert"},
		{"http://h retries=3",
		 "unknown word \"retries=3\"; known for http: " COMMON_WORDS ", invert" HTTP_WORDS},
		{"http://h timeout",
		 "unknown word \"timeout\"; known for http: " COMMON_WORDS ", invert" HTTP_WORDS},
		{"tcp://h:1 timeout=30",
		 "timeout= must be a duration such as 30s or 2m, not \"30\""},
		{"tcp://h:1 timeout=-1s",
		 "timeout= must be a duration such as 30s or 2m, not \"-1s\""},
		{"tcp://h:1 timeout=1s timeout=2s", "timeout= is there twice"},
		{"tcp:h:1", "write tcp://HOST:PORT"},
		{"http:h", "write http://HOST"},
		{"unix:", "no path; write unix:PATH"},
		{"file:", "no path; write file:PATH"},
		{"file:a size=big", "size= must be \"stable\", not \"big\""},
		{"log:a", "write log:FILE~REGEX"},
		{"log:~x", "write log:FILE~REGEX"},
		{"log:a~", "write log:FILE~REGEX"},
		{"log:a~x invert",
		 "unknown word \"invert\"; known for log: " COMMON_WORDS ", count="},
		{"pid:0", "\"0\" is no process id"},
		{"pid:x", "\"x\" is no process id"},
		{"dns:", "write dns:NAME"},
		{"dns:a:1", "write dns:NAME"},
		{"exec:", "no command; write exec:COMMAND ARG…"},
		{"exec: timeout=5s", "no command; write exec:COMMAND ARG…"},
		{"tcp://h:1 successes=0", "successes= must be a number from 1 to 1000, not \"0\""},
		{"tcp://h:1 stable-for=0s", "stable-for= must be a duration up to 1d, not \"0s\""},
		{"tcp://h:1 interval=1ms",
		 "interval= must be a duration from 10ms to 1h, not \"1ms\""},
		{"tcp://h:1 attempt-timeout=2h",
		 "attempt-timeout= must be a duration up to 1h, not \"2h\""},
		{"tcp://h:1 optional=yes",
		 "unknown word \"optional=yes\"; known for tcp: " COMMON_WORDS ", invert"},
		{"tcp://h:1 optional optional", "optional is there twice"},
		{"tcp://h:1 'optional'",
		 "unknown word \"'optional'\"; known for tcp: " COMMON_WORDS ", invert"},
		{"tcp://h:${T_NONE}",
		 "the variable T_NONE is not set; ${T_NONE:-DEFAULT} has a default"},
		{"tcp://h:${T_PORT", "\"${\" without its \"}\""},
		{"tcp://h:${}", "\"${\" is no variable; write ${NAME} or ${NAME:-DEFAULT}"},
		{"tcp://h:${1}", "\"${1\" is no variable; write ${NAME} or ${NAME:-DEFAULT}"},
		{"tcp://h:${T_PORT:+1}",
		 "\"${T_PORT\" is no variable; write ${NAME} or ${NAME:-DEFAULT}"},
		{"http://h/${T_LINES}", "a variable holds control characters"},
		{"http://h/'x", "a ' is never closed"},
		{"http://h status=ok", "status= must be a number from 100 to 599, not \"ok\""},
		{"http://h status=600", "status= must be a number from 100 to 599, not \"600\""},
		{"http://h method=get", "method= must be a method such as HEAD, not \"get\""},
		{"http://h header=X", "header= must be NAME:VALUE, not \"X\""},
		{"http://h request-header=X", "request-header= must be NAME:VALUE, not \"***\""},
		{"http://h request-header='a b:c'",
		 "request-header= must be NAME:VALUE, not \"***\""},
		{"http://h body~=(", "body~= must be a regular expression, not \"(\""},
		{"http://h json=a==b", "json= must be .PATH or .PATH==VALUE, not \"a==b\""},
		{"http://h header=X:1 header=X:2", "header= is there twice"},
		{"http://h ca=", "ca= must be the path of a file, not \"\""},
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
		"http://me:secret@h:x/",
		"gopher://me:secret@h/db",
		"http://me:pa/secret@h:80/",
		"tcp://me:secret@h:1",
		"http://me:secret@h status=no",
		"tcp://me:pa/secret@h:1",
		"http://me:secret/x@h/",
		"http://me:${T_SECRET:secret}@h/",
		"tcp://${T_SECRET}/x@h:1",
		"http://***@h 'request-header=Authorization: secret'",
		"http://***@h request-header=\"secret x: secret\"",
		"http://***@h request-header='Authorization: secret secret' x",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO_TARGET target = NULL;
		struct err err = ERR_INIT;

		assert_int_equal(target_parse(rows[i], &target, &err), -1);
		assert_null(strstr(err.msg, "secret"));
		assert_null(strstr(err.msg, "hidden"));
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

static int setup(void **state)
{
	(void)state;
	unsetenv("T_NONE");
	return setenv("T_HOST", "db", 1) || setenv("T_PORT", "5432", 1) ||
	       setenv("T_EMPTY", "", 1) || setenv("T_TIME", "5s", 1) ||
	       setenv("T_SECRET", "hidden", 1) || setenv("T_WORDS", "a timeout=1s", 1) ||
	       setenv("T_LINES", "a\nb", 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_the_url_keeps_its_secret),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_other_kinds),
		cmocka_unit_test(test_variables),
		cmocka_unit_test(test_mistakes),
		cmocka_unit_test(test_errors_show_no_secret),
		cmocka_unit_test(test_long_input_is_bounded),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
