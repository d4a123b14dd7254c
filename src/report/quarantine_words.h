/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_REPORT_QUARANTINE_WORDS_H
#define STEADY_REPORT_QUARANTINE_WORDS_H

#include "base/buf.h"
#include "model/run.h"
#include "text/json.h"

/* What a run's summary says of the quarantine. Inside the room. */

/* Only a row keeps that test from failing the run: no retry passed, and no service is to blame. */
bool quarantine_carries(const struct failed_test *test);

/* Somebody has to look: it failed for good, and no row excuses it. */
bool quarantine_leaves(const struct failed_test *test);

/* In which turn people should read of it: what stays failed needs a person; then come those that only a row excuses, then
 * flakes. */
enum failed_turn { TURN_FAILED, TURN_EXCUSED, TURN_FLAKY, TURNS };
enum failed_turn quarantine_turn(const struct failed_test *test);

/* "; excused by the quarantine: slow database (@team, until 2026-12-24)"; nothing when no row names it. */
void quarantine_words(struct buf *out, const struct quarantine_mark *mark);

/* null when no row names it. */
struct json *quarantine_object(const struct quarantine_mark *mark);

#endif
