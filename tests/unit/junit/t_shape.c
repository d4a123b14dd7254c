/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "base/mem.h"
#include "base/str.h"
#include "junit/shape.h"

#include <stdio.h>
#include <string.h>

static const struct junit_attr named[] = {{WORD_CLASSNAME, "classname", NULL, 0},
					  {WORD_NAME, "name", NULL, 0}};

static void learn(struct junit_shapes *shapes, const char *text, size_t attributes)
{
	struct junit_attrs attrs = {named, attributes};

	junit_shapes_learn(shapes, text, strlen(text), &attrs);
}

static const struct junit_shape *find(const struct junit_shapes *shapes, const char *text)
{
	return junit_shapes_find(shapes, text, strlen(text));
}

static void test_known(void **state)
{
	CLEANUP(junit_shapes_release) struct junit_shapes shapes = {0};
	const struct junit_shape *shape = NULL;

	(void)state;
	assert_null(find(&shapes, "<testcase classname=\"\" name=\"\""));
	learn(&shapes, "<testcase classname=\"\" name=\"\"", 2);
	learn(&shapes, "<testcase classname=\"\" name=\"\"", 2);
	assert_int_equal(shapes.len, 1);
	shape = find(&shapes, "<testcase classname=\"\" name=\"\"");
	assert_non_null(shape);
	assert_int_equal(shape->attributes, 2);
	assert_int_equal(shape->attrs[0].word, WORD_CLASSNAME);
	assert_string_equal(shape->attrs[1].name, "name");
	assert_null(find(&shapes, "<testcase name=\"\" classname=\"\""));
	assert_null(find(&shapes, "<testcase classname=\"\""));
}

/* What the parser has to see each time. */
static void test_namespaces(void **state)
{
	CLEANUP(junit_shapes_release) struct junit_shapes shapes = {0};

	(void)state;
	learn(&shapes, "<testcase xmlns=\"u\" name=\"\"", 1);
	learn(&shapes, "<testcase a:name=\"\"", 1);
	learn(&shapes, "<a:testcase name=\"\"", 1);
	assert_int_equal(shapes.len, 0);
}

/* A file with a thousand kinds of tags is read as one without shapes. */
static void test_many(void **state)
{
	CLEANUP(junit_shapes_release) struct junit_shapes shapes = {0};
	struct junit_attr many[JUNIT_SHAPE_LONG + 1] = {{0}};
	struct junit_attrs long_one = {many, ARRAY_LEN(many)};
	char text[32];

	(void)state;
	junit_shapes_learn(&shapes, "<a", 2, &long_one);
	assert_null(find(&shapes, "<a"));
	for (unsigned i = 0; i < 1000; i++) {
		snprintf(text, sizeof(text), "<t%u name=\"\"", i);
		learn(&shapes, text, 1);
		assert_int_equal(find(&shapes, text) != NULL, i < JUNIT_SHAPES);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known),
		cmocka_unit_test(test_namespaces),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
