/* SPDX-License-Identifier: Apache-2.0 */
#include "base/mem.h"
#include "base/str.h"
#include "ready/kinds.h"
#include "text/regex.h"

#include <stdlib.h>
#include <string.h>

#define METHOD_MAX 20
#define UPPER      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define TOKEN      UPPER "abcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-.^_`|~"

void http_words_release(struct http_words *words)
{
	free(words->method);
	strv_release(&words->headers);
	regex_free(words->body);
	free(words->json_path);
	free(words->json_value);
	free(words->header_name);
	free(words->header_value);
	free(words->ca);
}

bool http_status(struct target *target, const char *value)
{
	int64_t status = 0;

	if (!str_to_int64(value, 100, 599, &status)) {
		return false;
	}
	target->http.status = (int)status;
	return true;
}

bool http_method(struct target *target, const char *value)
{
	size_t len = strlen(value);

	mem_replace(&target->http.method, value);
	return len > 0 && len <= METHOD_MAX && strspn(value, UPPER) == len;
}

/* NAME:VALUE; the value without spaces in front. */
static const char *split_header(const char *text, size_t *name_len)
{
	*name_len = strspn(text, TOKEN);
	if (*name_len == 0 || text[*name_len] != ':') {
		return NULL;
	}
	text += *name_len + 1;
	return text + strspn(text, " ");
}

bool http_request_header(struct target *target, const char *value)
{
	size_t len = 0;
	const char *content = split_header(value, &len);

	if (content) {
		/* curl sends one without a value only with a semicolon */
		strv_fmt(&target->http.headers, "%.*s%s%s", (int)len, value, *content ? ": " : ";",
			 content);
	}
	return content != NULL;
}

bool http_header(struct target *target, const char *value)
{
	size_t len = 0;
	const char *content = split_header(value, &len);

	if (content) {
		target->http.header_name = mem_strn(value, len);
		target->http.header_value = mem_str(content);
	}
	return content != NULL;
}

bool http_body(struct target *target, const char *value)
{
	struct err ignored = ERR_INIT;

	return *value && regex_compile(value, &target->http.body, &ignored) == 0;
}

bool http_json(struct target *target, const char *value)
{
	const char *equal = strstr(value, "==");

	target->http.json_path = equal ? mem_strn(value, (size_t)(equal - value)) : mem_str(value);
	target->http.json_value = equal ? mem_str(equal + 2) : NULL;
	return *value == '.';
}

bool http_ca(struct target *target, const char *value)
{
	mem_replace(&target->http.ca, value);
	return *value != '\0';
}
