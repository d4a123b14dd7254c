/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "junit/reader.h"

#include <string.h>

#define TWO  "<testcase name='a'/><testcase name='b'/>"
#define BAD  "<testcase name='c'><failure/></testcase>"
#define SKIP "<testcase name='d'><skipped/></testcase>"

/* What a report claims beyond what it shows. */
static const struct claim {
	const char *text;
	size_t tests, failures;
	size_t warnings;
} claims[] = {
	{"<testsuite>" TWO "</testsuite>", 0, 0, 0},
	{"<testsuite tests='2' failures='0'>" TWO "</testsuite>", 0, 0, 0},
	{"<testsuite tests='5'>" TWO "</testsuite>", 3, 0, 1},
	{"<testsuite tests='1'>" TWO "</testsuite>", 0, 0, 1},
	{"<testsuite tests='2' failures='1'>" TWO "</testsuite>", 0, 1, 0},
	{"<testsuite tests='2' errors='1' failures='1'>" TWO "</testsuite>", 0, 2, 0},
	{"<testsuite tests='3' errors='1'>" TWO BAD "</testsuite>", 0, 0, 0},
	{"<testsuite tests='2'>" TWO SKIP "</testsuite>", 0, 0, 0},
	/* An error of the suite may be counted; so may each try of a test. */
	{"<testsuite tests='3' errors='1'>" TWO "<error/></testsuite>", 0, 0, 0},
	{"<testsuite tests='3' failures='1'>" TWO "<testcase name='e'><flakyFailure/></testcase>"
	 "</testsuite>",
	 0, 0, 0},
	/* The outer and the inner suite tell of the same gap. */
	{"<testsuites tests='4'><testsuite tests='4' failures='1'>" TWO "</testsuite></testsuites>",
	 2, 1, 2},
	{"<testsuites><testsuite tests='3'>" TWO "</testsuite><testsuite tests='4'>" TWO
	 "</testsuite></testsuites>",
	 3, 0, 3},
	/* Some writers count errors among the failures too. */
	{"<testsuite tests='3' failures='1' errors='1'>" TWO BAD "</testsuite>", 0, 1, 1},
	/* What a skipped suite would have run. */
	{"<testsuites tests='3'><testsuite tests='3'><skipped/></testsuite></testsuites>", 0, 0, 2},
	/* No number, or one that nobody can mean. */
	{"<testsuite tests='-5' failures='x'>" TWO "</testsuite>", 0, 0, 0},
};

/* Failures beside others may be counted twice; where none is shown, they are lost. */
static bool has_right_state(const struct results_file *file)
{
	bool green = file->failed + file->errors + file->suite_errors == 0;
	bool lost = green && file->unshown_failures > 0;

	return file->state == (lost ? FILE_INCOMPLETE : FILE_OK) && lost == (file->error != NULL);
}

static void test_claims(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(claims); i++) {
		CLEANUP(results_file_release) struct results_file file = {0};

		junit_read_memory(claims[i].text, strlen(claims[i].text), &file);
		if (file.unshown_tests != claims[i].tests ||
		    file.unshown_failures != claims[i].failures ||
		    file.warnings.len != claims[i].warnings || !has_right_state(&file)) {
			fail_msg("%s: %s, %zu tests, %zu failures, %zu warnings", claims[i].text,
				 file_state_name(file.state), file.unshown_tests,
				 file.unshown_failures, file.warnings.len);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_claims)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
