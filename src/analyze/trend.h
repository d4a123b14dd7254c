/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_ANALYZE_TREND_H
#define STEADY_ANALYZE_TREND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Whether values grow with time, however they are distributed: the slope is the median of the
 * slopes of all pairs of points (Theil 1950; Sen, Estimates of the regression coefficient based on
 * Kendall's tau, JASA 63, 1968), its interval follows from the variance of Kendall's S, corrected
 * for equal values. Points are compared only within their lane, and pairs and variances of all lanes
 * added up, as the seasonal Kendall test does with its seasons (Hirsch, Slack and Smith, Water
 * Resources Research 18, 1982; Gilbert, Statistical Methods for Environmental Pollution Monitoring,
 * 1987, sections 16.5 and 17.3). The constants and their reasons: docs/methods.md.
 */

/* Fewer points, or points less than this apart, say nothing. */
#define TREND_POINTS_LEAST 10
#define TREND_SPAN_LEAST   (14 * US_PER_DAY)

/* More points than this are thinned evenly: the work grows with their square. */
#define TREND_POINTS_MAX 256

struct trend_point {
	size_t lane;
	int64_t time_us; /* wall */
	int64_t value_us;
};

/* In the order of the values: unknown is less than the least number of points. */
enum trend_direction { TREND_UNKNOWN, TREND_NONE, TREND_RISING, TREND_FALLING };

/* "rising", "falling", "none"; "unknown" */
const char *trend_direction_name(enum trend_direction direction);

/* All but `direction` and `points` is 0 when the direction is unknown. */
struct trend {
	enum trend_direction direction;
	size_t points;             /* that were compared */
	double slope;              /* value per time, both in the same unit */
	double low, high;          /* hold the true slope with 99 % */
	double recent;             /* the slope of the newer half alone */
	double middle_at_us;       /* the line goes through the median time */
	double middle_us;          /* and the median value */
	int64_t oldest_us;         /* wall, of the points */
	int64_t newest_us;         /* wall */
	int64_t early_us, late_us; /* medians of the oldest and of the newest quarter */
	int64_t early_at_us;       /* wall, the median time of the oldest quarter */
};

/* `points` go by lane, then by time. */
void trend_of(const struct trend_point *points, size_t count, struct trend *out);

/* Whether the newer half changes at least half as fast as the whole: a step that lies behind is no
 * pace to go by. */
bool trend_goes_on(const struct trend *trend);

/* The weeks, by their Mondays 00:00 UTC, in which the line reaches a limit. */
struct trend_crossing {
	int64_t around_us;
	int64_t earliest_us, latest_us; /* with 99 %; latest -1: more than a year ahead */
};

/* True when the values rise, go on rising, and reach the limit within half a year after the newest
 * point. What lies before that point is set to its week. */
bool trend_crossing(const struct trend *trend, int64_t limit_us, struct trend_crossing *out);

#endif
