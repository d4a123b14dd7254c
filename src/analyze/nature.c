/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/nature.h"

#include "analyze/beta.h"
#include "base/vec.h"

#include <math.h>
#include <stdlib.h>

/* The rates that stand for all: from rare to nearly always, each 1.39 times the one before. */
#define RATE_LOW  0.0005
#define RATE_HIGH 0.9

const struct prior prior_default = {
	.flaky = 0.03,
	.a = 0.3,
	.b = 2,
	.paces = {{0.65, 0.0005, 0.3}, {0.25, 0.0005, 0.01}, {0.07, 0.02, 0.3}, {0.03, 0.15, 0.3}},
	.lies = 1e-7,
	.from_start = 0.5,
};

/* Logarithms of what a spot says: of a test that fails with that rate, and of a broken one. */
struct odds {
	double fail, pass;
};

static struct odds odds_of(double rate)
{
	return (struct odds){log(rate), log1p(-rate)};
}

static double weight(const struct spot *spot, const struct odds *odds)
{
	size_t failed = spot->bad + spot->failed_again;
	size_t passed = spot->runs - spot->bad + spot->retry_passed;

	return (double)failed * odds->fail + (double)passed * odds->pass;
}

/* The logarithm of the sum of two numbers that are given by theirs. */
static double log_add(double a, double b)
{
	double high = fmax(a, b), low = fmin(a, b);

	return high == (double)-INFINITY ? high : high + log1p(exp(low - high));
}

/* A ratio below that is next to nothing. */
#define NEGLIGIBLE 2.061153622438558e-9

/* As logarithms: a ratio beyond goes into the sum at once, where all of it ends up. */
#define RATIO_MOST 300.0

/* A product is taken into the sum of logarithms before it leaves the range of a double. */
#define PRODUCT_MOST  1e150
#define PRODUCT_LEAST 1e-150

/* What a spot, and those behind it that only passed, look like. Many look alike. */
struct shape {
	size_t failed, passed; /* of the spot's tries */
	size_t clean_runs;     /* of the last one behind it; 0: there is none */
};

struct stretch {
	size_t shape;
	bool first; /* of its line */
};

/* The record as the forward algorithm takes it: with what only passed behind a pass counted and left out. */
struct record {
	struct {
		VEC(struct stretch)
	} stretches;
	struct {
		VEC(struct shape)
	} shapes;
	size_t failed, passed; /* tries of all */
	size_t clean;          /* spots that are left out */
};

static void record_release(struct record *record)
{
	VEC_FREE(&record->stretches);
	VEC_FREE(&record->shapes);
}

static size_t shape_number(struct record *record, const struct shape *shape)
{
	VEC_EACH (const struct shape, known, &record->shapes) {
		if (known->failed == shape->failed && known->passed == shape->passed &&
		    known->clean_runs == shape->clean_runs) {
			return (size_t)(known - record->shapes.items);
		}
	}
	*VEC_PUSH(&record->shapes) = *shape;
	return record->shapes.len - 1;
}

static void end_stretch(struct record *record, const struct shape *shape)
{
	if (record->stretches.len > 0) {
		record->stretches.items[record->stretches.len - 1].shape =
			shape_number(record, shape);
	}
}

static void make_record(const struct spot *spots, size_t count, struct record *out)
{
	struct shape shape = {0};
	bool after_pass = false;

	for (size_t i = 0; i < count; i++) {
		const struct spot *spot = &spots[i];
		bool first = i == 0 || spot->line != spots[i - 1].line;
		size_t failed = spot->bad + spot->failed_again;
		size_t passed = spot->runs - spot->bad + spot->retry_passed;

		out->failed += failed;
		out->passed += passed;
		/* behind a pass only: what a pass leaves of a break is next to nothing */
		if (!first && spot->bad == 0 && after_pass) {
			out->clean++;
			shape.clean_runs = spot->runs;
			continue;
		}
		end_stretch(out, &shape);
		shape = (struct shape){.failed = failed, .passed = passed};
		after_pass = spot->bad == 0;
		VEC_PUSH(&out->stretches)->first = first;
	}
	end_stretch(out, &shape);
}

/* What a shape does to the ratio of the broken state to the good one. */
struct effect {
	double factor;
	double excess; /* a logarithm: of the factor, what is beyond RATIO_MOST; 0 with clean ones behind */
	double clean; /* the ratio behind it; negative: nothing that only passed is behind it */
};

/* A sum of logarithms, of which some are still a product. */
struct log_sum {
	double sum, product;
};

static void multiply(struct log_sum *sum, double factor)
{
	sum->product *= factor;
	if (sum->product > PRODUCT_MOST || sum->product < PRODUCT_LEAST) {
		sum->sum += log(sum->product);
		sum->product = 1;
	}
}

static void make_effects(const struct record *record, const struct pace *pace,
			 const struct odds *good, const struct odds *broken, struct effect *out)
{
	for (size_t i = 0; i < record->shapes.len; i++) {
		const struct shape *shape = &record->shapes.items[i];
		double factor = (double)shape->failed * (broken->fail - good->fail) +
				(double)shape->passed * (broken->pass - good->pass);
		double excess = fmax(factor - RATIO_MOST, 0);
		double clean = (double)shape->clean_runs * (broken->pass - good->pass);

		out[i] = (struct effect){
			.factor = exp(factor - excess),
			.excess = excess,
			.clean = shape->clean_runs > 0
					 ? pace->breaks / (1 - pace->breaks) * exp(clean)
					 : -1,
		};
	}
}

/*
 * The forward algorithm with two states: the logarithm of the good one is summed up, and what is carried on is the
 * ratio of the broken one to it. Between both logarithms are needed only where a product gets too long.
 */
static double likelihood(const struct prior *prior, const struct pace *pace,
			 const struct record *record, double rate, struct effect *effects)
{
	const struct odds good = odds_of(rate), broken = odds_of(1 - prior->lies);
	const double stay = 1 - pace->breaks, lasts = 1 - pace->mends;
	const double start = pace->breaks / pace->mends;
	struct log_sum all = {(double)record->failed * good.fail +
				      (double)record->passed * good.pass +
				      (double)record->clean * log1p(-pace->breaks),
			      1};
	double ratio = 0;

	make_effects(record, pace, &good, &broken, effects);
	for (size_t i = 0; i < record->stretches.len; i++) {
		const struct stretch *stretch = &record->stretches.items[i];
		const struct effect *effect = &effects[stretch->shape];

		if (stretch->first) {
			multiply(&all, (1 + ratio) / (1 + start));
			ratio = start;
		} else if (ratio > NEGLIGIBLE) {
			double into_good = stay + ratio * pace->mends;

			multiply(&all, into_good);
			ratio = (pace->breaks + ratio * lasts) / into_good;
		} else {
			multiply(&all, stay);
			ratio = pace->breaks / stay;
		}
		ratio = effect->clean < 0 ? ratio * effect->factor : effect->clean;
		all.sum += effect->excess;
	}
	return all.sum + log(all.product) + log1p(ratio);
}

static double rate_at(int i)
{
	return RATE_LOW * pow(RATE_HIGH / RATE_LOW, (double)i / (KINDS - 1));
}

void kinds_make(const struct prior *prior, struct kinds *out)
{
	double low = 0;

	out->prior = prior;
	for (int i = 0; i < KINDS; i++) {
		double high = i == KINDS - 1 ? 1 : sqrt(rate_at(i) * rate_at(i + 1));
		double up_to = beta_cdf(high, prior->a, prior->b);

		out->rate[i] = rate_at(i);
		out->log_share[i] = log(prior->flaky * (up_to - low));
		low = up_to;
	}
}

void nature_of(const struct kinds *kinds, const struct spot *spots, size_t count,
	       struct nature *out)
{
	const struct prior *prior = kinds->prior;
	CLEANUP(record_release) struct record record = {0};
	AUTO_FREE struct effect *effects = NULL;
	double quiet = prior->paces[0].share + prior->paces[1].share;
	double sound = (double)-INFINITY, flaky = (double)-INFINITY, best = (double)-INFINITY;

	*out = (struct nature){0};
	make_record(spots, count, &record);
	effects = mem_array(record.shapes.len + 1, sizeof(*effects));
	for (int i = 0; i < PACES; i++) {
		const struct pace *pace = &prior->paces[i];

		sound = log_add(sound,
				log((1 - prior->flaky) * pace->share) +
					likelihood(prior, pace, &record, prior->lies, effects));
	}
	for (int i = 0; i < KINDS * PACES_QUIET; i++) {
		const struct pace *pace = &prior->paces[i % PACES_QUIET];
		double rate = kinds->rate[i / PACES_QUIET];
		double one = kinds->log_share[i / PACES_QUIET] + log(pace->share / quiet) +
			     likelihood(prior, pace, &record, rate, effects);

		flaky = log_add(flaky, one);
		if (one > best) {
			best = one;
			out->rate = rate;
			out->pace = i % PACES_QUIET;
		}
	}
	out->flaky = 1 / (1 + exp(sound - flaky));
}

static int compare_spots(const void *a, const void *b)
{
	const struct spot *left = a, *right = b;

	if (left->line != right->line) {
		return left->line < right->line ? -1 : 1;
	}
	return (left->position > right->position) - (left->position < right->position);
}

void nature_sort(struct spot *spots, size_t count)
{
	if (count > 1) {
		qsort(spots, count, sizeof(*spots), compare_spots);
	}
}

/* One line of development. */
static void line_broken(const struct prior *prior, const struct pace *pace,
			const struct spot *spots, size_t count, double rate, bool *broken)
{
	const struct odds good_odds = odds_of(fmax(rate, prior->lies));
	const struct odds broken_odds = odds_of(1 - prior->lies);
	const double stay = log1p(-pace->breaks), breaks = log(pace->breaks);
	const double mends = log(pace->mends), lasts = log1p(-pace->mends);
	AUTO_FREE bool *to_good = mem_array(count + 1, sizeof(*to_good)); /* came from a break */
	AUTO_FREE bool *to_broken = mem_array(count + 1, sizeof(*to_broken)); /* the same */
	double good = 0, bad = breaks - mends;
	bool at = false;

	for (size_t i = 0; i < count; i++) {
		double was_good = good, was_bad = bad;

		if (i > 0) {
			to_good[i] = was_bad + mends > was_good + stay;
			to_broken[i] = was_bad + lasts > was_good + breaks;
			good = fmax(was_good + stay, was_bad + mends);
			bad = fmax(was_good + breaks, was_bad + lasts);
		}
		good += weight(&spots[i], &good_odds);
		bad += weight(&spots[i], &broken_odds);
	}
	at = bad > good;
	for (size_t i = count; i > 0; i--) {
		broken[i - 1] = at;
		at = at ? to_broken[i - 1] : to_good[i - 1];
	}
}

void nature_broken(const struct prior *prior, int pace, const struct spot *spots, size_t count,
		   double rate, bool *broken)
{
	size_t first = 0;

	for (size_t i = 1; i <= count; i++) {
		if (i == count || spots[i].line != spots[first].line) {
			line_broken(prior, &prior->paces[pace], spots + first, i - first, rate,
				    broken + first);
			first = i;
		}
	}
}
