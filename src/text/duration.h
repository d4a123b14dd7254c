/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_TEXT_DURATION_H
#define STEADY_TEXT_DURATION_H

#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * Durations as people write them: a unit is needed, parts follow one another from the greatest to
 * the least unit, the last may have a decimal point: "90s", "10m", "1h30m", "1.5s", "250ms", "7d".
 * Units: w d h m s ms us. "0" alone is zero. False for anything else, signs and spaces included,
 * and for what 64 bits of microseconds do not hold.
 */
bool duration_parse(const char *text, int64_t *out_us);

/* Rounded, two significant parts at most: "0 ms", "340 ms", "3.4 s", "2m 05s", "1h 04m", "3d 4h";
 * negative ones get a "-". */
void duration_show(struct buf *out, int64_t us);

/*
 * Parses RFC 3339 ("2026-11-24T08:00:00Z", offsets, fractions, a space for T) and plain dates
 * ("2026-11-24", midnight UTC) to microseconds since 1970. The offset must be there; digits below
 * a microsecond are dropped.
 */
bool time_parse(const char *text, int64_t *out_us);

/* "2026-11-24T08:00:00Z" */
void time_show(struct buf *out, int64_t us);

/* "2 h ago", "3 d ago", "just now" (less than a minute either way); "in 5 m" for the future.
 * Rounded down. */
void time_show_ago(struct buf *out, int64_t us, int64_t now_us);

#endif
