/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/onset.h"

#include "base/mem.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#define CONFIDENCE 0.99

/* exp() of less is 0. */
#define NOTHING (-746.0)

/* One place where it may have begun. */
struct candidate {
	size_t spot;
	double weight; /* its logarithm first, then the probability */
};

struct sums {
	size_t runs, bad;
};

static void add_spot(struct sums *sums, const struct spot *spot, bool broken)
{
	sums->runs += broken ? 0 : spot->runs;
	sums->bad += broken ? 0 : spot->bad;
}

/* The logarithm of how likely the change is right in front of each spot. The more commits lie in front of it,
 * the more there are to choose from. */
static void weigh(const struct prior *prior, const struct beta_table *table,
		  const struct spot *spots, const bool *broken, size_t count, struct candidate *out)
{
	const double bad = log(prior->lies), good = log1p(-prior->lies); /* of a sound test */
	struct sums all = {0}, seen = {0};
	double places = (double)(spots[count - 1].place - spots[0].place);
	double log_share = log(prior->from_start);
	size_t gap = SIZE_MAX;

	for (size_t i = 0; i < count; i++) {
		add_spot(&all, &spots[i], broken[i]);
	}
	for (size_t i = 0; i < count; i++) {
		if (i > 0 && spots[i].place - spots[i - 1].place != gap) {
			gap = spots[i].place - spots[i - 1].place;
			log_share = log((1 - prior->from_start) * (double)gap / places);
		}
		out[i].spot = i;
		out[i].weight =
			log_share +
			(i == 0 ? 0
				: (double)seen.bad * bad + (double)(seen.runs - seen.bad) * good) +
			beta_table_likelihood(table, all.bad - seen.bad, all.runs - seen.runs);
		add_spot(&seen, &spots[i], broken[i]);
	}
}

static void normalise(struct candidate *candidates, size_t count)
{
	double most = (double)-INFINITY, sum = 0;

	for (size_t i = 0; i < count; i++) {
		most = candidates[i].weight > most ? candidates[i].weight : most;
	}
	for (size_t i = 0; i < count; i++) {
		double below = candidates[i].weight - most;

		candidates[i].weight = below < NOTHING ? 0 : exp(below);
		sum += candidates[i].weight;
	}
	for (size_t i = 0; i < count; i++) {
		candidates[i].weight /= sum;
	}
}

static int compare_weights(const void *a, const void *b)
{
	const struct candidate *left = a, *right = b;

	if (left->weight > right->weight || left->weight < right->weight) {
		return left->weight > right->weight ? -1 : 1;
	}
	return (left->spot > right->spot) - (left->spot < right->spot);
}

/* All that are left out weigh less than what the interval may leave out. */
static size_t drop_small(struct candidate *candidates, size_t count)
{
	double least = (1 - CONFIDENCE) / 2 / (double)count;
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		if (candidates[i].weight >= least) {
			candidates[kept++] = candidates[i];
		}
	}
	return kept;
}

/* The fewest candidates that hold enough, and all between them. */
static void find_interval(struct candidate *candidates, size_t count, struct onset *out)
{
	double sum = 0;

	count = drop_small(candidates, count);
	qsort(candidates, count, sizeof(*candidates), compare_weights);
	out->low = out->high = candidates[0].spot;
	for (size_t i = 0; i < count && sum < CONFIDENCE; i++) {
		sum += candidates[i].weight;
		out->low = candidates[i].spot < out->low ? candidates[i].spot : out->low;
		out->high = candidates[i].spot > out->high ? candidates[i].spot : out->high;
	}
}

static void add_part(struct onset *out, const struct candidate *candidate,
		     const struct sums *behind)
{
	struct rate_part *part = &out->parts[out->count > 0 ? out->count - 1 : 0];

	if (out->count == 0 || (part->weight >= 1.0 / ONSET_PARTS && out->count < ONSET_PARTS)) {
		part = &out->parts[out->count++];
	}
	part->weight += candidate->weight;
	part->runs += candidate->weight * (double)behind->runs;
	part->failures += candidate->weight * (double)behind->bad;
}

/* What lies behind each candidate. Neighbours are put together until they weigh enough. */
static void sum_up(const struct spot *spots, const bool *broken, size_t count,
		   const struct candidate *candidates, struct onset *out)
{
	struct sums behind = {0};

	for (size_t i = count; i > 0; i--) {
		add_spot(&behind, &spots[i - 1], broken[i - 1]);
		add_part(out, &candidates[i - 1], &behind);
	}
	for (size_t i = 0; i < out->count; i++) {
		struct rate_part *part = &out->parts[i];

		if (part->weight > 0) {
			part->runs /= part->weight;
			part->failures /= part->weight;
		}
	}
}

void onset_find(const struct prior *prior, const struct beta_table *table, const struct spot *spots,
		const bool *broken, size_t count, struct onset *out)
{
	AUTO_FREE struct candidate *candidates = mem_array(count + 1, sizeof(*candidates));

	*out = (struct onset){0};
	if (count == 0) {
		return;
	}
	weigh(prior, table, spots, broken, count, candidates);
	normalise(candidates, count);
	out->before = candidates[0].weight;
	out->known = out->before < 0.5;
	sum_up(spots, broken, count, candidates, out);
	find_interval(candidates, count, out);
}
