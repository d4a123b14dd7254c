/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_MODEL_TEST_H
#define STEADY_MODEL_TEST_H

#include "base/buf.h"
#include "base/hash.h"

#include <stdbool.h>

#define TEST_ID_LEN 32

/*
 * Which test. The four names are kept as the report file had them (NULL where it had none); `copy`
 * tells tests of one name in one file apart: 0 for the first, then 2, 3, … in file order. `host` is
 * only for the writer of reports: what a suite calls its machine and some producers use as a name;
 * no reader keeps it. Owns its strings, or borrows all of them: those of the many tests of a results file
 * lie in one piece there.
 */
struct test_name {
	char *suite;
	char *class_name;
	char *name;
	char *file;
	char *host;
	unsigned copy;
	bool borrowed;
};

/* The copy owns its strings. */
void test_name_copy(struct test_name *out, const struct test_name *from);
void test_name_release(struct test_name *name);

/*
 * The stable identity: class and name, or suite and name where there is no class, and the copy
 * number. Suite, file and line are left out otherwise, because they move between runs.
 */
void test_name_id(const struct test_name *name, char out[TEST_ID_LEN + 1]);

/* The same as a number, of class or suite (NULL or "" none), name and copy number. */
struct hash_value test_id_value(const char *before, const char *name, unsigned copy);

/* How people see it: "class::name", or "name" when the class adds nothing. " #2" for copies. */
void test_name_show(const struct test_name *name, struct buf *out);

#endif
