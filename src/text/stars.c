/* SPDX-License-Identifier: Apache-2.0 */
#include "text/stars.h"

#include <string.h>

char *stars_cover(char *at, size_t len)
{
	size_t stars = len < strlen(STARS) ? len : strlen(STARS);

	memset(at, '*', stars);
	memmove(at + stars, at + len, strlen(at + len) + 1);
	return at + stars;
}

void stars_hide(char *text, const char *secret)
{
	size_t len = strlen(secret);

	for (char *at = strstr(text, secret); at; at = strstr(at, secret)) {
		at = stars_cover(at, len);
	}
}
