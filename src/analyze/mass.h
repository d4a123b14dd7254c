/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_ANALYZE_MASS_H
#define STEADY_ANALYZE_MASS_H

#include "analyze/flakes.h"
#include "analyze/looks.h"
#include "analyze/numbers.h"

/*
 * Runs in which many tests failed at once, for one reason that is none of theirs: such a run is one
 * incident, and what failed in it says nothing of its tests. Inside the room.
 *
 * At least 6 tests and 5 % of all failed, and there were far more than usual in that job (the mean and
 * three standard deviations of its other runs), or half of them with one signature, or half of all tests,
 * or a service had gone. Three are enough where half of them have one signature and they are 30 % of a
 * small suite, or 70 % have one that at most two runs of the job have.
 * Not when nothing ran afterwards, because it may last, unless half of all tests failed, the same content
 * passed in another run, or a service explains it. Not when it lasts: all other runs of that content look
 * alike, or three runs in a row on one line; but for runs that a service explains. And not when more than
 * 2 % of the job's runs, three at least, look alike: that is a cluster of tests that fail together; where
 * half of all tests failed, more than 20 %.
 * A test that fails in most runs of its job is no news in any of them: it is left out of both counts.
 */
void mass_find(const struct evidence *evidence, const struct run_numbers *numbers,
	       struct mass_list *out);

#endif
