/* SPDX-License-Identifier: Apache-2.0 */
#include "ready/server.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"
#include "ready/check.h"
#include "ready/probe.h"

#define LIMIT_US (5 * US_PER_S)

#define OK        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
#define NOT_FOUND "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

static void check(const char *text, struct target_checks *out)
{
	struct target *target = NULL;
	struct err err = ERR_INIT;

	assert_int_equal(target_parse(text, &target, &err), 0);
	assert_true(target_check(target, LIMIT_US, out));
	target_free(target);
}

static void test_answers(void **state)
{
	static const struct step knows_paths[] = {{.answer = OK}, {.answer = NOT_FOUND}};
	static const struct step says_yes[] = {{.answer = OK}};
	static const struct step is_silent[] = {{.silent = true}};
	static const struct {
		const char *comment, *scheme, *rest;
		const struct step *steps;
		size_t count;
		bool ready, asks_path, any_path;
	} rows[] = {
		{"a port", "tcp", "", is_silent, 1, true, false, false},
		{"a path of its own", "http", "/health", knows_paths, 2, true, true, false},
		{"any path", "http", "/health?deep=1", says_yes, 1, true, true, true},
		{"no path asked for", "http", "", says_yes, 1, true, false, false},
		{"nor here", "http", "/", says_yes, 1, true, false, false},
		{"not ready", "http", "/health status=503", says_yes, 1, false, false, false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct server server = {0};
		struct target_checks checks;
		AUTO_FREE char *text = NULL;

		server_start(&server, rows[i].steps, rows[i].count);
		text = mem_fmt("%s://127.0.0.1:%d%s", rows[i].scheme, server.port, rows[i].rest);
		check(text, &checks);
		server_stop(&server);
		if (!checks.now.made || checks.now.ready != rows[i].ready || !checks.nobody.made ||
		    checks.nobody.ready || checks.no_path.made != rows[i].asks_path ||
		    checks.no_path.ready != rows[i].any_path) {
			fail_msg("%s: %s", rows[i].comment, checks.now.error);
		}
		if (rows[i].asks_path) {
			assert_non_null(strstr(server.request, "/steady_no_such_path_"));
			assert_null(strstr(server.request, "deep"));
		}
	}
}

static void test_nobody_there(void **state)
{
	static const char *const schemes[] = {"tcp", "http", "https"};
	struct server server = {0};

	(void)state;
	server_bind(&server);
	for (size_t i = 0; i < ARRAY_LEN(schemes); i++) {
		AUTO_FREE char *text = mem_fmt("%s://127.0.0.1:%d", schemes[i], server.port);
		struct target_checks checks;

		check(text, &checks);
		assert_false(checks.now.ready);
		assert_string_equal(checks.now.error, "connection refused");
		assert_false(checks.nobody.ready);
		assert_string_equal(checks.nobody.error, "connection refused");
		assert_false(checks.no_path.made);
	}
	close(server.listener);
}

static void say_ready(const struct target *target, const struct limits *limits,
		      struct attempt_result *out)
{
	(void)target;
	(void)limits;
	out->ready = true;
}

/* A probe that is content with nothing is found out. */
static void test_a_probe_that_cannot_fail(void **state)
{
	struct target *target = NULL;
	struct scheme scheme;
	struct target_checks checks;
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(target_parse("tcp://127.0.0.1:1", &target, &err), 0);
	scheme = *target->scheme;
	scheme.probe = say_ready;
	target->scheme = &scheme;
	assert_true(target_check(target, LIMIT_US, &checks));
	assert_true(checks.nobody.made);
	assert_true(checks.nobody.ready);
	target_free(target);
}

/* A port that is open says little; what speaks there tells more. */
static void test_protocols(void **state)
{
	static const struct {
		const char *comment, *answer;
		const char *protocol;
		bool ready;
		const char *error;
	} rows[] = {
		{"loading", "-LOADING Redis is loading the dataset in memory\r\n", "redis", false,
		 "LOADING Redis is loading the dataset in memory"},
		{"up", "+PONG\r\n", "redis", true, ""},
		{"a proxy with nobody behind",
		 "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n", "http", false,
		 "HTTP 502"},
		{"something else", "SSH-2.0-x\r\n", NULL, false, NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct step opens = {.silent = true};
		const struct step says = {.answer = rows[i].answer,
					  .len = strlen(rows[i].answer),
					  .any_request = true};
		const struct step steps[] = {opens, says, says, says, says, says};
		struct server server = {0};
		struct target_checks checks;
		AUTO_FREE char *text = NULL;

		server_start(&server, steps, ARRAY_LEN(steps));
		text = mem_fmt("tcp://127.0.0.1:%d", server.port);
		check(text, &checks);
		server_stop(&server);
		if (!str_eq(checks.protocol, rows[i].protocol) ||
		    checks.by_protocol.ready != rows[i].ready ||
		    (rows[i].protocol && !str_eq(checks.by_protocol.error, rows[i].error))) {
			fail_msg("%s: %s, %s", rows[i].comment, str_or(checks.protocol, "nothing"),
				 checks.by_protocol.error);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_protocols),
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_nobody_there),
		cmocka_unit_test(test_a_probe_that_cannot_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
