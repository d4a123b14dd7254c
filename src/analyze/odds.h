/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_ANALYZE_ODDS_H
#define STEADY_ANALYZE_ODDS_H

#include <math.h>

/* Logarithms of what one try says of a test that fails with some rate. Inside the room. */
struct odds {
	double fail, pass;
};

static inline struct odds odds_of(double rate)
{
	return (struct odds){log(rate), log1p(-rate)};
}

#endif
