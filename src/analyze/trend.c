/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/trend.h"

#include "base/clock.h"
#include "base/mem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define WEEK_US (7 * US_PER_DAY)

/* The normal quantile of a 99 % interval. */
#define QUANTILE 2.5758293035489004

#define HORIZON_US (26 * (double)WEEK_US)
#define LATEST_US  (52 * (double)WEEK_US)

/* Far from the ends of 64 bits, also when it is rounded to a week. */
#define TIME_MAX 9e18

/* 1970-01-01 was a Thursday. */
#define DAYS_BEHIND_MONDAY 3

const char *trend_direction_name(enum trend_direction direction)
{
	static const char *const names[] = {
		[TREND_UNKNOWN] = "unknown",
		[TREND_NONE] = "none",
		[TREND_RISING] = "rising",
		[TREND_FALLING] = "falling",
	};

	return names[direction];
}

static int compare_doubles(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return (left > right) - (left < right);
}

static int compare_values(const void *a, const void *b)
{
	const struct trend_point *left = a, *right = b;

	return (left->value_us > right->value_us) - (left->value_us < right->value_us);
}

static int compare_times(const void *a, const void *b)
{
	const struct trend_point *left = a, *right = b;

	if (left->time_us != right->time_us) {
		return left->time_us < right->time_us ? -1 : 1;
	}
	return compare_values(a, b);
}

static double middle_of(double low, double high)
{
	return low / 2 + high / 2;
}

/* The slopes of the pairs and the variance of Kendall's S, over all lanes. */
struct slopes {
	double *items; /* sorted */
	size_t len;
	double variance;
};

static void slopes_release(struct slopes *slopes)
{
	free(slopes->items);
}

static double median(const struct slopes *slopes)
{
	size_t len = slopes->len;

	return len == 0 ? 0 : middle_of(slopes->items[(len - 1) / 2], slopes->items[len / 2]);
}

/* What `count` points, or so many equal values among them, add to or take from the variance. */
static double variance_share(size_t count)
{
	double n = (double)count;

	return n * (n - 1) * (2 * n + 5) / 18;
}

static double variance_of(const struct trend_point *points, size_t count)
{
	struct trend_point sorted[TREND_POINTS_MAX];
	double variance = variance_share(count);
	size_t start = 0;

	memcpy(sorted, points, count * sizeof(*points));
	qsort(sorted, count, sizeof(*sorted), compare_values);
	for (size_t i = 1; i <= count; i++) {
		if (i == count || sorted[i].value_us != sorted[start].value_us) {
			variance -= variance_share(i - start);
			start = i;
		}
	}
	return variance;
}

/* The points of one lane; two of one time have no slope. In doubles: times and values from foreign
 * machines may be anything. */
static void add_lane(const struct trend_point *points, size_t count, struct slopes *out)
{
	for (size_t i = 0; i < count; i++) {
		for (size_t j = i + 1; j < count; j++) {
			double span = (double)points[j].time_us - (double)points[i].time_us;
			double rise = (double)points[j].value_us - (double)points[i].value_us;

			if (span > 0) {
				out->items[out->len++] = rise / span;
			}
		}
	}
	out->variance += variance_of(points, count);
}

static void slopes_of(const struct trend_point *points, size_t count, struct slopes *out)
{
	size_t start = 0;

	*out = (struct slopes){.items = mem_array(count * count / 2 + 1, sizeof(double))};
	for (size_t i = 1; i <= count; i++) {
		if (i == count || points[i].lane != points[start].lane) {
			add_lane(points + start, i - start, out);
			start = i;
		}
	}
	qsort(out->items, out->len, sizeof(*out->items), compare_doubles);
}

/* Every so-manieth point, the first and the last among them. */
static size_t thin(const struct trend_point *points, size_t count, struct trend_point *out)
{
	size_t kept = count < TREND_POINTS_MAX ? count : TREND_POINTS_MAX;

	for (size_t i = 0; i < kept; i++) {
		out[i] = points[kept == count ? i : i * (count - 1) / (kept - 1)];
	}
	return kept;
}

static int64_t median_value(const struct trend_point *points, size_t count)
{
	struct trend_point sorted[TREND_POINTS_MAX];

	memcpy(sorted, points, count * sizeof(*points));
	qsort(sorted, count, sizeof(*sorted), compare_values);
	return sorted[(count - 1) / 2].value_us;
}

static void note_quarters(const struct trend_point *by_time, size_t count, struct trend *out)
{
	size_t quarter = (count + 3) / 4;

	out->early_us = median_value(by_time, quarter);
	out->late_us = median_value(by_time + count - quarter, quarter);
	out->early_at_us = by_time[(quarter - 1) / 2].time_us;
}

static void note_middle(const struct trend_point *by_time, size_t count, struct trend *out)
{
	struct trend_point by_value[TREND_POINTS_MAX];
	size_t low = (count - 1) / 2, high = count / 2;

	memcpy(by_value, by_time, count * sizeof(*by_time));
	qsort(by_value, count, sizeof(*by_value), compare_values);
	out->middle_at_us = middle_of((double)by_time[low].time_us, (double)by_time[high].time_us);
	out->middle_us = middle_of((double)by_value[low].value_us, (double)by_value[high].value_us);
}

static void note_recent(const struct trend_point *points, size_t count, struct trend *out)
{
	CLEANUP(slopes_release) struct slopes slopes = {0};
	struct trend_point newer[TREND_POINTS_MAX];
	size_t len = 0;

	for (size_t i = 0; i < count; i++) {
		if ((double)points[i].time_us >= out->middle_at_us) {
			newer[len++] = points[i];
		}
	}
	slopes_of(newer, len, &slopes);
	out->recent = median(&slopes);
}

/* False when there are too few pairs for an interval of that confidence. */
static bool note_slope(const struct trend_point *points, size_t count, struct trend *out)
{
	CLEANUP(slopes_release) struct slopes slopes = {0};
	double reach = 0, rank = 0;

	slopes_of(points, count, &slopes);
	reach = QUANTILE * sqrt(slopes.variance);
	rank = floor(((double)slopes.len - reach) / 2);
	if (rank < 1) {
		return false;
	}
	out->slope = median(&slopes);
	out->low = slopes.items[(size_t)rank - 1];
	out->high = slopes.items[slopes.len - (size_t)rank];
	return true;
}

static enum trend_direction direction_of(const struct trend *trend)
{
	if (trend->low > 0) {
		return TREND_RISING;
	}
	return trend->high < 0 ? TREND_FALLING : TREND_NONE;
}

void trend_of(const struct trend_point *points, size_t count, struct trend *out)
{
	struct trend_point kept[TREND_POINTS_MAX], by_time[TREND_POINTS_MAX];
	size_t len = thin(points, count, kept);

	*out = (struct trend){.points = len};
	if (len < TREND_POINTS_LEAST) {
		return;
	}
	memcpy(by_time, kept, len * sizeof(*kept));
	qsort(by_time, len, sizeof(*by_time), compare_times);
	if ((double)by_time[len - 1].time_us - (double)by_time[0].time_us < TREND_SPAN_LEAST ||
	    !note_slope(kept, len, out)) {
		return;
	}
	out->oldest_us = by_time[0].time_us;
	out->newest_us = by_time[len - 1].time_us;
	note_middle(by_time, len, out);
	note_quarters(by_time, len, out);
	note_recent(kept, len, out);
	out->direction = direction_of(out);
}

bool trend_goes_on(const struct trend *trend)
{
	return trend->slope > 0 ? trend->recent >= trend->slope / 2
				: trend->recent <= trend->slope / 2;
}

/* When a line of that slope through the middle reaches the limit, not before the newest point. */
static double reaches_at(const struct trend *trend, int64_t limit_us, double slope)
{
	double at = trend->middle_at_us + ((double)limit_us - trend->middle_us) / slope;

	return fmax(at, (double)trend->newest_us);
}

static int64_t monday_of(double at_us)
{
	int64_t at = (int64_t)at_us + DAYS_BEHIND_MONDAY * US_PER_DAY;
	int64_t behind = at % WEEK_US;

	return (int64_t)at_us - (behind < 0 ? behind + WEEK_US : behind);
}

bool trend_crossing(const struct trend *trend, int64_t limit_us, struct trend_crossing *out)
{
	double newest = (double)trend->newest_us;
	double around = 0, latest = 0;

	*out = (struct trend_crossing){0};
	if (trend->direction != TREND_RISING || limit_us <= 0 || !trend_goes_on(trend) ||
	    trend->late_us <= trend->early_us) {
		return false;
	}
	around = reaches_at(trend, limit_us, trend->slope);
	latest = reaches_at(trend, limit_us, trend->low);
	if (around - newest > HORIZON_US || fabs(newest) > TIME_MAX - LATEST_US) {
		return false;
	}
	out->around_us = monday_of(around);
	out->earliest_us = monday_of(reaches_at(trend, limit_us, trend->high));
	out->latest_us = latest - newest > LATEST_US ? -1 : monday_of(latest);
	return true;
}
