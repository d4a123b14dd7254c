/* SPDX-License-Identifier: Apache-2.0 */
#include "ci/rule.h"

#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "os/file.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Values that stand in a CI's file about the event. */

#define SIZE_MOST ((size_t)32 << 20) /* GitHub itself stops at 25 MB */

void event_read(struct event *event, const char *path)
{
	AUTO_FREE char *text = NULL;
	size_t len = 0;

	if (event->asked) {
		return;
	}
	event->asked = true;
	event->path = path;
	if (file_read(path, SIZE_MOST, &text, &len, &event->why) == 0 &&
	    json_parse(text, len, &event->root, &event->why) < 0) {
		err_wrap(&event->why, "%s", path);
	}
}

void event_release(struct event *event)
{
	json_free(event->root);
	*event = (struct event){0};
}

/* NULL when one of its members is absent. */
static const struct json *find(const struct event *event, const char *path)
{
	const struct json *value = event->root;

	while (value && *path) {
		size_t len = strcspn(path, ".");
		AUTO_FREE char *member = mem_strn(path, len);

		value = json_get(value, member);
		path += len + (path[len] == '.');
	}
	return value;
}

static enum reading give_number(const struct json *value, char **out)
{
	int64_t number = value ? json_number(value) : 0;

	if (number <= 0) {
		return READ_NOTHING;
	}
	*out = mem_fmt("%lld", (long long)number);
	return READ_VALUE;
}

enum reading ci_take_number(const struct rule *rule, const struct event *event, char **out)
{
	enum reading reading = READ_NOTHING;

	if (!event->root) {
		log_warning("%s: %s; ignored", rule->variable, event->why.msg);
		return READ_NOTHING;
	}
	reading = give_number(find(event, rule->path), out);
	if (reading == READ_NOTHING) {
		log_warning("%s: %s has no %s; ignored", rule->variable, event->path, rule->path);
	}
	return reading;
}

enum reading ci_take_commit(const struct rule *rule, const struct event *event, char **out)
{
	const char *sha = json_text(find(event, rule->path));

	return sha && ci_read_commit(rule, sha, out) == READ_VALUE ? READ_VALUE : READ_NOTHING;
}

enum reading ci_take_trigger_branch(const struct rule *rule, const struct event *event, char **out)
{
	const char *branch = json_text(find(event, rule->path));
	const char *name = json_text(find(event, "workflow_run.head_repository.full_name"));
	const char *ours = json_text(find(event, "repository.full_name"));
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

enum reading ci_take_trigger_pull(const struct rule *rule, const struct event *event, char **out)
{
	const struct json *list = find(event, rule->path);

	return json_len(list) == 1 ? give_number(json_get(json_at(list, 0), "number"), out)
				   : READ_NOTHING;
}
