/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_TESTS_UNIT_READY_TARGET_H
#define STEADY_TESTS_UNIT_READY_TARGET_H

/* Targets as tests write them down. */

#include "check.h"

#include "base/err.h"
#include "base/mem.h"
#include "ready/probe.h"
#include "ready/wait.h"

static inline void cleanup_target(struct target **target)
{
	target_free(*target);
}

#define AUTO_TARGET CLEANUP(cleanup_target) struct target *

/* The test fails where it is none. */
static inline struct target *target_of(const char *text)
{
	struct target *target = NULL;
	struct err err = ERR_INIT;

	if (target_parse(text, &target, &err) < 0) {
		fail_msg("%s", err.msg);
	}
	return target;
}

#endif
