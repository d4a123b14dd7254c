/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_OS_LADDER_H
#define STEADY_OS_LADDER_H

#include <stdint.h>
#include <sys/types.h>

/*
 * How a process group is ended: nothing sent yet → a soft signal → SIGKILL → given up, because not
 * even that ended it (uninterruptible, or of another user). SIGCONT goes with the soft signal: a
 * stopped process would never see it.
 */
struct ladder {
	enum {
		RUNG_NONE,
		RUNG_ASKED, /* something else was done, and time is given for it */
		RUNG_SOFT,
		RUNG_DYING, /* the same, when the soft signal has not helped */
		RUNG_KILL,
		RUNG_GIVEN_UP
	} rung;
	pid_t group;
	int64_t grace_us;    /* between soft signal and SIGKILL */
	int64_t gone_us;     /* between SIGKILL and giving up */
	int64_t deadline_us; /* of the next step, clock_mono_us(); 0 none */
};

/* Climbs one rung; soft_signal is the one to send if it is the first. */
void ladder_step(struct ladder *ladder, int soft_signal);

/* From RUNG_NONE to RUNG_ASKED, or from RUNG_SOFT to RUNG_DYING, for so long. */
void ladder_wait(struct ladder *ladder, int64_t us);

#endif
