/* SPDX-License-Identifier: Apache-2.0 */
#include "ci/rule.h"

#include "base/mem.h"
#include "base/str.h"

#include <ctype.h>
#include <string.h>

#define NAME_LEN_MAX   255
#define NUMBER_LEN_MAX 20

static enum reading give(const char *text, size_t len, char **out)
{
	*out = mem_strn(text, len);
	return READ_VALUE;
}

static size_t count_digits(const char *text)
{
	size_t n = 0;

	while (isdigit((unsigned char)text[n])) {
		n++;
	}
	return n;
}

enum reading ci_read_commit(const struct rule *rule, const char *text, char **out)
{
	size_t len = strlen(text);

	(void)rule;
	if (str_eq(text, "HEAD")) {
		return READ_NOTHING;
	}
	if ((len != 40 && len != 64) || strspn(text, "0123456789abcdefABCDEF") != len) {
		return READ_BAD;
	}
	return give(text, len, out);
}

enum reading ci_read_number(const struct rule *rule, const char *text, char **out)
{
	size_t len = count_digits(text);

	(void)rule;
	return len <= NUMBER_LEN_MAX && text[len] == '\0' ? give(text, len, out) : READ_BAD;
}

enum reading ci_read_name(const struct rule *rule, const char *text, char **out)
{
	size_t len = strnlen(text, NAME_LEN_MAX + 1);

	(void)rule;
	for (size_t i = 0; i < len; i++) {
		if (iscntrl((unsigned char)text[i])) {
			return READ_BAD;
		}
	}
	return len <= NAME_LEN_MAX ? give(text, len, out) : READ_BAD;
}

enum reading ci_read_branch_ref(const struct rule *rule, const char *text, char **out)
{
	static const char heads[] = "refs/heads/";

	if (!str_starts(text, heads)) {
		return READ_SETTLED;
	}
	return text[strlen(heads)] ? ci_read_name(rule, text + strlen(heads), out) : READ_BAD;
}

enum reading ci_read_branch(const struct rule *rule, const char *text, char **out)
{
	return str_starts(text, "refs/") ? ci_read_branch_ref(rule, text, out)
					 : ci_read_name(rule, text, out);
}

enum reading ci_read_remote_branch(const struct rule *rule, const char *text, char **out)
{
	static const char origin[] = "origin/";

	return ci_read_name(rule, str_starts(text, origin) ? text + strlen(origin) : text, out);
}

enum reading ci_read_tag(const struct rule *rule, const char *text, char **out)
{
	(void)rule;
	(void)text;
	(void)out;
	return READ_SETTLED;
}

enum reading ci_read_pull(const struct rule *rule, const char *text, char **out)
{
	static const char refs[] = "refs/", pull[] = "refs/pull/";
	size_t len = 0;

	(void)rule;
	if (str_eq(text, "false") || (str_starts(text, refs) && !str_starts(text, pull))) {
		return READ_NOTHING;
	}
	if (str_starts(text, pull)) {
		text += strlen(pull);
		len = count_digits(text);
		return len && len <= NUMBER_LEN_MAX && text[len] == '/' ? give(text, len, out)
									: READ_BAD;
	}
	text = strstr(text, "://") ? strrchr(text, '/') + 1 : text;
	return *text ? ci_read_number(rule, text, out) : READ_BAD;
}

enum reading ci_read_queue(const struct rule *rule, const char *text, char **out)
{
	static const char queue[] = "refs/heads/gh-readonly-queue/";
	const char *end = NULL;

	if (!str_starts(text, queue)) {
		return READ_NOTHING;
	}
	text += strlen(queue);
	end = strstr(text, "/pr-");
	for (const char *next = end; next; next = strstr(next + 1, "/pr-")) {
		end = next;
	}
	if (!end || end == text || end - text > NAME_LEN_MAX) {
		return READ_BAD;
	}
	(void)rule;
	return give(text, (size_t)(end - text), out);
}
