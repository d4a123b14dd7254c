/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_ANALYZE_NATURE_H
#define STEADY_ANALYZE_NATURE_H

#include "analyze/prior.h"
#include "base/vec.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What kind of test it is that has this record: one that tells the truth, or one that fails by chance.
 * Pure.
 *
 * Both kinds can be broken for a while: from one source position to the next a good test breaks with some
 * probability, a broken one is mended with another (a pace of the prior's), and while it is broken every
 * run fails. Pull requests and branches that are open at once know nothing of each other: each line is a
 * chain of its own. Otherwise a sound test fails only by a lie of the machine, and a flaky one in each
 * run with a rate p of its own, drawn from Beta(a, b). The likelihood of the record is summed over all
 * ways in which it may have been broken (the forward algorithm for hidden Markov models: Rabiner, A
 * tutorial on hidden Markov models, 1989) and, for the flaky kind, over p. So a failure that repeats in
 * all runs of its source, as a break does, says next to nothing about flakiness, and a pass beside it on
 * the same source nearly all.
 */

/* What became of a test in all runs of one source position. Narrow, because a flaky test walks through all of them. */
struct spot {
	uint32_t position; /* on the timeline */
	uint32_t place;    /* that of its first commit, which counts those nobody ran, too */
	uint32_t line;     /* of development */
	uint32_t at;       /* its number on the timeline's order of spots */
	uint32_t run;      /* the first of them */
	uint32_t runs;
	uint32_t bad;          /* of those: the first try failed */
	uint32_t retry_passed; /* of those: and a verified retry passed */
	uint32_t failed_again; /* of the bad: the retries failed, too */
	uint32_t left_out;     /* so many between it and the one before only passed, as both did, */
	uint32_t left_out_runs; /* and so often */
};

struct nature {
	double flaky; /* the probability */
	double rate;  /* the most likely one, should it be flaky, */
	int pace;     /* and how it breaks then: an index into the prior's paces */
};

#define KINDS 24

/* The ways in which a record can be explained: by each pace of a sound test, and by those of each kind of flaky ones. */
#define EXPLANATIONS (PACES + KINDS * PACES_QUIET)

/* The explanations side by side, and logarithms of their shares of all tests; made once. The rates of KINDS stand for all
 * flaky tests. */
struct kinds {
	const struct prior *prior; /* borrowed */
	double rate[EXPLANATIONS];
	int pace[EXPLANATIONS]; /* an index into the prior's paces */
	double log_share[EXPLANATIONS];
	double log_fail[EXPLANATIONS], log_pass[EXPLANATIONS], log_stay[EXPLANATIONS];
	double stay[EXPLANATIONS], breaks[EXPLANATIONS], mends[EXPLANATIONS], lasts[EXPLANATIONS];
	double start[EXPLANATIONS]; /* how broken a line begins, against good */
	double broken_fail, broken_pass;
};

void kinds_make(const struct prior *prior, struct kinds *out);

/* Takes time in the order of the spots, a few operations for each explanation. */
void nature_of(const struct kinds *kinds, const struct spot *spots, size_t count,
	       struct nature *out);

/* What is not among the spots: lines without a failure (clean_lines.h). */
struct clean_rest {
	size_t passed, spots;        /* spots behind the first one of each line */
	double weight[EXPLANATIONS]; /* logarithms */
};

/* The same as of all spots, to the last digits, of those that lie beside a failure or at an end of their line; all
 * lines without one are in the rest. */
void nature_of_few(const struct kinds *kinds, const struct spot *spots, size_t count,
		   const struct clean_rest *rest, struct nature *out);

/* Line by line, as the others take them. */
void nature_sort(struct spot *spots, size_t count);

/* Which of the spots a break explains best, given that it fails at that rate otherwise (0: a sound test), and
 * breaks at that pace. The most likely way through, by Viterbi's algorithm. */
void nature_broken(const struct prior *prior, int pace, const struct spot *spots, size_t count,
		   double rate, bool *broken);

#endif
