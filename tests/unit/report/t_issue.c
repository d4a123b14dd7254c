/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "report/issue.h"

#include <string.h>

#define MARKER "<!-- m -->\n"
#define BODY   "\"body\":\"<!-- m -->\\nthe rest\""

static void test_requests(void **state)
{
	static const struct {
		const char *title, *label, *body, *want;
	} rows[] = {
		{"T", "l", "b", "{\"title\":\"T\",\"body\":\"b\",\"labels\":[\"l\"]}\n"},
		{NULL, NULL, "a\n\"q\" \\ \xff",
		 "{\"body\":\"a\\n\\\"q\\\" \\\\ \xef\xbf\xbd\"}\n"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(buf_release) struct buf out = BUF_INIT(BUF_OWN_MAX);

		issue_request(rows[i].title, rows[i].label, rows[i].body, &out);
		assert_string_equal(buf_str(&out), rows[i].want);
	}
}

static void test_found(void **state)
{
	static const struct {
		const char *json;
		int64_t want; /* -1: refused */
	} rows[] = {
		{"[]", 0},
		{"[{\"number\":7," BODY "}]", 7},
		{"[{\"number\":3,\"body\":\"see <!-- m "
		 "-->\"},{\"number\":7,\"state\":\"open\"," BODY "},{\"number\":9," BODY "}]",
		 7},
		{"[{\"number\":7,\"state\":\"closed\"," BODY "}]", 0},
		{"[{\"number\":7,\"pull_request\":{}," BODY "}]", 0},
		{"[{\"number\":\"7; rm\"," BODY "},{\"number\":-1," BODY "},null,5]", 0},
		{"[{\"number\":7,\"body\":\"<!-- m -->\\r\\nx\"}]", 7},
		{"[{\"number\":7,\"body\":null}]", 0},
		{"{\"message\":\"Bad credentials\"}", -1},
		{"<html>", -1},
		{"", -1},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct err err = ERR_INIT;
		int64_t number = 99;
		int rc = issue_find(rows[i].json, strlen(rows[i].json), MARKER, &number, &err);

		assert_int_equal(rc, rows[i].want < 0 ? -1 : 0);
		assert_int_equal(number, rows[i].want < 0 ? 0 : rows[i].want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_requests),
		cmocka_unit_test(test_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
