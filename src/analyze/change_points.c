/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/change_points.h"

#include "analyze/beta.h"
#include "base/mem.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

/* Beta priors of the failure rate, and of the share of retried failures that never pass. */
#define RUN_A   0.3
#define RUN_B   0.5
#define RETRY_A 0.5
#define RETRY_B 0.5

/* ln of 1 / 10,000: how likely a change is beforehand. */
#define CHANGE_PRIOR (-9.210340371976182)

#define TAIL 0.005 /* of the interval, on each side */

/* How many places where something can change two cuts lie apart that are looked for together. */
#define PAIR_REACH 16

/* More than the sum of some logarithms is ever off. */
#define ROUNDING 1e-3

/* Sums over the positions in front of an index. */
struct sums {
	size_t runs, bad, retried, never_good;
};

/* Where a segment can be cut, and how likely what lies in front of it is, and what lies behind. */
struct place {
	size_t at;
	double left, right;
};

struct place_list {
	VEC(struct place)
};

struct line {
	const struct position *positions;
	struct sums *sums; /* count + 1 of them */
	const struct beta_table *runs;
	double of_retries; /* beta_log() of the prior */
};

/* Of the positions from `from` to in front of `to`, as one segment. */
static double likelihood(const struct line *line, size_t from, size_t to)
{
	const struct sums *start = &line->sums[from], *end = &line->sums[to];
	double runs =
		beta_table_likelihood(line->runs, end->bad - start->bad, end->runs - start->runs);

	if (end->retried == start->retried) {
		return runs;
	}
	return runs + beta_likelihood((double)(end->never_good - start->never_good),
				      (double)(end->retried - start->retried), RETRY_A, RETRY_B,
				      line->of_retries);
}

/* Two neighbours that only passed, or only failed, are never cut apart: the best cut of a row of
 * equals is at one of its ends. */
static bool can_change(const struct line *line, size_t at)
{
	const struct position *left = &line->positions[at - 1], *right = &line->positions[at];
	bool only_good = left->bad == 0 && right->bad == 0;
	bool only_bad = left->bad == left->runs && right->bad == right->runs &&
			left->never_good == left->retried && right->never_good == right->retried;

	return !only_good && !only_bad;
}

struct segment {
	size_t from, to;
};

struct segment_list {
	VEC(struct segment)
};

/* Of a segment: where it is cut, at one place or (second not 0) at two; first 0: nowhere. */
struct cut {
	size_t first, second;
	double gain;
	double surplus; /* of the gain over what its cuts cost */
};

static void keep_better(struct cut *best, const struct cut *other)
{
	if (other->surplus > best->surplus) {
		*best = *other;
	}
}

static void find_places(const struct line *line, const struct segment *segment,
			struct place_list *out)
{
	for (size_t at = segment->from + 1; at < segment->to; at++) {
		if (can_change(line, at)) {
			*VEC_PUSH(out) = (struct place){
				.at = at,
				.left = likelihood(line, segment->from, at),
				.right = likelihood(line, at, segment->to),
			};
		}
	}
}

/* What came and went again is explained by two cuts together, and hardly by one of them. */
static void try_second(const struct line *line, const struct place *first,
		       const struct place *second, double whole, struct cut *best)
{
	double gain = first->left + likelihood(line, first->at, second->at) + second->right - whole;

	keep_better(best, &(struct cut){first->at, second->at, gain, gain + 2 * CHANGE_PRIOR});
}

static void try_pairs(const struct line *line, const struct place_list *places, size_t at,
		      double whole, struct cut *best)
{
	const struct place *first = &places->items[at];
	size_t end = places->len - at > PAIR_REACH ? at + PAIR_REACH + 1 : places->len;
	/* nothing is likelier than certain: most pairs are out without a look at what lies between */
	double least = best->surplus - 2 * CHANGE_PRIOR + whole - first->left - ROUNDING;

	for (size_t i = at + 1; i < end; i++) {
		if (places->items[i].right > least) {
			try_second(line, first, &places->items[i], whole, best);
		}
	}
}

static struct cut best_cut(const struct line *line, const struct segment *segment)
{
	struct place_list places = {0};
	struct cut best = {0};
	double whole = likelihood(line, segment->from, segment->to);

	find_places(line, segment, &places);
	for (size_t i = 0; i < places.len; i++) {
		const struct place *place = &places.items[i];
		double gain = place->left + place->right - whole;

		keep_better(&best, &(struct cut){place->at, 0, gain, gain + CHANGE_PRIOR});
		try_pairs(line, &places, i, whole, &best);
	}
	VEC_FREE(&places);
	return best;
}

static int compare(const void *a, const void *b)
{
	const struct change_point *left = a, *right = b;

	return (left->first > right->first) - (left->first < right->first);
}

static void cut_all(const struct line *line, size_t count, struct change_list *out)
{
	struct segment_list open = {0};

	*VEC_PUSH(&open) = (struct segment){0, count};
	while (open.len > 0) {
		struct segment segment = open.items[--open.len];
		struct cut cut = best_cut(line, &segment);

		if (!cut.first) {
			continue;
		}
		*VEC_PUSH(out) = (struct change_point){.first = cut.first, .gain = cut.gain};
		*VEC_PUSH(&open) = (struct segment){segment.from, cut.first};
		if (cut.second) {
			*VEC_PUSH(out) =
				(struct change_point){.first = cut.second, .gain = cut.gain};
			*VEC_PUSH(&open) = (struct segment){cut.first, cut.second};
			cut.first = cut.second;
		}
		*VEC_PUSH(&open) = (struct segment){cut.first, segment.to};
	}
	VEC_FREE(&open);
	if (out->len > 1) {
		qsort(out->items, out->len, sizeof(*out->items), compare);
	}
}

/* How likely each cut between two others is, the more so the more places lie in between. */
static double weigh(const struct line *line, size_t from, size_t to, size_t at)
{
	size_t gap = line->positions[at].place - line->positions[at - 1].place;

	return likelihood(line, from, at) + likelihood(line, at, to) +
	       log(gap > 0 ? (double)gap : 1);
}

/* The interval that leaves out TAIL on both sides. */
static void find_interval(const struct line *line, size_t from, size_t to,
			  struct change_point *change)
{
	double *weights = mem_array(to - from, sizeof(*weights));
	double most = -HUGE_VAL, all = 0, sum = 0;

	for (size_t at = from + 1; at < to; at++) {
		weights[at - from] = weigh(line, from, to, at);
		most = fmax(most, weights[at - from]);
	}
	for (size_t at = from + 1; at < to; at++) {
		weights[at - from] = exp(weights[at - from] - most);
		all += weights[at - from];
	}
	change->low = from + 1;
	change->high = to - 1;
	for (size_t at = from + 1; at < to; at++) {
		if (sum <= TAIL * all) {
			change->low = at;
		}
		sum += weights[at - from];
		if (sum >= (1 - TAIL) * all) {
			change->high = at;
			break;
		}
	}
	free(weights);
}

static void add_sums(const struct position *positions, size_t count, struct sums *out)
{
	for (size_t i = 0; i < count; i++) {
		out[i + 1] = (struct sums){
			out[i].runs + positions[i].runs,
			out[i].bad + positions[i].bad,
			out[i].retried + positions[i].retried,
			out[i].never_good + positions[i].never_good,
		};
	}
}

void change_points_table(size_t most, struct beta_table *out)
{
	beta_table_make(RUN_A, RUN_B, most, out);
}

void change_points_find(const struct beta_table *table, const struct position *positions,
			size_t count, struct change_list *out)
{
	struct line line = {
		.positions = positions,
		.sums = mem_array(count + 1, sizeof(struct sums)),
		.runs = table,
		.of_retries = beta_log(RETRY_A, RETRY_B),
	};

	add_sums(positions, count, line.sums);
	cut_all(&line, count, out);
	for (size_t i = 0; i < out->len; i++) {
		size_t from = i > 0 ? out->items[i - 1].first : 0;
		size_t to = i + 1 < out->len ? out->items[i + 1].first : count;

		find_interval(&line, from, to, &out->items[i]);
	}
	free(line.sums);
}
