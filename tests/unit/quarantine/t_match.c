/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "base/clock.h"
#include "base/mem.h"
#include "quarantine/match.h"

#include <string.h>

#define DAY (INT64_C(86400) * US_PER_S)

static void test_names(void **state)
{
	static const struct {
		const char *row, *class_name, *name;
		bool matches;
	} rows[] = {
		{"a::b", "a", "b", true},
		{"a::b", "a", "bc", false},
		{"a::b", "xa", "b", false},
		{"a::", "a", "b", false},
		{"b", "a", "b", false},
		{"a::*", "a", "b", true},
		{"*b", "a", "b", true},
		{"a::b*", "a", "b", true},
		{"a::*c*e", "a", "abcdece", true},
		{"a::*c*e", "a", "abcdecf", false},
		{"*::b*b*b", "a", "bxb", false},
		{"**a*", "a", "b", true},
		{"a::x[*]", "a", "x[1/2]", true},
		{"a::x[*]", "a", "x[1]y", false},
		{"a::x*", "a", "X", false},
		{"a::x*y", "a", "x*y", true},
		{"a::?", "a", "b", false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct quarantine_row row = {.test = (char *)(uintptr_t)rows[i].row};
		const struct test_name name = {.class_name = (char *)(uintptr_t)rows[i].class_name,
					       .name = (char *)(uintptr_t)rows[i].name};
		char id[TEST_ID_LEN + 1];

		test_name_id(&name, id);
		if (match_test(&row, &name, id) != rows[i].matches) {
			fail_msg("%s: %s::%s", rows[i].row, rows[i].class_name, rows[i].name);
		}
	}
}

static void test_ids(void **state)
{
	char class_name[] = "a", other_name[] = "b";
	const struct test_name name = {.class_name = class_name, .name = other_name};
	char id[TEST_ID_LEN + 1];
	struct quarantine_row row = {0};

	(void)state;
	test_name_id(&name, id);
	for (size_t len = 0; len <= TEST_ID_LEN; len++) {
		AUTO_FREE char *start = mem_strn(id, len);

		row.test = start;
		assert_int_equal(match_test(&row, &name, id), len >= 12);
	}
	row.test = id;
	assert_true(match_test(&row, &name, id));
	row.test = mem_fmt("%sa", id);
	assert_false(match_test(&row, &name, id));
	row.test[0] ^= 1;
	row.test[12] = '\0';
	assert_false(match_test(&row, &name, id));
	quarantine_row_release(&row);
}

/* A row: "any", or the signatures that it excuses; and on which day of the question it expired. */
struct row_case {
	const char *signatures;
	const char *job;
	int expired_for; /* days that are over since; negative: it lives */
};

static void test_failures(void **state)
{
	static const struct {
		const char *why;
		struct row_case rows[3]; /* up to one without signatures */
		const char *signatures;  /* of the failures, a letter each; . is one without */
		bool strict;
		enum quarantine_state want;
		int row;
	} cases[] = {
		{"no row", {{0}}, "a", false, QUARANTINE_NONE, -1},
		{"known failure", {{"a", NULL, -1}}, "a", true, QUARANTINE_EXCUSED, 0},
		{"its last day", {{"a", NULL, 0}}, "a", true, QUARANTINE_EXCUSED, 0},
		{"expired, in grace", {{"a", NULL, 14}}, "a", true, QUARANTINE_EXCUSED, 0},
		{"expired for long", {{"a", NULL, 15}}, "a", true, QUARANTINE_OVERDUE, 0},
		{"expired for long on others",
		 {{"a", NULL, 99}},
		 "a",
		 false,
		 QUARANTINE_EXCUSED,
		 0},
		{"new failure", {{"a", NULL, -1}}, "b", false, QUARANTINE_NEW_FAILURE, 0},
		{"new failure, expired", {{"a", NULL, 99}}, "b", true, QUARANTINE_NEW_FAILURE, 0},
		{"one of two is new", {{"a", NULL, -1}}, "ab", false, QUARANTINE_NEW_FAILURE, 0},
		{"both are known", {{"ab", NULL, -1}}, "ab", false, QUARANTINE_EXCUSED, 0},
		{"no signature", {{"a", NULL, -1}}, ".", false, QUARANTINE_NEW_FAILURE, 0},
		{"no failure at all", {{"any", NULL, -1}}, "", false, QUARANTINE_NEW_FAILURE, 0},
		{"any failure", {{"any", NULL, -1}}, "z", false, QUARANTINE_EXCUSED, 0},
		{"any failure, no signature",
		 {{"any", NULL, -1}},
		 ".",
		 false,
		 QUARANTINE_EXCUSED,
		 0},
		{"another job", {{"a", "j", -1}}, "a", false, QUARANTINE_NONE, -1},
		{"this job", {{"a", "i", -1}}, "a", false, QUARANTINE_EXCUSED, 0},
		{"a better row",
		 {{"b", NULL, -1}, {"a", NULL, -1}},
		 "a",
		 false,
		 QUARANTINE_EXCUSED,
		 1},
		{"a row that lives",
		 {{"a", NULL, 3}, {"a", "i", -1}, {"a", NULL, -1}},
		 "a",
		 false,
		 QUARANTINE_EXCUSED,
		 1},
		{"rows do not add up",
		 {{"b", NULL, -1}, {"a", "i", -1}},
		 "ab",
		 false,
		 QUARANTINE_NEW_FAILURE,
		 0},
		{"an overdue one is told",
		 {{"b", NULL, -1}, {"a", NULL, 20}},
		 "a",
		 true,
		 QUARANTINE_OVERDUE,
		 1},
	};
	const int64_t today = 20000 * DAY;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		CLEANUP(quarantine_list_release) struct quarantine_list rows = {0};
		CLEANUP(strv_release) struct strv signatures = {0};
		char name_text[] = "t";
		const struct test_name name = {.name = name_text};
		struct match_question question = {
			&name, "", "i", &signatures, today + DAY / 2, cases[i].strict};
		const struct quarantine_row *row = NULL;
		enum quarantine_state got;

		for (size_t k = 0; k < 3 && cases[i].rows[k].signatures; k++) {
			const struct row_case *made = &cases[i].rows[k];
			struct quarantine_row *added = VEC_PUSH(&rows);

			added->test = mem_str("t");
			added->job = mem_str(made->job);
			added->expires_us = today - made->expired_for * DAY;
			added->any_failure = strlen(made->signatures) == 3;
			for (size_t n = 0; !added->any_failure && made->signatures[n]; n++) {
				strv_fmt(&added->signatures, "%c", made->signatures[n]);
			}
		}
		for (const char *at = cases[i].signatures; *at; at++) {
			strv_fmt(&signatures, "%.*s", *at != '.', at);
		}
		got = match_failure(&rows, &question, &row);
		if (got != cases[i].want ||
		    row != (cases[i].row < 0 ? NULL : &rows.items[cases[i].row])) {
			fail_msg("%s: %s", cases[i].why, quarantine_state_name(got));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_ids),
		cmocka_unit_test(test_failures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
