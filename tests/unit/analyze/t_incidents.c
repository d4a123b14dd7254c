/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "analyze/flakes.h"
#include "base/mem.h"

static void add(struct evidence *evidence, size_t run, const char *service,
		enum service_change change, int64_t at_us, size_t failures)
{
	*VEC_PUSH(&evidence->events) = (struct event_facts){
		.run = run,
		.event = {.service = mem_str(service),
			  .change = change,
			  .at_us = at_us,
			  .detail = mem_str("")},
		.failures = failures,
	};
}

/* One for each service and run that took tests with it, the newest first. */
static void what_took_tests_with_it(void **state)
{
	static const struct {
		size_t run;
		const char *service;
		int64_t at_us;
		size_t failures;
	} rows[] = {{1, "db", 70, 2}, {1, "cache", 60, 9}, {1, "queue", 60, 4}, {0, "db", 10, 3}};
	CLEANUP(evidence_release) struct evidence evidence = {0};
	CLEANUP(flake_report_release) struct flake_report report = {0};

	(void)state;
	(void)VEC_PUSH(&evidence.runs);
	(void)VEC_PUSH(&evidence.runs);
	add(&evidence, 0, "db", SERVICE_DOWN, 10, 3);
	add(&evidence, 0, "db", SERVICE_RESTARTED, 20, 3); /* the end of the same */
	add(&evidence, 0, "web", SERVICE_DOWN, 30, 0);     /* nobody failed */
	add(&evidence, 1, "queue", SERVICE_REPLACED, 60, 4);
	add(&evidence, 1, "cache", SERVICE_RESTARTED, 60, 9);
	add(&evidence, 1, "mail", SERVICE_UP, 65, 1); /* when it was down nobody saw */
	add(&evidence, 1, "db", SERVICE_DOWN, 70, 2);
	analyze_flakes(&evidence, NULL, &report);
	assert_int_equal(report.incidents.len, ARRAY_LEN(rows));
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct incident *incident = &report.incidents.items[i];

		assert_int_equal(incident->run, rows[i].run);
		assert_string_equal(incident->event->service, rows[i].service);
		assert_int_equal(incident->event->at_us, rows[i].at_us);
		assert_int_equal(incident->failures, rows[i].failures);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_took_tests_with_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
