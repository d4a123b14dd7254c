/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "base/buf.h"
#include "base/str.h"
#include "owners/files.h"

/* As git lists them. */
static const char *const tracked[] = {
	"README.md",
	"api/v1/api_test.go",
	"backend/tests/test_orders.py",
	"backend/tests/test_same.py",
	"frontend/tests/test_same.py",
	"lib/cart/Cart.kt",
	"pkg/cart/add_test.go",
	"pkg/cart/cart.go",
	"pkg/cart/price_test.go",
	"server",
	"services/shop/api/api_test.go",
	"spec/models/user_spec.rb",
	"src/main/java/org/example/Foo.java",
	"src/test/java/org/example/FooTest.java",
	"src/test/java/org/other/FooTest.java",
	"test_root.py",
	"tests/test_cart.py",
	"tests/test_root.py.txt",
	"web/cart.test.ts",
	"web/deep/index.test.js",
	"web/index.test.js",
};

static void check(const struct test_files *files, const struct test_name *test, const char *want)
{
	CLEANUP(buf_release) struct buf found = BUF_INIT(BUF_OWN_MAX);
	struct path_list_found list = {0};

	test_files_find(files, test, &list);
	VEC_EACH (const char *, path, &list) {
		buf_fmt(&found, "%s%s", found.len ? " " : "", *path);
	}
	if (!str_eq(buf_str(&found), want)) {
		fail_msg("%s, %s: \"%s\", not \"%s\"", str_or(test->file, "-"),
			 str_or(test->class_name, "-"), buf_str(&found), want);
	}
	VEC_FREE(&list);
}

static void tests_and_their_files(void **state)
{
	static const struct {
		const char *file, *class_name, *suite, *want; /* NULL: unknown */
	} rows[] = {
		/* the report names the file */
		{"tests/test_cart.py", NULL, NULL, "tests/test_cart.py"},
		{"./tests/test_cart.py", NULL, NULL, "tests/test_cart.py"},
		{"tests\\test_cart.py", NULL, NULL, "tests/test_cart.py"},
		{"/ci/shop/tests/test_cart.py", NULL, NULL, "tests/test_cart.py"},
		{"../../tests/test_cart.py", NULL, NULL, "tests/test_cart.py"},
		{"tests/test_orders.py", NULL, NULL, "backend/tests/test_orders.py"},
		{"test_orders.py", NULL, NULL, "backend/tests/test_orders.py"},
		{"web/index.test.js", NULL, NULL, "web/index.test.js"},
		/* more than one fits, and then nothing else is asked */
		{"tests/test_same.py", "tests.test_cart", NULL, NULL},
		{"index.test.js", NULL, NULL, NULL},
		{"est_cart.py", NULL, NULL, NULL},
		{"tests/", NULL, NULL, NULL},
		{"server", NULL, NULL, "server"},
		/* a file that is not tracked is looked for by the class */
		{"target/gen/Cart.kt.html", "tests.test_cart", NULL, "tests/test_cart.py"},
		/* modules and classes */
		{NULL, "tests.test_cart", NULL, "tests/test_cart.py"},
		{NULL, "tests.test_cart.TestSum", NULL, "tests/test_cart.py"},
		{NULL, "tests.test_cart.TestSum.TestMore", NULL, "tests/test_cart.py"},
		{NULL, "tests.test_cart.helper", NULL, NULL},
		{NULL, "tests.test_orders", NULL, "backend/tests/test_orders.py"},
		{NULL, "tests.test_same.TestSum", NULL, NULL},
		{NULL, "test_root.TestSum", NULL, "test_root.py"},
		{NULL, "org.example.FooTest", NULL, "src/test/java/org/example/FooTest.java"},
		{NULL, "org.example.FooTest$Inner", NULL, "src/test/java/org/example/FooTest.java"},
		{NULL, "org.example.FooTest.Inner", NULL, "src/test/java/org/example/FooTest.java"},
		{NULL, "FooTest", NULL, NULL},
		{NULL, "org.example.Foo", NULL, "src/main/java/org/example/Foo.java"},
		{NULL, "com.shop.cart.Cart", NULL, "lib/cart/Cart.kt"},
		{NULL, "spec.models.user_spec", NULL, "spec/models/user_spec.rb"},
		{NULL, "", "", NULL},
		{NULL, "...", "/", NULL},
		{NULL, "Cart adds two", NULL, NULL},
		/* paths as names */
		{NULL, "web/cart.test.ts", NULL, "web/cart.test.ts"},
		{NULL, "web/cart.test.ts > adds", NULL, "web/cart.test.ts"},
		{NULL, "cart", "web/cart.test.ts", "web/cart.test.ts"},
		{NULL, "cart.test.ts › adds", NULL, "web/cart.test.ts"},
		{NULL, "./spec/models/user_spec.rb:12", NULL, "spec/models/user_spec.rb"},
		{NULL, "tests/test_cart.py::TestSum", NULL, "tests/test_cart.py"},
		{NULL, "x", "server", NULL},
		/* packages of Go */
		{NULL, "example.com/shop/pkg/cart", NULL,
		 "pkg/cart/price_test.go pkg/cart/add_test.go"},
		{NULL, "cart", "example.com/shop/pkg/cart",
		 "pkg/cart/price_test.go pkg/cart/add_test.go"},
		{NULL, "example.com/shop/api", NULL, "services/shop/api/api_test.go"},
		{NULL, "example.com/shop/v1", NULL, "api/v1/api_test.go"},
		{NULL, "example.com/shop", NULL, NULL},
		{NULL, "example.com/shop/pkg", NULL, NULL},
	};
	CLEANUP(strv_release) struct strv paths = {0};
	CLEANUP(test_files_release) struct test_files files = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(tracked); i++) {
		strv_add(&paths, tracked[i]);
	}
	strv_sort(&paths);
	test_files_index(&paths, &files);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct test_name test = {.file = mem_str(rows[i].file),
					 .class_name = mem_str(rows[i].class_name),
					 .suite = mem_str(rows[i].suite)};

		check(&files, &test, str_or(rows[i].want, ""));
		test_name_release(&test);
	}
}

/* Twenty thousand files of one name, asked for as often. */
static void many_of_one_name(void **state)
{
	CLEANUP(strv_release) struct strv paths = {0};
	CLEANUP(test_files_release) struct test_files files = {0};
	struct test_name test = {.file = mem_str("d12345/index_test.go")};
	struct path_list_found list = {0};

	(void)state;
	for (int i = 0; i < 20000; i++) {
		strv_fmt(&paths, "d%d/index_test.go", i);
	}
	strv_sort(&paths);
	test_files_index(&paths, &files);
	test_files_find(&files, &test, &list);
	assert_int_equal(list.len, 1);
	VEC_FREE(&list);
	mem_replace(&test.file, "/ci/d12345/index_test.go");
	test_files_find(&files, &test, &list);
	assert_int_equal(list.len, 0);
	test_name_release(&test);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tests_and_their_files),
		cmocka_unit_test(many_of_one_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
