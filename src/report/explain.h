/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_REPORT_EXPLAIN_H
#define STEADY_REPORT_EXPLAIN_H

#include "report/summary.h"

/* One run on record, and for each test that failed in it: what its text tells, by which rule, and
 * how often others failed alike. */
struct explain_input {
	struct summary_input summary; /* the run, how it is shown, the rules */
	const size_t *alike; /* of each failed test: other runs with a failure of its signature */
	int64_t now_us;      /* wall */
};

/* Appends lines for a terminal. */
void explain_text(const struct explain_input *input, struct buf *out);

/* The same as one JSON object, schema steady.explain/1 (docs/schema), and a newline. */
void explain_json(const struct explain_input *input, struct buf *out);

#endif
