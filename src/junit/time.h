/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_JUNIT_TIME_H
#define STEADY_JUNIT_TIME_H

#include <stdint.h>

/*
 * The value of a `time` attribute, seconds, as microseconds; -1 unknown. Read by hand, because
 * strtod() follows the locale, and writers follow theirs:
 *
 *	"1.25" ".5" "4." "2.4e-05"	plain
 *	"1,234.56" "1,234,567" "1.234,5"	groups of three; the other sign is the decimal one
 *	"0,160" "1,23" "1234,567"	a comma that cannot part groups
 *	"1.5s" "250 ms" "PT1M1.5S" "1:02:03.5"	units
 *
 * Signs below zero, words, hexadecimal and more than a century are unknown. NULL is unknown.
 */
int64_t junit_time_parse(const char *text);

#endif
