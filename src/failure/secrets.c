/* SPDX-License-Identifier: Apache-2.0 */
#include "failure/secrets.h"

#include "base/strv.h"
#include "text/stars.h"

#include <string.h>
#include <strings.h>

#define VALUE_MOST 4096 /* nothing longer is a value of a name */

/* Shorter values of variables stand in texts by chance. */
#define KNOWN_LEAST 8

#define DIGITS "0123456789"
#define UPPER  "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define LOWER  "abcdefghijklmnopqrstuvwxyz"
#define ALNUM  DIGITS UPPER LOWER
#define WORD   ALNUM "_-"
#define BASE64 ALNUM "+/=_-."

/* What services begin their tokens with, of which letters the rest is, and how many there are at least. */
static const struct {
	const char *start, *letters;
	size_t least;
} tokens[] = {
	{"AKIA", DIGITS UPPER, 16}, {"ASIA", DIGITS UPPER, 16}, {"AIza", WORD, 35},
	{"SG.", BASE64, 40},        {"dop_v1_", ALNUM, 40},     {"eyJ", BASE64, 30},
	{"gho_", ALNUM, 20},        {"ghp_", ALNUM, 20},        {"ghr_", ALNUM, 20},
	{"ghs_", WORD, 20},         {"ghu_", ALNUM, 20},        {"github_pat_", WORD, 20},
	{"glpat-", WORD, 16},       {"hf_", ALNUM, 30},         {"npm_", ALNUM, 30},
	{"pypi-", WORD, 50},        {"rk_live_", ALNUM, 16},    {"sk-", WORD, 32},
	{"sk_live_", ALNUM, 16},    {"xoxa-", WORD, 10},        {"xoxb-", WORD, 10},
	{"xoxp-", WORD, 10},        {"xoxs-", WORD, 10},        {"ya29.", BASE64, 20},
};

/* Names end so whose values are secret; how long a value is at least, and whether it has a digit. */
static const struct {
	const char *end;
	size_t least;
	bool digit;
} names[] = {
	{"password", 4, false},   {"passwd", 4, false},     {"passphrase", 4, false},
	{"pwd", 6, true},         {"secret", 6, false},     {"secret_key", 6, false},
	{"token", 12, true},      {"api_key", 8, true},     {"apikey", 8, true},
	{"api-key", 8, true},     {"access_key", 8, true},  {"accesskey", 8, true},
	{"private_key", 8, true}, {"credentials", 8, true},
};

/* Values that say that there is none. */
static const char *const no_values[] = {"None",  "null",    "nil",       "true",     "false",
					"True",  "False",   "undefined", "required", "missing",
					"empty", "invalid", STARS};

/* Parts of the names of secret variables. */
static const char *const variable_words[] = {"TOKEN",      "SECRET",      "PASSWORD", "PASSWD",
					     "PASSPHRASE", "CREDENTIALS", "API_KEY",  "APIKEY",
					     "ACCESS_KEY", "PRIVATE_KEY"};

static struct strv known; /* the values */

/* The length of a token that begins there; 0: none does. */
static size_t token_at(const char *at)
{
	for (size_t i = 0; i < ARRAY_LEN(tokens); i++) {
		size_t start = strlen(tokens[i].start);

		if (strncmp(at, tokens[i].start, start) == 0) {
			size_t rest = strspn(at + start, tokens[i].letters);

			if (rest >= tokens[i].least) {
				return start + rest;
			}
		}
	}
	return 0;
}

static bool is_secret(const char *value, size_t len, size_t least, bool digit)
{
	if (len < least || len > VALUE_MOST || (digit && strcspn(value, DIGITS) >= len)) {
		return false;
	}
	for (size_t i = 0; i < ARRAY_LEN(no_values); i++) {
		if (strlen(no_values[i]) == len && strncmp(value, no_values[i], len) == 0) {
			return false;
		}
	}
	return true;
}

/* Behind a name: `="…`, `: …`, `" : "…`. Where its value begins; NULL: it has none. */
static char *value_behind(char *at)
{
	at += strspn(at, "\"'");
	at += strspn(at, " \t");
	if ((*at != '=' && *at != ':') || at[1] == '=') {
		return NULL;
	}
	at++;
	at += strspn(at, " \t");
	return at + strspn(at, "\"'");
}

/* The value of a name that begins at `at` and has `len` bytes, covered; where to go on. */
static char *cover_value(char *at, size_t len)
{
	char *value = value_behind(at + len);
	size_t value_len = value ? strcspn(value, " \t\r\n\"',;&)]}<>") : 0;

	for (size_t i = 0; value && i < ARRAY_LEN(names); i++) {
		size_t end = strlen(names[i].end);

		if (end <= len && strncasecmp(at + len - end, names[i].end, end) == 0 &&
		    is_secret(value, value_len, names[i].least, names[i].digit)) {
			return stars_cover(value, value_len);
		}
	}
	return at + len;
}

/* "Bearer abc", "Basic abc=": what stands behind the word, covered; NULL: it is none of these. */
static char *cover_scheme(char *at, size_t len)
{
	static const char *const schemes[] = {"Bearer", "Basic"};

	for (size_t i = 0; i < ARRAY_LEN(schemes); i++) {
		char *value = at + len + strspn(at + len, " ");
		size_t value_len = strspn(value, BASE64);

		if (strlen(schemes[i]) == len && strncasecmp(at, schemes[i], len) == 0 &&
		    value > at + len && is_secret(value, value_len, 12, false)) {
			return stars_cover(value, value_len);
		}
	}
	return NULL;
}

/* Words and what follows them, each looked at once. */
static void scrub_words(char *text)
{
	char *at = text;

	while (*at) {
		size_t len = strspn(at, WORD "."), token = len > 0 ? token_at(at) : 0;
		char *next = NULL;

		if (len == 0) {
			at++;
			continue;
		}
		if (token > 0) {
			at = stars_cover(at, token);
			continue;
		}
		next = cover_scheme(at, len);
		at = next ? next : cover_value(at, len);
	}
}

/* "://user:secret@": the password. */
static void scrub_urls(char *text)
{
	for (char *at = strstr(text, "://"); at; at = strstr(at, "://")) {
		size_t len = 0, colon = 0;

		at += strlen("://");
		len = strcspn(at, "/?#@ \t\r\n\"'<>");
		colon = strcspn(at, ":/?#@ \t\r\n\"'<>");
		if (at[len] == '@' && colon < len && len - colon > 1) {
			at = stars_cover(at + colon + 1, len - colon - 1);
		}
	}
}

/* What stands between the lines of a private key. */
static void scrub_keys(char *text)
{
	static const char begin[] = "-----BEGIN ", kind[] = "PRIVATE KEY-----", end[] = "-----END";

	for (char *at = strstr(text, begin); at; at = strstr(at, begin)) {
		char *close = NULL;

		at += strlen(begin);
		at += strspn(at, ALNUM " ");
		if (strncmp(at, "-----", 5) != 0 ||
		    strncmp(at + 5 - strlen(kind), kind, strlen(kind)) != 0) {
			continue;
		}
		at += 5;
		close = strstr(at, end);
		at = stars_cover(at, close ? (size_t)(close - at) : strlen(at));
	}
}

void secrets_scrub(char *text)
{
	if (text) {
		VEC_EACH (char *, secret, &known) {
			stars_hide(text, *secret);
		}
		scrub_keys(text);
		scrub_urls(text);
		scrub_words(text);
	}
}

void secrets_hide_in(struct failure *failure)
{
	secrets_scrub(failure->type);
	secrets_scrub(failure->message);
	secrets_scrub(failure->text);
	secrets_scrub(failure->output);
}

static bool is_secret_name(const char *variable)
{
	size_t len = strcspn(variable, "=");

	for (size_t i = 0; i < ARRAY_LEN(variable_words); i++) {
		const char *found = strstr(variable, variable_words[i]);

		if (found && (size_t)(found - variable) < len) {
			return true;
		}
	}
	return false;
}

void secrets_learn(char *const *environment)
{
	strv_release(&known);
	for (; *environment; environment++) {
		const char *value = strchr(*environment, '=');

		/* a file that holds one is none */
		if (value && is_secret_name(*environment) && strlen(value + 1) >= KNOWN_LEAST &&
		    value[1] != '/') {
			strv_add(&known, value + 1);
		}
	}
}
