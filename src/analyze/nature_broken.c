/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/nature.h"

#include "analyze/odds.h"
#include "base/mem.h"

#include <stdlib.h>

static double weight(const struct spot *spot, const struct odds *odds)
{
	size_t failed = spot->bad + spot->failed_again;
	size_t passed = spot->runs - spot->bad + spot->retry_passed;

	return (double)failed * odds->fail + (double)passed * odds->pass;
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

/* As fmax(), which is a call, of numbers. */
static double greater(double a, double b)
{
	return a > b ? a : b;
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
			good = greater(was_good + stay, was_bad + mends);
			bad = greater(was_good + breaks, was_bad + lasts);
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
