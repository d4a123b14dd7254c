/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_RUN_INFLIGHT_H
#define STEADY_RUN_INFLIGHT_H

#include "os/process.h"
#include "run/hang.h"
#include "run/session.h"

/*
 * What an attempt that was ended by force says of its tests, or one that exited with 0 while a test was
 * running. That test is an error of the type "hang" (or "crash", where no time limit ended it), whatever a half-written report
 * says of it: several frameworks call it passed. Where nothing tells which test that was, a report
 * that was written after the time limit does not prove its last pass. And where the one report that
 * a framework writes at its end was whole before the time limit, all tests were over: the attempt
 * hung behind them. Of an attempt that was stopped the running tests are only told.
 */
struct inflight_input {
	const struct process_end *end;
	struct hang *hang; /* what was seen at the time limit */
};

void inflight_judge(const struct session *session, const struct inflight_input *input,
		    struct attempt *attempt);

#endif
