/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/changed.h"

#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "cli/place.h"
#include "git/changed.h"
#include "os/file.h"
#include "os/folder.h"
#include "os/proc.h"

#include <fcntl.h>
#include <fnmatch.h>
#include <string.h>
#include <unistd.h>

/* What tools are known to leave behind, none of it tracked, and what no test's outcome hangs on: of folders
 * anywhere above the file, and of files. */
static const char *const folders[] = {
	"__pycache__", ".pytest_cache", ".hypothesis",  "htmlcov",
	"coverage",    ".nyc_output",   "test-results", "playwright-report",
};
static const char *const files[] = {
	/* of interpreters and measurements */
	"*.pyc",
	".coverage",
	".coverage.*",
	"coverage.xml",
	"coverage.json",
	"coverage.out",
	"coverage.lcov",
	"cover.out",
	"lcov.info",
	"clover.xml",
	"cobertura*.xml",
	"*.gcda",
	"*.profraw",
	/* of frameworks */
	".phpunit.result.cache",
	"Cargo.lock",
	/* what goes on while they run */
	"*.log",
	"*.pid",
	"*.sock",
};
static const char *const paths[] = {
	"Testing/Temporary/*", "*/Testing/Temporary/*",  "Testing/TAG",
	"*/Testing/TAG",       "Testing/[0-9]*-*/*.xml", "*/Testing/[0-9]*-*/*.xml",
};
/* In whose folder all is made by a tool. */
static const char *const tags[] = {"CACHEDIR.TAG", "CMakeCache.txt"};

static bool is_one_of(const char *const *patterns, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++) {
		if (fnmatch(patterns[i], name, 0) == 0) {
			return true;
		}
	}
	return false;
}

/* The kernel calls it "core" or "core.PID", or whatever the machine says. */
static bool is_core_dump(const char *absolute)
{
	AUTO_CLOSE int fd = open(absolute, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
	char magic[4] = "";

	return strncmp(path_base(absolute), "core", 4) == 0 && fd >= 0 &&
	       read(fd, magic, sizeof(magic)) == (ssize_t)sizeof(magic) &&
	       memcmp(magic, "\177ELF", 4) == 0;
}

/* Each folder above the file, up to the root of its repository. */
static bool is_below_leavings(const char *path, const char *absolute)
{
	size_t root = strlen(absolute) - strlen(path);
	AUTO_FREE char *folder = mem_str(absolute);

	for (char *slash = strrchr(folder, '/'); slash && slash > folder + root;
	     slash = strrchr(folder, '/')) {
		*slash = '\0';
		if (is_one_of(folders, ARRAY_LEN(folders), path_base(folder))) {
			return true;
		}
		for (size_t i = 0; i < ARRAY_LEN(tags); i++) {
			AUTO_FREE char *tag = path_join(folder, tags[i]);

			if (file_exists(tag)) {
				return true;
			}
		}
	}
	return false;
}

static bool is_leaving(const char *path, const char *absolute)
{
	return is_one_of(files, ARRAY_LEN(files), path_base(path)) ||
	       is_one_of(paths, ARRAY_LEN(paths), path) || is_core_dump(absolute) ||
	       is_below_leavings(path, absolute);
}

static bool is_own(const char *absolute, const struct strv *own)
{
	VEC_EACH (char *, place, own) {
		if (folder_is_below(absolute, *place)) {
			return true;
		}
	}
	return false;
}

/* What an attempt started has ended: whoever has the file open is somebody else, `tee` or a server. */
static bool counts(const char *path, const char *absolute, bool tracked, void *payload)
{
	return !is_own(absolute, payload) && (tracked || !is_leaving(path, absolute)) &&
	       !proc_has_file(absolute);
}

char *changed_find(int64_t since_ns, const struct strv *own, void *payload)
{
	struct git_repo *repo = place_repo(payload);
	struct strv spared = *own;
	char *found = NULL;

	if (repo && git_find_changed(repo, since_ns, counts, &spared, &found) < 0) {
		log_warning("git does not tell whether an attempt changed the project");
	}
	return found;
}
