/* SPDX-License-Identifier: Apache-2.0 */
#include "rerun/spell.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"
#include "os/file.h"
#include "rerun/internal.h"

#include <string.h>

#define NAME_MAX_LEN ((size_t)65536)

static const char *name_of(const struct result *test)
{
	return str_or(test->test.name, "");
}

static const char *class_of(const struct result *test)
{
	return str_or(test->test.class_name, "");
}

char *spell_name(const struct first_run *first, const struct result *test)
{
	(void)first;
	return mem_str(test->test.name);
}

/* jest-junit puts a space in front of a title without a parent. */
char *spell_trimmed(const struct first_run *first, const struct result *test)
{
	const char *name = name_of(test);

	(void)first;
	return mem_str(name + strspn(name, " "));
}

static char *replace(const char *text, const char *from, const char *to)
{
	CLEANUP(buf_release) struct buf out = BUF_INIT(NAME_MAX_LEN);
	const char *found = NULL;

	while ((found = strstr(text, from)) != NULL) {
		buf_add(&out, text, (size_t)(found - text));
		buf_str_add(&out, to);
		text = found + strlen(from);
	}
	buf_str_add(&out, text);
	return buf_take(&out);
}

/* A title that holds the separator itself names more than one test: results decide. */
char *spell_vitest(const struct first_run *first, const struct result *test)
{
	(void)first;
	return replace(name_of(test), " > ", " ");
}

/* Its report escapes a quotation mark twice. */
char *spell_node(const struct first_run *first, const struct result *test)
{
	(void)first;
	return replace(name_of(test), "&quot;", "\"");
}

char *spell_playwright(const struct first_run *first, const struct result *test)
{
	(void)first;
	return replace(name_of(test), " › ", " ");
}

/* A failed hook is reported as "\"before each\" hook for …" and cannot be named. */
char *spell_mocha(const struct first_run *first, const struct result *test)
{
	const char *class = class_of(test), *name = name_of(test);

	(void)first;
	if (str_starts(name, "\"before ") || str_starts(name, "\"after ")) {
		return NULL;
	}
	return mem_fmt("%s%s%s", class, *class ? " " : "", name);
}

/*
 * A pattern of -k matches ids as a glob. Cases of subTest have " (i=1)" behind their name; a failed
 * fixture is "setUpClass (mod.Class)" and stands for all of its tests.
 */
char *spell_unittest(const struct first_run *first, const struct result *test)
{
	const char *name = name_of(test);
	const char *bracket = strstr(name, " (");
	size_t len = bracket ? (size_t)(bracket - name) : strlen(name);

	(void)first;
	if (*class_of(test)) {
		return mem_fmt("*%s.%.*s", class_of(test), (int)len, name);
	}
	if (!bracket || !str_ends(bracket, ")")) {
		return NULL;
	}
	return mem_fmt("*%.*s.*", (int)(strlen(bracket) - 3), bracket + 2);
}

/* The report has the class with dots. */
char *spell_phpunit(const struct first_run *first, const struct result *test)
{
	AUTO_FREE char *class = replace(class_of(test), ".", "\\");

	(void)first;
	return mem_fmt("%s::%s", class, name_of(test));
}

/* Cases of one method cannot be named apart: "m[1]", "m(int)[1]", "m{int}[1]"; JUnit 4's are found
 * by what they start with only. What has no method is the failure of a class. */
char *spell_surefire(const struct first_run *first, const struct result *test)
{
	const char *class = class_of(test), *name = name_of(test);
	size_t len = strcspn(name, "[({ ");

	(void)first;
	if (!*class) {
		return NULL;
	}
	if (!len || str_eq(name, class)) {
		return mem_str(class);
	}
	return mem_fmt("%s#%.*s%s", class, (int)len, name, name[len] ? "*" : "");
}

void surefire_also(const struct first_run *first, struct strv *out)
{
	(void)first;
	/* modules without any of the tests */
	strv_add(out, "-Dsurefire.failIfNoSpecifiedTests=false");
	strv_add(out, "-DfailIfNoTests=false");
}

/* As of Surefire, but a method's name may have spaces (Kotlin). JUnit 5 calls a case "[1] value": then
 * the class runs. */
char *spell_gradle(const struct first_run *first, const struct result *test)
{
	static const char *const of_class[] = {"classMethod", "initializationError",
					       "executionError", NULL};
	const char *class = class_of(test), *name = name_of(test);
	size_t len = strcspn(name, "[({");
	bool whole = name[len] == '\0' || str_eq(name + len, "()");

	(void)first;
	if (!*class) {
		return NULL;
	}
	if (!len || str_eq(name, class) || is_listed(of_class, name)) {
		return mem_str(class);
	}
	return mem_fmt("%s.%.*s%s", class, (int)len, name, whole ? "" : "*");
}

/* xUnit and MSTest know a case "m(1, 2)" by its method alone, NUnit by all of it: what holds the
 * method's name is run. The comma has an escape of its own. */
char *spell_dotnet(const struct first_run *first, const struct result *test)
{
	CLEANUP(buf_release) struct buf out = BUF_INIT(NAME_MAX_LEN);
	const char *class = class_of(test), *name = name_of(test);
	size_t len = strcspn(name, "(");
	AUTO_FREE char *full = mem_fmt("%s.%.*s", class, (int)len, name);

	(void)first;
	if (!*class || !len) {
		return NULL;
	}
	buf_fmt(&out, "FullyQualifiedName%s", name[len] ? "~" : "=");
	for (const char *c = full; *c; c++) {
		if (strchr("\\()&|=!~", *c)) {
			buf_char(&out, '\\');
		}
		if (*c == ',') {
			buf_str_add(&out, "%2C");
		} else {
			buf_char(&out, *c);
		}
	}
	return buf_take(&out);
}

/* A filter has operators and no escapes. */
char *spell_googletest(const struct first_run *first, const struct result *test)
{
	AUTO_FREE char *name = mem_fmt("%s.%s", class_of(test), name_of(test));

	(void)first;
	return strpbrk(name, "*?:-") ? NULL : TAKE(name);
}

/* The report has a row for each section: "test case/section". A slash may belong to the name of the
 * test case, so all test cases are run that start with what stands in front of the first one. */
char *spell_catch2(const struct first_run *first, const struct result *test)
{
	CLEANUP(buf_release) struct buf out = BUF_INIT(NAME_MAX_LEN);
	const char *name = name_of(test);
	size_t len = strcspn(name, "/");

	(void)first;
	for (size_t i = 0; i < len; i++) {
		if (strchr(",[]*\\\"", name[i])) {
			buf_char(&out, '\\');
		}
		buf_char(&out, name[i]);
	}
	buf_str_add(&out, name[len] ? "*" : "");
	return buf_take(&out);
}

static char *existing(char *path)
{
	if (!file_exists(path)) {
		cleanup_free(&path);
	}
	return path;
}

char *file_of_test(const struct first_run *first, const struct result *test)
{
	(void)first;
	return existing(mem_str(str_or(test->test.file, "")));
}

char *file_of_class(const struct first_run *first, const struct result *test)
{
	(void)first;
	return existing(mem_str(class_of(test)));
}

char *file_of_place(const struct first_run *first, const struct result *test)
{
	const char *class = class_of(test);
	const char *colon = strrchr(class, ':');

	(void)first;
	return existing(mem_strn(class, colon ? (size_t)(colon - class) : strlen(class)));
}
