/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_REPORT_SHAPES_H
#define STEADY_REPORT_SHAPES_H

#include "analyze/beta.h"
#include "model/test.h"
#include "text/json.h"

/* Pieces that several JSON schemas share. Inside the room. */

/* "2026-11-24T08:00:00Z" */
struct json *shape_time(int64_t us);

/* "2026-11-24", of a day counted from 1970 on */
struct json *shape_day(int64_t day);

/* {"id", "suite", "class", "name", "file", "copy", "shown"}: the names as the file had them. */
struct json *shape_test(const struct test_name *name, const char *id);

/* {"mean", "low", "high"} */
struct json *shape_rate(const struct rate *rate);

#endif
