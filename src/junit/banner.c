/* SPDX-License-Identifier: Apache-2.0 */
#include "junit/banner.h"

#include "base/mem.h"
#include "junit/tag.h"

#include <string.h>

/* Behind a banner only an element of a report begins one: "List<String>" does not. */
static bool is_report(const char *name, size_t len)
{
	static const char *const roots[] = {"testsuites", "testsuite", "testrun", "testcase"};
	const char *colon = memchr(name, ':', len);

	if (colon) {
		len -= (size_t)(colon + 1 - name);
		name = colon + 1;
	}
	for (size_t i = 0; i < ARRAY_LEN(roots); i++) {
		if (strlen(roots[i]) == len && memcmp(roots[i], name, len) == 0) {
			return true;
		}
	}
	return false;
}

int junit_banner_ends(const char *text, size_t len, bool last)
{
	size_t near = len < JUNIT_TAG_AHEAD ? len : JUNIT_TAG_AHEAD;
	size_t width = 1;

	while (width < near && junit_is_name(text[width])) {
		width++;
	}
	if (width == near && len < JUNIT_TAG_AHEAD && !last) {
		return -1;
	}
	return is_report(text + 1, width - 1);
}
