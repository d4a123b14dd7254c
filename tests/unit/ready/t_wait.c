/* SPDX-License-Identifier: Apache-2.0 */
#include "ready/server.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"
#include "ready/wait.h"

#include <stdio.h>
#include <stdlib.h>

/*
 * Time stands still but for sleeping, which takes none: what the loop does is exact, however busy
 * the machine is. Attempts themselves wait in real time.
 */
static int64_t now_us;
static void (*on_sleep)(void);

static int64_t fake_now(void *payload)
{
	(void)payload;
	return now_us;
}

static void fake_sleep(void *payload, int64_t us)
{
	(void)payload;
	now_us += us;
	if (on_sleep) {
		on_sleep();
	}
}

static const struct clock fake_clock = {fake_now, fake_now, fake_sleep, NULL};

static int setup(void **state)
{
	(void)state;
	now_us = 1000 * US_PER_S;
	on_sleep = NULL;
	clock_set(&fake_clock);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	clock_set(NULL);
	return 0;
}

/* "START:PORT REST" */
static void add_target(struct target_list *list, const char *start, int port, const char *rest)
{
	AUTO_FREE char *text = mem_fmt("%s:%d%s", start, port, rest);
	struct err err = ERR_INIT;

	if (target_parse(text, VEC_PUSH(list), &err) < 0) {
		fail_msg("%s", err.msg);
	}
}

/* Waits for one target; the caller releases the record. */
static struct wait wait_for(const char *start, int port, const char *rest)
{
	CLEANUP(target_list_release) struct target_list targets = {0};
	struct wait_list waits = {0};
	struct wait wait;
	bool all_ready = false;

	add_target(&targets, start, port, rest);
	all_ready = wait_for_all(&targets, 60 * US_PER_S, NULL, NULL, &waits);
	assert_int_equal(waits.len, 1);
	assert_int_equal(all_ready, waits.items[0].ready);
	wait = waits.items[0];
	VEC_FREE(&waits);
	return wait;
}

static void test_refused_until_the_deadline(void **state)
{
	struct server server = {0};
	CLEANUP(wait_release) struct wait wait = {0};

	(void)state;
	server_bind(&server);
	wait = wait_for("tcp://127.0.0.1", server.port, " timeout=5s");
	close(server.listener);
	assert_false(wait.ready);
	assert_false(wait.cancelled);
	assert_string_equal(wait.probe, "tcp");
	assert_string_equal(wait.stage, "connect");
	assert_string_equal(wait.error, "connection refused");
	assert_int_equal(wait.limit_us, 5 * US_PER_S);
	assert_int_equal(wait.started_us, 1000 * US_PER_S);
	/* after 0, 0.1, 0.25, 0.475, 0.81, 1.32, 2.08, 3.08, 4.08 and, at the edge, 5 seconds */
	assert_int_equal(wait.attempts, 10);
	assert_int_equal(wait.duration_us, 5 * US_PER_S);
}

static void test_every_address_is_told(void **state)
{
	struct server server = {0};
	CLEANUP(wait_release) struct wait wait = {0};

	(void)state;
	server_bind(&server);
	wait = wait_for("tcp://localhost", server.port, " timeout=1ms");
	close(server.listener);
	assert_false(wait.ready);
	assert_true(wait.attempts == 2);
	/* one address needs no name */
	assert_true(strchr(wait.error, ',') ? strstr(wait.error, "127.0.0.1 refused") != NULL
					    : str_eq(wait.error, "connection refused"));
}

static void test_one_address_of_a_name_is_enough(void **state)
{
	static const struct step steps[] = {{.silent = true}};
	struct server server = {0};
	CLEANUP(wait_release) struct wait wait = {0};

	(void)state;
	server_start(&server, steps, ARRAY_LEN(steps));
	wait = wait_for("tcp://localhost", server.port, " timeout=1ms");
	server_stop(&server);
	assert_true(wait.ready);
}

static void test_no_such_name(void **state)
{
	CLEANUP(wait_release) struct wait tcp = wait_for("tcp://a..b", 1, " timeout=1ms");
	CLEANUP(wait_release) struct wait http = wait_for("http://a..b", 1, " timeout=1ms");

	(void)state;
	assert_false(tcp.ready);
	assert_string_equal(tcp.stage, "resolve");
	assert_true(str_starts(tcp.error, "name not "));
	assert_false(http.ready);
	assert_string_equal(http.stage, "resolve");
	assert_true(str_starts(http.error, "name not "));
}

#define HTTP(head)   "HTTP/1.1 " head "\r\n"
#define LENGTH(size) "Content-Length: " size "\r\n\r\n"
#define OK           HTTP("200 OK") LENGTH("2") "ok"
#define ELSEWHERE    HTTP("302 Found") "Location: http://127.0.0.1:1/\r\n\r\n"

static const struct step silent = {.silent = true};
static const struct step greets = {.greets = true, .answer = "220 hello\r\n"};
static const struct step hangs_up = {.answer = NULL};
static const struct step hangs_up_when_asked = {.answer = ""};
static const struct step resets = {.reset = true};
static const struct step ok = {.answer = OK};
static const struct step ok_kept = {.answer = OK, .holds = true};
static const struct step redirects = {.answer = ELSEWHERE};
static const struct step not_found = {.answer = HTTP("404 Not Found") LENGTH("0")};
static const struct step other_protocol = {.answer = "SSH-2.0-x\r\n"};
static const struct step dies = {.answer = HTTP("200 OK") LENGTH("9") "cut"};
static const struct step hangs = {.answer = HTTP("200 OK") LENGTH("9") "cut", .holds = true};
static const struct step streams = {
	.answer = HTTP("200 OK") "\r\n", .padding = 200000, .holds = true};
static const struct step streams_error = {
	.answer = HTTP("500 Oh") "\r\n", .padding = 200000, .holds = true};

struct meeting {
	const char *scheme, *words;
	const struct step *step;
	bool ready;
	const char *stage, *error, *comment;
};

/* One target, one server that treats every connection alike, one or two attempts. */
static void check_meeting(const struct meeting *row)
{
	AUTO_FREE char *start = mem_fmt("%s://127.0.0.1", row->scheme);
	AUTO_FREE char *rest = mem_fmt(" timeout=1ms%s", row->words);
	CLEANUP(wait_release) struct wait wait = {0};
	struct server server = {0};

	server_start(&server, row->step, 1);
	wait = wait_for(start, server.port, rest);
	server_stop(&server);
	if (wait.ready != row->ready || !str_eq(wait.stage, row->stage) ||
	    !str_eq(wait.error, row->error)) {
		fail_msg("%s: %s, %s, %s", row->comment, wait.ready ? "ready" : "not ready",
			 wait.stage, str_or(wait.error, "no error"));
	}
}

/* clang-format off */
static const struct meeting tcp_meetings[] = {
	{"tcp", "", &silent, true, "settle", NULL, "a server that waits to be asked"},
	{"tcp", "", &greets, true, "settle", NULL, "a server that speaks first"},
	{"tcp", "", &hangs_up, false, "settle", "connected, then closed at once",
	 "a proxy with nobody behind it"},
	{"tcp", "", &resets, false, "settle", "connected, then reset at once",
	 "the same with a reset"},
};

static const struct meeting http_meetings[] = {
	{"http", "", &ok, true, "response", NULL, "200"},
	{"http", "", &ok_kept, true, "response", NULL, "200, and the connection kept"},
	{"http", "", &redirects, true, "response", NULL, "a redirect is ready, and not followed"},
	{"http", " status=200", &redirects, false, "response", "HTTP 302 instead of 200",
	 "a redirect is not 200"},
	{"http", "", &not_found, false, "response", "HTTP 404", "no such page"},
	{"http", " status=404", &not_found, true, "response", NULL, "no such page, as asked for"},
	{"http", "", &silent, false, "response", "connected, but no answer", "accepts and hangs"},
	{"http", "", &hangs_up_when_asked, false, "response",
	 "connected, then closed without an answer", "hangs up"},
	{"http", "", &resets, false, "response", "connected, then reset", "hangs up with a reset"},
	{"http", "", &other_protocol, false, "response", "the answer is not HTTP",
	 "another protocol"},
	{"http", "", &dies, false, "response", "the answer is cut short",
	 "dies while it answers"},
	{"http", "", &hangs, false, "response", "HTTP 200, but the answer did not end",
	 "hangs while it answers"},
	{"http", "", &streams, true, "response", NULL, "an answer without end"},
	{"http", "", &streams_error, false, "response", "HTTP 500", "an error page without end"},
	{"https", "", &greets, false, "response", "no TLS connection", "no TLS there"},
};
/* clang-format on */

static void test_kinds_of_tcp_servers(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(tcp_meetings); i++) {
		check_meeting(&tcp_meetings[i]);
	}
}

static void test_kinds_of_http_servers(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(http_meetings); i++) {
		check_meeting(&http_meetings[i]);
	}
}

static void test_http_refused(void **state)
{
	struct server server = {0};
	CLEANUP(wait_release) struct wait wait = {0};

	(void)state;
	server_bind(&server);
	wait = wait_for("http://127.0.0.1", server.port, "/ timeout=1ms");
	close(server.listener);
	assert_false(wait.ready);
	assert_string_equal(wait.stage, "connect");
	assert_string_equal(wait.error, "connection refused");
}

static void test_the_last_reason_is_kept(void **state)
{
	static const struct step steps[] = {
		{.answer = HTTP("503 Wait") LENGTH("0")},
		{.answer = OK},
	};
	struct server server = {0};
	CLEANUP(wait_release) struct wait wait = {0};

	(void)state;
	server_start(&server, steps, ARRAY_LEN(steps));
	wait = wait_for("http://127.0.0.1", server.port, "/ timeout=10s");
	server_stop(&server);
	assert_true(wait.ready);
	assert_int_equal(wait.attempts, 2);
	assert_string_equal(wait.error, "HTTP 503");
	assert_int_equal(wait.duration_us, 100 * US_PER_MS);
}

static void test_the_furthest_stage_is_kept(void **state)
{
	static const struct step steps[] = {{0}};
	struct server server = {0};
	CLEANUP(wait_release) struct wait wait = {0};

	(void)state;
	server_start(&server, steps, ARRAY_LEN(steps));
	wait = wait_for("tcp://127.0.0.1", server.port, " timeout=150ms");
	assert_string_equal(wait.stage, "settle");
	assert_int_equal(wait.attempts, 3);
	server_stop(&server);
}

static void test_what_is_asked(void **state)
{
	static const struct step steps[] = {{.answer = OK}};
	struct server server = {0};
	CLEANUP(wait_release) struct wait wait = {0};

	(void)state;
	setenv("http_proxy", "http://127.0.0.1:1", 1);
	setenv("ALL_PROXY", "http://127.0.0.1:1", 1);
	server_start(&server, steps, ARRAY_LEN(steps));
	wait = wait_for("http://me:secret@127.0.0.1", server.port, "/health?x=1 timeout=1ms");
	server_stop(&server);
	unsetenv("http_proxy");
	unsetenv("ALL_PROXY");
	assert_true(wait.ready);
	assert_true(str_starts(server.request, "GET /health?x=1 HTTP/1.1\r\n"));
	assert_non_null(strstr(server.request, "\r\nAccept: */*\r\n"));
	assert_non_null(strstr(server.request, "\r\nAuthorization: Basic bWU6c2VjcmV0\r\n"));
	assert_null(strstr(wait.target, "secret"));
}

static struct server late;
static int sleeps_until_late;

static void listen_when_it_is_time(void)
{
	if (--sleeps_until_late == 0) {
		assert_int_equal(listen(late.listener, 16), 0);
	}
}

static void test_late_listener(void **state)
{
	CLEANUP(wait_release) struct wait wait = {0};

	(void)state;
	server_bind(&late);
	/* the first sleep is the one of no time before the first attempt, if there is one */
	sleeps_until_late = 4;
	on_sleep = listen_when_it_is_time;
	wait = wait_for("tcp://127.0.0.1", late.port, " timeout=60s");
	close(late.listener);
	assert_true(wait.ready);
	assert_int_equal(wait.attempts, 5);
	assert_string_equal(wait.error, "connection refused");
	/* 0.1 + 0.15 + 0.225 + 0.3375 s */
	assert_int_equal(wait.duration_us, 812500);
}

static void count_progress(const struct wait *wait, void *payload)
{
	size_t *seen = payload;

	/* told in the order in which they ended; the record is complete by then */
	assert_non_null(wait->stage);
	assert_int_equal(wait->ready, *seen == 0);
	(*seen)++;
}

static void test_several_targets(void **state)
{
	static const struct step steps[] = {{.silent = true}};
	CLEANUP(target_list_release) struct target_list targets = {0};
	CLEANUP(wait_list_release) struct wait_list waits = {0};
	struct server refused = {0}, quiet = {0};
	size_t seen = 0;

	(void)state;
	server_bind(&refused);
	server_start(&quiet, steps, ARRAY_LEN(steps));
	add_target(&targets, "tcp://127.0.0.1", refused.port, "");
	add_target(&targets, "tcp://127.0.0.1", quiet.port, " timeout=2s");
	add_target(&targets, "tcp://127.0.0.1", refused.port, " timeout=500ms");
	VEC_PUSH(&waits)->attempts = 77;
	assert_false(wait_for_all(&targets, 3 * US_PER_S, count_progress, &seen, &waits));
	server_stop(&quiet);
	close(refused.listener);
	assert_int_equal(seen, 3);
	assert_int_equal(waits.len, 4);
	assert_int_equal(waits.items[0].attempts, 77);
	assert_false(waits.items[1].ready);
	assert_int_equal(waits.items[1].duration_us, 3 * US_PER_S);
	assert_true(waits.items[2].ready);
	assert_int_equal(waits.items[2].attempts, 1);
	assert_int_equal(waits.items[2].duration_us, 0);
	assert_false(waits.items[3].ready);
	assert_int_equal(waits.items[3].duration_us, 500 * US_PER_MS);
}

static void test_endless_limits_do_not_overflow(void **state)
{
	static const struct step steps[] = {{.silent = true}};
	CLEANUP(target_list_release) struct target_list targets = {0};
	CLEANUP(wait_list_release) struct wait_list waits = {0};
	struct server server = {0};

	(void)state;
	server_start(&server, steps, ARRAY_LEN(steps));
	add_target(&targets, "tcp://127.0.0.1", server.port, "");
	assert_true(wait_for_all(&targets, INT64_MAX, NULL, NULL, &waits));
	server_stop(&server);
}

static void test_nothing_to_wait_for(void **state)
{
	CLEANUP(wait_list_release) struct wait_list waits = {0};
	struct target_list none = {0};

	(void)state;
	assert_true(wait_for_all(&none, US_PER_S, NULL, NULL, &waits));
	assert_int_equal(waits.len, 0);
}

#define T(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_refused_until_the_deadline),
		T(test_every_address_is_told),
		T(test_one_address_of_a_name_is_enough),
		T(test_no_such_name),
		T(test_kinds_of_tcp_servers),
		T(test_kinds_of_http_servers),
		T(test_http_refused),
		T(test_the_last_reason_is_kept),
		T(test_the_furthest_stage_is_kept),
		T(test_what_is_asked),
		T(test_late_listener),
		T(test_several_targets),
		T(test_endless_limits_do_not_overflow),
		T(test_nothing_to_wait_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
