/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "analyze/touch.h"
#include "base/mem.h"

#include <string.h>

static void what_a_failure_names(void **state)
{
	static const struct {
		const char *path;
		const char *file, *class_name, *text;
		bool want;
		const char *why;
	} rows[] = {
		{"tests/test_orders.py", "tests/test_orders.py", NULL, NULL, true, "its own file"},
		{"shop/tests/test_orders.py", "tests/test_orders.py", NULL, NULL, true,
		 "as seen from another folder"},
		{"tests/test_orders.py", "ests/test_orders.py", NULL, NULL, false, "not quite"},
		{"src/app/PricesTest.java", NULL, "org.app.PricesTest", NULL, true,
		 "the class is named after it"},
		{"tests/test_orders.py", NULL, "tests.test_orders.TestPrices", NULL, true,
		 "the module is"},
		{"src/app/Prices.java", NULL, "org.app.PricesTest", NULL, true, "what it tests"},
		{"src/cart.py", NULL, "tests.test_cart", NULL, true, "what it tests, in Python"},
		{"src/app/Prices.java", NULL, "org.app.PricesOfTodayTest", NULL, false,
		 "a longer name"},
		{"src/app/Prices.java", NULL, "x",
		 "NullPointerException\n\tat org.app.Prices.of(Prices.java:12)", true,
		 "in the stack"},
		{"src/app/ces.java", NULL, "x", "at org.app.Prices.of(Prices.java:12)", false,
		 "a part of a name"},
		{"web/src/index.js", NULL, "x", "at f (/app/node_modules/y/index.js:3:1)", false,
		 "many are named so"},
		{"web/src/index.js", NULL, "x", "at f (/app/web/src/index.js:3:1)", true,
		 "with its folder"},
		{"README.md", NULL, "x", "expected 1, got 2", false, "something else"},
		{"a.c", NULL, "x", "a.c:3: failed", false, "too short to mean anything"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(strv_release) struct strv paths = {0};
		struct test_name test = {.file = mem_str(rows[i].file),
					 .class_name = mem_str(rows[i].class_name)};
		struct failure failure = {.text = mem_str(rows[i].text)};
		const char *found = NULL;

		strv_add(&paths, "docs/other.txt");
		strv_add(&paths, rows[i].path);
		found = touch_find(&paths, &test, &failure);
		if ((found != NULL) != rows[i].want) {
			fail_msg("%s, %s", rows[i].path, rows[i].why);
		}
		assert_true(!found || strcmp(found, rows[i].path) == 0);
		test_name_release(&test);
		cleanup_free(&failure.text);
	}
}

static void without_a_failure(void **state)
{
	CLEANUP(strv_release) struct strv paths = {0};
	struct test_name test = {0};

	(void)state;
	assert_null(touch_find(&paths, &test, NULL));
	strv_add(&paths, "src/orders.c");
	strv_add(&paths, "");
	strv_add(&paths, "/");
	assert_null(touch_find(&paths, &test, NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_failure_names),
		cmocka_unit_test(without_a_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
