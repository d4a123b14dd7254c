/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_JUNIT_TOTALS_H
#define STEADY_JUNIT_TOTALS_H

#include "junit/fault.h"
#include "junit/words.h"

/*
 * What a suite says about how many tests it has, and how many it holds. The number it says is never
 * used; a difference that no known way of counting explains is worth a warning, because something
 * may be missing: a suite may count its own cases or all below, each try of a test, errors of the
 * suite, and leave out skipped ones.
 */
struct junit_totals {
	int64_t said; /* -1: nothing */
	uint64_t said_errors, said_failures;
	struct junit_place place;
	size_t own, all;        /* cases directly in it, and at any depth */
	size_t skipped;         /* of all */
	size_t tries;           /* further tries that cases tell of */
	size_t errors;          /* of suites */
	bool passed_over;       /* a suite that was skipped need not show its tests */
	size_t bad, bad_errors; /* cases that failed in any way, and those that are errors */
	size_t further;         /* cases of a name seen before, as far as the reader can tell */
	uint64_t claimed; /* the most failures that a suite claims whose totals count freely */
	/* Claimed by the suite, or by suites in it, and shown by nothing however it may be counted. */
	size_t unshown_tests, unshown_failures;
};

struct junit_totals junit_totals_open(const struct junit_attrs *attrs, struct junit_place place);

/* Adds what an inner suite held to the one around it. */
void junit_totals_add(struct junit_totals *outer, const struct junit_totals *inner);

/* How many errors the suite tells of that nothing in it shows: counting only `errors`, or failures
 * too. Few at most: what is said is not to be trusted. */
size_t junit_totals_hidden(const struct junit_totals *totals, bool failures_too);

/* Notes what the suite claims beyond what it holds, once all in it was seen; where totals count
 * something else than cases, only that there were failures. */
void junit_totals_settle(struct junit_totals *totals, bool counts_cases);

/* The same of the whole report: failures claimed anywhere, and none shown in any way. */
void junit_totals_finish(struct junit_totals *totals);

/* Whether the number said is one that can be counted. */
bool junit_totals_fit(const struct junit_totals *totals);

#endif
