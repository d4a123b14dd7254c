/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_JUNIT_FORMAT_H
#define STEADY_JUNIT_FORMAT_H

#include <stdbool.h>

/*
 * Files that are no JUnit XML, told by name with what to do instead. Other formats are not read:
 * guessing at them would invent results.
 */

/* " (NUnit: …)" for a root element of another known format, else "". The URI of its namespace may
 * be NULL. */
const char *junit_format_of_root(const char *name, const char *uri);

/* Whether the namespace belongs to another format that uses the same root element. */
bool junit_format_is_foreign(const char *uri);

/* Why a file without any element is none: "this is JSON …", by its first character (0: there was
 * nothing but blanks). */
const char *junit_format_of_text(char first);

#endif
