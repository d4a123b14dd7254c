/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"
#include "target.h"

#include "base/str.h"
#include "ready/listening.h"
#include "ready/sight.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

/* Sockets are letters: A is held by process 1, B by 2, C by 3 and so on; 1 and 2 are postgres, the
 * others are redis. Z is held by nobody one may look into. */

static pid_t dead;

static bool owner_of(uint64_t inode, struct proc_info *out)
{
	*out = (struct proc_info){.pid = (pid_t)(inode - 'A' + 1)};
	snprintf(out->name, sizeof(out->name), "%s", out->pid < 3 ? "postgres" : "redis");
	snprintf(out->title, sizeof(out->title), "%s", out->name);
	return inode != 'Z';
}

static bool is_alive(pid_t pid)
{
	return pid != dead;
}

static const struct sight_eyes eyes = {owner_of, is_alive};

/* Letters in front of ":" listen at the port of the target, those behind it elsewhere. */
static void listen_at(const char *letters, struct listener_list *out)
{
	uint16_t port = 5432;

	for (; *letters; letters++) {
		if (*letters == ':') {
			port++;
			continue;
		}
		*VEC_PUSH(out) = (struct listener){
			.inode = (uint64_t)*letters,
			.at = endpoint_make(AF_INET, (uint8_t[]){127, 0, 0, 1}, port),
		};
	}
}

struct look {
	const char *listens;
	pid_t dead;
	const char *said; /* "" nothing has changed */
};

static void check(const char *name, const char *start, const struct look *looks, size_t count)
{
	AUTO_TARGET target = target_of("postgres://localhost:5432");
	CLEANUP(sight_release) struct sight sight = {0};
	CLEANUP(listener_list_release) struct listener_list first = {0};

	listen_at(start, &first);
	assert_true(sight_begin(&sight, target, &first, &eyes));
	for (size_t i = 0; i < count; i++) {
		CLEANUP(listener_list_release) struct listener_list list = {0};
		enum service_change change = SERVICE_UP;
		AUTO_FREE char *detail = NULL;
		AUTO_FREE char *said = NULL;

		listen_at(looks[i].listens, &list);
		dead = looks[i].dead;
		said = sight_look(&sight, target, &list, &eyes, &change, &detail)
			       ? mem_fmt("%s: %s", service_change_name(change), str_or(detail, ""))
			       : mem_str("");
		if (!str_eq(said, looks[i].said)) {
			fail_msg("%s, look %zu: '%s' instead of '%s'", name, i + 1, said,
				 looks[i].said);
		}
	}
}

#define CHECK(name, start, ...) \
	do { \
		static const struct look looks[] = {__VA_ARGS__}; \
		check(name, start, looks, ARRAY_LEN(looks)); \
	} while (0)

static void what_becomes_of_a_listener(void **state)
{
	(void)state;
	CHECK("stays", "A:D", {"A:D", 0, ""}, {"A:", 0, ""}, {"A:E", 0, ""});
	CHECK("ends", "A",
	      {"", 1, "down: nobody listens there any more, postgres (pid 1) has ended"},
	      {":A", 1, ""});
	CHECK("closes", "A",
	      {"", 0, "down: nobody listens there any more, postgres (pid 1) still runs"},
	      {"A", 0, "up: "}, {"A", 0, ""});
	CHECK("comes back", "A",
	      {"", 1, "down: nobody listens there any more, postgres (pid 1) has ended"},
	      {"B", 1,
	       "restarted: postgres (pid 2) listens there now, in the place of postgres "
	       "(pid 1)"},
	      {"B", 1, ""},
	      {"", 2, "down: nobody listens there any more, postgres (pid 2) has ended"});
	CHECK("between two looks", "A",
	      {"B", 1,
	       "restarted: postgres (pid 2) listens there now, in the place of postgres "
	       "(pid 1)"});
	CHECK("another program", "A",
	      {"C", 1,
	       "replaced: redis (pid 3) listens there now, in the place of postgres "
	       "(pid 1)"});
	CHECK("not to be looked into", "A", {"Z", 1, "restarted: another socket listens there"},
	      {"", 1, "down: nobody listens there any more"});
	CHECK("several", "AB", {"B", 0, ""}, {"BC", 0, ""}, {"C", 0, ""});
}

/* What was never seen cannot go. */
static void nothing_in_sight(void **state)
{
	static const char *const targets[] = {"postgres://db:5432", "postgres://localhost:5433",
					      "file:/tmp"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(targets); i++) {
		AUTO_TARGET target = target_of(targets[i]);
		CLEANUP(sight_release) struct sight sight = {0};
		CLEANUP(listener_list_release) struct listener_list list = {0};

		listen_at("A", &list);
		assert_false(sight_begin(&sight, target, &list, &eyes));
	}
}

static void who_listens_at_a_target(void **state)
{
	static const struct {
		const char *target, *listener;
		bool want;
	} rows[] = {
		{"tcp://localhost:80", "127.0.0.1", true},
		{"tcp://localhost:80", "::1", true},
		{"tcp://localhost:80", "0.0.0.0", true},
		{"tcp://localhost:80", "::", true},
		{"tcp://localhost:80", "127.0.0.2", false},
		{"tcp://localhost:80", "10.0.0.1", false},
		{"tcp://localhost:81", "127.0.0.1", false},
		{"tcp://127.0.0.1:80", "127.0.0.1", true},
		{"tcp://127.0.0.1:80", "::ffff:127.0.0.1", true},
		{"tcp://127.0.0.1:80", "127.0.0.2", false},
		{"tcp://127.0.0.1:80", "0.0.0.0", true},
		{"tcp://127.0.0.1:80", "::", true},
		{"tcp://127.0.0.1:80", "::1", false},
		{"tcp://127.0.0.2:80", "127.0.0.2", true},
		{"tcp://127.0.0.2:80", "127.0.0.1", false},
		{"tcp://[::1]:80", "::1", true},
		{"tcp://[::1]:80", "::", true},
		{"tcp://[::1]:80", "0.0.0.0", false},
		{"tcp://[::1]:80", "127.0.0.1", false},
		{"tcp://0.0.0.0:80", "127.0.0.1", true},
		{"tcp://0.0.0.0:80", "::1", false},
		{"tcp://[::]:80", "::1", true},
		{"tcp://db:80", "127.0.0.1", false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO_TARGET target = target_of(rows[i].target);
		int family = strchr(rows[i].listener, ':') ? AF_INET6 : AF_INET;
		uint8_t bytes[16];
		const struct endpoint unknown = {0};
		struct listener listener = {0};

		assert_int_equal(inet_pton(family, rows[i].listener, bytes), 1);
		listener.at = endpoint_make(family, bytes, 80);
		if (target_has_listener(target, &unknown, &listener) != rows[i].want) {
			fail_msg("%s and %s", rows[i].target, rows[i].listener);
		}
	}
}

/* A name may have any address; where it was reached counts. */
static void an_address_is_surer_than_a_name(void **state)
{
	static const struct {
		const char *at, *listener;
		bool want;
	} rows[] = {
		{"127.0.0.1", "127.0.0.1", true}, {"127.0.0.1", "::1", false},
		{"127.0.0.1", "0.0.0.0", true},   {"10.1.2.3", "127.0.0.1", false},
		{"10.1.2.3", "10.1.2.3", true},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO_TARGET target = target_of("tcp://db:80");
		uint8_t bytes[16];
		struct endpoint at;
		struct listener listener = {0};

		assert_int_equal(inet_pton(AF_INET, rows[i].at, bytes), 1);
		at = endpoint_make(AF_INET, bytes, 80);
		assert_true(inet_pton(AF_INET, rows[i].listener, bytes) == 1 ||
			    inet_pton(AF_INET6, rows[i].listener, bytes) == 1);
		listener.at = endpoint_make(strchr(rows[i].listener, ':') ? AF_INET6 : AF_INET,
					    bytes, 80);
		if (target_has_listener(target, &at, &listener) != rows[i].want) {
			fail_msg("%s and %s", rows[i].at, rows[i].listener);
		}
		if (endpoint_is_here(&at) != (rows[i].at[0] == '1' && rows[i].at[1] == '2')) {
			fail_msg("%s is here or not", rows[i].at);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_becomes_of_a_listener),
		cmocka_unit_test(nothing_in_sight),
		cmocka_unit_test(who_listens_at_a_target),
		cmocka_unit_test(an_address_is_surer_than_a_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
