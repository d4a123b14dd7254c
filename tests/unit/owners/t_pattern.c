/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "base/buf.h"
#include "owners/pattern.h"

#include <string.h>

#define STEPS 100000000

static bool matches(const char *text, const char *path, size_t *steps)
{
	AUTO_FREE char *copy = mem_str(text);
	struct owners_pattern pattern;

	return owners_pattern_make(copy, &pattern) && pattern.least <= strlen(path) &&
	       owners_pattern_matches(&pattern, path, steps);
}

static void patterns_by_paths(void **state)
{
	static const struct {
		const char *pattern, *path;
		bool want;
	} rows[] = {
		/* anything, anywhere */
		{"*", "a.py", true},
		{"*", "a/b/c.py", true},
		{"**", "a/b/c.py", true},
		{"/**", "a.py", true},
		{"/*", "a.py", true},
		{"/*", "a/b.py", false},
		/* a name without a slash, in any folder */
		{"*.js", "a.js", true},
		{"*.js", "a/b/c.js", true},
		{"*.js", "a/b/c.jsx", false},
		{"*.js", "a/old.js/c.txt", true}, /* a folder */
		{"test_*", "deep/test_cart.py", true},
		{"test_*", "deep/my_test_cart.py", false},
		{"foo", "a/foo/b.c", true},
		{"foo", "a/food/b.c", false},
		{"a?c", "x/abc", true},
		{"a?c", "x/ac", false},
		{"a?c", "x/a\303\244c", true}, /* one character of two bytes */
		/* a slash behind: what lies below, not a file of that name */
		{"apps/", "x/apps/a.c", true},
		{"apps/", "x/apps", false},
		{"/apps/", "apps/a/b.c", true},
		{"/apps/", "x/apps/a.c", false},
		{"apps", "x/apps", true},
		/* a slash in front or inside: from the root on */
		{"/docs", "docs/a.md", true},
		{"/docs", "x/docs/a.md", false},
		{"docs/a", "docs/a/b", true},
		{"docs/a", "x/docs/a/b", false},
		{"docs/a.md", "docs/a.md", true},
		{"docs/a.md", "docs/a.mdx", false},
		{"docs/a.md", "docs", false},
		/* not deeper */
		{"docs/*", "docs/a.md", true},
		{"docs/*", "docs/build/a.md", false},
		{"docs/*", "x/docs/a.md", false},
		{"docs/*/", "docs/build/a.md", true},
		{"docs/*/", "docs/a.md", false},
		{"docs/*.md", "docs/a.md", true},
		{"docs/*.md", "docs/x/a.md", false},
		{"a/*/c", "a/b/c", true},
		{"a/*/c", "a/b/b/c", false},
		{"a/*/c", "a/c", false},
		/* any depth */
		{"**/logs", "logs", true},
		{"**/logs", "a/b/logs/x.txt", true},
		{"**/logs", "a/b/blogs", false},
		{"/a/**", "a/b", true},
		{"/a/**", "a", false},
		{"a/**/c", "a/c", true},
		{"a/**/c", "a/b/b/c", true},
		{"a/**/c", "a/b/b/c/d", true},
		{"a/**/c", "b/c", false},
		{"a/**/c/*", "a/c/x/c/d", true},
		{"a/**/c/*", "a/c/x/y", false},
		{"**/a/**/b/*.py", "x/a/y/a/z/b/t.py", true},
		{"foo**bar", "foo-bar", true}, /* inside a name two are as one */
		{"foo**bar", "foo/bar", false},
		{"*a*b*c", "xaybzc", true},
		{"*a*b*c", "xaybz", false},
		/* what has lost its meaning */
		{"my\\ file", "my file", true},
		{"\\#x", "#x", true},
		{"\\*x", "*x", true},
		{"\\*x", "ax", false},
		{"\\[a\\]", "[a]", true},
		{"a\\", "a\\", true},
		/* what is no pattern */
		{"!a", "a", false},
		{"!a", "!a", false},
		{"[ab]", "a", false},
		{"a***b", "ab", false},
		{"/", "a", false},
		{"", "a", false},
		{"a//b", "a/b", false},
		{"A.py", "a.py", false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		size_t steps = STEPS;

		if (matches(rows[i].pattern, rows[i].path, &steps) != rows[i].want) {
			fail_msg("%s and %s", rows[i].pattern, rows[i].path);
		}
	}
}

/* The text `count` times, and then the end. */
static char *many(const char *text, size_t count, const char *end)
{
	struct buf out = BUF_INIT(BUF_OWN_MAX);

	for (size_t i = 0; i < count; i++) {
		buf_str_add(&out, text);
	}
	buf_str_add(&out, end);
	return buf_take(&out);
}

static void hostile_patterns_end(void **state)
{
	static const struct {
		const char *pattern, *path; /* repeated so often */
		size_t patterns, paths;
	} rows[] = {
		{"*a", "a", 2000, 4000},     /* the stars of one name */
		{"**/a/", "a/", 1000, 2000}, /* of folders */
		{"**/*a*a*/", "aaaa/", 400, 800},
		{"?", "a", 4000, 4000},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO_FREE char *pattern = many(rows[i].pattern, rows[i].patterns, "b");
		AUTO_FREE char *path = many(rows[i].path, rows[i].paths, "c");
		size_t steps = STEPS;

		assert_false(matches(pattern, path, &steps));
		if (steps == 0) {
			fail_msg("%s takes too many steps", rows[i].pattern);
		}
	}
}

static void without_steps_nothing_matches(void **state)
{
	size_t steps = 1;

	(void)state;
	assert_false(matches("a*b*c", "a/b/aabbcc", &steps));
	assert_int_equal(steps, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(patterns_by_paths),
		cmocka_unit_test(hostile_patterns_end),
		cmocka_unit_test(without_steps_nothing_matches),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
