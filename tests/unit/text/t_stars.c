/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "text/stars.h"

#include <string.h>

static void test_covers_in_place(void **state)
{
	char text[] = "key=abcdef, more";
	char small[] = "ab.";

	(void)state;
	assert_string_equal(stars_cover(text + 4, 6), ", more");
	assert_string_equal(text, "key=***, more");
	assert_string_equal(stars_cover(small, 2), ".");
	assert_string_equal(small, "**.");
}

static void test_hides_each(void **state)
{
	char text[] = "hunter22 and hunter22hunter22, not hunter2";

	(void)state;
	stars_hide(text, "hunter22");
	assert_string_equal(text, "*** and ******, not hunter2");
	stars_hide(text, "not there");
	assert_string_equal(text, "*** and ******, not hunter2");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_covers_in_place),
		cmocka_unit_test(test_hides_each),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
