/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_ANALYZE_PRIOR_H
#define STEADY_ANALYZE_PRIOR_H

/* What is believed of a test before anything was seen. The numbers and where they come from:
 * docs/methods.md. */
/* From one source to the next a good test breaks with `breaks`, and a broken one is mended with `mends`. */
struct pace {
	double share; /* of all tests */
	double breaks, mends;
};

#define PACES 4

/* The first of them, also of flaky tests. */
#define PACES_QUIET 2

struct prior {
	double flaky; /* the share of tests that fail by chance */
	double a, b;  /* their failure rates are drawn from Beta(a, b) */
	/* Where nobody works at what a test checks it hardly ever breaks, and may stay broken for long; where
	 * somebody does, every few sources. The first is the usual one. */
	struct pace paces[PACES];
	double lies;       /* of a run about a test that is not flaky */
	double from_start; /* of the flaky tests: they were so when the window began */
};

extern const struct prior prior_default;

#endif
