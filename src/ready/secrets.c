/* SPDX-License-Identifier: Apache-2.0 */
#include "ready/secrets.h"

#include "base/str.h"
#include "text/stars.h"

#include <string.h>

/* Shorter ones stand in texts by chance; and in longer ones rather. */
#define SECRET_LEAST 4
#define VALUE_LEAST  8

static void hide(const char *secret, char *text)
{
	if (strlen(str_or(secret, "")) >= SECRET_LEAST) {
		stars_hide(text, secret);
	}
}

/* "Authorization: Bearer abc": all of it, and "abc". */
static void hide_header(const char *header, char *text)
{
	const char *colon = strchr(header, ':');
	const char *value = colon ? colon + 1 + strspn(colon + 1, " ") : header;
	const char *last = strrchr(value, ' ');

	hide(value, text);
	hide(last ? last + 1 : NULL, text);
}

void secrets_hide(const struct target *target, char *text)
{
	VEC_EACH (char *, value, &target->words.variables) {
		if (!strstr(str_or(target->service, ""), *value)) {
			hide(*value, text);
		}
	}
	hide(target->password, text);
	VEC_EACH (char *, header, &target->http.headers) {
		hide_header(*header, text);
	}
}

void secrets_hide_values(const struct strv *values, char *text)
{
	VEC_EACH (char *const, value, values) {
		if (strlen(*value) >= VALUE_LEAST) {
			hide(*value, text);
		}
	}
}
