/* SPDX-License-Identifier: Apache-2.0 */
#include "ci/ci.h"

#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "ci/rule.h"

#include <stdlib.h>
#include <string.h>

typedef const char *getvar_fn(const char *name);

static bool recognises(const struct provider *provider, getvar_fn *getvar)
{
	const char *value = getvar(provider->variable);

	return provider->value ? str_eq(value, provider->value) : !str_empty(value);
}

static bool applies(const struct rule *rule, getvar_fn *getvar)
{
	AUTO_FREE char *name = NULL;
	const char *equals = NULL;

	if (!rule->when) {
		return true;
	}
	equals = strchr(rule->when, '=');
	if (!equals) {
		return !str_empty(getvar(rule->when));
	}
	name = mem_strn(rule->when, (size_t)(equals - rule->when));
	return str_eq(getvar(name), equals + 1);
}

static enum reading apply(const struct rule *rule, getvar_fn *getvar, struct event *event,
			  char **out)
{
	const char *text = getvar(rule->variable);
	enum reading reading = READ_NOTHING;

	if (str_empty(text) || !applies(rule, getvar)) {
		return READ_NOTHING;
	}
	if (rule->take) {
		event_read(event, text);
		reading = rule->take(rule, event, out);
	} else {
		reading = rule->read(rule, text, out);
	}
	if (reading == READ_BAD) {
		/* the value is somebody else's text: named, not shown */
		log_warning("%s has an unusable value; ignored", rule->variable);
	}
	return reading;
}

static void fill(const struct provider *provider, getvar_fn *getvar, struct source *source)
{
	CLEANUP(event_release) struct event event = {0};
	bool settled[sizeof(struct source)] = {false};

	for (const struct rule *rule = provider->rules; rule->variable; rule++) {
		char **slot = (char **)(void *)((char *)source + rule->field);
		const char **from = (const char **)(void *)((char *)source + rule->from);
		enum reading reading = READ_NOTHING;

		if (!*slot && !settled[rule->field]) {
			reading = apply(rule, getvar, &event, slot);
			*from = reading == READ_VALUE ? rule->variable : NULL;
			settled[rule->field] = reading == READ_SETTLED;
		}
	}
	if (!source->provider) {
		source->provider = mem_str(provider->name);
		source->from.provider = provider->variable;
	}
}

static const struct provider *find_provider(getvar_fn *getvar)
{
	for (const struct provider *provider = ci_providers; provider->name; provider++) {
		if (recognises(provider, getvar)) {
			return provider;
		}
	}
	return NULL;
}

const char *ci_detect(const char *(*getvar)(const char *name), struct source *source)
{
	const struct provider *provider = find_provider(getvar);

	if (!provider) {
		return NULL;
	}
	fill(provider, getvar, source);
	return provider->name;
}

const char *ci_workspace(const char *(*getvar)(const char *name))
{
	const struct provider *provider = find_provider(getvar);

	return provider && provider->workspace ? getvar(provider->workspace) : NULL;
}
