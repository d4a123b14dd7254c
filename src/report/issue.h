/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_REPORT_ISSUE_H
#define STEADY_REPORT_ISSUE_H

#include "base/buf.h"
#include "base/err.h"

#include <stdint.h>

/* What a rolling issue asks of GitHub's REST API, and of what it answered. */

/* The body of a request: {"title":…,"body":…,"labels":[…]}; NULL members are left out. */
void issue_request(const char *title, const char *label, const char *body, struct buf *out);

/*
 * Of an answer with a list of issues the number of the first open one whose text begins with the marker, pull
 * requests left out; 0 when there is none. ERR_INPUT when it is no such list.
 */
int issue_find(const char *json, size_t len, const char *marker, int64_t *out, struct err *err);

#endif
