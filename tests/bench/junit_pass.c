/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reader's events and nothing else, beside sax_pass: it takes what each event brings and drops
 * it. Prints "tests N failures N errors N skipped N bytes N peak_kb N".
 */
#include "peak.h"
#include "steady/junit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct pass {
	unsigned long failures, errors, skipped, text;
};

static int on_case(void *payload, const struct steady_junit_case *test)
{
	struct pass *pass = payload;

	pass->failures += test->outcome == STEADY_JUNIT_FAILED;
	pass->errors += test->outcome == STEADY_JUNIT_ERROR;
	pass->skipped += test->outcome == STEADY_JUNIT_SKIPPED;
	for (size_t i = 0; i < test->details_len; i++) {
		pass->text += test->details[i].text ? strlen(test->details[i].text) : 0;
	}
	return 0;
}

int main(int argc, char **argv)
{
	struct pass pass = {0};
	const struct steady_junit_events events = {.on_case = on_case};
	struct steady_junit_summary summary;

	if (argc != 2) {
		fprintf(stderr, "usage: junit_pass FILE\n");
		return 2;
	}
	if (steady_junit_read_file(argv[1], &events, &pass, NULL, &summary) < 0) {
		fprintf(stderr, "%s: %s\n", argv[1], summary.error);
		return 1;
	}
	printf("tests %zu failures %lu errors %lu skipped %lu bytes %llu peak_kb %lu\n",
	       summary.cases, pass.failures, pass.errors, pass.skipped,
	       (unsigned long long)summary.bytes, peak_kb());
	return summary.state == STEADY_JUNIT_OK ? 0 : 1;
}
