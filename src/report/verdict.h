/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_REPORT_VERDICT_H
#define STEADY_REPORT_VERDICT_H

#include "base/buf.h"
#include "base/map.h"
#include "model/run.h"

/* What the retries said about one failed test, in words. Inside the room. */

/* In how many attempts each test failed, by id: verdict_words() asks for every failed test. */
void verdict_count(const struct run *run, struct map *out);

/* "failed, then passed on attempt 2" */
void verdict_words(struct buf *out, const struct run *run, const struct map *failures,
		   const struct failed_test *test);

/* Exception type and first line of the message, or the text's first line; plain text, to be
 * escaped. Nothing when the failure says nothing. */
void verdict_failure(struct buf *out, const struct failure *failure);

#endif
