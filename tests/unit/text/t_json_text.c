/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "text/json_text.h"

#include <math.h>

static const char *const strings[] = {
	"",     "plain text ~", "\"quoted\"", "back\\slash", "a/b", "line\nline\ttab\x01\x7f",
	"käse", "\xff\xfe",     "\u202e",     "\U000e0001",  NULL,
};

static const double reals[] = {0,     -0.0,    1,        0.1,           1e-7, 123456.789,
			       1e300, 1.0 / 3, INFINITY, 0.99999999999, -2.5, 1e21};

static struct json *inner_tree(void)
{
	struct json *out = json_new_object(), *list = json_new_array();

	json_add(list, json_new_int(INT64_MIN));
	json_add(list, json_new_object());
	json_put(out, "list", list);
	json_put(out, "none", json_new_array());
	return out;
}

static struct json *make_tree(void)
{
	struct json *out = json_new_object(), *list = json_new_array(), *numbers = json_new_array();

	for (size_t i = 0; i < ARRAY_LEN(strings); i++) {
		json_add(list, json_new_str(strings[i]));
	}
	/* twice: the second time they are known */
	for (size_t i = 0; i < 2 * ARRAY_LEN(reals); i++) {
		json_add(numbers, json_new_real(reals[i % ARRAY_LEN(reals)]));
	}
	json_put(out, "strings", list);
	json_put(out, "reals", numbers);
	json_put(out, "tree", inner_tree());
	json_put_bool(out, "yes", true);
	json_put_bool(out, "no", false);
	json_put_int(out, "most", INT64_MAX);
	json_put(out, "nothing", json_new_null());
	json_put(out, "empty", json_new_array());
	json_put(out, "hollow", json_new_object());
	return out;
}

static void write_text(struct json_text *text)
{
	json_text_open(text, NULL, '{');
	json_text_open(text, "strings", '[');
	for (size_t i = 0; i < ARRAY_LEN(strings); i++) {
		json_text_str(text, NULL, strings[i]);
	}
	json_text_close(text, ']');
	json_text_open(text, "reals", '[');
	for (size_t i = 0; i < 2 * ARRAY_LEN(reals); i++) {
		json_text_real(text, NULL, reals[i % ARRAY_LEN(reals)]);
	}
	json_text_close(text, ']');
	json_text_tree(text, "tree", inner_tree());
	json_text_bool(text, "yes", true);
	json_text_bool(text, "no", false);
	json_text_int(text, "most", INT64_MAX);
	json_text_null(text, "nothing");
	json_text_open(text, "empty", '[');
	json_text_close(text, ']');
	json_text_open(text, "hollow", '{');
	json_text_close(text, '}');
	json_text_close(text, '}');
}

/* Nobody can tell which of both wrote it. */
static void test_as_the_tree(void **state)
{
	CLEANUP(buf_release) struct buf wanted = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(buf_release) struct buf got = BUF_INIT(BUF_OWN_MAX);
	AUTO_JSON struct json *tree = make_tree();
	struct json_text text = {.out = &got};

	(void)state;
	json_write(tree, 2, &wanted);
	write_text(&text);
	assert_string_equal(buf_str(&got), buf_str(&wanted));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_as_the_tree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
