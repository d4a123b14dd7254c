/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "text/json.h"

#include <locale.h>
#include <math.h>
#include <string.h>

static void check_written(struct json *value, unsigned indent, const char *expected)
{
	CLEANUP(buf_release) struct buf out = BUF_INIT(10000);

	json_write(value, indent, &out);
	json_free(value);
	assert_string_equal(buf_str(&out), expected);
}

static void test_builds_and_writes(void **state)
{
	struct json *object = json_new_object();
	struct json *tests = json_new_array();

	(void)state;
	json_put_str(object, "outcome", "flaky");
	json_put_int(object, "n", INT64_MIN);
	json_put_real(object, "p", 0.25);
	json_put_bool(object, "sure", true);
	json_put_str(object, "error", NULL);
	json_put(object, "tests", tests);
	json_add(tests, json_new_int(1));
	json_add(tests, json_new_str("a\"b"));
	json_add(tests, json_new_bool(false));
	json_add(tests, json_new_null());
	json_add(tests, json_new_array());
	check_written(object, 0,
		      "{\"outcome\":\"flaky\",\"n\":-9223372036854775808,\"p\":0.25,\"sure\":true,"
		      "\"error\":null,\"tests\":[1,\"a\\\"b\",false,null,[]]}");
}

static void test_writes_with_indent(void **state)
{
	CLEANUP(buf_release) struct buf out = BUF_INIT(1000);
	struct json *object = json_new_object();

	(void)state;
	json_put_int(object, "b", 1);
	json_put_int(object, "a", 2);
	json_write(object, 1, &out);
	assert_string_equal(buf_str(&out), "{\n \"b\": 1,\n \"a\": 2\n}");
	buf_clear(&out);
	json_write(object, 1000, &out);
	assert_non_null(strstr(buf_str(&out), "\n                               \"b\": 1"));
	check_written(object, 2, "{\n  \"b\": 1,\n  \"a\": 2\n}");
}

static void test_members_keep_their_order(void **state)
{
	struct json *object = json_new_object();

	(void)state;
	json_put_int(object, "z", 1);
	json_put_int(object, "a", 2);
	json_put_int(object, "m", 3);
	json_put_int(object, "z", 4);
	check_written(object, 0, "{\"z\":4,\"a\":2,\"m\":3}");
}

static void test_reals(void **state)
{
	static const struct {
		double value;
		const char *text;
	} rows[] = {
		{0.1, "0.1"},
		{0.1 + 0.2, "0.3"},
		{0.0, "0.0"},
		{3.0, "3.0"},
		{-1.5, "-1.5"},
		{0.123456, "0.123456"},
		{123456.789, "123456.789"},
		{1.0 / 3, "0.333333333"},
		{1e-7, "1e-7"},
		{1e300, "1e300"},
		{(double)NAN, "null"},
		{(double)INFINITY, "null"},
		{-(double)INFINITY, "null"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		check_written(json_new_real(rows[i].value), 0, rows[i].text);
	}
}

/* A locale with a decimal comma changes nothing. Where none is installed, this proves little. */
static void test_reals_ignore_the_locale(void **state)
{
	struct err err = ERR_INIT;
	struct json *value = NULL;

	(void)state;
	if (!setlocale(LC_NUMERIC, "de_DE.UTF-8")) {
		setlocale(LC_NUMERIC, "C.UTF-8");
	}
	check_written(json_new_real(0.5), 0, "0.5");
	assert_int_equal(json_parse("1.5", 3, &value, &err), 0);
	setlocale(LC_NUMERIC, "C");
	assert_true(json_double(value) > 1.4 && json_double(value) < 1.6);
	json_free(value);
}

static void test_strings_are_repaired(void **state)
{
	struct json *object = json_new_object();

	(void)state;
	json_put_str(object, "k\xFF", "v\xC3");
	json_put_str(object, "\xC3\xA4", "\xE2\x82\xAC");
	check_written(object, 0,
		      "{\"k\xEF\xBF\xBD\":\"v\xEF\xBF\xBD\",\"\xC3\xA4\":\"\xE2\x82\xAC\"}");
}

static void test_strings_cannot_act_on_a_terminal(void **state)
{
	(void)state;
	check_written(
		json_new_str("\x1b[1m\n\x7f\xC2\x9B\xE2\x80\xAE\xE2\x80\xA8\xF3\xA0\x81\x81."), 0,
		"\"\\u001B[1m\\n\\u007F\\u009B\\u202E\\u2028\\uDB40\\uDC41.\"");
}

static void test_what_was_written_is_read_back(void **state)
{
	static const char text[] = "a\x01\x1b\x7f\xC2\x9B\xE2\x80\xAE\xF3\xA0\x81\x81\"\\/\xC3\xA4";
	CLEANUP(buf_release) struct buf out = BUF_INIT(1000);
	struct err err = ERR_INIT;
	AUTO_JSON struct json *value = json_new_str(text);
	AUTO_JSON struct json *back = NULL;

	(void)state;
	json_write(value, 0, &out);
	assert_int_equal(json_parse(buf_str(&out), out.len, &back, &err), 0);
	assert_string_equal(json_text(back), text);
}

static void test_parses_and_reads(void **state)
{
	static const char text[] = "{\"s\":\"x\",\"i\":-7,\"r\":2.5,\"t\":true,\"f\":false,"
				   "\"n\":null,\"a\":[10,20],\"o\":{\"k\":\"v\"}}";
	static const struct {
		const char *key;
		enum json_kind kind;
	} rows[] = {
		{"s", JSON_KIND_STR},   {"i", JSON_KIND_INT},    {"r", JSON_KIND_REAL},
		{"t", JSON_KIND_BOOL},  {"f", JSON_KIND_BOOL},   {"n", JSON_KIND_NULL},
		{"a", JSON_KIND_ARRAY}, {"o", JSON_KIND_OBJECT}, {"none", JSON_KIND_NULL},
	};
	struct err err = ERR_INIT;
	AUTO_JSON struct json *value = NULL;

	(void)state;
	assert_int_equal(json_parse(text, strlen(text), &value, &err), 0);
	assert_int_equal(json_kind(value), JSON_KIND_OBJECT);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_int_equal(json_kind(json_get(value, rows[i].key)), rows[i].kind);
	}
	assert_string_equal(json_get_str(value, "s"), "x");
	assert_null(json_get_str(value, "i"));
	assert_int_equal(json_number(json_get(value, "i")), -7);
	assert_int_equal(json_number(json_get(value, "r")), 0);
	assert_true(json_double(json_get(value, "r")) > 2.4);
	assert_true(json_double(json_get(value, "i")) < -6.9);
	assert_true(json_truth(json_get(value, "t")));
	assert_false(json_truth(json_get(value, "f")));
	assert_false(json_truth(json_get(value, "i")));
	assert_int_equal(json_len(json_get(value, "a")), 2);
	assert_int_equal(json_number(json_at(json_get(value, "a"), 1)), 20);
	assert_null(json_at(json_get(value, "a"), 2));
	assert_string_equal(json_get_str(json_get(value, "o"), "k"), "v");
	assert_null(json_get(value, "none"));
}

static void test_getters_take_null_and_other_kinds(void **state)
{
	AUTO_JSON struct json *text = json_new_str("x");

	(void)state;
	assert_null(json_get(NULL, "k"));
	assert_null(json_get(text, "k"));
	assert_null(json_get_str(NULL, "k"));
	assert_null(json_text(NULL));
	assert_null(json_at(NULL, 0));
	assert_null(json_at(text, 0));
	assert_int_equal(json_len(NULL), 0);
	assert_int_equal(json_len(text), 0);
	assert_int_equal(json_number(NULL), 0);
	assert_int_equal(json_number(text), 0);
	assert_false(json_truth(NULL));
	assert_int_equal(json_kind(NULL), JSON_KIND_NULL);
	json_free(NULL);
}

static void list_member(const char *key, const struct json *value, void *payload)
{
	buf_fmt(payload, "%s=%d ", key, (int)json_number(value));
}

static void test_each_visits_in_order(void **state)
{
	CLEANUP(buf_release) struct buf seen = BUF_INIT(100);
	struct err err = ERR_INIT;
	AUTO_JSON struct json *value = NULL;

	(void)state;
	assert_int_equal(json_parse("{\"z\":1,\"a\":2,\"m\":3}", 19, &value, &err), 0);
	json_each(value, list_member, &seen);
	json_each(json_get(value, "z"), list_member, &seen);
	json_each(NULL, list_member, &seen);
	assert_string_equal(buf_str(&seen), "z=1 a=2 m=3 ");
}

static void test_bad_documents_are_refused_with_their_place(void **state)
{
	static const struct {
		const char *text, *place, *why;
	} rows[] = {
		{"", "line 1 column ", "nothing"},
		{"{\n\"a\":1,\n\"b\" 2}", "line 3 column ", "no colon"},
		{"{\"a\":1,\n\"a\":2}", "line 2 column ", "duplicate key"},
		{"[1,2] x", "line 1 column ", "trailing text"},
		{"[1]\n[2]", "line 2 column ", "two documents"},
		{"[1,]", "line 1 column ", "trailing comma"},
		{"[\"\\u0000\"]", "line 1 column ", "NUL in a string"},
		{"{\"a\\u0000b\":1}", "line 1 column ", "NUL in a key"},
		{"[\"\xFF\"]", "line 1 column ", "bad UTF-8"},
		{"[\"\\ud800\"]", "line 1 column ", "half a surrogate pair"},
		{"[9223372036854775808]", "line 1 column ", "too big an integer"},
		{"[1e999]", "line 1 column ", "too big a real"},
		{"[NaN]", "line 1 column ", "no number"},
		{"[01]", "line 1 column ", "leading zero"},
		{"['a']", "line 1 column ", "single quotes"},
		{"[\"a\nb\"]", "line 1 column ", "newline in a string"},
		{"[\"a", "line 1 column ", "cut in a string"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct err err = ERR_INIT;
		struct json *value = NULL;

		if (json_parse(rows[i].text, strlen(rows[i].text), &value, &err) != -1 || value ||
		    err.code != ERR_INPUT ||
		    strncmp(err.msg, rows[i].place, strlen(rows[i].place)) != 0) {
			fail_msg("%s: \"%s\"", rows[i].why, err.msg);
		}
	}
}

static void test_errors_cannot_act_on_a_terminal(void **state)
{
	struct err err = ERR_INIT;
	struct json *value = NULL;

	(void)state;
	assert_int_equal(json_parse("[\x1b]", 3, &value, &err), -1);
	assert_null(strchr(err.msg, '\x1b'));
	assert_non_null(strstr(err.msg, "\\x1b"));
}

static void test_reads_no_further_than_told(void **state)
{
	struct err err = ERR_INIT;
	AUTO_JSON struct json *value = NULL;

	(void)state;
	assert_int_equal(json_parse("[1]garbage", 3, &value, &err), 0);
	assert_int_equal(json_len(value), 1);
	assert_int_equal(json_parse("[1]\0", 4, &value, &err), -1);
}

static void test_deep_nesting_is_refused(void **state)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(1000000);
	struct err err = ERR_INIT;
	struct json *value = NULL;

	(void)state;
	for (size_t i = 0; i < 100000; i++) {
		buf_char(&text, '[');
	}
	assert_int_equal(json_parse(buf_str(&text), text.len, &value, &err), -1);
	assert_non_null(strstr(err.msg, "depth"));
}

/* Servers write more than we do. */
static void test_foreign(void **state)
{
	static const char *const texts[] = {
		"{\"big\":12345678901234567890,\"s\":\"ok\"}",
		"\xef\xbb\xbf{\"s\":\"ok\"}",
		"{\"s\":\"no\",\"s\":\"ok\"}",
		"{\"n\":\"a\\u0000b\",\"s\":\"ok\"}",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		AUTO_JSON struct json *value = NULL;
		struct err err = ERR_INIT;

		assert_int_equal(json_parse(texts[i], strlen(texts[i]), &value, &err), -1);
		if (json_parse_foreign(texts[i], strlen(texts[i]), &value, &err) < 0) {
			fail_msg("%s: %s", texts[i], err.msg);
		}
		assert_string_equal(json_get_str(value, "s"), "ok");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_builds_and_writes),
		cmocka_unit_test(test_writes_with_indent),
		cmocka_unit_test(test_members_keep_their_order),
		cmocka_unit_test(test_reals),
		cmocka_unit_test(test_reals_ignore_the_locale),
		cmocka_unit_test(test_strings_are_repaired),
		cmocka_unit_test(test_strings_cannot_act_on_a_terminal),
		cmocka_unit_test(test_what_was_written_is_read_back),
		cmocka_unit_test(test_parses_and_reads),
		cmocka_unit_test(test_foreign),
		cmocka_unit_test(test_getters_take_null_and_other_kinds),
		cmocka_unit_test(test_each_visits_in_order),
		cmocka_unit_test(test_bad_documents_are_refused_with_their_place),
		cmocka_unit_test(test_errors_cannot_act_on_a_terminal),
		cmocka_unit_test(test_reads_no_further_than_told),
		cmocka_unit_test(test_deep_nesting_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
