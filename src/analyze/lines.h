/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_ANALYZE_LINES_H
#define STEADY_ANALYZE_LINES_H

#include "analyze/judge.h"

/*
 * The spots of the lane at hand as its nature is judged by them: line by line, and without those whose content nobody
 * can name, unless a retry in such a run says what the test is. Inside the room.
 */

/* All of them: takes time in their order. */
void lines_all(struct judge *judge);

/* Those at and beside a failure, and both ends of each line with one; the other lines become the rest. False: that would
 * be most of them, or a failure has no place among the lines. */
bool lines_few(struct judge *judge, struct clean_rest *rest);

#endif
