/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "base/str.h"
#include "failure/secrets.h"

#include <stdlib.h>
#include <string.h>

static void check(const char *text, const char *want)
{
	AUTO_FREE char *got = mem_str(text);

	secrets_scrub(got);
	if (!str_eq(got, want)) {
		fail_msg("%s\n  became %s\n  not    %s", text, got, want);
	}
}

/* No token of anybody: made of a start and letters of ours. */
#define LONG "abcdefghij0123456789ABCDEFGHIJ0123456789"

static void secrets_by_their_looks(void **state)
{
	static const char *const rows[][2] = {
		{"push with ghp_" LONG " failed", "push with *** failed"},
		{"key AKIA"
		 "ABCDEFGHIJ012345, region x",
		 "key ***, region x"},
		{"got xoxb-1234567890-abc", "got ***"},
		{"jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.c2lnbmF0dXJl!", "jwt ***!"},
		{"Authorization: Bearer abcdef0123456789", "Authorization: Bearer ***"},
		{"authorization: basic dXNlcjpwYXNzd29yZA==", "authorization: basic ***"},
		{"connect to postgres://shop:hunter2@db:5432/shop",
		 "connect to postgres://shop:***@db:5432/shop"},
		{"-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc\n-----END RSA PRIVATE KEY-----",
		 "-----BEGIN RSA PRIVATE KEY-----***-----END RSA PRIVATE KEY-----"},
		{"-----BEGIN PRIVATE KEY-----\nMIIE cut", "-----BEGIN PRIVATE KEY-----***"},
		{"PGPASSWORD=hunter2 psql", "PGPASSWORD=*** psql"},
		{"{\"password\": \"correct horse\"}", "{\"password\": \"*** horse\"}"},
		{"{'client_secret':'abcdef'}", "{'client_secret':'***'}"},
		{"api_key=abcd1234&page=2", "api_key=***&page=2"},
		{"access_token: abcdefgh12345", "access_token: ***"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		check(rows[i][0], rows[i][1]);
	}
}

static void what_tells_causes_apart_stays(void **state)
{
	static const char *const rows[] = {
		"",
		"expected 3, got 4",
		"assert password == 'abcd1234'",
		"password: None",
		"token: expected an identifier",
		"unexpected token: '}' at line 3",
		"the secret of the matter",
		"http://127.0.0.1:8000/health returned 503",
		"ssh://git@example.org/shop.git",
		"connection to server at \"localhost\" (127.0.0.1), port 5432 failed",
		"Basic test of a cart",
		"SQLSTATE[08006] [7] timeout expired",
		"tests/test_tokens.py::test_token_expires[token=3]",
		"eyJ is how they begin",
		"java.lang.IllegalStateException: monkey: donkey123456",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		check(rows[i], rows[i]);
	}
}

static void secrets_by_their_values(void **state)
{
	char token[] = "DEPLOY_TOKEN=swordfish-9", file[] = "SECRET_FILE=/run/secrets/a";
	char plain[] = "HOME_TOWN=springfield", small[] = "A_PASSWORD=abc", bare[] = "TOKEN";
	char *environment[] = {token, file, plain, small, bare, NULL}, *nothing[] = {NULL};

	(void)state;
	secrets_learn(environment);
	check("swordfish-9 and swordfish-9", "*** and ***");
	check("in springfield, abc, /run/secrets/a", "in springfield, abc, /run/secrets/a");
	secrets_learn(nothing);
	check("swordfish-9", "swordfish-9");
}

static void all_texts_of_a_failure(void **state)
{
	struct failure *failure = mem_alloc(sizeof(*failure));

	(void)state;
	failure->message = mem_str("password=hunter2");
	failure->text = mem_str("at password=hunter2");
	failure->output = mem_str("> password=hunter2");
	secrets_hide_in(failure);
	assert_string_equal(failure->message, "password=***");
	assert_string_equal(failure->text, "at password=***");
	assert_string_equal(failure->output, "> password=***");
	failure_free(failure);
}

/* Nothing is read twice over: a text of one kind of bytes, as long as a text can be. */
static void long_texts_of_anything(void **state)
{
	static const char *const units[] = {
		"a",     ":",       "=",   "password", "password=", "://",
		"://a:", "Bearer ", "eyJ", "sk-",      " ",         "-----BEGIN PRIVATE KEY-----"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(units); i++) {
		CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);
		AUTO_FREE char *copy = NULL;

		while (text.len < 30000) {
			buf_str_add(&text, units[i]);
		}
		copy = mem_str(buf_str(&text));
		secrets_scrub(copy);
		assert_true(strlen(copy) <= text.len);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(secrets_by_their_looks),
		cmocka_unit_test(what_tells_causes_apart_stays),
		cmocka_unit_test(secrets_by_their_values),
		cmocka_unit_test(all_texts_of_a_failure),
		cmocka_unit_test(long_texts_of_anything),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
