/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_ANALYZE_WHERE_H
#define STEADY_ANALYZE_WHERE_H

#include "analyze/judge.h"

/* Where a test fails, and where it does not. Inside the room. */

/* The branch of all failures of the lane at hand, if it ran on others so often that this is no chance; else NULL. */
const char *where_only_branch(const struct judge *judge, const struct test_judgement *judgement);

/* Fills only_here of the judgements of one test, one a lane. */
void where_mark(struct test_judgement *judgements, size_t count);

#endif
