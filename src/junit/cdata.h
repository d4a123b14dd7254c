/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_JUNIT_CDATA_H
#define STEADY_JUNIT_CDATA_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Whether the "]]>" before text is only a part of what some test printed: writers put such output
 * into CDATA as it is. It is when text goes on, comes to another "]]>", and no markup of a report
 * stands between: then one of the two is wrong anyway, and this is the reading that loses nothing.
 * 1 yes, 0 no, -1 more is needed, which `last` says will not come.
 */
int junit_cdata_is_inner(const char *text, size_t len, bool last);

/* Like memmem(), and fast for what is short and far away. NULL when it is not there. */
const char *junit_find(const char *text, size_t len, const char *what);

#endif
