/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_JUNIT_GUNZIP_H
#define STEADY_JUNIT_GUNZIP_H

#include "junit/decode.h"

/*
 * Compressed reports (gzip, several members too) on their way to the decoder. What comes out is
 * bounded: in all, and against what went in, since a kilobyte can stand for a megabyte.
 */
#define JUNIT_UNPACKED_MAX  ((uint64_t)4 << 30)
#define JUNIT_UNPACKED_FREE ((uint64_t)64 << 20) /* up to here any ratio will do */
#define JUNIT_RATIO_MAX     200u

struct junit_gunzip;

/* Whether the first two bytes of a file are those of gzip. */
bool junit_gunzip_is(const unsigned char start[2]);

/* decoder and faults are borrowed. */
struct junit_gunzip *junit_gunzip_new(struct junit_decoder *decoder, struct junit_faults *faults);
void junit_gunzip_feed(struct junit_gunzip *gunzip, const void *data, size_t len);

/* No more bytes come: a member that is not whole breaks the file. */
void junit_gunzip_end(struct junit_gunzip *gunzip);
void junit_gunzip_free(struct junit_gunzip *gunzip);

#endif
