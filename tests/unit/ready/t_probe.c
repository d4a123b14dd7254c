/* SPDX-License-Identifier: Apache-2.0 */
#include "ready/server.h"
#include "target.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"
#include "ready/probe.h"
#include "ready/wait.h"

#include <stdlib.h>

#define LIMIT_US (20 * US_PER_S) /* no attempt comes near it */
#define HANG_US  (1 * US_PER_S)  /* these do */

#define HTTP(head)   "HTTP/1.1 " head "\r\n"
#define LENGTH(size) "Content-Length: " size "\r\n\r\n"
#define OK           HTTP("200 OK") LENGTH("2") "ok"
#define ELSEWHERE    HTTP("302 Found") "Location: http://127.0.0.1:1/\r\n\r\n"

static const struct step silent = {.silent = true};
static const struct step greets = {.greets = true, .answer = "220 hello\r\n"};
static const struct step hangs_up = {.answer = NULL};
static const struct step hangs_up_when_asked = {.answer = ""};
static const struct step resets = {.reset = true};
static const struct step resets_when_asked = {.answer = "", .reset = true};
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

#define HEALTH \
	"{\"ok\":true,\"off\":false,\"n\":3,\"nothing\":null,\"checks\":{\"database\":\"ok\"}," \
	"\"list\":[{\"name\":\"a\"},{\"name\":\"b c\"}]}"
static const struct step health = {
	.answer = HTTP("200 OK") "X-State:  warm up \r\nConnection: close\r\n\r\n" HEALTH};
static const struct step lines = {
	.answer = HTTP("200 OK") "Connection: close\r\n\r\nline\n\xff ready\n"};
static const struct step too_long = {
	.answer = HTTP("200 OK") "\r\n{\"a\":\"", .padding = 3000000, .holds = true};

struct meeting {
	const char *scheme, *words;
	const struct step *step;
	bool ready;
	enum wait_stage stage;
	const char *error, *comment;
};

/* One attempt. */
static struct attempt_result probe_for(int64_t limit_us, const char *start, int port,
				       const char *rest)
{
	AUTO_FREE char *text = mem_fmt("%s:%d%s", start, port, rest);
	const struct limits limits = {clock_mono_us() + limit_us, -1};
	struct attempt_result result = {.stage = STAGE_RESOLVE};
	AUTO_TARGET target = target_of(text);

	target->scheme->probe(target, &limits, &result);
	return result;
}

static struct attempt_result probe(const char *start, int port, const char *rest)
{
	return probe_for(LIMIT_US, start, port, rest);
}

static void check_meeting(const struct meeting *row, int64_t limit_us)
{
	AUTO_FREE char *start = mem_fmt("%s://127.0.0.1", row->scheme);
	struct attempt_result result;
	struct server server = {0};

	server_start(&server, row->step, 1);
	result = probe_for(limit_us, start, server.port, row->words);
	server_stop(&server);
	if (result.ready != row->ready || result.stage != row->stage ||
	    !str_eq(result.error, row->error)) {
		fail_msg("%s: %s, %s, \"%s\"", row->comment, result.ready ? "ready" : "not ready",
			 wait_stage_name(result.stage), result.error);
	}
}

/* clang-format off */
static const struct meeting tcp_meetings[] = {
	{"tcp", "", &silent, true, STAGE_SETTLE, "", "a server that waits to be asked"},
	{"tcp", "", &greets, true, STAGE_SETTLE, "", "a server that speaks first"},
	{"tcp", "", &hangs_up, false, STAGE_SETTLE, "connected, then closed at once",
	 "a proxy with nobody behind it"},
	{"tcp", "", &resets, false, STAGE_SETTLE, "connected, then reset at once",
	 "the same with a reset"},
};

static const struct meeting http_meetings[] = {
	{"http", "", &ok, true, STAGE_APPLICATION, "", "200"},
	{"http", "", &ok_kept, true, STAGE_APPLICATION, "", "200, and the connection kept"},
	{"http", "", &redirects, true, STAGE_APPLICATION, "", "a redirect is ready, and not followed"},
	{"http", " status=200", &redirects, false, STAGE_APPLICATION, "HTTP 302 instead of 200",
	 "a redirect is not 200"},
	{"http", "", &not_found, false, STAGE_APPLICATION, "HTTP 404", "no such page"},
	{"http", " status=404", &not_found, true, STAGE_APPLICATION, "",
	 "no such page, as asked for"},
	{"http", "", &hangs_up_when_asked, false, STAGE_PROTOCOL,
	 "connected, then closed without an answer", "hangs up"},
	{"http", "", &resets_when_asked, false, STAGE_PROTOCOL, "connected, then reset",
	 "hangs up with a reset"},
	{"http", "", &other_protocol, false, STAGE_PROTOCOL, "the answer is not HTTP",
	 "another protocol"},
	{"http", "", &dies, false, STAGE_PROTOCOL, "the answer is cut short",
	 "dies while it answers"},
	{"http", "", &streams, true, STAGE_APPLICATION, "", "an answer without end"},
	{"http", "", &streams_error, false, STAGE_APPLICATION, "HTTP 500",
	 "an error page without end"},
	{"https", "", &greets, false, STAGE_PROTOCOL, "no TLS connection", "no TLS there"},
};

#define OTHER_ROWS(words, error) \
	{"http", words, &health, false, STAGE_APPLICATION, error, words}
#define OK_ROWS(words) {"http", words, &health, true, STAGE_APPLICATION, "", words}

static const struct meeting asking_meetings[] = {
	OK_ROWS("/ json=.checks.database==ok"),
	OK_ROWS("/ json=.list[1].name=='b c'"),
	OK_ROWS("/ json=.n==3"),
	OK_ROWS("/ json=.ok==true"),
	OK_ROWS("/ json=.ok"),
	OK_ROWS("/ json=.checks"),
	OK_ROWS("/ json=.nothing==null"),
	OK_ROWS("/ body~='\"n\":[0-9]' header='x-state:warm up' json=.n status=200"),
	OTHER_ROWS("/ json=.checks.database==up", "HTTP 200, but .checks.database is ok instead of up"),
	OTHER_ROWS("/ json=.checks.cache==ok", "HTTP 200, but .checks.cache is not there"),
	OTHER_ROWS("/ json=.list[2].name", "HTTP 200, but .list[2].name is not there"),
	OTHER_ROWS("/ json=.list[x]", "HTTP 200, but .list[x] is not there"),
	OTHER_ROWS("/ json=.n.m", "HTTP 200, but .n.m is not there"),
	OTHER_ROWS("/ json=.off", "HTTP 200, but .off is false instead of something"),
	OTHER_ROWS("/ json=.nothing", "HTTP 200, but .nothing is null instead of something"),
	OTHER_ROWS("/ body~=^ready", "HTTP 200, but the body does not match"),
	OTHER_ROWS("/ header=X-State:hot", "HTTP 200, but X-State is warm up instead of hot"),
	OTHER_ROWS("/ header=X-Sta:warm", "HTTP 200, but no header X-Sta"),
	OTHER_ROWS("/ status=503 json=.ok", "HTTP 200 instead of 503"),
	{"http", "/ body~='(?m)^. ready$'", &lines, true, STAGE_APPLICATION, "", "bad bytes around it"},
	{"http", "/ json=.a", &lines, false, STAGE_APPLICATION, "HTTP 200, but the body is not JSON",
	 "not JSON"},
	{"http", "/ json=.a", &too_long, false, STAGE_APPLICATION,
	 "HTTP 200, but the body is too long", "too long"},
};

static const struct meeting hanging_meetings[] = {
	{"http", "", &silent, false, STAGE_PROTOCOL, "connected, but no answer",
	 "accepts and hangs"},
	{"http", "", &hangs, false, STAGE_PROTOCOL, "HTTP 200, but the answer did not end",
	 "hangs while it answers"},
};
/* clang-format on */

static void test_kinds_of_tcp_servers(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(tcp_meetings); i++) {
		check_meeting(&tcp_meetings[i], LIMIT_US);
	}
}

static void test_kinds_of_http_servers(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(http_meetings); i++) {
		check_meeting(&http_meetings[i], LIMIT_US);
	}
}

static void test_answers_that_are_looked_at(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(asking_meetings); i++) {
		check_meeting(&asking_meetings[i], LIMIT_US);
	}
}

static void test_kinds_of_hanging_servers(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(hanging_meetings); i++) {
		check_meeting(&hanging_meetings[i], HANG_US);
	}
}

static void test_refused(void **state)
{
	static const char *const starts[] = {"tcp://127.0.0.1", "http://127.0.0.1"};
	struct server server = {0};

	(void)state;
	server_bind(&server);
	for (size_t i = 0; i < ARRAY_LEN(starts); i++) {
		struct attempt_result result = probe(starts[i], server.port, "");

		assert_false(result.ready);
		assert_int_equal(result.stage, STAGE_LISTEN);
		assert_string_equal(result.error, "connection refused");
	}
	close(server.listener);
}

static void test_every_address_is_told(void **state)
{
	struct server server = {0};
	struct attempt_result result;

	(void)state;
	server_bind(&server);
	result = probe("tcp://localhost", server.port, "");
	close(server.listener);
	assert_false(result.ready);
	/* one address needs no name */
	assert_true(strchr(result.error, ',') ? strstr(result.error, "127.0.0.1 refused") != NULL
					      : str_eq(result.error, "connection refused"));
}

static void test_one_address_of_a_name_is_enough(void **state)
{
	struct server server = {0};
	struct attempt_result result;

	(void)state;
	server_start(&server, &silent, 1);
	result = probe("tcp://localhost", server.port, "");
	server_stop(&server);
	assert_true(result.ready);
}

static void test_no_such_name(void **state)
{
	static const char *const starts[] = {"tcp://a..b", "http://a..b"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(starts); i++) {
		struct attempt_result result = probe(starts[i], 1, "");

		assert_false(result.ready);
		assert_int_equal(result.stage, STAGE_RESOLVE);
		assert_true(str_starts(result.error, "name not "));
	}
}

static void test_what_is_asked(void **state)
{
	struct server server = {0};
	struct attempt_result result;

	(void)state;
	setenv("http_proxy", "http://127.0.0.1:1", 1);
	setenv("ALL_PROXY", "http://127.0.0.1:1", 1);
	server_start(&server, &ok, 1);
	result = probe("http://me:secret@127.0.0.1", server.port, "/health?x=1");
	server_stop(&server);
	unsetenv("http_proxy");
	unsetenv("ALL_PROXY");
	assert_true(result.ready);
	assert_true(str_starts(server.request, "GET /health?x=1 HTTP/1.1\r\n"));
	assert_non_null(strstr(server.request, "\r\nAccept: */*\r\n"));
	assert_non_null(strstr(server.request, "\r\nAuthorization: Basic bWU6c2VjcmV0\r\n"));
}

static void test_what_is_asked_by_words(void **state)
{
	struct server server = {0};

	(void)state;
	server_start(&server, &ok, 1);
	assert_true(
		probe("http://127.0.0.1", server.port,
		      "/x method=HEAD request-header='X-A: b c' request-header=Accept:text/plain "
		      "request-header=X-Empty: request-header=Host:example.com")
			.ready);
	server_stop(&server);
	assert_true(str_starts(server.request, "HEAD /x HTTP/1.1\r\n"));
	assert_non_null(strstr(server.request, "\r\nX-A: b c\r\n"));
	assert_non_null(strstr(server.request, "\r\nAccept: text/plain\r\n"));
	assert_non_null(strstr(server.request, "\r\nX-Empty:\r\n"));
	assert_non_null(strstr(server.request, "\r\nHost: example.com\r\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kinds_of_tcp_servers),
		cmocka_unit_test(test_kinds_of_http_servers),
		cmocka_unit_test(test_answers_that_are_looked_at),
		cmocka_unit_test(test_what_is_asked_by_words),
		cmocka_unit_test(test_kinds_of_hanging_servers),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_every_address_is_told),
		cmocka_unit_test(test_one_address_of_a_name_is_enough),
		cmocka_unit_test(test_no_such_name),
		cmocka_unit_test(test_what_is_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
