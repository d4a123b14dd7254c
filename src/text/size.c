/* SPDX-License-Identifier: Apache-2.0 */
#include "text/size.h"

#include <inttypes.h>
#include <string.h>
#include <strings.h>

/* More digits behind the point are refused: nobody means them. */
#define FRACTION_DIGITS 9

struct unit {
	const char *name;
	int64_t bytes;
};

static const struct unit units[] = {
	{"B", 1},
	{"kB", INT64_C(1000)},
	{"MB", INT64_C(1000000)},
	{"GB", INT64_C(1000000000)},
	{"TB", INT64_C(1000000000000)},
	{"KiB", INT64_C(1) << 10},
	{"MiB", INT64_C(1) << 20},
	{"GiB", INT64_C(1) << 30},
	{"TiB", INT64_C(1) << 40},
};

#define SHOWN 5 /* the first of them are for showing */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Reads digits and moves *at behind them; false without one or when it overflows. */
static bool read_digits(const char **at, int64_t *out)
{
	const char *start = *at;

	*out = 0;
	for (; is_digit(**at); (*at)++) {
		if (__builtin_mul_overflow(*out, 10, out) ||
		    __builtin_add_overflow(*out, **at - '0', out)) {
			return false;
		}
	}
	return *at > start;
}

static const struct unit *find_unit(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(units); i++) {
		if (strcasecmp(units[i].name, name) == 0) {
			return &units[i];
		}
	}
	return NULL;
}

/* That fraction (its digits) of a unit, in whole numbers, from the last digit to the first. */
static int64_t fraction_of(const char *digits, size_t count, int64_t bytes)
{
	int64_t part = 0;

	while (count-- > 0) {
		part = (part + (digits[count] - '0') * bytes) / 10;
	}
	return part;
}

bool size_parse(const char *text, int64_t *out_bytes)
{
	const char *at = text;
	const char *fraction = NULL;
	const struct unit *unit = NULL;
	int64_t whole = 0, ignored = 0;
	size_t count = 0;

	if (strcmp(text, "0") == 0) {
		*out_bytes = 0;
		return true;
	}
	if (!read_digits(&at, &whole)) {
		return false;
	}
	if (*at == '.') {
		fraction = ++at;
		if (!read_digits(&at, &ignored) || at - fraction > FRACTION_DIGITS) {
			return false;
		}
		count = (size_t)(at - fraction);
	}
	unit = find_unit(at);
	if (!unit || __builtin_mul_overflow(whole, unit->bytes, &whole) ||
	    __builtin_add_overflow(whole, fraction_of(fraction, count, unit->bytes), &whole)) {
		return false;
	}
	*out_bytes = whole;
	return true;
}

void size_show(struct buf *out, int64_t bytes)
{
	uint64_t value = bytes < 0 ? 0 - (uint64_t)bytes : (uint64_t)bytes;
	uint64_t unit = 1;
	size_t at = 0;

	/* 999.5 of a unit would round to a thousand of it */
	for (; at + 1 < SHOWN && value >= (uint64_t)units[at + 1].bytes - unit / 2; at++) {
		unit = (uint64_t)units[at + 1].bytes;
	}
	buf_str_add(out, bytes < 0 ? "-" : "");
	if (at > 0 && value < unit * 10 - unit / 20) {
		uint64_t tenths = (value + unit / 20) / (unit / 10);

		buf_fmt(out, "%" PRIu64 ".%" PRIu64, tenths / 10, tenths % 10);
	} else {
		buf_fmt(out, "%" PRIu64, (value + unit / 2) / unit);
	}
	buf_fmt(out, " %s", units[at].name);
}

void count_show(struct buf *out, int64_t count)
{
	AUTO_FREE char *digits =
		mem_fmt("%" PRIu64, count < 0 ? 0 - (uint64_t)count : (uint64_t)count);
	size_t len = strlen(digits);

	buf_str_add(out, count < 0 ? "-" : "");
	for (size_t i = 0; i < len; i++) {
		buf_str_add(out, i > 0 && (len - i) % 3 == 0 ? "," : "");
		buf_char(out, digits[i]);
	}
}

void count_show_of(struct buf *out, int64_t count, const char *one, const char *many)
{
	count_show(out, count);
	buf_fmt(out, " %s", count == 1 ? one : many);
}
