/* SPDX-License-Identifier: Apache-2.0 */
#include "rerun/project.h"

#include "base/mem.h"
#include "base/str.h"
#include "os/file.h"

#include <stdlib.h>
#include <string.h>

bool project_holds(const char *path, const char *word)
{
	AUTO_FREE char *text = file_text(path, CONFIG_MAX, NULL);

	return text && strstr(text, word);
}

char *project_find_in(const char *folder, const char *const *names, const char *word)
{
	for (; *names; names++) {
		AUTO_FREE char *path = path_join(folder, *names);

		if (project_holds(path, word)) {
			return TAKE(path);
		}
	}
	return NULL;
}

char *project_find_above(const char *const *names, const char *word)
{
	AUTO_FREE char *folder = path_cwd();

	for (;;) {
		char *found = project_find_in(folder, names, word);
		char *above = NULL;

		if (found || str_eq(folder, "/")) {
			return found;
		}
		above = path_dir(folder);
		cleanup_free(&folder);
		folder = above;
	}
}
