/* SPDX-License-Identifier: Apache-2.0 */
#include "os/ladder.h"

#include "base/clock.h"

#include <signal.h>

void ladder_step(struct ladder *ladder, int soft_signal)
{
	int64_t now = clock_mono_us();

	if (ladder->rung < RUNG_SOFT && ladder->grace_us > 0) {
		kill(-ladder->group, soft_signal);
		kill(-ladder->group, SIGCONT);
		ladder->rung = RUNG_SOFT;
		ladder->deadline_us = now + ladder->grace_us;
	} else if (ladder->rung < RUNG_KILL) {
		kill(-ladder->group, SIGKILL);
		ladder->rung = RUNG_KILL;
		ladder->deadline_us = now + ladder->gone_us;
	} else {
		ladder->rung = RUNG_GIVEN_UP;
		ladder->deadline_us = 0;
	}
}

void ladder_wait(struct ladder *ladder, int64_t us)
{
	ladder->rung = ladder->rung == RUNG_NONE ? RUNG_ASKED : RUNG_DYING;
	ladder->deadline_us = clock_mono_us() + us;
}
