/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_READY_KEYS_H
#define STEADY_READY_KEYS_H

#include "ready/probe.h"
#include "ready/words.h"

/* Reads the key=value words of a target from the one numbered `first`. ERR_USAGE. */
int keys_read(struct target *target, const struct word_list *words, size_t first, struct err *err);

/* Is this one of the words that the target's scheme knows? */
bool keys_know(const struct target *target, const struct word *word);

#endif
