/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_ANALYZE_PRESENCE_H
#define STEADY_ANALYZE_PRESENCE_H

#include "model/evidence.h"

/*
 * Which tests are on the same rosters: of each test the number of its kind, the caller frees it. Takes time in the order
 * of the tests for each roster. Inside the room.
 */
size_t *presence_kinds(const struct evidence *evidence);

#endif
