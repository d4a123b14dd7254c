/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_RERUN_PROJECT_H
#define STEADY_RERUN_PROJECT_H

#include <stdbool.h>
#include <stddef.h>

/* Configuration files of a project, which are read as text. Inside the room. */
#define CONFIG_MAX ((size_t)1 << 20)

/* Does the file hold the word? Where it cannot be read, it holds nothing for its tool either. */
bool project_holds(const char *path, const char *word);

/* The first of the folder's files that holds the word; NULL when none does. The caller frees. */
char *project_find_in(const char *folder, const char *const *names, const char *word);

/* The same in the current folder and all above it. */
char *project_find_above(const char *const *names, const char *word);

#endif
