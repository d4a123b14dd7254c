/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "base/clock.h"
#include "base/str.h"
#include "run/services.h"

/* An attempt from second 100 to 200 with one failed test, and what became of services. */

struct happening {
	const char *service;
	enum service_change change;
	int second;
};

#define MOST 4

static void a_failure_and_services(void **state)
{
#define REFUSED(place) "connect ECONNREFUSED " place
	static const struct {
		const char *message;
		struct happening happenings[MOST];
		const char *blamed;
	} rows[] = {
		{REFUSED("127.0.0.1:5432"), {{0}}, NULL},
		{REFUSED("127.0.0.1:5432"),
		 {{"127.0.0.1:5432", SERVICE_DOWN, 150}},
		 "127.0.0.1:5432"},
		{REFUSED("127.0.0.1:5432"),
		 {{"localhost:5432", SERVICE_DOWN, 150}},
		 "localhost:5432"},
		/* another one is down */
		{REFUSED("127.0.0.1:5432"), {{"127.0.0.1:6379", SERVICE_DOWN, 150}}, NULL},
		/* restarted meanwhile */
		{"server closed the connection unexpectedly",
		 {{"127.0.0.1:5432", SERVICE_RESTARTED, 150}},
		 "127.0.0.1:5432"},
		/* no name, and it is not clear */
		{"server closed the connection unexpectedly",
		 {{"127.0.0.1:5432", SERVICE_DOWN, 150}, {"127.0.0.1:6379", SERVICE_DOWN, 160}},
		 NULL},
		/* before, and behind */
		{REFUSED("127.0.0.1:5432"),
		 {{"127.0.0.1:5432", SERVICE_DOWN, 10}, {"127.0.0.1:5432", SERVICE_UP, 20}},
		 NULL},
		{REFUSED("127.0.0.1:5432"), {{"127.0.0.1:5432", SERVICE_DOWN, 250}}, NULL},
		/* noticed a little late */
		{REFUSED("127.0.0.1:5432"),
		 {{"127.0.0.1:5432", SERVICE_DOWN, 201}},
		 "127.0.0.1:5432"},
		/* nothing about a service */
		{"expected 1 to equal 2", {{"127.0.0.1:5432", SERVICE_DOWN, 150}}, NULL},
		{"expected 'connect ECONNREFUSED 127.0.0.1:5432' to equal 'ok'",
		 {{"127.0.0.1:5432", SERVICE_DOWN, 150}},
		 NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(run_release) struct run run = {0};
		struct attempt *attempt = VEC_PUSH(&run.attempts);
		struct results_file *file = VEC_PUSH(&attempt->files);
		struct result *result = VEC_PUSH(&file->results);

		attempt->started_us = 100 * US_PER_S;
		attempt->duration_us = 100 * US_PER_S;
		result->outcome = OUTCOME_FAILED;
		result->failure = mem_alloc(sizeof(*result->failure));
		result->failure->message = mem_str(rows[i].message);
		VEC_PUSH(&run.failed)->first = result;
		for (size_t k = 0; k < MOST && rows[i].happenings[k].service; k++) {
			*VEC_PUSH(&run.events) = (struct service_event){
				.service = mem_str(rows[i].happenings[k].service),
				.change = rows[i].happenings[k].change,
				.at_us = rows[i].happenings[k].second * US_PER_S,
			};
		}
		services_blame(&run, NULL);
		if (!str_eq(run.failed.items[0].service, rows[i].blamed)) {
			fail_msg("row %zu: %s", i, str_or(run.failed.items[0].service, "nobody"));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_failure_and_services),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
