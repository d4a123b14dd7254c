/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_OWNERS_CODEOWNERS_H
#define STEADY_OWNERS_CODEOWNERS_H

#include "base/buf.h"

/*
 * A CODEOWNERS file, as GitHub reads it: the last pattern that matches a path says whose it is, a line that is no rule
 * is passed over, and a pattern without owners takes them away. Sections ("[Docs] @writers", "^[Optional]")
 * are GitLab's: each has a last pattern of its own, and a pattern without owners has the section's.
 */
struct codeowners;

/* GitHub reads no larger one. */
#define CODEOWNERS_MOST ((size_t)3 << 20)

/* The text, of so many bytes and with a NUL behind them, becomes the file's. Any text is a CODEOWNERS file. The caller
 * frees. */
struct codeowners *codeowners_parse(char *text, size_t len);
void codeowners_free(struct codeowners *file);

/* Appends the owners of the path (from the repository's root), with spaces between them: "@web-team @ana". Nothing
 * when it has none. */
void codeowners_find(struct codeowners *file, const char *path, struct buf *out);

/* All that was compared for this file came to more than anybody wants to wait for: since then nobody owns
 * anything. */
bool codeowners_is_exhausted(const struct codeowners *file);

/* Is `name`, with or without the "@" and in either case, one of these owners? "none" is, where they are none (NULL
 * or ""). */
bool codeowners_names(const char *owners, const char *name);

#endif
