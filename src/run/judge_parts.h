/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_RUN_JUDGE_PARTS_H
#define STEADY_RUN_JUDGE_PARTS_H

#include "run/judge.h"

#include <stddef.h>

/* What both the rule (judge.c) and the outcome (judge_run.c) ask. */

bool judge_holds_failure(const struct attempt_totals *sum);

/* They were promised. */
bool judge_lacks_results(const struct attempt *attempt, const struct attempt_totals *sum,
			 const struct judge_facts *facts);

bool judge_all_passed_again(const struct run *run);

/* Each failed test is excused by a row of the ledger, as *rows are, or passed on a verified retry, which
 * *others need; and there is a row. */
bool judge_rows_needed(const struct run *run, size_t *rows, size_t *others);

#endif
