/* SPDX-License-Identifier: Apache-2.0 */
#include "ready/keys.h"

#include "ready/wait.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"
#include "ready/kinds.h"
#include "text/duration.h"

#include <stddef.h>
#include <string.h>

/* One word behind the URL. */
struct key {
	const char *name;
	set_fn *set;
	const char *expected; /* completes "must be …"; NULL: the word has no value */
	size_t flag;          /* then: the bool of the target that it sets */
	unsigned group;       /* of KEYS_…; 0: for all */
	bool many;            /* may be there again */
	bool secret;          /* its value is never shown */
};

static bool set_span(const char *value, int64_t *out)
{
	return duration_parse(value, out) && *out > 0;
}

static bool set_timeout(struct target *target, const char *value)
{
	if (!duration_parse(value, &target->limit_us)) {
		return false;
	}
	/* 0 means no limit, as with every time limit of ours */
	target->limit_us = target->limit_us ? target->limit_us : INT64_MAX;
	return true;
}

static bool set_attempt_timeout(struct target *target, const char *value)
{
	return set_span(value, &target->attempt_us) && target->attempt_us <= 3600 * US_PER_S;
}

static bool set_interval(struct target *target, const char *value)
{
	return set_span(value, &target->interval_us) && target->interval_us >= 10 * US_PER_MS &&
	       target->interval_us <= 3600 * US_PER_S;
}

static bool set_successes(struct target *target, const char *value)
{
	int64_t successes = 0;

	if (!str_to_int64(value, 1, 1000, &successes)) {
		return false;
	}
	target->successes = (int)successes;
	return true;
}

static bool set_stable_for(struct target *target, const char *value)
{
	return set_span(value, &target->stable_us) && target->stable_us <= US_PER_DAY;
}

static bool set_size(struct target *target, const char *value)
{
	target->size_stable = str_eq(value, "stable");
	return target->size_stable;
}

static bool set_count(struct target *target, const char *value)
{
	int64_t count = 0;

	if (!str_to_int64(value, 1, 1000000, &count)) {
		return false;
	}
	target->count = (int)count;
	return true;
}

#define FLAG(name) NULL, NULL, offsetof(struct target, name)

static const struct key keys[] = {
	{"timeout", set_timeout, "a duration such as 30s or 2m", 0, 0, false, false},
	{"attempt-timeout", set_attempt_timeout, "a duration up to 1h", 0, 0, false, false},
	{"interval", set_interval, "a duration from 10ms to 1h", 0, 0, false, false},
	{"successes", set_successes, "a number from 1 to 1000", 0, 0, false, false},
	{"stable-for", set_stable_for, "a duration up to 1d", 0, 0, false, false},
	{"optional", FLAG(optional), 0, false, false},
	{"fail-fast", FLAG(fail_fast), 0, false, false},
	{"invert", FLAG(invert), KEYS_GONE, false, false},
	{"status", http_status, "a number from 100 to 599", 0, KEYS_HTTP, false, false},
	{"method", http_method, "a method such as HEAD", 0, KEYS_HTTP, false, false},
	{"request-header", http_request_header, "NAME:VALUE", 0, KEYS_HTTP, true, true},
	{"header", http_header, "NAME:VALUE", 0, KEYS_HTTP, false, false},
	{"body~", http_body, "a regular expression", 0, KEYS_HTTP, false, false},
	{"json", http_json, ".PATH or .PATH==VALUE", 0, KEYS_HTTP, false, false},
	{"insecure", FLAG(http.insecure), KEYS_HTTP, false, false},
	{"ca", http_ca, "the path of a file", 0, KEYS_HTTP, false, false},
	{"size", set_size, "\"stable\"", 0, KEYS_FILE, false, false},
	{"count", set_count, "a number from 1 to 1000000", 0, KEYS_LOG, false, false},
};

static bool is_for(const struct key *key, const struct target *target)
{
	return !key->group || (key->group & target->scheme->keys);
}

/* The value, "" for a word without one; NULL when the word is not this one. */
static const char *value_of(const struct key *key, const char *word)
{
	size_t len = strlen(key->name);

	if (!str_starts(word, key->name) || word[len] != (key->expected ? '=' : '\0')) {
		return NULL;
	}
	return word + len + (key->expected ? 1 : 0);
}

static const struct key *find(const struct target *target, const struct word *word)
{
	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		if (!word->quoted && is_for(&keys[i], target) && value_of(&keys[i], word->value)) {
			return &keys[i];
		}
	}
	return NULL;
}

bool keys_know(const struct target *target, const struct word *word)
{
	return find(target, word) != NULL;
}

static int unknown(const struct target *target, const char *given, struct err *err)
{
	CLEANUP(buf_release) struct buf known = BUF_INIT(1024);
	AUTO_FREE char *shown = target_mask(given);

	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		if (is_for(&keys[i], target)) {
			buf_fmt(&known, "%s%s%s", known.len ? ", " : "", keys[i].name,
				keys[i].expected ? "=" : "");
		}
	}
	return target_unusable(target, err, "unknown word \"%s\"; known for %s: %s", shown,
			       target->scheme->name, buf_str(&known));
}

static bool set(struct target *target, const struct key *key, const struct word *word)
{
	if (key->set) {
		return key->set(target, value_of(key, word->value));
	}
	*(bool *)((char *)target + key->flag) = true;
	return true;
}

int keys_read(struct target *target, struct err *err)
{
	bool seen[ARRAY_LEN(keys)] = {false};

	for (size_t i = target->own_words; i < target->words.len; i++) {
		const struct word *word = &target->words.items[i];
		const struct key *key = find(target, word);

		if (!key) {
			return unknown(target, word->given, err);
		}
		if (seen[key - keys] && !key->many) {
			return target_unusable(target, err, "%s%s is there twice", key->name,
					       key->expected ? "=" : "");
		}
		seen[key - keys] = true;
		if (!set(target, key, word)) {
			const char *value = strchr(word->given, '=');

			return target_unusable(target, err, "%s= must be %s, not \"%s\"", key->name,
					       key->expected,
					       key->secret ? "***"
					       : value     ? value + 1
							   : word->given);
		}
	}
	return 0;
}
