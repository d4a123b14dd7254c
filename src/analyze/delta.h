/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_ANALYZE_DELTA_H
#define STEADY_ANALYZE_DELTA_H

#include "analyze/flakes.h"

/*
 * What changed from the time before a moment to the time since then, of tests that are flaky or broken: pure. The evidence
 * and its judgements span both. A test is judged with all of it, so that three failures a month
 * are seen, and what is told is what became different:
 *
 * new:   it failed since, and never before, though its job ran.
 * back:  it had failed before, then not in one span as long as that since the moment while it ran, and fails again.
 * worse: it is broken since and was not before, or it fails half as often again at least, and the 90 % intervals of
 *        both rates (Jeffreys) do not meet.
 * fixed: it was broken at the moment, and passes since; or it was flaky, and the runs since make up the 95 % with which
 *        it is mended (clean.h).
 */
enum delta_kind { DELTA_NEW, DELTA_BACK, DELTA_WORSE, DELTA_FIXED, DELTA_COUNT };

const char *delta_kind_name(enum delta_kind kind);

struct delta_row {
	enum delta_kind kind;
	size_t test;                       /* index into flakes->tests */
	size_t runs_before, failed_before; /* first tries */
	size_t runs, failed;               /* since */
};

struct delta {
	VEC(struct delta_row) /* by kind, and of one kind in the order of flakes->tests */
	size_t count[DELTA_COUNT];
	size_t runs_before; /* evidence of the time before; 0: there is nothing to compare with */
};

/* since_us: where the time before ends; until_us: where the evidence ends. The caller releases *out. */
void delta_find(const struct evidence *evidence, const struct flake_report *flakes,
		const struct prior *prior, int64_t since_us, int64_t until_us, struct delta *out);
void delta_release(struct delta *delta);

#endif
