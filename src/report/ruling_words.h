/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_REPORT_RULING_WORDS_H
#define STEADY_REPORT_RULING_WORDS_H

#include "analyze/ruling.h"
#include "base/buf.h"
#include "report/summary.h"

/* A verdict on a failure, in words; plain text, to be escaped. Inside the room. */

/* What was ruled on that one of the run's failed tests; NULL: nobody asked. */
const struct failure_ruling *ruling_of(const struct summary_input *input,
				       const struct failed_test *test);

/* "known flake", "likely a regression" */
const char *ruling_label(const struct failure_ruling *ruling);

/* What speaks for it: "failed like this in 6 of 40 other runs, on 4 other pull requests in 7 days; the
 * change does not touch what the failure names". Nothing where nothing does. */
void ruling_reasons(struct buf *out, const struct summary_input *input,
		    const struct failure_ruling *ruling);

/* "known flake (false alarm with 98 %): failed like this …" */
void ruling_line(struct buf *out, const struct summary_input *input,
		 const struct failure_ruling *ruling);

#endif
