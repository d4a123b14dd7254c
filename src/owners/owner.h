/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_OWNERS_OWNER_H
#define STEADY_OWNERS_OWNER_H

#include <stdbool.h>
#include <stddef.h>

/* Inside the room: "@user", "@org/team", "@group/sub/team", "@@role", "ana@example.org". */
bool owner_is_one(const char *word, size_t len);

/* Is it one of the words? In either case of letters, and with or without the "@" in front. */
bool owner_is_among(const char *words, const char *word, size_t len);

#endif
