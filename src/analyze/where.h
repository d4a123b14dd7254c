/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_ANALYZE_WHERE_H
#define STEADY_ANALYZE_WHERE_H

#include "analyze/looks.h"

/*
 * Where a test fails, and where it does not: fills only_here and only_branch of the judgements of one test,
 * which stand in the order of the lanes of its looks. Inside the room.
 */
void where_mark(const struct evidence *evidence, const struct look_list *looks,
		const struct run_numbers *numbers, struct test_judgement *judgements, size_t count);

#endif
