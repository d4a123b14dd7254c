/* SPDX-License-Identifier: Apache-2.0 */
#include "junit/time.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#define UNKNOWN      (-1)
#define DIGITS_MAX   17 /* significant digits kept: what a double holds, and no overflow */
#define EXPONENT_MAX 1000
#define MICRO_DIGITS 6
#define TEXT_MAX_LEN 64
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

/* Digits with "." and an exponent; NULL when text does not begin so. */
static const char *take_number(struct decimal *number, const char *text)
{
	const char *at = take_digits(number, text, false);

	if (*at == '.') {
		at = take_digits(number, at + 1, true);
	}
	return number->any ? take_exponent(number, at) : NULL;
}

/* --- separators --- */

/* Whether the digits of text form groups of three around that sign, the first one shorter. */
static bool is_grouped(const char *text, size_t len, char sign)
{
	size_t run = 0;
	bool first = true;

	for (size_t i = 0; i <= len; i++) {
		if (i < len && isdigit((unsigned char)text[i])) {
			run++;
			continue;
		}
		if ((i < len && text[i] != sign) || run == 0 || run > 3 || (!first && run != 3)) {
			return false;
		}
		first = false;
		run = 0;
	}
	return true;
}

/* A single comma parts groups only where it can. */
static bool is_decimal_comma(const char *text, size_t comma, size_t len)
{
	return *text == '0' || comma > 3 || comma == 0 || len - comma - 1 != 3;
}

/* Writes the number in `text` with "." for its decimal sign and without groups; false when the
 * signs do not fit together. */
static bool normalize(const char *text, size_t len, char *out)
{
	const char *comma = memchr(text, ',', len);
	const char *last_comma = memrchr(text, ',', len);
	const char *last_dot = memrchr(text, '.', len);
	const char *decimal = last_dot;
	size_t whole = len;

	if (comma && !last_dot) {
		bool is_decimal =
			comma == last_comma && is_decimal_comma(text, (size_t)(comma - text), len);

		decimal = is_decimal ? comma : NULL;
	} else if (comma && last_comma > last_dot) {
		decimal = last_comma;
	}
	whole = decimal ? (size_t)(decimal - text) : len;
	if (memchr(text, ',', whole) && !is_grouped(text, whole, ',')) {
		return false;
	}
	if (decimal && *decimal == ',' && memchr(text, '.', whole) &&
	    !is_grouped(text, whole, '.')) {
		return false;
	}
	for (size_t i = 0; i < len; i++) {
		if (text + i == decimal) {
			*out++ = '.';
		} else if (i > whole ||
			   (text[i] != ',' && (text[i] != '.' || last_dot == decimal))) {
			*out++ = text[i];
		}
	}
	*out = '\0';
	return true;
}

/* --- forms --- */

/* "250 ms", "1.5s": the number without its unit, and the unit as a power of ten. */
static size_t cut_unit(const char *text, size_t len, int *scale)
{
	if (len > 1 && text[len - 1] == 's') {
		bool milli = text[len - 2] == 'm';

		*scale = milli ? -3 : 0;
		len -= milli ? 2 : 1;
		while (len > 0 && text[len - 1] == ' ') {
			len--;
		}
	}
	return len;
}

static int64_t parse_plain(const char *text, size_t len)
{
	struct decimal number = {0};
	char plain[TEXT_MAX_LEN] = "";
	const char *end = NULL;
	int scale = 0;

	len = cut_unit(text, len, &scale);
	if (!normalize(text, len, plain)) {
		return UNKNOWN;
	}
	end = take_number(&number, plain);
	if (!end || *end) {
		return UNKNOWN;
	}
	number.scale += scale;
	return to_microseconds(&number);
}

/* Adds count units of so many seconds; UNKNOWN stays. */
static int64_t add(int64_t sum, int64_t us, int64_t seconds)
{
	if (sum < 0 || us < 0 || us > CENTURY_US / seconds || sum + us * seconds > CENTURY_US) {
		return UNKNOWN;
	}
	return sum + us * seconds;
}

/* "1:02:03.5" */
static int64_t parse_clock(const char *text)
{
	int64_t sum = 0;

	for (;;) {
		struct decimal number = {0};
		const char *end = take_number(&number, text);

		if (!end || (*end && (*end != ':' || end - text > 6))) {
			return UNKNOWN;
		}
		sum = add(to_microseconds(&number), sum, 60);
		if (!*end) {
			return sum;
		}
		text = end + 1;
	}
}

/* "PT1H2M3.5S", from behind the "PT". */
static int64_t parse_iso(const char *text)
{
	int64_t sum = *text ? 0 : UNKNOWN;

	while (*text) {
		struct decimal number = {0};
		const char *end = take_number(&number, text);
		const char *unit = end && *end ? strchr("SMH", *end) : NULL;

		if (!unit) {
			return UNKNOWN;
		}
		sum = add(sum, to_microseconds(&number),
			  *unit == 'S'   ? 1
			  : *unit == 'M' ? 60
					 : 3600);
		text = end + 1;
	}
	return sum;
}

/* "0.123", as most writers have it; UNKNOWN for anything else. */
static int64_t parse_simple(const char *text)
{
	int64_t us = 0;
	int places = 0;
	const char *at = text;

	for (; isdigit((unsigned char)*at) && at - text < 9; at++) {
		us = us * 10 + (*at - '0');
	}
	if (at == text || *at != '.') {
		return UNKNOWN;
	}
	for (at++; isdigit((unsigned char)*at) && places < MICRO_DIGITS; at++, places++) {
		us = us * 10 + (*at - '0');
	}
	for (; places < MICRO_DIGITS; places++) {
		us *= 10;
	}
	return *at ? UNKNOWN : us;
}

int64_t junit_time_parse(const char *text)
{
	char copy[TEXT_MAX_LEN];
	int64_t us = text ? parse_simple(text) : UNKNOWN;
	size_t len = 0;

	if (!text || us >= 0) {
		return us;
	}
	text += strspn(text, " \t\r\n");
	len = strlen(text);
	while (len > 0 && strchr(" \t\r\n", text[len - 1])) {
		len--;
	}
	if (len == 0 || len >= sizeof(copy)) {
		return UNKNOWN;
	}
	memcpy(copy, text, len);
	copy[len] = '\0';
	if (strncmp(copy, "PT", 2) == 0) {
		return parse_iso(copy + 2);
	}
	return memchr(copy, ':', len) ? parse_clock(copy) : parse_plain(copy, len);
}
