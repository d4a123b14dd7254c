/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_TEXT_SIZE_H
#define STEADY_TEXT_SIZE_H

#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * Sizes as people write them: a unit is needed, in small letters or large ones: "500MB", "1.5GB",
 * "64KiB", "100B". kB, MB, GB and TB count in thousands, KiB, MiB, GiB and TiB in 1024s. "0" alone is
 * zero. False for anything else, signs and spaces included, and for what 64 bits do not hold.
 */
bool size_parse(const char *text, int64_t *out_bytes);

/* Rounded, in thousands: "0 B", "340 B", "3.4 kB", "302 MB", "1.2 GB"; negative ones get a "-". */
void size_show(struct buf *out, int64_t bytes);

/* "360,000,000"; and with what is counted behind it. */
void count_show(struct buf *out, int64_t count);
void count_show_of(struct buf *out, int64_t count, const char *one, const char *many);

#endif
