/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An example of include/steady/junit.h: prints what failed in each report, one line a test.
 *
 *	failures REPORT…
 *
 * It knows nothing of steady but that header; against an installed steady it compiles with
 *
 *	cc failures.c $(pkg-config --cflags --libs --static steady-junit)
 */
#include <steady/junit.h>

#include <stdio.h>

struct count {
	unsigned long failed, flaky;
};

/* Names come from whoever wrote the report: no control character reaches the terminal. */
static void print(const char *text)
{
	for (; text && *text; text++) {
		putchar((unsigned char)*text < ' ' ? '?' : *text);
	}
}

static int on_case(void *payload, const struct steady_junit_case *test)
{
	struct count *count = payload;

	count->flaky += test->failed_tries > 0;
	if (test->outcome < STEADY_JUNIT_FAILED) {
		return 0;
	}
	count->failed++;
	printf("%-6s ", steady_junit_outcome_name(test->outcome));
	print(test->class_name);
	printf(" ");
	print(test->name);
	for (size_t i = 0; i < test->details_len; i++) {
		if (test->details[i].message) {
			printf(": ");
			print(test->details[i].message);
			break;
		}
	}
	printf("\n");
	return 0;
}

static int on_warning(void *payload, const struct steady_junit_warning *warning)
{
	(void)payload;
	printf("line %llu: %s\n", (unsigned long long)warning->line, warning->text);
	return 0;
}

int main(int argc, char **argv)
{
	struct steady_junit_events events = {0};
	struct count count = {0, 0};
	int refused = 0;

	events.on_case = on_case;
	events.on_warning = on_warning;
	for (int i = 1; i < argc; i++) {
		struct steady_junit_summary summary;

		if (steady_junit_read_file(argv[i], &events, &count, NULL, &summary) < 0) {
			refused = 1;
		}
		printf("%s: %s, %zu tests%s%s\n", argv[i], steady_junit_state_name(summary.state),
		       summary.cases, summary.error[0] ? ": " : "", summary.error);
	}
	printf("%lu failed, %lu flaky\n", count.failed, count.flaky);
	return refused;
}
