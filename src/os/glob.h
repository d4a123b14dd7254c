/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_OS_GLOB_H
#define STEADY_OS_GLOB_H

#include "base/strv.h"

/*
 * Appends the regular files that match, sorted, each once (also when *out has them already). The
 * pattern knows *, ?, [set] inside a name and ** for any number of folders. As in a shell, names
 * that start with a dot match only a dot that is written out. Folders reached through a symbolic
 * link are not entered by **. At most 100,000 entries are looked at; a warning tells when it was
 * more. Folders that are there and could not be looked through are appended to *unread, each once;
 * NULL when nobody wants to know.
 */
void glob_files(const char *pattern, struct strv *out, struct strv *unread);

/* All regular files below a folder (any depth, hidden ones too) whose name ends in suffix, in the
 * same way. */
void glob_tree(const char *dir, const char *suffix, struct strv *out, struct strv *unread);

#endif
