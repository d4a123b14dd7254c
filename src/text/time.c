/* SPDX-License-Identifier: Apache-2.0 */
#include "text/duration.h"

#include "base/clock.h"

#include <inttypes.h>

/*
 * Dates without the C library: its functions follow the locale and the time zone of the process.
 * Days are counted from 1970-01-01 in the Gregorian calendar, whose pattern repeats after an era of
 * 400 years; years begin in March here, so that the leap day is the last one.
 */
#define DAYS_PER_ERA  146097
#define DAYS_TO_1970  719468 /* from 0000-03-01 */
#define S_PER_DAY     INT64_C(86400)
#define US_PER_MINUTE (60 * US_PER_S)

struct date {
	int64_t year;
	int month, day;
};

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0 ? 1 : 0);
}

static int64_t days_from_date(const struct date *date)
{
	int64_t year = date->month <= 2 ? date->year - 1 : date->year;
	int64_t era = floor_div(year, 400);
	int64_t year_of_era = year - era * 400;
	int month_from_march = (date->month + 9) % 12;
	int64_t day_of_year = (153 * month_from_march + 2) / 5 + date->day - 1;
	int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

	return era * DAYS_PER_ERA + day_of_era - DAYS_TO_1970;
}

static struct date date_from_days(int64_t days)
{
	int64_t shifted = days + DAYS_TO_1970;
	int64_t era = floor_div(shifted, DAYS_PER_ERA);
	int64_t day_of_era = shifted - era * DAYS_PER_ERA;
	int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 -
			       day_of_era / (DAYS_PER_ERA - 1)) /
			      365;
	int64_t day_of_year =
		day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int month_from_march = (int)((5 * day_of_year + 2) / 153);
	struct date date = {
		.year = year_of_era + era * 400,
		.month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9,
		.day = (int)(day_of_year - (153 * month_from_march + 2) / 5 + 1),
	};

	date.year += date.month <= 2 ? 1 : 0;
	return date;
}

/* Reads exactly `count` digits with a value in [min, max]. */
static bool read_digits(const char **at, int count, int min, int max, int *out)
{
	int value = 0;

	for (; count > 0; count--, (*at)++) {
		if (**at < '0' || **at > '9') {
			return false;
		}
		value = value * 10 + (**at - '0');
	}
	*out = value;
	return value >= min && value <= max;
}

static bool read_char(const char **at, const char *allowed)
{
	for (; *allowed; allowed++) {
		if (**at == *allowed) {
			(*at)++;
			return true;
		}
	}
	return false;
}

static bool read_date(const char **at, int64_t *days)
{
	struct date date = {0}, same = {0};
	int year = 0;

	if (!read_digits(at, 4, 0, 9999, &year) || !read_char(at, "-") ||
	    !read_digits(at, 2, 1, 12, &date.month) || !read_char(at, "-") ||
	    !read_digits(at, 2, 1, 31, &date.day)) {
		return false;
	}
	date.year = year;
	*days = days_from_date(&date);
	/* 30 February counts on into March: such a day does not come back as itself. */
	same = date_from_days(*days);
	return same.month == date.month;
}

/* An optional fraction of a second; digits below a microsecond are dropped. */
static bool read_fraction(const char **at, int64_t *us)
{
	int64_t unit = US_PER_S;
	const char *start = NULL;

	*us = 0;
	if (!read_char(at, ".")) {
		return true;
	}
	for (start = *at; **at >= '0' && **at <= '9'; (*at)++) {
		unit /= 10;
		*us += (**at - '0') * unit;
	}
	return *at > start;
}

static bool read_offset(const char **at, int64_t *us)
{
	bool west = **at == '-';
	int hours = 0, minutes = 0;

	*us = 0;
	if (read_char(at, "Zz")) {
		return true;
	}
	if (!read_char(at, "+-") || !read_digits(at, 2, 0, 23, &hours) || !read_char(at, ":") ||
	    !read_digits(at, 2, 0, 59, &minutes)) {
		return false;
	}
	*us = (hours * 60 + minutes) * US_PER_MINUTE * (west ? -1 : 1);
	return true;
}

static bool read_clock(const char **at, int64_t *us)
{
	int hour = 0, minute = 0, second = 0;
	int64_t fraction = 0, offset = 0;

	/* 60 is a leap second; it counts as the first of the next minute. */
	if (!read_digits(at, 2, 0, 23, &hour) || !read_char(at, ":") ||
	    !read_digits(at, 2, 0, 59, &minute) || !read_char(at, ":") ||
	    !read_digits(at, 2, 0, 60, &second) || !read_fraction(at, &fraction) ||
	    !read_offset(at, &offset)) {
		return false;
	}
	*us = (hour * 60 + minute) * US_PER_MINUTE + second * US_PER_S + fraction - offset;
	return true;
}

bool time_parse(const char *text, int64_t *out_us)
{
	const char *at = text;
	int64_t days = 0, us = 0;

	if (!read_date(&at, &days)) {
		return false;
	}
	if (*at && (!read_char(&at, "Tt ") || !read_clock(&at, &us) || *at)) {
		return false;
	}
	*out_us = days * S_PER_DAY * US_PER_S + us;
	return true;
}

void time_show(struct buf *out, int64_t us)
{
	int64_t seconds = floor_div(us, US_PER_S);
	int64_t days = floor_div(seconds, S_PER_DAY);
	int rest = (int)(seconds - days * S_PER_DAY);
	struct date date = date_from_days(days);

	buf_fmt(out, "%04" PRId64 "-%02d-%02dT%02d:%02d:%02dZ", date.year, date.month, date.day,
		rest / 3600, rest / 60 % 60, rest % 60);
}

void time_show_ago(struct buf *out, int64_t us, int64_t now_us)
{
	bool past = us <= now_us;
	uint64_t span = past ? (uint64_t)now_us - (uint64_t)us : (uint64_t)us - (uint64_t)now_us;
	uint64_t minutes = span / (uint64_t)US_PER_MINUTE;
	uint64_t count = minutes;
	char unit = 'm';

	if (minutes == 0) {
		buf_str_add(out, "just now");
		return;
	}
	if (minutes >= UINT64_C(24) * 60) {
		count = minutes / (UINT64_C(24) * 60);
		unit = 'd';
	} else if (minutes >= 60) {
		count = minutes / 60;
		unit = 'h';
	}
	buf_fmt(out, past ? "%" PRIu64 " %c ago" : "in %" PRIu64 " %c", count, unit);
}
