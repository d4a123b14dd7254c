/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_JUNIT_TIME_H
#define STEADY_JUNIT_TIME_H

#include <stdint.h>

/*
 * The value of a `time` attribute, seconds, as microseconds; -1 unknown. Read by hand, because
 * strtod() follows the locale: "1.25", ".5", "4.", "2.4e-05", grouped "1,234.56". Signs below zero,
 * words, hexadecimal, other commas and more than a century are unknown. NULL is unknown.
 */
int64_t junit_time_parse(const char *text);

#endif
