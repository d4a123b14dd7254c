/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/touch.h"

#include "base/mem.h"
#include "base/str.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/* Shorter names are words like any other. */
#define NAME_LEAST 4

/* Many folders have one. */
static const char *const common_stems[] = {"index", "main",  "mod",   "lib",   "init",
					   "test",  "tests", "utils", "setup", "__init__"};

static const char *base_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static size_t stem_len(const char *base)
{
	return strcspn(base, ".");
}

static bool is_common(const char *base)
{
	size_t len = stem_len(base);

	for (size_t i = 0; i < ARRAY_LEN(common_stems); i++) {
		if (strlen(common_stems[i]) == len && strncmp(base, common_stems[i], len) == 0) {
			return true;
		}
	}
	return len < NAME_LEAST;
}

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '-';
}

/* Somewhere in the text, not as a part of a longer name. */
static bool names(const char *text, const char *name)
{
	size_t len = strlen(name);

	for (const char *at = text ? strstr(text, name) : NULL; at; at = strstr(at + 1, name)) {
		if ((at == text || !is_word(at[-1])) && !is_word(at[len])) {
			return true;
		}
	}
	return false;
}

/* The last part of the path, or the last two. */
static const char *telling_part(const char *path)
{
	const char *base = base_of(path);
	const char *part = base > path ? base - 1 : base;

	if (!is_common(base)) {
		return base;
	}
	while (part > path && part[-1] != '/') {
		part--;
	}
	return part < base ? part : NULL;
}

/* One path is the end of the other. */
static bool same_file(const char *a, const char *b)
{
	size_t a_len = strlen(a), b_len = strlen(b);
	const char *longer = a_len > b_len ? a : b, *shorter = a_len > b_len ? b : a;
	size_t gap = a_len > b_len ? a_len - b_len : b_len - a_len;

	return *shorter && str_eq(longer + gap, shorter) && (gap == 0 || longer[gap - 1] == '/');
}

/* Without what makes it the name of a test: "test_cart", "CartTest", "cart_spec" are tests of "cart". */
static void strip_affixes(const char **name, size_t *len)
{
	static const char *const before[] = {"test_", "Test"};
	static const char *const after[] = {"Tests", "Test",  "_test", "_tests",
					    "Spec",  "_spec", "IT"};

	for (size_t i = 0; i < ARRAY_LEN(before); i++) {
		size_t cut = strlen(before[i]);

		if (*len > cut && strncmp(*name, before[i], cut) == 0) {
			*name += cut;
			*len -= cut;
			return;
		}
	}
	for (size_t i = 0; i < ARRAY_LEN(after); i++) {
		size_t cut = strlen(after[i]);

		if (*len > cut && strncmp(*name + *len - cut, after[i], cut) == 0) {
			*len -= cut;
			return;
		}
	}
}

/* "tests.test_orders.TestPrices" and "app.PricesTest" are named after their files, and those after what they test. */
static bool is_class_of(const char *class_name, const char *base)
{
	size_t len = stem_len(base);

	for (const char *at = class_name; at && *at; at += strspn(at, ".:/\\$ ")) {
		size_t part = strcspn(at, ".:/\\$ ");
		const char *name = at;
		size_t name_len = part;

		at += part;
		if (part == len && strncmp(name, base, len) == 0) {
			return true;
		}
		strip_affixes(&name, &name_len);
		if (name_len == len && strncasecmp(name, base, len) == 0) {
			return true;
		}
	}
	return false;
}

static bool touches(const char *path, const struct test_name *test, const struct failure *failure)
{
	const char *part = telling_part(path);

	if (test->file && same_file(test->file, path)) {
		return true;
	}
	if (!is_common(base_of(path)) && is_class_of(test->class_name, base_of(path))) {
		return true;
	}
	return part && failure && (names(failure->text, part) || names(failure->message, part));
}

const char *touch_find(const struct strv *paths, const struct test_name *test,
		       const struct failure *failure)
{
	for (size_t i = 0; i < paths->len; i++) {
		if (touches(paths->items[i], test, failure)) {
			return paths->items[i];
		}
	}
	return NULL;
}

/* By the start of its name, or by its folder. */
static bool is_setup(const char *path)
{
	static const char *const names[] = {
		"Dockerfile",
		"docker-compose",
		"compose.y",
		"package.json",
		"package-lock.json",
		"yarn.lock",
		"pnpm-lock.yaml",
		"pom.xml",
		"build.gradle",
		"settings.gradle",
		"gradle.properties",
		"Cargo.toml",
		"Cargo.lock",
		"go.mod",
		"go.sum",
		"requirements",
		"pyproject.toml",
		"setup.cfg",
		"setup.py",
		"poetry.lock",
		"uv.lock",
		"tox.ini",
		"pytest.ini",
		"conftest.py",
		"Gemfile",
		"composer.json",
		"composer.lock",
		"Makefile",
		"CMakeLists.txt",
		"jest.config",
		"vitest.config",
		"playwright.config",
		".gitlab-ci",
		"Jenkinsfile",
		".steady.yml",
	};
	static const char *const folders[] = {".github/workflows/", ".circleci/", ".buildkite/"};
	const char *base = base_of(path);

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		if (str_starts(base, names[i])) {
			return true;
		}
	}
	for (size_t i = 0; i < ARRAY_LEN(folders); i++) {
		if (str_starts(path, folders[i])) {
			return true;
		}
	}
	return false;
}

const char *touch_setup(const struct strv *paths)
{
	for (size_t i = 0; i < paths->len; i++) {
		if (is_setup(paths->items[i])) {
			return paths->items[i];
		}
	}
	return NULL;
}
