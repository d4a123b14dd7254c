/* SPDX-License-Identifier: Apache-2.0 */
#include "ready/wait.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"
#include "ready/keys.h"
#include "ready/words.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define HOST_LEN_MAX 255

static const struct scheme schemes[] = {
	{"tcp", "tcp", probe_tcp, NULL, false, KEYS_GONE},
	{"http", "http", probe_http, "80", true, KEYS_GONE | KEYS_HTTP},
	{"https", "http", probe_http, "443", true, KEYS_GONE | KEYS_HTTP},
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

int target_unusable(const struct target *target, struct err *err, const char *fmt, ...)
{
	CLEANUP(buf_release) struct buf reason = BUF_INIT(sizeof(err->msg));
	va_list ap;

	va_start(ap, fmt);
	buf_vfmt(&reason, fmt, ap);
	va_end(ap);
	return err_set(err, ERR_USAGE, "target \"%s\": %s", target->text, buf_str(&reason));
}

/* A part of the URL for an error. An @ behind the authority may mean that a password with a slash
 * in it was cut in two. */
static const char *part(const struct target *target, const char *text)
{
	const char *authority = strstr(target->url, "://") + 3;
	size_t len = authority_len(authority);

	return memchr(authority, '@', len) || !strchr(authority, '@') ? text : "***";
}

static int find_scheme(struct target *target, const char **rest, struct err *err)
{
	CLEANUP(buf_release) struct buf known = BUF_INIT(256);
	const char *end = strstr(target->url, "://");
	size_t len = 0;

	if (!end) {
		return target_unusable(target, err,
				       "no scheme; write for example tcp://127.0.0.1:5432");
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
	return target_unusable(target, err, "unknown scheme \"%.*s\"; known: %s", (int)len,
			       target->url, buf_str(&known));
}

/* [user:password@]host[:port]; splits it and checks the parts that it finds. */
static int read_authority(struct target *target, const char *text, size_t len, struct err *err)
{
	AUTO_FREE char *copy = mem_strn(text, len);
	char *at = strrchr(copy, '@');
	char *host = at ? at + 1 : copy;
	char *port = NULL;

	if (at && !target->scheme->has_path) {
		return target_unusable(target, err, "user and password are not for %s",
				       target->scheme->name);
	}
	if (*host == '[') {
		char *bracket = strchr(host, ']');

		if (!bracket || (bracket[1] && bracket[1] != ':')) {
			return target_unusable(target, err, "host \"%s\" has an open bracket",
					       part(target, host));
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
		return target_unusable(target, err, "no usable host");
	}
	if (!target->port) {
		return target_unusable(
			target, err, "no port; write %s://%s:PORT", target->scheme->name,
			strchr(target->host, ':') ? "[HOST]" : part(target, target->host));
	}
	if (!str_to_int64(target->port, 1, 65535, &port)) {
		return target_unusable(target, err, "port \"%s\" must be a number from 1 to 65535",
				       part(target, target->port));
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
		return target_unusable(target, err, "\"%s\" behind the port is not for %s",
				       part(target, rest + len), target->scheme->name);
	}
	if (read_authority(target, rest, len, err) < 0 || check_authority(target, err) < 0) {
		return -1;
	}
	target->service = strchr(target->host, ':') ? mem_fmt("[%s]:%s", target->host, target->port)
						    : mem_fmt("%s:%s", target->host, target->port);
	return 0;
}

static int fill(struct target *target, const char *text, struct err *err)
{
	CLEANUP(word_list_release) struct word_list words = {0};

	target->text = mask(text, word_len);
	if (words_split(text, &words, err) < 0) {
		AUTO_FREE char *reason = mem_str(err->msg);

		return target_unusable(target, err, "%s", reason);
	}
	if (words.len == 0 || str_empty(words.items[0].value)) {
		return err_set(err, ERR_USAGE, "a target is empty");
	}
	target->url = mem_str(words.items[0].value);
	if (read_url(target, err) < 0 || keys_read(target, &words, 1, err) < 0) {
		return -1;
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
