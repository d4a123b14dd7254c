/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_READY_KEYS_H
#define STEADY_READY_KEYS_H

#include "ready/probe.h"

/* Reads the words of a target behind those of its scheme. ERR_USAGE. */
int keys_read(struct target *target, struct err *err);

/* Is this one of the words that the target's scheme knows? */
bool keys_know(const struct target *target, const struct word *word);

#endif
