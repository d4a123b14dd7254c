/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "report/golden.h"
#include "report/scene.h"

static void test_advice(void **state)
{
	static const struct {
		const char *why;
		int64_t ready_ms; /* 0: no successful wait */
		int failed;
		const char *want;
	} rows[] = {
		{"well", 5000, 0, "null"},
		{"near, 0", 24000, 0,
		 "\"It often needs 80 % of the limit: make its start faster, or raise the limit: "
		 "how "
		 "far will be known after 19 more waits.\""},
		{"fast, 2", 400, 2, "\"Not ready in 2 of 3 waits, but otherwise ready"},
		{"slow, 1", 18000, 1, "\"Not ready in 1 of 2 waits: read its log"},
		{"near, 1", 24000, 1, "\"Not ready in 1 of 2 waits, and it often"},
		{"never", 0, 1, "\"Not ready in 1 of 1 wait: check that it is started"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(scene_release) struct scene scene = {0};
		AUTO_FREE char *want = mem_fmt("\"advice\": %s", rows[i].want);

		scene_make(&scene, "A:P");
		if (rows[i].ready_ms > 0) {
			add_wait(&scene, "db", rows[i].ready_ms, NULL);
		}
		for (int j = 0; j < rows[i].failed; j++) {
			add_wait(&scene, "db", 30000, "refused");
		}
		if (!strstr(show(&scene, "json"), want)) {
			fail_msg("%s: no %s in:\n%s", rows[i].why, want, buf_str(&scene.out));
		}
	}
}

/* Beyond twenty waits a limit is suggested. */
static void test_suggestions(void **state)
{
	static const struct {
		const char *why;
		int64_t ready_ms;
		int failed;
		const char *want;
	} rows[] = {
		{"near", 24000, 0,
		 "\"It often needs 80 % of the limit: make its start faster, or set timeout=90s (3 "
		 "× "
		 "the 99th percentile of 20 waits).\""},
		{"nearer", 50000, 0, "make its start faster, or set timeout=3m (3 × the 99th"},
		{"slower than any limit", 4000000, 0, "of the limit: make its start faster.\""},
		{"fast, one failed", 400, 1,
		 "read its log at that time; timeout=5s (3 × the 99th percentile of 20 waits) "
		 "would "
		 "tell it sooner.\""},
		{"half a limit is no gain", 5100, 1, "help, read its log at that time.\""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(scene_release) struct scene scene = {0};

		scene_make(&scene, "A:P");
		for (int j = 0; j < 20; j++) {
			add_wait(&scene, "db", rows[i].ready_ms, NULL);
		}
		if (rows[i].failed) {
			add_wait(&scene, "db", 30000, "refused");
		}
		if (!strstr(show(&scene, "json"), rows[i].want)) {
			fail_msg("%s: no %s in:\n%s", rows[i].why, rows[i].want,
				 buf_str(&scene.out));
		}
	}
}

static void test_slower_each_week(void **state)
{
	static const char *const names[][2] = {
		{"text", "slower.txt"},
		{"markdown", "slower.md"},
		{"json", "slower.json"},
	};
	CLEANUP(scene_release) struct scene scene = {0};

	(void)state;
	scene_make(&scene, "A:P");
	scene.input.since_us = NOW - 30 * DAY;
	slower(&scene, "127.0.0.1:5432", 4000, 280);
	slower(&scene, "127.0.0.1:6379", 9000, -200);
	slower(&scene, "127.0.0.1:8000", 5000, 0);
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		show(&scene, names[i][0]);
		golden_check(names[i][1], &scene.out);
	}
}

/* The headline names the one that is over its limit soonest; names are as hostile there. */
static void test_headline_of_slower_services(void **state)
{
	CLEANUP(scene_release) struct scene scene = {0};

	(void)state;
	scene_make(&scene, "A:P");
	scene.input.width = 400;
	slower(&scene, "cache", 4000, 200);
	assert_non_null(
		strstr(show(&scene, "text"),
		       " in 1 run of 1 job\n  cache (postgres) takes longer each week, 9.0 s "
		       "now: at this pace over its limit of 30.0 s around 2027-02-22\n"));
	/* Its row is the first one after a failure; the other's day is nearer. */
	mem_replace(&add_wait(&scene, "cache", 30000, "refused")->probe, "postgres");
	slower(&scene, "<b>|\033[2J", 4000, 280);
	assert_non_null(
		strstr(show(&scene, "text"),
		       "\n  <b>|\\x1b[2J (postgres) takes longer each week, 11.2 s now: at this "
		       "pace over its limit of 30.0 s around 2027-01-18, 1 more service later\n"));
	assert_null(strstr(show(&scene, "markdown"), "<b>"));
	slower(&scene, "store", 4000, 250);
	assert_non_null(strstr(show(&scene, "text"), ", 2 more services later\n"));
}

static void test_wait_without_end(void **state)
{
	CLEANUP(scene_release) struct scene scene = {0};

	(void)state;
	scene_make(&scene, "A:P");
	add_wait(&scene, "db", 4000, NULL)->limit_us = 0;
	assert_non_null(strstr(show(&scene, "text"), "  4.0 s  4.0 s      –       –      –\n"));
	assert_non_null(strstr(show(&scene, "markdown"), "| 4.0 s | 4.0 s |  |  |  |  |  |\n"));
	assert_non_null(strstr(show(&scene, "json"), "\"margin\": null"));
}

static void test_no_shorter_limit_is_suggested(void **state)
{
	CLEANUP(scene_release) struct scene scene = {0};

	(void)state;
	scene_make(&scene, "A:P");
	slower(&scene, "db", 4000, 280);
	VEC_EACH (struct wait_facts, facts, &scene.evidence.waits) {
		facts->wait.limit_us = 45000000;
	}
	assert_non_null(strstr(show(&scene, "json"), "\"suggested_limit_ms\": 45000,"));
	assert_non_null(strstr(buf_str(&scene.out), "). Until then make its start faster.\""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_advice),
		cmocka_unit_test(test_suggestions),
		cmocka_unit_test(test_slower_each_week),
		cmocka_unit_test(test_headline_of_slower_services),
		cmocka_unit_test(test_wait_without_end),
		cmocka_unit_test(test_no_shorter_limit_is_suggested),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
