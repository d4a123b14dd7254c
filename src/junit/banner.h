/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_JUNIT_BANNER_H
#define STEADY_JUNIT_BANNER_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Whether the output of a program that wrote its report behind it ends at text, which is a "<" and
 * the beginning of a name: 1 yes, the tag is the report's; 0 no; -1 more is needed, which `last`
 * says will not come.
 */
int junit_banner_ends(const char *text, size_t len, bool last);

#endif
