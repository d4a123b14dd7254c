/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_REPORT_REPORT_H
#define STEADY_REPORT_REPORT_H

#include "analyze/flakes.h"
#include "base/buf.h"
#include "model/quarantine.h"
#include "model/suspect.h"

/* The flake report in its forms: one row of a table each. Pure: from model data to text. */
struct report_input {
	const struct evidence *evidence;
	const struct flake_report *flakes;
	const struct test_suspects *suspects; /* of each of flakes->tests; NULL nobody asked */
	const struct quarantine_standing_list *quarantine; /* rows of the ledger; NULL none */
	const char *quarantine_trouble;                    /* why the ledger cannot be used; NULL */
	const bool *excused; /* of each of flakes->tests: the ledger excuses all of it; NULL */
	int64_t since_us, until_us;
	int64_t now_us;
	size_t width; /* of the terminal */
	bool colour;
};

/* Who may have changed that one of flakes->tests; NULL: nobody asked. */
const struct test_suspects *report_suspects(const struct report_input *input,
					    const struct test_judgement *test);

/* Does the quarantine excuse all failures of that one of flakes->tests? Then it is no news. */
bool report_is_excused(const struct report_input *input, const struct test_judgement *test);

typedef void report_fn(const struct report_input *input, struct buf *out);

report_fn report_text, report_markdown, report_json;

/* The writer of that format ("text", "markdown", "json"), or NULL. */
report_fn *report_find(const char *format);

#endif
