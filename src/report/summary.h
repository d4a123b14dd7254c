/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_REPORT_SUMMARY_H
#define STEADY_REPORT_SUMMARY_H

#include "base/buf.h"
#include "model/run.h"

struct rules;
struct failure_ruling;

/* What a person sees at the end of `steady run`: what failed, which of it is flaky, what to do. */
struct summary_input {
	const struct run *run;
	size_t width; /* of the terminal; 0 unknown */
	bool colour;
	bool hide_flaky;          /* they are counted, and not named (--flaky pass) */
	const char *not_recorded; /* why the run is not in the history; NULL when it is */
	struct rules *rules;      /* of failures' classes; NULL: those that come with steady */
	const struct failure_ruling *rulings; /* of each failed test; NULL: nobody asked */
	const char *base;                     /* the branch that changes go into; NULL unknown */
};

/* Appends lines for a terminal. A run that passed is one line. */
void summary_text(const struct summary_input *input, struct buf *out);

/* The same as one JSON object, schema steady.explain/1 (docs/schema), and a newline. */
void summary_json(const struct summary_input *input, struct buf *out);

#endif
