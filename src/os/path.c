/* SPDX-License-Identifier: Apache-2.0 */
#include "os/file.h"

#include "base/mem.h"
#include "base/str.h"

#include <string.h>
#include <unistd.h>

char *path_join(const char *dir, const char *name)
{
	if (str_empty(dir) || name[0] == '/') {
		return mem_str(name);
	}
	return mem_fmt("%s%s%s", dir, str_ends(dir, "/") ? "" : "/", name);
}

char *path_dir(const char *path)
{
	const char *slash = strrchr(path, '/');
	size_t len = slash ? (size_t)(slash - path) : 0;

	if (!slash) {
		return mem_str(".");
	}
	while (len > 0 && path[len - 1] == '/') {
		len--;
	}
	return len > 0 ? mem_strn(path, len) : mem_str("/");
}

const char *path_base(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

char *path_cwd(void)
{
	char *cwd = getcwd(NULL, 0);

	/* the folder may have been deleted under us; "." fails later with a clear message */
	return cwd ? cwd : mem_str(".");
}
