/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "run/session.h"

static void count(void *payload)
{
	int *times = payload;

	++*times;
}

/* Opening a history costs more than all else around a command that writes no results. */
static void known_tests_are_asked_for_where_results_are_awaited(void **state)
{
	static const struct {
		const char *program, *glob;
		bool inject;
		int times;
	} rows[] = {
		{"true", NULL, true, 0},
		{"true", "report.xml", true, 1},
		{"pytest", NULL, true, 1},
		{"pytest", NULL, false, 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct strv globs = {0}, none = {0};
		int times = 0;
		struct run_plan plan = {
			.junit_globs = &globs,
			.inject = rows[i].inject,
			.expected_tests = &none,
			.known_flakes = &none,
			.learn_tests = count,
			.learn_payload = &times,
		};
		struct run run = {0};
		struct session session = {.plan = &plan, .run = &run};
		struct err err = ERR_INIT;

		strv_add(&run.command, rows[i].program);
		if (rows[i].glob) {
			strv_add(&globs, rows[i].glob);
		}
		assert_int_equal(session_open(&session, &err), 0);
		assert_int_equal(times, rows[i].times);
		session_release(&session);
		run_release(&run);
		strv_release(&globs);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_tests_are_asked_for_where_results_are_awaited),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
