/* SPDX-License-Identifier: Apache-2.0 */
#include "ready/kinds.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define HOST_LEN_MAX 255

static size_t authority_len(const char *text)
{
	return strcspn(text, "/?#");
}

/* A part of the URL for an error. An @ behind the authority may mean that a password with a slash
 * in it was cut in two. */
static const char *part(const struct target *target, const char *text)
{
	const char *authority = strstr(target->url, "://") + 3;
	size_t len = authority_len(authority);

	return memchr(authority, '@', len) || !strchr(authority, '@') ? text : "***";
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

int read_url(struct target *target, const char *rest, struct err *err)
{
	size_t len = 0;

	if (!str_starts(rest, "//")) {
		return target_unusable(target, err, "write %s://HOST%s", target->scheme->name,
				       target->scheme->default_port ? "" : ":PORT");
	}
	rest += strlen("//");
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

/* %41 for A. */
static char *decode(const char *text, size_t len)
{
	CLEANUP(buf_release) struct buf out = BUF_INIT(BUF_OWN_MAX);

	for (size_t i = 0; i < len; i++) {
		char hex[3] = {0};

		if (text[i] == '%' && len - i > 2 && isxdigit((unsigned char)text[i + 1]) &&
		    isxdigit((unsigned char)text[i + 2])) {
			memcpy(hex, text + i + 1, 2);
			buf_char(&out, (char)strtol(hex, NULL, 16));
			i += 2;
		} else {
			buf_char(&out, text[i]);
		}
	}
	return buf_take(&out);
}

int read_server(struct target *target, const char *rest, struct err *err)
{
	const char *user = rest + strlen("//"), *at = NULL, *colon = NULL, *path = NULL;
	size_t len = 0;

	if (read_url(target, rest, err) < 0) {
		return -1;
	}
	len = authority_len(user);
	path = user + len;
	at = memrchr(user, '@', len);
	if (at) {
		colon = memchr(user, ':', (size_t)(at - user));
		target->user = decode(user, (size_t)((colon ? colon : at) - user));
		target->password = colon ? decode(colon + 1, (size_t)(at - colon - 1)) : NULL;
	}
	if (*path == '/' && path[1]) {
		target->database = decode(path + 1, strcspn(path + 1, "?#"));
	}
	return 0;
}
