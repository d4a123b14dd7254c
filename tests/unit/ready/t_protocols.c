/* SPDX-License-Identifier: Apache-2.0 */
#include "ready/server.h"
#include "target.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"
#include "ready/probe.h"
#include "ready/wait.h"

/* What servers of each protocol may answer, and what others do that listen there. */

#define LIMIT_US (20 * US_PER_S) /* no attempt comes near it */
#define HANG_US  (1 * US_PER_S)  /* these do */

/* An answer whatever was asked; with its NULs. */
#define SAYS(text) \
	{ \
		.answer = (text), .len = sizeof(text) - 1, .any_request = true, .holds = true \
	}
#define SAYS_AND_CLOSES(text) \
	{ \
		.answer = (text), .len = sizeof(text) - 1, .any_request = true \
	}
#define GREETS(text) \
	{ \
		.answer = (text), .len = sizeof(text) - 1, .greets = true, .holds = true \
	}

/* One meeting: START in front of 127.0.0.1:PORT, REST behind it. */
struct meeting {
	const char *comment, *start, *rest;
	struct step step;
	enum wait_stage stage;
	bool ready;
	bool permanent;
	const char *error;
};

static struct attempt_result ask(struct server *server, const struct meeting *row, int64_t limit_us)
{
	AUTO_FREE char *text = NULL;
	AUTO_TARGET target = NULL;
	struct limits limits = {clock_mono_us() + limit_us, -1};
	struct attempt_result result = {.stage = STAGE_RESOLVE};

	server_start(server, &row->step, 1);
	text = mem_fmt("%s127.0.0.1:%d%s", row->start, server->port, row->rest);
	target = target_of(text);
	probe_target(target, &limits, &result);
	server_stop(server);
	return result;
}

static void check(const struct meeting *rows, size_t count, int64_t limit_us)
{
	for (size_t i = 0; i < count; i++) {
		struct server server = {0};
		struct attempt_result result = ask(&server, &rows[i], limit_us);

		if (result.ready != rows[i].ready || result.stage != rows[i].stage ||
		    result.permanent != rows[i].permanent || result.gone ||
		    !str_eq(result.error, rows[i].error)) {
			fail_msg("%s: %s, %s%s, \"%s\"", rows[i].comment,
				 result.ready ? "ready" : "not ready",
				 wait_stage_name(result.stage),
				 result.permanent ? ", permanent" : "", result.error);
		}
	}
}

/* clang-format off */
static const struct meeting redis[] = {
	{"up", "redis://", "", SAYS("+PONG\r\n"), STAGE_APPLICATION, true, false, ""},
	{"up, with another end of line", "redis://", "/0", SAYS("+PONG\n"), STAGE_APPLICATION,
	 true, false, ""},
	{"loading", "redis://", "", SAYS("-LOADING Redis is loading the dataset in memory\r\n"),
	 STAGE_APPLICATION, false, false, "LOADING Redis is loading the dataset in memory"},
	{"no master", "redis://", "", SAYS("-MASTERDOWN Link with MASTER is down\r\n"), STAGE_APPLICATION,
	 false, false, "MASTERDOWN Link with MASTER is down"},
	{"wants a password", "redis://", "", SAYS("-NOAUTH Authentication required.\r\n"), STAGE_APPLICATION,
	 false, true, "NOAUTH Authentication required."},
	{"right password", "redis://:pw@", "", SAYS("+OK\r\n+PONG\r\n"), STAGE_APPLICATION, true,
	 false, ""},
	{"wrong password", "redis://u:pw@", "",
	 SAYS("-WRONGPASS invalid username-password pair\r\n-NOAUTH\r\n"), STAGE_APPLICATION,
	 false, true, "WRONGPASS invalid username-password pair"},
	{"an escape in the error", "redis://", "", SAYS("-ERR \033[31m\xff\r\n"), STAGE_APPLICATION,
	 false, false, "ERR \033[31m\xef\xbf\xbd"},
	{"garbage", "redis://", "", SAYS("HTTP/1.1 400 Bad Request\r\n"), STAGE_PROTOCOL, false,
	 false, "the answer is not Redis"},
	{"another protocol, not a line", "redis://", "", SAYS("AMQP\0\0\11\1"), STAGE_PROTOCOL, false,
	 false, "the answer is not Redis"},
	{"an endless line", "redis://", "",
	 {.answer = "-", .any_request = true, .padding = 1000000}, STAGE_PROTOCOL, false, false,
	 "the answer is not Redis"},
	{"short", "redis://", "", SAYS_AND_CLOSES("+PO"), STAGE_PROTOCOL, false, false,
	 "the answer is cut short"},
	{"hangs up", "redis://", "", SAYS_AND_CLOSES(""), STAGE_PROTOCOL, false, false,
	 "connected, then closed without an answer"},
};

#define PG_ERROR(len, code, text) \
	"E\0\0\0" len "SFATAL\0VFATAL\0C" code "\0M" text "\0\0"

#define PG_R(kind) "R\0\0\0\x08\0\0\0" kind
#define PG_S "S\0\0\0\x09" "a\0b\0\0"
#define PG_Z "Z\0\0\0\x05I"

static const struct meeting postgres[] = {
	{"asks for a password", "postgres://me@", "/db", SAYS(PG_R("\x0a")), STAGE_APPLICATION,
	 true, false, ""},
	{"logs in", "postgresql://me@", "/db",
	 SAYS(PG_R("\0") PG_S "K\0\0\0\x0c\0\0\0\1\0\0\0\2" PG_Z), STAGE_APPLICATION, true, false, ""},
	{"starts", "postgres://me@", "/db",
	 SAYS(PG_ERROR("\x2b", "57P03", "starting up now")), STAGE_APPLICATION, false,
	 false, "starting up now (57P03)"},
	{"is full", "postgres://", "", SAYS(PG_ERROR("\x2b", "53300", "too many client")),
	 STAGE_APPLICATION, false, false, "too many client (53300)"},
	{"no such database, after the login", "postgres://me@", "/db",
	 SAYS(PG_R("\0") PG_ERROR("\x2b", "3D000", "does not exist!")), STAGE_APPLICATION,
	 false, true, "does not exist! (3D000)"},
	{"no such role", "postgres://me@", "/db", SAYS(PG_ERROR("\x2b", "28000", "does not exist!")),
	 STAGE_APPLICATION, false, true, "does not exist! (28000)"},
	{"nobody asked for a role", "postgres://", "", SAYS(PG_ERROR("\x2b", "28000", "does not exist!")),
	 STAGE_APPLICATION, true, false, ""},
	{"nor for a database", "postgres://me@", "", SAYS(PG_ERROR("\x2b", "3D000", "does not exist!")),
	 STAGE_APPLICATION, true, false, ""},
	{"an error without a code", "postgres://", "", SAYS("E\0\0\0\x0aMtext\0"), STAGE_PROTOCOL,
	 false, false, "the answer is not PostgreSQL"},
	{"fields without an end", "postgres://", "", SAYS("E\0\0\0\x0a" "C57P03"), STAGE_APPLICATION,
	 false, false, "no message (57P03)"},
	{"a length of nothing", "postgres://", "", SAYS("R\0\0\0\3"), STAGE_PROTOCOL, false, false,
	 "the answer is not PostgreSQL"},
	{"a huge length", "postgres://", "", SAYS("R\xff\xff\xff\xff"), STAGE_PROTOCOL, false, false,
	 "the answer is not PostgreSQL"},
	{"an R without a number", "postgres://", "", SAYS("R\0\0\0\5x"), STAGE_PROTOCOL, false, false,
	 "the answer is not PostgreSQL"},
	{"garbage", "postgres://", "", SAYS("HTTP/1.1 400 Bad Request\r\n"), STAGE_PROTOCOL, false,
	 false, "the answer is not PostgreSQL"},
	{"notices without end", "postgres://", "",
	 {.answer = "xxxx", .any_request = true, .padding = 100000}, STAGE_PROTOCOL, false, false,
	 "the answer is not PostgreSQL"},
	{"short", "postgres://", "", SAYS_AND_CLOSES("R\0\0"), STAGE_PROTOCOL, false, false,
	 "the answer is cut short"},
	{"hangs up", "postgres://", "", SAYS_AND_CLOSES(""), STAGE_PROTOCOL, false, false,
	 "connected, then closed without an answer"},
};

#define MY_HELLO "\x0a\0\0\0\x0a" "11.4.2\0ab"
#define MY_OK    "\7\0\0\2\0\0\0\2\0\0\0"

static const struct meeting mysql[] = {
	{"logs in", "mysql://", "", GREETS(MY_HELLO MY_OK), STAGE_APPLICATION, true, false, ""},
	{"refuses the login", "mariadb://me:pw@", "/db",
	 GREETS(MY_HELLO "\x0f\0\0\2\xff\x15\4#28000denied"), STAGE_APPLICATION, true, false, ""},
	{"asks for another way, and refuses", "mysql://", "",
	 GREETS(MY_HELLO "\2\0\0\2\xfe\0" "\x0f\0\0\4\xff\x15\4#28000denied"), STAGE_APPLICATION,
	 true, false, ""},
	{"says nothing more", "mysql://", "",
	 {.answer = MY_HELLO, .len = sizeof(MY_HELLO) - 1, .greets = true}, STAGE_APPLICATION,
	 true, false, ""},
	{"full at the login", "mysql://", "", GREETS(MY_HELLO "\x0d\0\0\2\xff\x10\4#08004full"), STAGE_APPLICATION,
	 false, false, "full (1040)"},
	{"full at once", "mysql://", "", GREETS("\7\0\0\0\xff\x10\4full"), STAGE_APPLICATION,
	 false, false, "full (1040)"},
	{"blocked", "mysql://", "", GREETS("\x0a\0\0\0\xff\x69\4blocked"), STAGE_APPLICATION,
	 false, true, "blocked (1129)"},
	{"an empty error", "mysql://", "", GREETS("\3\0\0\0\xff\x10\4"), STAGE_APPLICATION,
	 false, false, " (1040)"},
	{"another version", "mysql://", "", GREETS("\2\0\0\0\x09\0"), STAGE_PROTOCOL, false, false,
	 "the answer is not MySQL"},
	{"a version without an end", "mysql://", "", GREETS("\4\0\0\0\x0a" "8.0"), STAGE_PROTOCOL,
	 false, false, "the answer is not MySQL"},
	{"a packet of nothing", "mysql://", "", GREETS("\0\0\0\0"), STAGE_PROTOCOL, false, false,
	 "the answer is not MySQL"},
	{"a huge packet", "mysql://", "", GREETS("\xff\xff\xff\0"), STAGE_PROTOCOL, false, false,
	 "the answer is not MySQL"},
	{"another server that greets", "mysql://", "", GREETS("220 mail.example.com ESMTP\r\n"), STAGE_PROTOCOL,
	 false, false, "the answer is not MySQL"},
	{"hangs up", "mysql://", "", {.answer = NULL}, STAGE_PROTOCOL, false, false,
	 "connected, then closed without an answer"},
};

#define AMQP_START "\1\0\0\0\0\0\6\0\x0a\0\x0a\0\x09\xce"

static const struct meeting amqp[] = {
	{"up", "amqp://", "", SAYS(AMQP_START), STAGE_APPLICATION, true, false, ""},
	{"another version", "amqp://", "/vhost", SAYS_AND_CLOSES("AMQP\3\1\0\0"), STAGE_APPLICATION,
	 false, true, "speaks AMQP 1.0.0 and not 0.9.1"},
	{"another method", "amqp://", "", SAYS("\1\0\0\0\0\0\6\0\x0a\0\x0b\0\x09\xce"), STAGE_PROTOCOL,
	 false, false, "the answer is not AMQP"},
	{"a huge frame", "amqp://", "", SAYS("\1\0\0\xff\xff\xff\xff\0\x0a\0\x0a"), STAGE_PROTOCOL,
	 false, false, "the answer is not AMQP"},
	{"a frame of nothing", "amqp://", "", SAYS("\1\0\0\0\0\0\0\0\x0a\0\x0a"), STAGE_PROTOCOL,
	 false, false, "the answer is not AMQP"},
	{"garbage", "amqp://", "", SAYS("HTTP/1.1 400 Bad Request\r\n"), STAGE_PROTOCOL, false,
	 false, "the answer is not AMQP"},
	{"short", "amqp://", "", SAYS_AND_CLOSES("\1\0\0\0"), STAGE_PROTOCOL, false, false,
	 "the answer is cut short"},
	{"cut in the frame", "amqp://", "", SAYS_AND_CLOSES("\1\0\0\0\0\1\0\0\x0a\0\x0a\0"), STAGE_PROTOCOL,
	 false, false, "the answer is cut short"},
	{"hangs up", "amqp://", "", SAYS_AND_CLOSES(""), STAGE_PROTOCOL, false, false,
	 "connected, then closed without an answer"},
};

static const struct meeting hanging[] = {
	{"redis", "redis://", "", {.silent = true}, STAGE_PROTOCOL, false, false,
	 "connected, but no answer"},
	{"postgres", "postgres://", "", SAYS("R\0"), STAGE_PROTOCOL, false, false,
	 "connected, but the answer did not end"},
	{"mysql", "mysql://", "", GREETS("\x0a\0"), STAGE_PROTOCOL, false, false,
	 "connected, but the answer did not end"},
	{"amqp", "amqp://", "", {.silent = true}, STAGE_PROTOCOL, false, false,
	 "connected, but no answer"},
};
/* clang-format on */

static void test_redis(void **state)
{
	(void)state;
	check(redis, ARRAY_LEN(redis), LIMIT_US);
}

static void test_postgres(void **state)
{
	(void)state;
	check(postgres, ARRAY_LEN(postgres), LIMIT_US);
}

static void test_mysql(void **state)
{
	(void)state;
	check(mysql, ARRAY_LEN(mysql), LIMIT_US);
}

static void test_amqp(void **state)
{
	(void)state;
	check(amqp, ARRAY_LEN(amqp), LIMIT_US);
}

static void test_silence(void **state)
{
	(void)state;
	check(hanging, ARRAY_LEN(hanging), HANG_US);
}

#define PAIR(key, value) key "\0" value "\0"

/* To the byte: servers are strict. */
static void test_what_is_asked(void **state)
{
	static const char secret[] = "*3\r\n$4\r\nAUTH\r\n$1\r\nu\r\n$3\r\np@w\r\n"
				     "*1\r\n$4\r\nPING\r\n";
	static const char startup[] = "\0\0\0\x36\0\3\0\0" PAIR("user", "me")
		PAIR("database", "a b") PAIR("application_name", "steady");
	static const struct {
		struct meeting meeting;
		const char *asked;
		size_t len;
	} rows[] = {
		{{.start = "redis://u:p%40w@", .rest = "", .step = SAYS("+OK\r\n+PONG\r\n")},
		 secret,
		 sizeof(secret) - 1},
		{{.start = "postgres://me@", .rest = "/a%20b?x=1", .step = SAYS(PG_R("\5"))},
		 startup,
		 sizeof(startup)},
		{{.start = "amqp://", .rest = "", .step = SAYS(AMQP_START)}, "AMQP\0\0\x09\1", 8},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct server server = {0};

		assert_true(ask(&server, &rows[i].meeting, LIMIT_US).ready);
		assert_int_equal(server.request_len, rows[i].len);
		assert_memory_equal(server.request, rows[i].asked, rows[i].len);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_redis),   cmocka_unit_test(test_postgres),
		cmocka_unit_test(test_mysql),   cmocka_unit_test(test_amqp),
		cmocka_unit_test(test_silence), cmocka_unit_test(test_what_is_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
