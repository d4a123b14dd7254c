/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/changed.h"

#include "base/mem.h"
#include "base/str.h"
#include "cli/place.h"
#include "git/changed.h"

#include <fnmatch.h>
#include <string.h>

/* Names of files and folders that tools leave behind, and that no test's outcome hangs on. */
static const char *const leavings[] = {
	/* of interpreters and measurements */
	"__pycache__",
	"*.pyc",
	".coverage",
	".coverage.*",
	"*.gcda",
	"*.profraw",
	"htmlcov",
	"coverage",
	".nyc_output",
	/* of frameworks: reports, caches, traces */
	".pytest_cache",
	".hypothesis",
	"Testing",
	".phpunit.cache",
	".phpunit.result.cache",
	"test-results",
	"playwright-report",
	"Cargo.lock",
	/* what goes on while they run */
	"*.log",
	"core",
	"core.[0-9]*",
	"*.pid",
	"*.sock",
};

static bool is_leaving(const char *path)
{
	AUTO_FREE char *copy = mem_str(path);
	char *rest = copy;

	for (char *name = strsep(&rest, "/"); name; name = strsep(&rest, "/")) {
		for (size_t i = 0; i < ARRAY_LEN(leavings); i++) {
			if (fnmatch(leavings[i], name, 0) == 0) {
				return true;
			}
		}
	}
	return false;
}

static bool is_spared(const char *path, void *payload)
{
	const struct strv *own = payload;

	VEC_EACH (char *, place, own) {
		size_t len = strlen(*place);

		if (strncmp(path, *place, len) == 0 && (path[len] == '/' || path[len] == '\0')) {
			return true;
		}
	}
	return is_leaving(path);
}

char *changed_find(int64_t since_ns, const struct strv *own, void *payload)
{
	struct git_repo *repo = place_repo(payload);
	struct strv spared = *own;

	return repo ? git_find_changed(repo, since_ns, is_spared, &spared) : NULL;
}
