/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "base/mem.h"
#include "run/judge.h"

/* What is masked in a name makes one identity of several tests. */
static void test_masked_names_are_not_known(void **state)
{
	static const struct {
		const char *class_name, *name;
		bool known;
	} rows[] = {
		{"Cart", "saves[3]", true},
		{NULL, "saves", true},
		{"Cart", "saves[0x7f3a2b1c0d10]", false},
		{"Cart@1b2c3d4f", "saves", false},
		{"Cart", "reads[/tmp/pytest-12/a]", false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(strv_release) struct strv known = {0};
		struct result result = {.test = {.class_name = mem_str(rows[i].class_name),
						 .name = mem_str(rows[i].name)}};

		test_name_id(&result.test, result.id);
		assert_false(judge_is_known(&known, &result));
		strv_add(&known, result.id);
		if (judge_is_known(&known, &result) != rows[i].known) {
			fail_msg("%s", rows[i].name);
		}
		test_name_release(&result.test);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_masked_names_are_not_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
