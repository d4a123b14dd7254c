/* SPDX-License-Identifier: Apache-2.0 */
#include "junit/time.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#define UNKNOWN      (-1)
#define DIGITS_MAX   17 /* significant digits kept: what a double holds, and no overflow */
#define EXPONENT_MAX 1000
#define MICRO_DIGITS 6
#define CENTURY_US   INT64_C(3155760000000000)

/* digits * 10^scale seconds. */
struct decimal {
	uint64_t digits;
	int kept; /* how many digits count in `digits`; leading zeros do not */
	int scale;
	bool any; /* at least one digit was there */
};

static void take_digit(struct decimal *number, char digit, bool fraction)
{
	number->any = true;
	if (number->kept < DIGITS_MAX) {
		number->digits = number->digits * 10 + (uint64_t)(digit - '0');
		number->kept += number->digits > 0 ? 1 : 0;
		number->scale -= fraction ? 1 : 0;
	} else if (!fraction && number->scale < EXPONENT_MAX) {
		number->scale++;
	}
}

static const char *take_digits(struct decimal *number, const char *at, bool fraction)
{
	while (isdigit((unsigned char)*at)) {
		take_digit(number, *at++, fraction);
	}
	return at;
}

/* Groups of three behind commas; NULL when a comma stands anywhere else. */
static const char *take_groups(struct decimal *number, const char *start, const char *at)
{
	if (*at != ',') {
		return at;
	}
	if (at == start || at - start > 3 || *start == '0') {
		return NULL;
	}
	while (*at == ',') {
		const char *group = at + 1;

		at = take_digits(number, group, false);
		if (at - group != 3) {
			return NULL;
		}
	}
	return at;
}

/* "e-05"; NULL when there is an e and no number behind it. */
static const char *take_exponent(struct decimal *number, const char *at)
{
	int exponent = 0;
	int sign = 1;

	if (*at != 'e' && *at != 'E') {
		return at;
	}
	at++;
	if (*at == '-' || *at == '+') {
		sign = *at++ == '-' ? -1 : 1;
	}
	if (!isdigit((unsigned char)*at)) {
		return NULL;
	}
	for (; isdigit((unsigned char)*at); at++) {
		exponent = exponent < EXPONENT_MAX ? exponent * 10 + (*at - '0') : exponent;
	}
	number->scale += sign * exponent;
	return at;
}

static int64_t to_microseconds(const struct decimal *number)
{
	uint64_t us = number->digits;
	int scale = number->scale + MICRO_DIGITS;
	unsigned last = 0;

	for (; scale > 0 && us > 0; scale--) {
		if (us > (uint64_t)CENTURY_US) {
			return UNKNOWN;
		}
		us *= 10;
	}
	for (; scale < 0 && (us > 0 || last > 0); scale++) {
		last = (unsigned)(us % 10);
		us /= 10;
	}
	us += last >= 5 ? 1 : 0;
	return us > (uint64_t)CENTURY_US ? UNKNOWN : (int64_t)us;
}

int64_t junit_time_parse(const char *text)
{
	struct decimal number = {0};
	const char *start = NULL;
	const char *at = NULL;

	if (!text) {
		return UNKNOWN;
	}
	start = text + strspn(text, " \t\r\n");
	at = take_digits(&number, start, false);
	at = take_groups(&number, start, at);
	if (at && *at == '.') {
		at = take_digits(&number, at + 1, true);
	}
	at = at && number.any ? take_exponent(&number, at) : NULL;
	if (!at || at[strspn(at, " \t\r\n")]) {
		return UNKNOWN;
	}
	return to_microseconds(&number);
}
