/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_ANALYZE_TOUCH_H
#define STEADY_ANALYZE_TOUCH_H

#include "base/strv.h"
#include "model/result.h"

/*
 * The first of the changed paths that a failure has to do with: the file of its test, one that its class is
 * named after, or one that its message or stack names. By its last part, and by the last two where many files bear
 * such a name ("index.js"). NULL: none of them. Borrowed from the paths. Pure.
 */
const char *touch_find(const struct strv *paths, const struct test_name *test,
		       const struct failure *failure);

/* The first path that says how everything is built or run: of CI, containers, dependencies, builds. */
const char *touch_setup(const struct strv *paths);

#endif
