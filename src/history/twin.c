/* SPDX-License-Identifier: Apache-2.0 */
#include "history/twin.h"

#include <string.h>

void twin_plain_key(char *key, const char *twin)
{
	size_t len = strlen(key);

	if (*twin && len > TWIN_DIGITS && key[len - TWIN_DIGITS - 1] == '~') {
		key[len - TWIN_DIGITS - 1] = '\0';
	}
}

char *twin_key(const char *plain, const char *digest)
{
	return mem_fmt("%s~%.*s", plain, TWIN_DIGITS, digest);
}
