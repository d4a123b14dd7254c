/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_CLI_AGAIN_H
#define STEADY_CLI_AGAIN_H

#include "analyze/flakes.h"
#include "cli/place.h"

/*
 * Fills in how to see a test fail again: by the command of its newest failing run, of this test alone where the framework
 * can say so, and until it fails. Only of what people read: the flaky and the broken tests that matter most.
 */
void again_tell(struct place *place, struct history *history, const struct flake_report *flakes,
		struct evidence *evidence);

#endif
