/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes the history of a web application's CI for reports to be looked at: five weeks up to 2026-11-27, three jobs, with
 * everything that a report tells of at least once.
 *
 *	make_weekly [--hostile] FILE
 *
 * --hostile: names, messages and services try to break out of where they are shown. The same arguments give the same
 * history.
 */
#include "base/mem.h"
#include "base/str.h"
#include "failure/signature.h"
#include "history/history.h"

#include <stdio.h>
#include <string.h>

#define DAY_US   INT64_C(86400000000)
#define HOUR_US  INT64_C(3600000000)
#define START_US INT64_C(1792800000000000) /* 2026-10-24 */
#define DAYS     35
#define RUNS     10 /* a day and job */

#define HOSTILE "<img src=x onerror=alert(1)>\"'`</script><script>alert(2)</script>"

/* How often a test fails by chance, in percent, week by week. */
struct flaky {
	const char *job, *file, *class_name, *name, *type, *message;
	unsigned percent[5];
};

static const struct flaky flaky[] = {
	{"backend",
	 "tests/test_checkout.py",
	 "tests.test_checkout.TestCheckout",
	 "test_two_buyers[last item]",
	 "AssertionError",
	 "stock went below zero: -1",
	 {9, 9, 9, 9, 9}},
	{"backend",
	 "tests/test_mail.py",
	 "tests.test_mail",
	 "test_receipt_is_sent",
	 "TimeoutError",
	 "no mail within 5 s",
	 {3, 3, 3, 3, 14}},
	{"backend",
	 "tests/test_cache.py",
	 "tests.test_cache.TestEviction",
	 "test_oldest_goes_first",
	 "KeyError",
	 "'a'",
	 {16, 0, 0, 0, 6}},
	{"backend",
	 "tests/test_report.py",
	 "tests.test_report",
	 "test_month_ends",
	 "AssertionError",
	 "expected 30, got 31",
	 {12, 10, 0, 0, 0}},
	{"e2e",
	 "e2e/login.spec.ts",
	 "login.spec.ts",
	 "Login › signs in with a second factor",
	 "TimeoutError",
	 "locator.click: Timeout 30000ms exceeded",
	 {0, 0, 0, 0, 24}},
	{"e2e",
	 "e2e/search.spec.ts",
	 "search.spec.ts",
	 "Search › suggests while typing",
	 "Error",
	 "expect(received).toHaveText(expected): \"sho\" is not \"shoes\"",
	 {12, 12, 12, 12, 13}},
	{"frontend",
	 "src/Cart.test.tsx",
	 "Cart",
	 "keeps items after a reload",
	 "Error",
	 "Unable to find an element with the text: 2 items",
	 {2, 2, 2, 2, 2}},
};

static const struct {
	const char *name;
	size_t tests;
	const char *class_name, *file;
	int64_t minutes;
} jobs[] = {
	{"backend", 160, "tests.test_%s", "tests/test_%s.py", 6},
	{"frontend", 90, "%s", "src/%s.test.tsx", 3},
	{"e2e", 24, "%s.spec.ts", "e2e/%s.spec.ts", 14},
};

static const char *const areas[] = {"accounts", "basket",   "catalogue", "discounts", "export",
				    "invoices", "payments", "returns",   "search",    "stock"};

static uint64_t draw(uint64_t a, uint64_t b, uint64_t c)
{
	uint64_t x = (a << 40 ^ b << 20 ^ c) + 0x9e3779b97f4a7c15U;

	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9U;
	x = (x ^ x >> 27) * 0x94d049bb133111ebU;
	return (x ^ x >> 31) >> 8;
}

struct making {
	struct history *history;
	bool hostile;
	struct run run;
	size_t job, number; /* of the run, over all days */
	int64_t day;
};

static struct results_file *add_attempt(struct making *making)
{
	struct attempt *attempt = VEC_PUSH(&making->run.attempts);
	struct results_file *file = VEC_PUSH(&attempt->files);

	attempt->number = (int)making->run.attempts.len;
	attempt->end = END_EXITED;
	attempt->scope = attempt->number == 1 ? SCOPE_WHOLE : SCOPE_SELECTED;
	attempt->complete = true;
	attempt->started_us = making->run.started_us;
	attempt->duration_us =
		attempt->number == 1 ? jobs[making->job].minutes * 60000000 : 25000000;
	file->path = mem_str("results.xml");
	snprintf(file->digest, sizeof(file->digest), "%016llx%016llx",
		 (unsigned long long)draw(making->number, making->job, 7),
		 (unsigned long long)making->run.attempts.len);
	file->time_us = -1;
	return file;
}

static struct result *add_result(struct results_file *file, const char *class_name,
				 const char *name, const char *path)
{
	struct result *result = VEC_PUSH(&file->results);

	result->test.class_name = mem_str(class_name);
	result->test.name = mem_str(name);
	result->test.file = mem_str(path);
	test_name_id(&result->test, result->id);
	result->duration_us = 20000 + (int64_t)(draw(strlen(name), strlen(path), 3) % 400000);
	return result;
}

static void fail(struct result *result, const char *type, const char *message)
{
	struct failure *failure = mem_alloc(sizeof(*failure));

	failure->type = mem_str(type);
	failure->message = mem_str(message);
	failure->text = mem_fmt("%s: %s\n  at step 3\n", type, message);
	failure_sign(failure);
	result->outcome = OUTCOME_FAILED;
	result->failure = failure;
}

/* The test of that number, of those that never fail by chance. */
static struct result *add_quiet(struct making *making, struct results_file *file, size_t number)
{
	const char *area = areas[number % ARRAY_LEN(areas)];
	AUTO_FREE char *name = making->hostile && number == 3 ? mem_str(HOSTILE "\u202Eelif\nnext")
							      : mem_fmt("test_%s_case_%zu", area,
									number / ARRAY_LEN(areas));
	CLEANUP(buf_release) struct buf class_name = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(buf_release) struct buf path = BUF_INIT(BUF_OWN_MAX);
	const char *form = jobs[making->job].class_name, *at = strstr(form, "%s");

	buf_add(&class_name, form, (size_t)(at - form));
	buf_fmt(&class_name, "%s%s", area, at + 2);
	form = jobs[making->job].file;
	at = strstr(form, "%s");
	buf_add(&path, form, (size_t)(at - form));
	buf_fmt(&path, "%s%s", area, at + 2);
	return add_result(file, buf_str(&class_name), name, buf_str(&path));
}

static void add_failed(struct making *making, size_t at, enum retry_verdict verdict,
		       const char *service)
{
	struct failed_test *failed = VEC_PUSH(&making->run.failed);

	/* results move while they are added: a number until all are there */
	failed->first = (const struct result *)(uintptr_t)at;
	failed->retry = verdict;
	failed->decided_by = verdict == RETRY_NOT_TRIED ? 0 : 2;
	failed->service = service ? mem_str(service) : NULL;
}

static void settle_failed(struct making *making)
{
	struct results_file *file = &making->run.attempts.items[0].files.items[0];

	VEC_EACH (struct failed_test, failed, &making->run.failed) {
		failed->first = &file->results.items[(uintptr_t)failed->first];
	}
}

static struct wait *add_wait(struct making *making, const char *service, const char *probe,
			     int64_t ms, int64_t limit_s, const char *error)
{
	struct wait *wait = VEC_PUSH(&making->run.waits);

	wait_init(wait);
	wait->target = mem_fmt("tcp://%s", service);
	wait->service = mem_str(service);
	wait->probe = mem_str(probe);
	wait->stage = mem_str(error ? "connect" : "application");
	wait->error = error ? mem_str(error) : NULL;
	wait->ready = !error;
	wait->attempt = 1;
	wait->attempts = 1 + (int)(ms / 300);
	wait->started_us = making->run.started_us - 60000000;
	wait->duration_us = ms * 1000;
	wait->limit_us = limit_s * 1000000;
	return wait;
}

/* True: the run goes no further. */
static bool add_waits(struct making *making)
{
	uint64_t luck = draw(making->number, making->job, 11);
	bool late = making->job == 2 && making->day >= 28 && luck % 9 == 0;

	if (making->job == 1) {
		return false;
	}
	add_wait(making, "localhost:5432", "postgres",
		 900 + making->day * 140 + (int64_t)(luck % 500), 30, NULL);
	if (making->job == 2) {
		add_wait(making, making->hostile ? HOSTILE : "localhost:8000", "http",
			 late ? 60000 : 14000 + (int64_t)(luck % 22000), 60,
			 late ? "503 Service Unavailable: {\"database\":\"starting\"}" : NULL);
	}
	return late;
}

static void add_source(struct making *making)
{
	size_t commit = making->number / 2;
	bool pull = making->number % 5 == 2;
	struct source *source = &making->run.source;

	source->commit = mem_fmt("%08llx%032zx",
				 (unsigned long long)draw(commit, pull, 1) & 0xffffffffU, commit);
	source->tree = mem_fmt("%08llx%032zx",
			       (unsigned long long)draw(commit, pull, 2) & 0xffffffffU, commit + 1);
	source->branch = mem_str(pull ? "feature/gift-cards" : "main");
	source->pull_request = pull ? mem_fmt("%zu", 100 + commit / 10) : NULL;
}

/* What goes wrong in the whole of a run: once many tests fail together, once the database goes down. */
enum trouble { TROUBLE_NONE, TROUBLE_DISK, TROUBLE_DATABASE };

static enum trouble trouble_of(const struct making *making)
{
	if (making->job != 0) {
		return TROUBLE_NONE;
	}
	if (making->day == 31 && making->number % RUNS == 4) {
		return TROUBLE_DISK;
	}
	return making->day == 33 && making->number % RUNS == 6 ? TROUBLE_DATABASE : TROUBLE_NONE;
}

static void fill_quiet(struct making *making, struct results_file *file, size_t number,
		       enum trouble trouble)
{
	struct result *result = add_quiet(making, file, number);

	if (making->job == 0 && number == 39 && making->day >= 33) {
		fail(result, "AssertionError", "assert [] == ['last']");
	} else if (trouble == TROUBLE_DISK && number % 5 == 0) {
		fail(result, "OSError", "[Errno 28] No space left on device");
	} else if (trouble == TROUBLE_DATABASE && number % 12 == 0) {
		fail(result, "OperationalError",
		     "connection to server at \"localhost\", port 5432 failed");
	} else {
		return;
	}
	add_failed(making, number, RETRY_FAILED_AGAIN,
		   trouble == TROUBLE_DATABASE ? "localhost:5432" : NULL);
}

static void fill_flaky(struct making *making, struct results_file *file, size_t number,
		       enum trouble trouble)
{
	const struct flaky *test = &flaky[number];
	bool named = making->hostile && number == 0;
	bool passes = draw(making->number, number, 6) % 3 > 0;
	struct result *result = add_result(file, named ? HOSTILE : test->class_name,
					   named ? HOSTILE "]]>" : test->name, test->file);

	if (trouble != TROUBLE_NONE ||
	    draw(making->number, number, 5) % 100 >= test->percent[making->day / 7]) {
		return;
	}
	fail(result, test->type, named ? "<script>alert(3)</script>" : test->message);
	add_failed(making, file->results.len - 1, passes ? RETRY_PASSED : RETRY_FAILED_AGAIN, NULL);
}

static void database_goes(struct run *run)
{
	struct service_event *event = VEC_PUSH(&run->events);

	event->service = mem_str("localhost:5432");
	event->change = SERVICE_DOWN;
	event->at_us = run->started_us + 40000000;
	event->detail = mem_str("nobody listens there, postgres (pid 412) has ended");
}

/* The whole of one run of one job. */
static void fill(struct making *making)
{
	struct results_file *file = add_attempt(making);
	enum trouble trouble = trouble_of(making);
	struct run *run = &making->run;

	for (size_t i = 0; i < jobs[making->job].tests; i++) {
		fill_quiet(making, file, i, trouble);
	}
	for (size_t i = 0; i < ARRAY_LEN(flaky); i++) {
		if (str_eq(flaky[i].job, jobs[making->job].name)) {
			fill_flaky(making, file, i, trouble);
		}
	}
	settle_failed(making);
	run->outcome = run->failed.len > 0 ? RUN_FLAKY : RUN_PASSED;
	VEC_EACH (const struct failed_test, failed, &run->failed) {
		run->outcome = failed->retry == RETRY_PASSED ? run->outcome : RUN_FAILED;
	}
	run->exit_code = run->outcome == RUN_FAILED;
	if (trouble == TROUBLE_DATABASE) {
		database_goes(run);
	}
}

/* A second attempt in which everything passes that is said to. */
static void retry(struct making *making)
{
	struct results_file *file = NULL;

	if (making->run.failed.len == 0) {
		return;
	}
	file = add_attempt(making);
	VEC_EACH (const struct failed_test, failed, &making->run.failed) {
		struct result *result =
			add_result(file, failed->first->test.class_name, failed->first->test.name,
				   failed->first->test.file);

		if (failed->retry != RETRY_PASSED) {
			fail(result, failed->first->failure->type, failed->first->failure->message);
		}
	}
}

static int record(struct making *making, struct err *err)
{
	struct run *run = &making->run;
	int rc = 0;

	snprintf(run->key, sizeof(run->key), "%zu", 8000 + making->number);
	run->job = mem_str(jobs[making->job].name);
	run->variant = mem_str("");
	strv_add(&run->command, making->job == 0 ? "pytest" : "npm");
	run->started_us = START_US + making->day * DAY_US + 7 * HOUR_US +
			  (int64_t)(making->number % RUNS) * HOUR_US +
			  (int64_t)making->job * 60000000;
	run->duration_us =
		(jobs[making->job].minutes * 60 + (int64_t)(draw(making->number, 1, 1) % 60)) *
		1000000;
	add_source(making);
	if (add_waits(making)) {
		run->outcome = RUN_NOT_READY;
		run->exit_code = 69;
	} else {
		fill(making);
		retry(making);
	}
	rc = history_record(making->history, run, err);
	run_release(run);
	*run = (struct run){0};
	return rc;
}

int main(int argc, char **argv)
{
	struct making making = {.hostile = argc == 3 && str_eq(argv[1], "--hostile")};
	struct err err = ERR_INIT;
	int rc = 0;

	if (argc != 2 + making.hostile) {
		fprintf(stderr, "usage: make_weekly [--hostile] FILE\n");
		return 2;
	}
	rc = history_open(argv[argc - 1], HISTORY_WRITE, &making.history, &err);
	for (making.day = 0; making.day < DAYS && rc == 0; making.day++) {
		for (size_t run = 0; run < RUNS && rc == 0; run++, making.number++) {
			for (making.job = 0; making.job < ARRAY_LEN(jobs) && rc == 0;
			     making.job++) {
				rc = record(&making, &err);
			}
		}
	}
	history_close(making.history);
	if (rc < 0) {
		fprintf(stderr, "make_weekly: %s\n", err.msg);
	}
	return rc < 0;
}
