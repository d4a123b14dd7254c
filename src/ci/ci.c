/* SPDX-License-Identifier: Apache-2.0 */
#include "ci/ci.h"

#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "os/file.h"
#include "text/json.h"

#include <ctype.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define NAME_LEN_MAX   255
#define NUMBER_LEN_MAX 20
#define EVENT_SIZE_MAX ((size_t)32 << 20) /* GitHub itself stops at 25 MB */

enum reading {
	READ_VALUE,
	READ_NOTHING, /* not here: the next rule of the field may know */
	READ_SETTLED, /* the field has no value, whatever other rules would say */
	READ_BAD      /* as nothing, with a warning */
};

struct rule;

/*
 * One spelling of a value. Pull requests decide much of the environment, so each reader checks
 * what it takes. Only READ_VALUE sets *out (given to the caller).
 */
typedef enum reading reader_fn(const struct rule *rule, const char *text, char **out);

struct rule {
	size_t field; /* offset of a char * in struct source */
	size_t from;  /* and of who said it */
	const char *variable;
	reader_fn *read;
	const char *when;            /* applies only where this variable is set; NULL always */
	const char *object, *member; /* where an event file has the number */
};

/* A CI: how to recognise it, and what its variables say. Of a field's rules the first that gives
 * a value wins. */
struct provider {
	const char *name;
	const char *variable;
	const char *value;        /* NULL: any but empty */
	const struct rule *rules; /* up to one without a variable */
};

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

/* 40 or 64 hex digits; some CIs say "HEAD" where they leave the choice to git. */
static enum reading read_commit(const struct rule *rule, const char *text, char **out)
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

static enum reading read_number(const struct rule *rule, const char *text, char **out)
{
	size_t len = count_digits(text);

	(void)rule;
	return len <= NUMBER_LEN_MAX && text[len] == '\0' ? give(text, len, out) : READ_BAD;
}

static enum reading read_name(const struct rule *rule, const char *text, char **out)
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

/* refs/heads/NAME; a tag or a pull request's ref is no branch. */
static enum reading read_branch_ref(const struct rule *rule, const char *text, char **out)
{
	static const char heads[] = "refs/heads/";

	if (!str_starts(text, heads)) {
		return READ_SETTLED;
	}
	return text[strlen(heads)] ? read_name(rule, text + strlen(heads), out) : READ_BAD;
}

/* A pull request in all spellings: 12, refs/pull/12/merge, https://HOST/…/12, false for none. */
static enum reading read_pull(const struct rule *rule, const char *text, char **out)
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
	return *text ? read_number(rule, text, out) : READ_BAD;
}

/* A JSON file that the CI wrote about the event; warns itself, because it knows more. */
static enum reading read_event(const struct rule *rule, const char *path, char **out)
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

/* What a pull request is to be merged into, from the same file. That it is not known is told by whoever
 * needs it. */
static enum reading read_base(const struct rule *rule, const char *path, char **out)
{
	AUTO_FREE char *text = file_text(path, EVENT_SIZE_MAX, NULL);
	AUTO_JSON struct json *event = NULL;
	struct err ignored = ERR_INIT;
	const char *sha = NULL;

	if (text && json_parse(text, strlen(text), &event, &ignored) == 0) {
		sha = json_get_str(json_get(json_get(event, rule->object), rule->member), "sha");
	}
	return sha && read_commit(rule, sha, out) == READ_VALUE ? READ_VALUE : READ_NOTHING;
}

#define RULE(field, variable, reader) \
	{ \
		offsetof(struct source, field), offsetof(struct source, from.field), variable, \
			reader, NULL, NULL, NULL \
	}
#define EVENT_RULE(field, variable, reader, when, object, member) \
	{ \
		offsetof(struct source, field), offsetof(struct source, from.field), variable, \
			reader, when, object, member \
	}

static const struct rule github[] = {
	RULE(commit, "GITHUB_SHA", read_commit),
	RULE(branch, "GITHUB_HEAD_REF", read_name),
	RULE(branch, "GITHUB_REF", read_branch_ref),
	RULE(branch, "GITHUB_REF_NAME", read_name),
	/* GITHUB_HEAD_REF is set for pull requests only */
	EVENT_RULE(pull_request, "GITHUB_EVENT_PATH", read_event, "GITHUB_HEAD_REF", "pull_request",
		   "number"),
	EVENT_RULE(base, "GITHUB_EVENT_PATH", read_base, "GITHUB_HEAD_REF", "pull_request", "base"),
	RULE(base_branch, "GITHUB_BASE_REF", read_name), /* set for pull requests only, too */
	RULE(pull_request, "GITHUB_REF", read_pull),
	RULE(ci_run, "GITHUB_RUN_ID", read_number),
	RULE(ci_attempt, "GITHUB_RUN_ATTEMPT", read_number),
	RULE(ci_job, "GITHUB_JOB", read_name),
	{0},
};

static const struct provider providers[] = {
	{"github", "GITHUB_ACTIONS", "true", github},
};

typedef const char *getvar_fn(const char *name);

static bool recognises(const struct provider *provider, getvar_fn *getvar)
{
	const char *value = getvar(provider->variable);

	return provider->value ? str_eq(value, provider->value) : !str_empty(value);
}

static enum reading apply(const struct rule *rule, getvar_fn *getvar, char **out)
{
	const char *text = getvar(rule->variable);
	enum reading reading = READ_NOTHING;

	if (str_empty(text) || (rule->when && str_empty(getvar(rule->when)))) {
		return READ_NOTHING;
	}
	reading = rule->read(rule, text, out);
	if (reading == READ_BAD) {
		/* the value is somebody else's text: named, not shown */
		log_warning("%s has an unusable value; ignored", rule->variable);
	}
	return reading;
}

static void fill(const struct provider *provider, getvar_fn *getvar, struct source *source)
{
	bool settled[sizeof(struct source)] = {false};

	for (const struct rule *rule = provider->rules; rule->variable; rule++) {
		char **slot = (char **)(void *)((char *)source + rule->field);
		const char **from = (const char **)(void *)((char *)source + rule->from);
		enum reading reading = READ_NOTHING;

		if (!*slot && !settled[rule->field]) {
			reading = apply(rule, getvar, slot);
			*from = reading == READ_VALUE ? rule->variable : NULL;
			settled[rule->field] = reading == READ_SETTLED;
		}
	}
	if (!source->provider) {
		source->provider = mem_str(provider->name);
		source->from.provider = provider->variable;
	}
}

const char *ci_detect(const char *(*getvar)(const char *name), struct source *source)
{
	for (size_t i = 0; i < ARRAY_LEN(providers); i++) {
		if (recognises(&providers[i], getvar)) {
			fill(&providers[i], getvar, source);
			return providers[i].name;
		}
	}
	return NULL;
}
