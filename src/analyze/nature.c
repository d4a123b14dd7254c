/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/nature.h"

#include "analyze/beta.h"
#include "analyze/odds.h"
#include "analyze/record.h"
#include "base/vec.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

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

/* Added to 1, such a ratio is nothing at all. */
#define FORGOTTEN 1e-17

/* So often or less. Each factor lies within the range above, so that no product of two leaves that of a double. */
#define SELDOM 16

/* What a shape does to the ratio of the broken state to the good one, by explanation. */
struct effect {
	bool clean;                  /* something that only passed is behind it: */
	double ratio[EXPLANATIONS];  /* then this is the ratio; else what it is multiplied by, */
	double excess[EXPLANATIONS]; /* and the logarithm of what of it is beyond RATIO_MOST */
};

/* Of each explanation what is carried on: sums of logarithms, of which some are still a product. */
struct forward {
	double sum[EXPLANATIONS], product[EXPLANATIONS], ratio[EXPLANATIONS];
};

static void make_effect(const struct kinds *kinds, const struct shape *shape, struct effect *out)
{
	out->clean = shape->clean_runs > 0;
	for (int i = 0; i < EXPLANATIONS; i++) {
		double fail = kinds->broken_fail - kinds->log_fail[i];
		double pass = kinds->broken_pass - kinds->log_pass[i];
		double change = (double)shape->failed * fail + (double)shape->passed * pass;

		out->excess[i] = out->clean || change < RATIO_MOST ? 0 : change - RATIO_MOST;
		out->ratio[i] = out->clean ? kinds->breaks[i] / kinds->stay[i] *
						     exp((double)shape->clean_runs * pass)
					   : exp(change - out->excess[i]);
	}
}

static void begin_line(const struct kinds *kinds, struct forward *at)
{
	for (int i = 0; i < EXPLANATIONS; i++) {
		at->product[i] *= (1 + at->ratio[i]) / (1 + kinds->start[i]);
		at->ratio[i] = kinds->start[i];
	}
}

/* Without a branch, so that several are computed at once. */
static void go_on(const struct kinds *kinds, struct forward *at)
{
	for (int i = 0; i < EXPLANATIONS; i++) {
		double ratio = at->ratio[i] > NEGLIGIBLE ? at->ratio[i] : 0;
		double into_good = kinds->stay[i] + ratio * kinds->mends[i];

		at->product[i] *= into_good;
		at->ratio[i] = (kinds->breaks[i] + ratio * kinds->lasts[i]) / into_good;
	}
}

static void take_effect(const struct effect *effect, struct forward *at)
{
	for (int i = 0; i < EXPLANATIONS && effect->clean; i++) {
		at->ratio[i] = effect->ratio[i];
	}
	for (int i = 0; i < EXPLANATIONS && !effect->clean; i++) {
		at->ratio[i] *= effect->ratio[i];
		at->sum[i] += effect->excess[i];
	}
}

/* Whether a product, none of which is negative, left the range: of such numbers the bits stand in their order. Without
 * a branch for each, because it is asked at every step. */
static bool is_out_of_range(const double *products)
{
	uint64_t bits[EXPLANATIONS], out = 0, least, most;

	memcpy(bits, products, sizeof(bits));
	memcpy(&least, &(double){PRODUCT_LEAST}, sizeof(least));
	memcpy(&most, &(double){PRODUCT_MOST}, sizeof(most));
	for (int i = 0; i < EXPLANATIONS; i++) {
		out |= (bits[i] - least) | (most - bits[i]);
	}
	return out >> 63;
}

static void shorten(struct forward *at)
{
	if (!is_out_of_range(at->product)) {
		return;
	}
	for (int i = 0; i < EXPLANATIONS; i++) {
		if (at->product[i] > PRODUCT_MOST || at->product[i] < PRODUCT_LEAST) {
			at->sum[i] += log(at->product[i]);
			at->product[i] = 1;
		}
	}
}

/* `before`: NULL where it is forgotten. */
static void set_ratio(const struct piece *piece, const struct effect *effects, const double *before,
		      struct forward *at)
{
	const double *from = piece->before == NO_SHAPE ? before : effects[piece->before].ratio;

	for (int i = 0; i < EXPLANATIONS; i++) {
		at->ratio[i] = from ? from[i] : 0;
	}
}

/* From at->ratio on. */
static void walk(const struct kinds *kinds, const struct record *record, const struct piece *piece,
		 const struct effect *effects, struct forward *at)
{
	for (int i = 0; i < EXPLANATIONS; i++) {
		at->product[i] = 1;
		at->sum[i] = 0;
	}
	for (size_t i = piece->first; i < piece->end; i++) {
		const struct stretch *stretch = &record->stretches.items[i];

		if (stretch->first) {
			begin_line(kinds, at);
		} else {
			go_on(kinds, at);
		}
		shorten(at);
		take_effect(&effects[stretch->shape], at);
	}
}

/* Added to 1 it is nothing, whatever the explanation: the record goes on as if it began. */
static bool is_forgotten(const struct forward *at)
{
	for (int i = 0; i < EXPLANATIONS; i++) {
		if (at->ratio[i] > FORGOTTEN) {
			return false;
		}
	}
	return true;
}

/* A piece that comes seldom is multiplied, which is cheaper than a logarithm. */
static void add_piece(const struct forward *at, size_t count, struct forward *all)
{
	for (int i = 0; i < EXPLANATIONS; i++) {
		all->sum[i] += (double)count * at->sum[i];
	}
	for (int i = 0; i < EXPLANATIONS && count > SELDOM; i++) {
		all->sum[i] += (double)count * log(at->product[i]);
	}
	for (size_t n = 0; n < count && count <= SELDOM; n++) {
		for (int i = 0; i < EXPLANATIONS; i++) {
			all->product[i] *= at->product[i];
		}
		shorten(all);
	}
}

/* A piece that was walked through from a ratio that does not depend on where it comes. */
struct walked {
	size_t count;
	bool forgotten;
};

/* All pieces one after the other, but each different one once, as far as it does not depend on what is in front of
 * it. all->ratio is that at the end. */
static void walk_all(const struct kinds *kinds, const struct record *record,
		     const struct effect *effects, struct forward *all)
{
	AUTO_FREE struct walked *walked = mem_array(record->pieces.len + 1, sizeof(*walked));
	/* large, and not cleared: read only of those that count */
	AUTO_FREE struct forward *kept = mem_resize(NULL, record->pieces.len + 1, sizeof(*kept));
	struct forward other = {.ratio = {0}}, *at = &other;
	bool forgotten = true;

	VEC_EACH (const size_t, number, &record->order) {
		const struct piece *piece = &record->pieces.items[*number];
		struct walked *known = &walked[*number];
		bool depends = piece->before == NO_SHAPE && !forgotten;
		const double *before = forgotten ? NULL : at->ratio;

		at = depends ? &other : &kept[*number];
		if (depends || known->count == 0) {
			set_ratio(piece, effects, before, at);
			walk(kinds, record, piece, effects, at);
			forgotten = is_forgotten(at);
		} else {
			forgotten = known->forgotten;
		}
		if (depends) {
			add_piece(at, 1, all);
		} else if (known->count++ == 0) {
			known->forgotten = forgotten;
		}
	}
	for (size_t i = 0; i < record->pieces.len; i++) {
		if (walked[i].count > 0) {
			add_piece(&kept[i], walked[i].count, all);
		}
	}
	memcpy(all->ratio, at->ratio, sizeof(at->ratio));
}

/*
 * The forward algorithm with two states, for all explanations side by side: the logarithm of the good state is summed
 * up, and what is carried on is the ratio of the broken one to it. Between both logarithms are needed only where a
 * product gets too long.
 */
static void likelihoods(const struct kinds *kinds, const struct record *record, double *out)
{
	AUTO_FREE struct effect *effects = mem_array(record->shapes.len + 1, sizeof(*effects));
	struct forward all = {.ratio = {0}};

	for (size_t i = 0; i < record->shapes.len; i++) {
		make_effect(kinds, &record->shapes.items[i], &effects[i]);
	}
	for (int i = 0; i < EXPLANATIONS; i++) {
		all.product[i] = 1;
		all.sum[i] = (double)record->failed * kinds->log_fail[i] +
			     (double)record->passed * kinds->log_pass[i] +
			     (double)record->clean * kinds->log_stay[i];
	}
	walk_all(kinds, record, effects, &all);
	for (int i = 0; i < EXPLANATIONS; i++) {
		out[i] = all.sum[i] + log(all.product[i]) + log1p(all.ratio[i]) +
			 (record->rest ? record->rest[i] : 0);
	}
}

static double rate_at(int i)
{
	return RATE_LOW * pow(RATE_HIGH / RATE_LOW, (double)i / (KINDS - 1));
}

static void add_explanation(struct kinds *out, int i, int pace, double rate)
{
	const struct pace *chosen = &out->prior->paces[pace];
	struct odds odds = odds_of(rate);

	out->rate[i] = rate;
	out->pace[i] = pace;
	out->log_fail[i] = odds.fail;
	out->log_pass[i] = odds.pass;
	out->stay[i] = 1 - chosen->breaks;
	out->log_stay[i] = log1p(-chosen->breaks);
	out->breaks[i] = chosen->breaks;
	out->mends[i] = chosen->mends;
	out->lasts[i] = 1 - chosen->mends;
	out->start[i] = chosen->breaks / chosen->mends;
}

void kinds_make(const struct prior *prior, struct kinds *out)
{
	struct odds broken = odds_of(1 - prior->lies);
	double quiet = prior->paces[0].share + prior->paces[1].share, low = 0;

	*out = (struct kinds){
		.prior = prior, .broken_fail = broken.fail, .broken_pass = broken.pass};
	for (int i = 0; i < PACES; i++) {
		add_explanation(out, i, i, prior->lies);
		out->log_share[i] = log((1 - prior->flaky) * prior->paces[i].share);
	}
	for (int i = 0; i < KINDS; i++) {
		double high = i == KINDS - 1 ? 1 : sqrt(rate_at(i) * rate_at(i + 1));
		double up_to = beta_cdf(high, prior->a, prior->b);

		for (int pace = 0; pace < PACES_QUIET; pace++) {
			int at = PACES + i * PACES_QUIET + pace;

			add_explanation(out, at, pace, rate_at(i));
			out->log_share[at] = log(prior->flaky * (up_to - low)) +
					     log(prior->paces[pace].share / quiet);
		}
		low = up_to;
	}
}

static void explain(const struct kinds *kinds, const struct record *record, struct nature *out)
{
	double sound = (double)-INFINITY, flaky = (double)-INFINITY, best = (double)-INFINITY;
	double likely[EXPLANATIONS];

	*out = (struct nature){0};
	likelihoods(kinds, record, likely);
	for (int i = 0; i < EXPLANATIONS; i++) {
		double one = kinds->log_share[i] + likely[i];

		if (i < PACES) {
			sound = log_add(sound, one);
			continue;
		}
		flaky = log_add(flaky, one);
		if (one > best) {
			best = one;
			out->rate = kinds->rate[i];
			out->pace = kinds->pace[i];
		}
	}
	out->flaky = 1 / (1 + exp(sound - flaky));
}

void nature_of(const struct kinds *kinds, const struct spot *spots, size_t count,
	       struct nature *out)
{
	CLEANUP(record_release) struct record record = {0};

	record_make(spots, count, &record);
	explain(kinds, &record, out);
}

void nature_of_few(const struct kinds *kinds, const struct spot *spots, size_t count,
		   const struct clean_rest *rest, struct nature *out)
{
	CLEANUP(record_release) struct record record = {.rest = rest->weight};

	record_make(spots, count, &record);
	record.passed += rest->passed;
	record.clean += rest->spots;
	explain(kinds, &record, out);
}
