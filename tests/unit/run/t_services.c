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
	int well; /* the second in which it was last well; 0 unknown */
};

#define MOST           4
#define SERVICE_SILENT ((enum service_change)(SERVICE_CHANGES + SERVICE_DOWN))
#define ANY \
	{ \
		0, 0, 0 \
	}

static void a_failure_and_services(void **state)
{
#define REFUSED(place) "connect ECONNREFUSED " place
	static const struct {
		const char *message;
		struct happening happenings[MOST];
		const char *blamed;
		struct times {
			int before_s, behind_s; /* so long took the tests around it; 0: none */
			int written_s;
		} times;
	} rows[] = {
		{REFUSED("127.0.0.1:5432"), {{0}}, NULL, ANY},
		{REFUSED("127.0.0.1:5432"),
		 {{"127.0.0.1:5432", SERVICE_DOWN, 150, 0}},
		 "127.0.0.1:5432",
		 ANY},
		{REFUSED("127.0.0.1:5432"),
		 {{"localhost:5432", SERVICE_DOWN, 150, 0}},
		 "localhost:5432",
		 ANY},
		/* another one is down */
		{REFUSED("127.0.0.1:5432"), {{"127.0.0.1:6379", SERVICE_DOWN, 150, 0}}, NULL, ANY},
		/* restarted meanwhile */
		{"server closed the connection unexpectedly",
		 {{"127.0.0.1:5432", SERVICE_RESTARTED, 150, 0}},
		 "127.0.0.1:5432",
		 ANY},
		/* no name, and it is not clear */
		{"server closed the connection unexpectedly",
		 {{"127.0.0.1:5432", SERVICE_DOWN, 150, 0},
		  {"127.0.0.1:6379", SERVICE_DOWN, 160, 0}},
		 NULL,
		 ANY},
		/* before, and behind */
		{REFUSED("127.0.0.1:5432"),
		 {{"127.0.0.1:5432", SERVICE_DOWN, 10, 0}, {"127.0.0.1:5432", SERVICE_UP, 20, 0}},
		 NULL,
		 ANY},
		{REFUSED("127.0.0.1:5432"), {{"127.0.0.1:5432", SERVICE_DOWN, 250, 0}}, NULL, ANY},
		/* noticed when the command had ended: it was well until then, or may not have been */
		{REFUSED("127.0.0.1:5432"), {{"127.0.0.1:5432", SERVICE_DOWN, 201, 0}}, NULL, ANY},
		{REFUSED("127.0.0.1:5432"),
		 {{"127.0.0.1:5432", SERVICE_DOWN, 202, 201}},
		 NULL,
		 ANY},
		{REFUSED("127.0.0.1:5432"),
		 {{"127.0.0.1:5432", SERVICE_DOWN, 202, 199}},
		 "127.0.0.1:5432",
		 ANY},
		/* gone when the test began, or behind it; tests that ran at once tell nothing */
		{REFUSED("127.0.0.1:5432"),
		 {{"127.0.0.1:5432", SERVICE_DOWN, 110, 0}, {"127.0.0.1:5432", SERVICE_UP, 120, 0}},
		 NULL,
		 {60, 0, 0}},
		{REFUSED("127.0.0.1:5432"),
		 {{"127.0.0.1:5432", SERVICE_DOWN, 150, 0}},
		 NULL,
		 {0, 60, 0}},
		{REFUSED("127.0.0.1:5432"),
		 {{"127.0.0.1:5432", SERVICE_DOWN, 110, 0}, {"127.0.0.1:5432", SERVICE_UP, 120, 0}},
		 "127.0.0.1:5432",
		 {60, 60, 0}},
		/* when the report had been written */
		{REFUSED("127.0.0.1:5432"),
		 {{"127.0.0.1:5432", SERVICE_DOWN, 150, 0}},
		 NULL,
		 {0, 0, 140}},
		{REFUSED("127.0.0.1:5432"),
		 {{"127.0.0.1:5432", SERVICE_DOWN, 150, 0}},
		 "127.0.0.1:5432",
		 {0, 0, 160}},
		/* time that ran out is explained by who was silent, not by who was gone */
		{"TimeoutError: timed out", {{"127.0.0.1:5432", SERVICE_DOWN, 150, 0}}, NULL, ANY},
		{"TimeoutError: timed out",
		 {{"127.0.0.1:5432", SERVICE_SILENT, 150, 0}},
		 "127.0.0.1:5432",
		 ANY},
		/* who is not named must have been down, not just have come back */
		{"server closed the connection unexpectedly",
		 {{"127.0.0.1:5432", SERVICE_DOWN, 90, 0}, {"127.0.0.1:5432", SERVICE_UP, 99, 0}},
		 NULL,
		 ANY},
		{REFUSED("127.0.0.1:5432"),
		 {{"127.0.0.1:5432", SERVICE_DOWN, 90, 0}, {"127.0.0.1:5432", SERVICE_UP, 99, 0}},
		 "127.0.0.1:5432",
		 ANY},
		/* by the address of its name, and where a client tells no port */
		{REFUSED("127.0.0.1:5433"), {{"db:5433", SERVICE_DOWN, 150, 0}}, "db:5433", ANY},
		{"(2003, \"Can't connect to MySQL server on '127.0.0.1' ([Errno 111] Connection "
		 "refused)\")",
		 {{"127.0.0.1:3306", SERVICE_DOWN, 150, 0}},
		 "127.0.0.1:3306",
		 ANY},
		/* nothing about a service */
		{"expected 1 to equal 2", {{"127.0.0.1:5432", SERVICE_DOWN, 150, 0}}, NULL, ANY},
		{"expected 'connect ECONNREFUSED 127.0.0.1:5432' to equal 'ok'",
		 {{"127.0.0.1:5432", SERVICE_DOWN, 150, 0}},
		 NULL,
		 ANY},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(run_release) struct run run = {0};
		struct attempt *attempt = VEC_PUSH(&run.attempts);
		struct results_file *file = VEC_PUSH(&attempt->files);
		struct result *result = NULL;

		if (rows[i].times.before_s) {
			VEC_PUSH(&file->results)->duration_us = rows[i].times.before_s * US_PER_S;
		}
		(void)VEC_PUSH(&file->results);
		if (rows[i].times.behind_s) {
			VEC_PUSH(&file->results)->duration_us = rows[i].times.behind_s * US_PER_S;
		}
		result = &file->results.items[rows[i].times.before_s ? 1 : 0];
		file->written_us = rows[i].times.written_s * US_PER_S;
		attempt->started_us = 100 * US_PER_S;
		attempt->duration_us = 100 * US_PER_S;
		result->outcome = OUTCOME_FAILED;
		result->failure = mem_alloc(sizeof(*result->failure));
		result->failure->message = mem_str(rows[i].message);
		VEC_PUSH(&run.failed)->first = result;
		for (size_t k = 0; k < MOST && rows[i].happenings[k].service; k++) {
			*VEC_PUSH(&run.events) = (struct service_event){
				.service = mem_str(rows[i].happenings[k].service),
				.change = rows[i].happenings[k].change % SERVICE_CHANGES,
				.silent = rows[i].happenings[k].change == SERVICE_SILENT,
				.address = mem_str("127.0.0.1:5433"),
				.at_us = rows[i].happenings[k].second * US_PER_S,
				.well_us = rows[i].happenings[k].well * US_PER_S,
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
