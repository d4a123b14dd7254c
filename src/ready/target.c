/* SPDX-License-Identifier: Apache-2.0 */
#include "ready/wait.h"

#include "base/mem.h"
#include "base/str.h"
#include "base/strv.h"
#include "ready/probe.h"
#include "text/duration.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define HOST_LEN_MAX 255

static const struct scheme schemes[] = {
	{"tcp", "tcp", probe_tcp, NULL, false},
	{"http", "http", probe_http, "80", true},
	{"https", "http", probe_http, "443", true},
};

/* One key=value word behind the URL; false when the value cannot be used. */
struct key {
	const char *name;
	bool (*set)(struct target *target, const char *value);
	bool only_with_path;  /* a word for http and https */
	const char *expected; /* completes "must be …" */
};

static bool set_timeout(struct target *target, const char *value)
{
	if (!duration_parse(value, &target->limit_us)) {
		return false;
	}
	/* 0 means no limit, as with every time limit of ours */
	target->limit_us = target->limit_us ? target->limit_us : INT64_MAX;
	return true;
}

static bool set_status(struct target *target, const char *value)
{
	int64_t status = 0;

	if (!str_to_int64(value, 100, 599, &status)) {
		return false;
	}
	target->status = (int)status;
	return true;
}

static const struct key keys[] = {
	{"timeout", set_timeout, false, "a duration such as 30s or 2m"},
	{"status", set_status, true, "a number from 100 to 599"},
};

static size_t authority_len(const char *text)
{
	return strcspn(text, "/?#");
}

/* Replaces user:password@ by ***@. */
static char *mask(const char *text, size_t (*authority)(const char *text))
{
	const char *start = strstr(text, "://");
	const char *at = NULL;
	size_t len = 0;

	if (!start) {
		return mem_str(text);
	}
	start += 3;
	len = authority(start);
	at = memrchr(start, '@', len);
	return at ? mem_fmt("%.*s***%s", (int)(start - text), text, at) : mem_str(text);
}

/* What a mistaken target may mean by its authority: a password with a slash in it reaches further
 * than an authority can, and errors must not show it. */
static size_t word_len(const char *text)
{
	return strcspn(text, " ");
}

static int unusable(const struct target *target, struct err *err, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static int unusable(const struct target *target, struct err *err, const char *fmt, ...)
{
	CLEANUP(buf_release) struct buf reason = BUF_INIT(sizeof(err->msg));
	va_list ap;

	va_start(ap, fmt);
	buf_vfmt(&reason, fmt, ap);
	va_end(ap);
	return err_set(err, ERR_USAGE, "target \"%s\": %s", target->text, buf_str(&reason));
}

static int find_scheme(struct target *target, const char **rest, struct err *err)
{
	CLEANUP(buf_release) struct buf known = BUF_INIT(256);
	const char *end = strstr(target->url, "://");
	size_t len = 0;

	if (!end) {
		return unusable(target, err, "no scheme; write for example tcp://127.0.0.1:5432");
	}
	len = (size_t)(end - target->url);
	for (size_t i = 0; i < ARRAY_LEN(schemes); i++) {
		if (strlen(schemes[i].name) == len &&
		    strncasecmp(schemes[i].name, target->url, len) == 0) {
			target->scheme = &schemes[i];
			*rest = end + 3;
			return 0;
		}
		buf_fmt(&known, "%s%s", i ? ", " : "", schemes[i].name);
	}
	return unusable(target, err, "unknown scheme \"%.*s\"; known: %s", (int)len, target->url,
			buf_str(&known));
}

/* [user:password@]host[:port]; splits it and checks the parts that it finds. */
static int read_authority(struct target *target, const char *text, size_t len, struct err *err)
{
	AUTO_FREE char *copy = mem_strn(text, len);
	char *at = strrchr(copy, '@');
	char *host = at ? at + 1 : copy;
	char *port = NULL;

	if (at && !target->scheme->has_path) {
		return unusable(target, err, "user and password are not for %s",
				target->scheme->name);
	}
	if (*host == '[') {
		char *bracket = strchr(host, ']');

		if (!bracket || (bracket[1] && bracket[1] != ':')) {
			return unusable(target, err, "host \"%s\" has an open bracket", host);
		}
		port = bracket[1] ? bracket + 2 : NULL;
		*bracket = '\0';
		host++;
	} else {
		port = strchr(host, ':');
		if (port) {
			*port++ = '\0';
		}
	}
	target->host = mem_str(host);
	target->port = mem_str(port ? port : target->scheme->default_port);
	return 0;
}

static int check_authority(const struct target *target, struct err *err)
{
	int64_t port = 0;

	if (str_empty(target->host) || strlen(target->host) > HOST_LEN_MAX) {
		return unusable(target, err, "no usable host");
	}
	if (!target->port) {
		return unusable(target, err, "no port; write %s://%s:PORT", target->scheme->name,
				strchr(target->host, ':') ? "[HOST]" : target->host);
	}
	if (!str_to_int64(target->port, 1, 65535, &port)) {
		return unusable(target, err, "port \"%s\" must be a number from 1 to 65535",
				target->port);
	}
	return 0;
}

static int read_url(struct target *target, struct err *err)
{
	const char *rest = "";
	size_t len = 0;

	if (find_scheme(target, &rest, err) < 0) {
		return -1;
	}
	len = authority_len(rest);
	if (rest[len] && !target->scheme->has_path) {
		return unusable(target, err, "\"%s\" behind the port is not for %s", rest + len,
				target->scheme->name);
	}
	if (read_authority(target, rest, len, err) < 0 || check_authority(target, err) < 0) {
		return -1;
	}
	target->service = strchr(target->host, ':') ? mem_fmt("[%s]:%s", target->host, target->port)
						    : mem_fmt("%s:%s", target->host, target->port);
	return 0;
}

static int unknown_key(const struct target *target, const char *word, struct err *err)
{
	CLEANUP(buf_release) struct buf known = BUF_INIT(256);

	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		if (!keys[i].only_with_path || target->scheme->has_path) {
			buf_fmt(&known, "%s%s=", known.len ? ", " : "", keys[i].name);
		}
	}
	return unusable(target, err, "unknown word \"%s\"; known for %s: %s", word,
			target->scheme->name, buf_str(&known));
}

static int read_word(struct target *target, const char *word, bool *seen, struct err *err)
{
	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		size_t len = strlen(keys[i].name);

		if (!str_starts(word, keys[i].name) || word[len] != '=' ||
		    (keys[i].only_with_path && !target->scheme->has_path)) {
			continue;
		}
		if (seen[i]) {
			return unusable(target, err, "%s= is there twice", keys[i].name);
		}
		seen[i] = true;
		if (!keys[i].set(target, word + len + 1)) {
			return unusable(target, err, "%s= must be %s, not \"%s\"", keys[i].name,
					keys[i].expected, word + len + 1);
		}
		return 0;
	}
	return unknown_key(target, word, err);
}

static void split_words(const char *text, struct strv *words)
{
	while (*text) {
		size_t len = strcspn(text, " ");

		if (len) {
			strv_give(words, mem_strn(text, len));
		}
		text += len + (text[len] == ' ');
	}
}

static bool has_control(const char *text)
{
	for (; *text; text++) {
		if (iscntrl((unsigned char)*text)) {
			return true;
		}
	}
	return false;
}

static int fill(struct target *target, const char *text, struct err *err)
{
	CLEANUP(strv_release) struct strv words = {0};
	bool seen[ARRAY_LEN(keys)] = {false};

	target->text = mask(text, word_len);
	if (has_control(text)) {
		return err_set(err, ERR_USAGE, "a target must not hold control characters");
	}
	split_words(text, &words);
	if (words.len == 0) {
		return err_set(err, ERR_USAGE, "a target is empty");
	}
	target->url = mem_str(words.items[0]);
	if (read_url(target, err) < 0) {
		return -1;
	}
	for (size_t i = 1; i < words.len; i++) {
		if (read_word(target, words.items[i], seen, err) < 0) {
			return -1;
		}
	}
	free(target->text);
	target->text = mask(text, authority_len);
	return 0;
}

int target_parse(const char *text, struct target **out, struct err *err)
{
	struct target *target = mem_alloc(sizeof(*target));

	atomic_init(&target->holders, 1);
	atomic_flag_clear(&target->busy);

	if (fill(target, text, err) < 0) {
		target_free(target);
		return -1;
	}
	*out = target;
	return 0;
}

struct target *target_hold(struct target *target)
{
	atomic_fetch_add(&target->holders, 1);
	return target;
}

void target_free(struct target *target)
{
	if (!target || atomic_fetch_sub(&target->holders, 1) > 1) {
		return;
	}
	free(target->text);
	free(target->url);
	free(target->host);
	free(target->port);
	free(target->service);
	free(target);
}

void target_list_release(struct target_list *list)
{
	for (size_t i = 0; i < list->len; i++) {
		target_free(list->items[i]);
	}
	VEC_FREE(list);
}
