/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_REPORT_VERDICT_H
#define STEADY_REPORT_VERDICT_H

#include "base/buf.h"
#include "base/map.h"
#include "model/run.h"

struct classified;
struct summary_input;

/* What the retries said about one failed test, in words. Inside the room. */

/* In how many attempts each test failed, by id: verdict_words() asks for every failed test. */
void verdict_count(const struct run *run, struct map *out);

/* "failed, then passed on attempt 2" */
void verdict_words(struct buf *out, const struct run *run, const struct map *failures,
		   const struct failed_test *test);

/* A test that did not fail in the first attempt but in a later one. Borrows. */
struct later_failure {
	const struct result *result;
	int attempt; /* the first one in which it failed */
};

struct later_failure_list {
	VEC(struct later_failure)
};

/* Each such test once, in file order. */
void verdict_later(const struct run *run, struct later_failure_list *out);
void later_failure_list_release(struct later_failure_list *list);

/* "failed 2 times and then passed on the framework's own retry"; for a result that is flaky. */
void verdict_own_retry(struct buf *out, const struct result *result);

/* Exception type and the line that tells most (failure/head.h); plain text, to be escaped. Nothing
 * when the failure says nothing. */
void verdict_failure(struct buf *out, const struct failure *failure);

/* What to do about a failure of that class. `service`: it was put down to that one; NULL none. */
const char *verdict_advice(const struct run *run, const struct classified *finding,
			   const char *service);

/* "refused db:5432 · nobody listens there: …": the class of the failure, what it is about and what
 * to do; plain text, to be escaped. Nothing when the text tells no class. */
void verdict_class(struct buf *out, const struct summary_input *input,
		   const struct failure *failure, const char *service);

#endif
