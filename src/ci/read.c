/* SPDX-License-Identifier: Apache-2.0 */
#include "ci/rule.h"

#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "os/file.h"
#include "text/json.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define NAME_LEN_MAX   255
#define NUMBER_LEN_MAX 20
#define EVENT_SIZE_MAX ((size_t)32 << 20) /* GitHub itself stops at 25 MB */

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

enum reading ci_read_event(const struct rule *rule, const char *path, char **out)
{
	AUTO_FREE char *text = NULL;
	AUTO_JSON struct json *event = NULL;
	const struct json *object = NULL;
	struct err err = ERR_INIT;
	size_t len = 0;
	int64_t number = 0;

	if (file_read(path, EVENT_SIZE_MAX, &text, &len, &err) < 0) {
		log_warning("%s: %s; ignored", rule->variable, err.msg);
		return READ_NOTHING;
	}
	if (json_parse(text, len, &event, &err) < 0) {
		log_warning("%s: %s: %s; ignored", rule->variable, path, err.msg);
		return READ_NOTHING;
	}
	object = json_get(event, rule->object);
	number = object ? json_number(json_get(object, rule->member)) : 0;
	if (number <= 0) {
		log_warning("%s: %s has no %s.%s; ignored", rule->variable, path, rule->object,
			    rule->member);
		return READ_NOTHING;
	}
	*out = mem_fmt("%lld", (long long)number);
	return READ_VALUE;
}

static enum reading read_sha(const struct rule *rule, const char *sha, char **out)
{
	return sha && ci_read_commit(rule, sha, out) == READ_VALUE ? READ_VALUE : READ_NOTHING;
}

/* NULL where there is no such file, or it is no JSON; the caller frees. */
static struct json *read_event(const char *path)
{
	AUTO_FREE char *text = file_text(path, EVENT_SIZE_MAX, NULL);
	struct json *event = NULL;
	struct err ignored = ERR_INIT;

	return text && json_parse(text, strlen(text), &event, &ignored) == 0 ? event : NULL;
}

enum reading ci_read_event_end(const struct rule *rule, const char *path, char **out)
{
	AUTO_JSON struct json *event = read_event(path);
	const struct json *end = json_get(json_get(event, rule->object), rule->member);

	return read_sha(rule, json_get_str(end, "sha"), out);
}

enum reading ci_read_event_commit(const struct rule *rule, const char *path, char **out)
{
	AUTO_JSON struct json *event = read_event(path);

	return read_sha(rule, json_get_str(json_get(event, rule->object), rule->member), out);
}

enum reading ci_read_trigger_tree(const struct rule *rule, const char *path, char **out)
{
	AUTO_JSON struct json *event = read_event(path);
	const struct json *commit = json_get(json_get(event, rule->object), rule->member);

	return read_sha(rule, json_get_str(commit, "tree_id"), out);
}

enum reading ci_read_trigger_branch(const struct rule *rule, const char *path, char **out)
{
	AUTO_JSON struct json *event = read_event(path);
	const struct json *run = json_get(event, rule->object);
	const struct json *from = json_get(run, "head_repository");
	const char *branch = json_get_str(run, rule->member);
	const char *name = json_get_str(from, "full_name");
	const char *ours = json_get_str(json_get(event, "repository"), "full_name");
	AUTO_FREE char *foreign = NULL;

	if (str_empty(branch)) {
		return READ_NOTHING;
	}
	if (!name || !ours || strcasecmp(name, ours) != 0) {
		foreign = mem_fmt("%.*s:%s", (int)strcspn(str_or(name, "unknown"), "/"),
				  str_or(name, "unknown"), branch);
	}
	return ci_read_name(rule, foreign ? foreign : branch, out);
}

enum reading ci_read_trigger_pull(const struct rule *rule, const char *path, char **out)
{
	AUTO_JSON struct json *event = read_event(path);
	const struct json *list = json_get(json_get(event, rule->object), rule->member);
	int64_t number =
		json_len(list) == 1 ? json_number(json_get(json_at(list, 0), "number")) : 0;

	if (number <= 0) {
		return READ_NOTHING;
	}
	*out = mem_fmt("%lld", (long long)number);
	return READ_VALUE;
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
