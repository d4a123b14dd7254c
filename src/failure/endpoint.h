/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_FAILURE_ENDPOINT_H
#define STEADY_FAILURE_ENDPOINT_H

#include "base/buf.h"

#include <stdbool.h>

/*
 * Appends the service that a line is about, the remote one of two: "db:5432", "[::1]:5432",
 * "unix:/run/x.sock", or a host alone. Without a port in a URL the scheme's. Passwords in URLs are
 * left out. False when the line names none.
 */
bool endpoint_find(const char *line, size_t len, struct buf *out);

#endif
