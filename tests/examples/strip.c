/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An example of include/steady/history.h: what a history knows of one test, and of the days and services around it.
 *
 *	strip HISTORY TEST
 *
 * It knows nothing of steady but that header; against an installed steady it compiles with
 *
 *	cc strip.c $(pkg-config --cflags --libs --static steady-history)
 */
#include <steady/history.h>

#include <stdio.h>
#include <time.h>

#define SHOWN 60

/* Names come from whoever wrote the report: no control character reaches the terminal. */
static void print(const char *text)
{
	for (; text && *text; text++) {
		putchar((unsigned char)*text < ' ' ? '?' : *text);
	}
}

struct found {
	char id[33];
	unsigned long tests;
};

static int on_test(void *payload, const struct steady_history_test *test)
{
	struct found *found = payload;

	found->tests++;
	snprintf(found->id, sizeof(found->id), "%s", test->id);
	print(test->class_name);
	printf(" ");
	print(test->name);
	printf("\n");
	return 0;
}

/* "." passed, "F" failed, "f" failed and then passed when it was run again, "s" skipped */
static int on_result(void *payload, const struct steady_history_result *result)
{
	char *strip = payload;
	size_t at = 0;
	bool mended = result->retry && result->retry[0] == 'p';

	while (strip[at]) {
		at++;
	}
	strip[at] = result->outcome == STEADY_HISTORY_PASSED    ? '.'
		    : result->outcome == STEADY_HISTORY_SKIPPED ? 's'
		    : mended                                    ? 'f'
								: 'F';
	return 0;
}

static int on_duration(void *payload, const struct steady_history_duration *duration)
{
	(void)payload;
	printf("%lu passes: half of them within %.1f ms, 95 of 100 within %.1f ms\n",
	       (unsigned long)duration->passes, (double)duration->p50_us / 1e3,
	       (double)duration->p95_us / 1e3);
	return 0;
}

static int on_day(void *payload, const struct steady_history_day *day)
{
	time_t midnight = (time_t)(day->day_us / 1000000);
	char date[16];

	(void)payload;
	strftime(date, sizeof(date), "%Y-%m-%d", gmtime(&midnight));
	printf("%s  %lu runs, %lu red, %lu flaky; %lu failures\n", date, (unsigned long)day->runs,
	       (unsigned long)day->red, (unsigned long)day->flaky, (unsigned long)day->failures);
	return 0;
}

static int on_service(void *payload, const struct steady_history_service *service)
{
	(void)payload;
	print(service->service);
	printf("  %lu waits, %lu failed; half of the others within %.1f ms\n",
	       (unsigned long)service->waits, (unsigned long)service->failed,
	       (double)service->p50_us / 1e3);
	return 0;
}

static int on_evidence(void *payload, const struct steady_history_evidence *evidence)
{
	unsigned long *counts = payload;

	counts[evidence->passed_retry || evidence->failed_then_passed]++;
	return 0;
}

static int on_failure(void *payload, const struct steady_history_failure *failure)
{
	(void)payload;
	print(failure->type);
	printf(": ");
	print(failure->message);
	printf(" (%s)\n", failure->retry);
	return 0;
}

static int ask(struct steady_history *history, const char *name)
{
	struct found found = {{0}, 0};
	char strip[SHOWN + 1] = "";
	unsigned long counts[2] = {0, 0};

	if (steady_history_tests(history, name, on_test, &found) < 0 || found.tests != 1) {
		return -1;
	}
	if (steady_history_strip(history, found.id, NULL, SHOWN, on_result, strip) < 0 ||
	    printf("%s\n", strip) < 0 ||
	    steady_history_durations(history, found.id, NULL, on_duration, NULL) < 0 ||
	    steady_history_trend(history, NULL, on_day, NULL) < 0 ||
	    steady_history_waits(history, NULL, on_service, NULL) < 0 ||
	    steady_history_evidence(history, NULL, on_evidence, counts) < 0) {
		return -1;
	}
	printf("%lu failures, %lu of them mended by a retry\n", counts[0] + counts[1], counts[1]);
	return steady_history_failures(history, "3", NULL, on_failure, NULL);
}

int main(int argc, char **argv)
{
	char error[STEADY_HISTORY_ERROR];
	struct steady_history *history;
	int done;

	if (argc != 3) {
		fprintf(stderr, "usage: strip HISTORY TEST\n");
		return 2;
	}
	history = steady_history_open(argv[1], error);
	if (!history) {
		fprintf(stderr, "%s\n", error);
		return 1;
	}
	done = ask(history, argv[2]);
	if (done < 0) {
		fprintf(stderr, "%s\n", steady_history_error(history));
	}
	steady_history_close(history);
	return done < 0 ? 1 : 0;
}
