/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/nature.h"

#include "analyze/beta.h"
#include "base/mem.h"

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

/* Beyond that a sum is its larger part. */
#define NEGLIGIBLE (-20)

/* A spot, and spots behind it that only passed. */
struct stretch {
	struct spot spot;
	bool first; /* of its line */
	size_t clean, clean_runs,
		last_runs; /* of those behind: how many, their runs, those of the last one */
};

static size_t make_stretches(const struct spot *spots, size_t count, struct stretch *out)
{
	size_t len = 0;

	for (size_t i = 0; i < count; i++) {
		struct stretch *last = &out[len > 0 ? len - 1 : 0];
		bool first = i == 0 || spots[i].line != spots[i - 1].line;

		/* behind a pass only: what a pass leaves of a break is next to nothing */
		if (!first && spots[i].bad == 0 && (last->clean > 0 || last->spot.bad == 0)) {
			last->clean++;
			last->clean_runs += spots[i].runs;
			last->last_runs = spots[i].runs;
		} else {
			out[len++] = (struct stretch){.spot = spots[i], .first = first};
		}
	}
	return len;
}

/*
 * The forward algorithm with two states, as the logarithms of the good one and of the ratio of the broken one
 * to it. After a pass the ratio is next to nothing, and no more logarithm is needed until the next failure.
 */
static double likelihood(const struct prior *prior, const struct pace *pace,
			 const struct stretch *stretches, size_t count, double rate)
{
	const struct odds good = odds_of(rate), broken = odds_of(1 - prior->lies);
	const double stay = log1p(-pace->breaks), breaks = log(pace->breaks);
	const double mends = log(pace->mends), lasts = log1p(-pace->mends);
	const double start = breaks - mends;
	double log_good = 0, ratio = 0;

	for (size_t i = 0; i < count; i++) {
		const struct stretch *stretch = &stretches[i];
		double good_log = weight(&stretch->spot, &good);
		double into_good = stay, into_broken = breaks;

		if (stretch->first) {
			log_good += (i > 0 ? log_add(0, ratio) : 0) - log1p(exp(start));
			into_good = 0;
			into_broken = start;
		} else if (ratio > NEGLIGIBLE) {
			into_good = log_add(stay, ratio + mends);
			into_broken = log_add(breaks, ratio + lasts);
		}
		log_good += into_good + good_log;
		ratio = into_broken - into_good + weight(&stretch->spot, &broken) - good_log;
		if (stretch->clean > 0) {
			log_good += (double)stretch->clean * stay +
				    (double)stretch->clean_runs * good.pass;
			ratio = breaks - stay +
				(double)stretch->last_runs * (broken.pass - good.pass);
		}
	}
	return log_good + (count > 0 ? log_add(0, ratio) : 0);
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
	AUTO_FREE struct stretch *stretches = mem_array(count + 1, sizeof(*stretches));
	size_t len = make_stretches(spots, count, stretches);
	double quiet = prior->paces[0].share + prior->paces[1].share;
	double sound = (double)-INFINITY, flaky = (double)-INFINITY, best = (double)-INFINITY;

	*out = (struct nature){0};
	for (int i = 0; i < PACES; i++) {
		const struct pace *pace = &prior->paces[i];

		sound = log_add(sound,
				log((1 - prior->flaky) * pace->share) +
					likelihood(prior, pace, stretches, len, prior->lies));
	}
	for (int i = 0; i < KINDS * PACES_QUIET; i++) {
		const struct pace *pace = &prior->paces[i % PACES_QUIET];
		double rate = kinds->rate[i / PACES_QUIET];
		double one = kinds->log_share[i / PACES_QUIET] + log(pace->share / quiet) +
			     likelihood(prior, pace, stretches, len, rate);

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
