/* SPDX-License-Identifier: Apache-2.0 */
#include "text/duration.h"

#include "base/clock.h"
#include "base/mem.h"

#include <inttypes.h>
#include <string.h>

#define MINUTE (60 * US_PER_S)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)

/* Longer fractions are refused: nobody means them. */
#define FRACTION_DIGITS 18

struct unit {
	const char *name;
	int64_t us;
};

/* From the greatest to the least; a duration names them in this order. */
static const struct unit units[] = {
	{"w", 7 * DAY},  {"d", DAY},        {"h", HOUR}, {"m", MINUTE},
	{"s", US_PER_S}, {"ms", US_PER_MS}, {"us", 1},
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Reads a whole number and moves *at behind it; false without a digit or when it overflows. */
static bool read_whole(const char **at, int64_t *out)
{
	const char *start = *at;
	int64_t value = 0;

	for (; is_digit(**at); (*at)++) {
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, **at - '0', &value)) {
			return false;
		}
	}
	*out = value;
	return *at > start;
}

/* The unit that the letters at *at name, past which *at is moved; NULL when they name none. */
static const struct unit *read_unit(const char **at)
{
	size_t len = 0;

	while ((*at)[len] >= 'a' && (*at)[len] <= 'z') {
		len++;
	}
	for (size_t i = 0; i < ARRAY_LEN(units); i++) {
		if (strlen(units[i].name) == len && strncmp(units[i].name, *at, len) == 0) {
			*at += len;
			return &units[i];
		}
	}
	return NULL;
}

/* That fraction (its digits) of a unit, in whole numbers, from the last digit to the first. */
static int64_t fraction_of(const char *digits, size_t count, int64_t unit_us)
{
	int64_t part = 0;

	while (count-- > 0) {
		part = (part + (digits[count] - '0') * unit_us) / 10;
	}
	return part;
}

/* Reads one part such as "1.5h", whose unit must be less than *last. */
static bool read_part(const char **at, const struct unit **last, int64_t *out)
{
	const char *digits = NULL;
	size_t count = 0;
	const struct unit *unit = NULL;
	int64_t whole = 0;

	if (!read_whole(at, &whole)) {
		return false;
	}
	if (**at == '.') {
		digits = ++*at;
		while (is_digit(**at)) {
			(*at)++;
		}
		count = (size_t)(*at - digits);
		if (count == 0 || count > FRACTION_DIGITS) {
			return false;
		}
	}
	unit = read_unit(at);
	if (!unit || (*last && unit <= *last) || (digits && **at)) {
		return false;
	}
	*last = unit;
	return !__builtin_mul_overflow(whole, unit->us, &whole) &&
	       !__builtin_add_overflow(whole, fraction_of(digits, count, unit->us), out);
}

bool duration_parse(const char *text, int64_t *out_us)
{
	const struct unit *last = NULL;
	const char *at = text;
	int64_t total = 0;

	if (strcmp(text, "0") == 0) {
		*out_us = 0;
		return true;
	}
	do {
		int64_t part = 0;

		if (!read_part(&at, &last, &part) || __builtin_add_overflow(total, part, &total)) {
			return false;
		}
	} while (*at);
	*out_us = total;
	return true;
}

/* The nearest whole number of units, without overflow. */
static uint64_t rounded(uint64_t us, int64_t unit_us)
{
	uint64_t unit = (uint64_t)unit_us;

	return us / unit + (us % unit >= unit - unit / 2 ? 1 : 0);
}

void duration_show(struct buf *out, int64_t us)
{
	uint64_t span = us < 0 ? -(uint64_t)us : (uint64_t)us;
	uint64_t ms = rounded(span, US_PER_MS);
	uint64_t tenths = rounded(span, US_PER_S / 10);
	uint64_t seconds = rounded(span, US_PER_S);
	uint64_t minutes = rounded(span, MINUTE);
	uint64_t hours = rounded(span, HOUR);

	if (us < 0 && ms > 0) {
		buf_char(out, '-');
	}
	if (ms < 1000) {
		buf_fmt(out, "%" PRIu64 " ms", ms);
	} else if (tenths < 600) {
		buf_fmt(out, "%" PRIu64 ".%" PRIu64 " s", tenths / 10, tenths % 10);
	} else if (seconds < 3600) {
		buf_fmt(out, "%" PRIu64 "m %02" PRIu64 "s", seconds / 60, seconds % 60);
	} else if (minutes < UINT64_C(24) * 60) {
		buf_fmt(out, "%" PRIu64 "h %02" PRIu64 "m", minutes / 60, minutes % 60);
	} else {
		buf_fmt(out, "%" PRIu64 "d %" PRIu64 "h", hours / 24, hours % 24);
	}
}
