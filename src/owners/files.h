/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_OWNERS_FILES_H
#define STEADY_OWNERS_FILES_H

#include "base/map.h"
#include "base/strv.h"
#include "model/test.h"

/*
 * In which file of a repository a test stands: the one that its report names, or the one that its class or suite is
 * called after. A file counts only when no other one fits as well: no owner is better than a wrong one.
 */
struct file_entry {
	size_t path;
	size_t next; /* the entry of the same name before, plus 1 */
};

struct test_files {
	const struct strv *paths; /* borrowed */
	struct map
		names; /* of files, and with a slash behind them of folders with Go tests: their newest entry */
	struct map folders; /* with Go tests, by their whole path */
	struct {
		VEC(struct file_entry)
	} entries;
};

/* Of all tracked paths, from the repository's root and sorted (strv_sort()); they stay the caller's. */
void test_files_index(const struct strv *paths, struct test_files *out);
void test_files_release(struct test_files *files);

/* Several: the Go tests of a package, of which the report does not tell which file it is. Borrowed from the paths; the
 * caller frees by VEC_FREE(). */
struct path_list_found {
	VEC(const char *)
};

void test_files_find(const struct test_files *files, const struct test_name *test,
		     struct path_list_found *out);

#endif
