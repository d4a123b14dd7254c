/* SPDX-License-Identifier: Apache-2.0 */
#include "report/spot.h"

#include "base/buf.h"
#include "base/str.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* A text names many files; so many are asked for, and so long are their names. */
#define ASKED_MAX    200
#define PATH_LEN_MAX 400
#define LINE_DIGITS  7

struct search {
	spot_locate_fn *locate;
	void *payload;
	char *own; /* the file of the test; NULL unknown */
	struct spot *out;
	int asked;
};

void spot_release(struct spot *spot)
{
	free(spot->file);
	*spot = (struct spot){0};
}

static bool is_foreign(const char *path)
{
	static const char *const folders[] = {"node_modules/", "site-packages/", "vendor/",
					      ".cargo/", "dist-packages/"};

	for (size_t i = 0; i < ARRAY_LEN(folders); i++) {
		if (strstr(path, folders[i])) {
			return true;
		}
	}
	return false;
}

static char *ask(struct search *search, const char *path)
{
	return search->asked++ < ASKED_MAX && !is_foreign(path)
		       ? search->locate(path, search->payload)
		       : NULL;
}

/* A place in the test's own file is the last word; of others the first one stays. */
static bool take(struct search *search, const char *start, size_t len, long line)
{
	AUTO_FREE char *path = mem_strn(start, len);
	AUTO_FREE char *file = len > 0 && len < PATH_LEN_MAX ? ask(search, path) : NULL;
	bool own = search->own && file && str_eq(file, search->own);

	if (file && (own || (!search->out->file && !search->own))) {
		spot_release(search->out);
		search->out->file = TAKE(file);
		search->out->line = line;
	}
	return own;
}

static bool is_path(char c)
{
	return isalnum((unsigned char)c) || strchr("_-./+@", c) || (unsigned char)c >= 0x80;
}

static long number_at(const char *at, size_t *len)
{
	*len = strspn(at, "0123456789");
	return *len > 0 && *len <= LINE_DIGITS ? strtol(at, NULL, 10) : 0;
}

/* "tests/cart.py:12" and "CartTest.java(12)"; `at` is behind the path. */
static bool take_short(struct search *search, const char *text, const char *at)
{
	size_t digits = 0;
	long line = number_at(at + 1, &digits);
	const char *start = at;

	while (start > text && is_path(start[-1])) {
		start--;
	}
	return line > 0 && take(search, start, (size_t)(at - start), line);
}

/* File "tests/cart.py", line 12 */
static bool take_python(struct search *search, const char *text, const char *at)
{
	static const char middle[] = "\", line ";
	size_t digits = 0;
	long line = 0;
	const char *start = at;

	if (!str_starts(at, middle)) {
		return false;
	}
	line = number_at(at + strlen(middle), &digits);
	while (start > text && start[-1] != '"' && start[-1] != '\n') {
		start--;
	}
	return line > 0 && take(search, start, (size_t)(at - start), line);
}

static bool scan(struct search *search, const char *text)
{
	for (const char *at = text ? strpbrk(text, ":(\"") : NULL; at;
	     at = strpbrk(at + 1, ":(\"")) {
		if (*at == '"' ? take_python(search, text, at) : take_short(search, text, at)) {
			return true;
		}
	}
	return false;
}

void spot_find(const struct result *result, spot_locate_fn *locate, void *payload, struct spot *out)
{
	struct search search = {locate, payload, NULL, out, 0};
	const struct failure *failure = result->failure;

	*out = (struct spot){0};
	search.own = str_empty(result->test.file) ? NULL : ask(&search, result->test.file);
	if (failure && !scan(&search, failure->text)) {
		scan(&search, failure->message);
	}
	if (!out->file) {
		out->file = TAKE(search.own);
	}
	free(search.own);
}
