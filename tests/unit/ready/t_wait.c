/* SPDX-License-Identifier: Apache-2.0 */
#include "ready/server.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"
#include "ready/probe.h"
#include "ready/wait.h"

#include <sched.h>

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
	assert_string_equal(wait.stage, "listen");
	assert_string_equal(wait.error, "connection refused");
	assert_int_equal(wait.limit_us, 5 * US_PER_S);
	assert_int_equal(wait.started_us, 1000 * US_PER_S);
	/* after 0, 0.1, 0.25, 0.475 s, then every 0.25 s, and at the edge */
	assert_int_equal(wait.attempts, 23);
	assert_int_equal(wait.duration_us, 5 * US_PER_S);
}

#define HTTP(head)   "HTTP/1.1 " head "\r\n"
#define LENGTH(size) "Content-Length: " size "\r\n\r\n"
#define OK           HTTP("200 OK") LENGTH("2") "ok"

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
	/* 0.1 + 0.15 + 0.225 + 0.25 s */
	assert_int_equal(wait.duration_us, 725000);
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

/* After ten seconds the pauses grow up to a second. */
static void test_a_long_wait_asks_less_often(void **state)
{
	struct server server = {0};
	CLEANUP(wait_release) struct wait first = {0}, second = {0};

	(void)state;
	server_bind(&server);
	first = wait_for("tcp://127.0.0.1", server.port, " timeout=20s");
	second = wait_for("tcp://127.0.0.1", server.port, " timeout=30s");
	close(server.listener);
	assert_int_equal(second.attempts - first.attempts, 10);
}

#define UNAVAILABLE \
	{ \
		.answer = HTTP("503 Wait") LENGTH("0") \
	}
#define READY \
	{ \
		.answer = OK \
	}
#define MISSING \
	{ \
		.answer = HTTP("404 Not Found") LENGTH("0") \
	}

/* Waits for what those steps say; the caller releases the record. */
static struct wait wait_through(const struct step *steps, size_t count, const char *words)
{
	struct server server = {0};
	struct wait wait;

	server_start(&server, steps, count);
	wait = wait_for("http://127.0.0.1", server.port, words);
	server_stop(&server);
	return wait;
}

static void test_often_and_long_enough(void **state)
{
	static const struct step once[] = {READY, UNAVAILABLE, READY};
	static const struct step flaps[] = {READY,       UNAVAILABLE, READY,      UNAVAILABLE,
					    UNAVAILABLE, UNAVAILABLE, UNAVAILABLE};
	static const struct {
		const char *comment, *words;
		const struct step *steps;
		size_t count;
		bool ready;
		int attempts;
		int64_t duration_us;
		const char *error;
	} rows[] = {
		{"the third to fifth", " successes=3", once, 3, true, 5, 500000, "HTTP 503"},
		{"for a while", " stable-for=1s", once, 3, true, 9, 1250000, "HTTP 503"},
		{"both", " stable-for=150ms successes=2", once, 3, true, 5, 400000, "HTTP 503"},
		{"never twice", " successes=2 timeout=475ms", flaps, 7, false, 5, 475000,
		 "HTTP 503"},
		{"too late", " successes=9 timeout=300ms", once, 3, false, 4, 300000,
		 "ready, but only 2 times in a row within 50 ms"},
		{"slowly", " interval=2s", flaps + 1, 2, true, 2, 2000000, "HTTP 503"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(wait_release)
		struct wait wait = wait_through(rows[i].steps, rows[i].count, rows[i].words);

		if (wait.ready != rows[i].ready || wait.attempts != rows[i].attempts ||
		    wait.duration_us != rows[i].duration_us || !str_eq(wait.error, rows[i].error)) {
			fail_msg("%s: %d attempts in %d us: %s", rows[i].comment, wait.attempts,
				 (int)wait.duration_us, wait.error);
		}
	}
}

static void test_until_it_is_gone(void **state)
{
	static const struct step steps[] = {{.silent = true}}, hangs_up[] = {{0}};
	CLEANUP(wait_release) struct wait gone = {0}, there = {0}, broken = {0}, other = {0};
	struct server refused = {0}, server = {0};

	(void)state;
	server_bind(&refused);
	gone = wait_for("tcp://localhost", refused.port, " invert");
	close(refused.listener);
	assert_true(gone.ready);
	server_start(&server, steps, 1);
	there = wait_for("tcp://127.0.0.1", server.port, " invert timeout=100ms");
	server_stop(&server);
	assert_false(there.ready);
	assert_string_equal(there.error, "still there");
	/* any other error is no proof */
	server_start(&server, hangs_up, 1);
	broken = wait_for("tcp://127.0.0.1", server.port, " invert timeout=100ms");
	server_stop(&server);
	assert_false(broken.ready);
	assert_string_equal(broken.error, "not known to be gone: connected, then closed at once");
	other = wait_for("tcp://a..b", 1, " invert timeout=100ms");
	assert_false(other.ready);
	assert_true(str_starts(other.error, "not known to be gone: name not "));
}

static void test_optional(void **state)
{
	CLEANUP(target_list_release) struct target_list targets = {0};
	CLEANUP(wait_list_release) struct wait_list waits = {0};
	struct server refused = {0};

	(void)state;
	server_bind(&refused);
	add_target(&targets, "tcp://127.0.0.1", refused.port, " timeout=1s optional");
	assert_true(wait_for_all(&targets, 0, NULL, NULL, &waits));
	assert_false(waits.items[0].ready);
	assert_true(waits.items[0].optional);
	assert_int_equal(waits.items[0].duration_us, US_PER_S);
	add_target(&targets, "tcp://127.0.0.1", refused.port, " timeout=1s");
	assert_false(wait_for_all(&targets, 0, NULL, NULL, &waits));
	close(refused.listener);
}

static void count_told(const struct wait *wait, void *payload)
{
	size_t *told = payload;

	told[wait->open]++;
	assert_true(wait->permanent || !wait->open);
}

static void test_permanent_errors(void **state)
{
	static const struct step never[] = {MISSING};
	static const struct {
		const char *comment, *words;
		size_t told_open;
		int64_t duration_us; /* least */
		bool other_cancelled;
	} rows[] = {
		{"told early", " timeout=20s", 1, 20 * US_PER_S, false},
		{"ends all", " timeout=20s fail-fast", 0, 5 * US_PER_S, true},
		{"ends itself", " timeout=20s fail-fast optional", 0, 5 * US_PER_S, false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(target_list_release) struct target_list targets = {0};
		CLEANUP(wait_list_release) struct wait_list waits = {0};
		struct server missing = {0}, refused = {0};
		size_t told[2] = {0};

		server_bind(&refused);
		server_start(&missing, never, 1);
		add_target(&targets, "http://127.0.0.1", missing.port, rows[i].words);
		add_target(&targets, "tcp://127.0.0.1", refused.port, " timeout=7s");
		(void)wait_for_all(&targets, 0, count_told, told, &waits);
		server_stop(&missing);
		close(refused.listener);
		if (waits.items[0].duration_us < rows[i].duration_us ||
		    waits.items[0].duration_us > rows[i].duration_us + US_PER_S ||
		    waits.items[1].cancelled != rows[i].other_cancelled) {
			fail_msg("%s: %d ms", rows[i].comment,
				 (int)(waits.items[0].duration_us / US_PER_MS));
		}
		assert_int_equal(told[true], rows[i].told_open);
		assert_int_equal(told[false], rows[i].other_cancelled ? 1 : 2);
	}
}

/* What goes away was not permanent. */
static void test_no_longer_permanent(void **state)
{
	static const struct step steps[] = {MISSING, MISSING, MISSING, UNAVAILABLE, MISSING,
					    MISSING, MISSING, MISSING, MISSING,     READY};
	CLEANUP(wait_release)
	struct wait wait = wait_through(steps, ARRAY_LEN(steps), " interval=1s fail-fast");

	(void)state;
	assert_true(wait.ready);
	assert_false(wait.permanent);
}

static int gate;

/* The second target is ready while the first one's only attempt is still under way. */
static void open_gate(const struct wait *wait, void *payload)
{
	size_t *told = payload;

	assert_int_equal(wait->attempts, *told == 0 ? 4 : 1);
	assert_true(wait->ready);
	assert_int_equal(eventfd_write(gate, 1), 0);
	(*told)++;
}

static void test_one_that_hangs_keeps_nobody_waiting(void **state)
{
	const struct step hangs[] = {{.gate = &gate, .answer = OK}};
	static const struct step late_ok[] = {
		{.answer = HTTP("503 Wait") LENGTH("0")},
		{.answer = HTTP("503 Wait") LENGTH("0")},
		{.answer = HTTP("503 Wait") LENGTH("0")},
		{.answer = OK},
	};
	CLEANUP(target_list_release) struct target_list targets = {0};
	CLEANUP(wait_list_release) struct wait_list waits = {0};
	struct server hanging = {0}, good = {0};
	size_t told = 0;

	(void)state;
	clock_set(NULL);
	gate = eventfd(0, EFD_CLOEXEC);
	server_start(&hanging, hangs, 1);
	server_start(&good, late_ok, ARRAY_LEN(late_ok));
	add_target(&targets, "http://127.0.0.1", hanging.port, "/");
	add_target(&targets, "http://127.0.0.1", good.port, "/");
	targets.items[0]->attempt_us = 60 * US_PER_S;
	assert_true(wait_for_all(&targets, 60 * US_PER_S, open_gate, &told, &waits));
	server_stop(&good);
	server_stop(&hanging);
	close(gate);
	assert_int_equal(told, 2);
}

/* Keeps to no limit, like a file on a dead file server. */
static void never_ends(const struct target *target, const struct limits *limits,
		       struct attempt_result *out)
{
	struct pollfd opened = {.fd = gate, .events = POLLIN};

	(void)target;
	(void)limits;
	poll(&opened, 1, -1);
	out->ready = true;
}

static void test_an_attempt_that_never_ends_is_left_behind(void **state)
{
	CLEANUP(target_list_release) struct target_list targets = {0};
	CLEANUP(wait_list_release) struct wait_list waits = {0};
	struct scheme scheme;

	(void)state;
	clock_set(NULL);
	gate = eventfd(0, EFD_CLOEXEC);
	add_target(&targets, "tcp://127.0.0.1", 1, " timeout=1ms");
	scheme = *targets.items[0]->scheme;
	scheme.probe = never_ends;
	targets.items[0]->scheme = &scheme;
	assert_false(wait_for_all(&targets, 0, NULL, NULL, &waits));
	assert_string_equal(waits.items[0].error, "the attempt does not end");
	assert_int_equal(waits.items[0].attempts, 1);
	/* nor is another one made beside it */
	assert_false(wait_for_all(&targets, 0, NULL, NULL, &waits));
	assert_string_equal(waits.items[1].error, "an earlier attempt does not end");
	assert_int_equal(eventfd_write(gate, 1), 0);
	while (atomic_load(&targets.items[0]->holders) > 1) {
		sched_yield();
	}
	close(gate);
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
	/* none at all */
	assert_true(wait_for_all(&targets, 0, NULL, NULL, &waits));
	assert_true(waits.items[1].limit_us > 3600 * US_PER_S);
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
		T(test_the_last_reason_is_kept),
		T(test_the_furthest_stage_is_kept),
		T(test_late_listener),
		T(test_several_targets),
		T(test_a_long_wait_asks_less_often),
		T(test_often_and_long_enough),
		T(test_until_it_is_gone),
		T(test_optional),
		T(test_permanent_errors),
		T(test_no_longer_permanent),
		T(test_one_that_hangs_keeps_nobody_waiting),
		T(test_an_attempt_that_never_ends_is_left_behind),
		T(test_endless_limits_do_not_overflow),
		T(test_nothing_to_wait_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
