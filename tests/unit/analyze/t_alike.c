/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "analyze/alike.h"
#include "analyze/flakes.h"
#include "analyze/history.h"

static void which_texts_are_alike(void **state)
{
	static const struct {
		const char *a, *b;
		bool want;
		const char *why;
	} rows[] = {
		{"the cart of user alice was empty when it had to hold one item",
		 "the cart of user bertha was empty when it had to hold one item", true, "a name"},
		{"the cart of alice was empty for bertha and more words come here now",
		 "the cart of carla was empty for dora and more words come here now", false,
		 "two of 13"},
		{"user alice is not there", "user bertha is not there", false, "too short"},
		{"a call to the service at the end returned status 502 in the end",
		 "a call to the service at the end returned status 503 in the end", false,
		 "a code"},
		{"a call to the service at the end failed with ECONNRESET in the end",
		 "a call to the service at the end failed with ECONNREFUSED in the end", false,
		 "a name of an error"},
		{"one two three four five six seven eight nine ten",
		 "one two three four five six seven", false, "words are missing"},
		{"", "", false, "nothing"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (alike_texts(rows[i].a, rows[i].b) != rows[i].want ||
		    alike_texts(rows[i].b, rows[i].a) != rows[i].want) {
			fail_msg("%s", rows[i].why);
		}
	}
}

/* One kind is one row of the test's failures; another test's are another's. */
static void kinds_are_counted_together(void **state)
{
	CLEANUP(evidence_release) struct evidence evidence = {0};
	CLEANUP(flake_report_release) struct flake_report report = {0};

	(void)state;
	history_make(&evidence, "A:V~a B:V~b C:V~c D:P");
	for (size_t i = 0; i < 3; i++) {
		mem_replace(&evidence.signatures.items[i].example,
			    i == 0   ? "the cart of user alice was empty when it had one item"
			    : i == 1 ? "the cart of user bertha was empty when it had one item"
				     : "something else");
	}
	analyze_flakes(&evidence, NULL, &report);
	assert_int_equal(report.kinds[1], 0);
	assert_int_equal(report.kinds[2], 2);
	assert_int_equal(report.tests.items[0].signatures.len, 2);
	assert_int_equal(report.tests.items[0].signatures.items[0].signature, 0);
	assert_int_equal(report.tests.items[0].signatures.items[0].count, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(which_texts_are_alike),
		cmocka_unit_test(kinds_are_counted_together),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
