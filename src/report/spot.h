/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_REPORT_SPOT_H
#define STEADY_REPORT_SPOT_H

#include "model/result.h"

/*
 * Where in the project a test failed: a file, and its line where the failure tells one. The report's own file
 * comes first, then the first place in the failure's text that lies in the project; folders of
 * dependencies are passed over.
 */
struct spot {
	char *file; /* from the repository's root; NULL unknown */
	long line;  /* 0 unknown */
};

/* The path from the root of a file of the project, which the caller frees; NULL when it is none. Asked with what a
 * failure says, which may be anything. */
typedef char *spot_locate_fn(const char *path, void *payload);

void spot_find(const struct result *result, spot_locate_fn *locate, void *payload,
	       struct spot *out);
void spot_release(struct spot *spot);

#endif
