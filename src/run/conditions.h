/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_RUN_CONDITIONS_H
#define STEADY_RUN_CONDITIONS_H

#include "model/conditions.h"
#include "os/conditions.h"

/* What two samples say about the time between them. Pure. */
struct conditions conditions_between(const struct conditions_sample *before,
				     const struct conditions_sample *after);

#endif
