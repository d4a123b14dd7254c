/* SPDX-License-Identifier: Apache-2.0 */
#include "ready/net.h"

#include "base/clock.h"
#include "ready/kinds.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

/* Port forwarders accept at once and hang up when nobody is behind them: a connection counts
 * only when it lives this long, or when the other side speaks first. */
#define SETTLE_US (150 * US_PER_MS)

bool net_settle(const struct target *target, const struct peer *peer, const struct limits *limits,
		struct attempt_result *out)
{
	const struct limits settling = {clock_mono_us() + SETTLE_US, limits->stop_fd};
	enum patience patience = wait_for_fd(peer->fd, POLLIN, &settling);
	char byte = 0;
	ssize_t n = 0;

	(void)target;
	attempt_reach(out, STAGE_SETTLE);
	if (patience == PATIENCE_TIMEOUT) {
		return true;
	}
	if (patience == PATIENCE_STOPPED) {
		return attempt_stopped(out, STAGE_SETTLE);
	}
	n = recv(peer->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
	if (n > 0) {
		return true;
	}
	return n < 0 ? net_broken(errno, STAGE_SETTLE, out)
		     : attempt_failed(out, STAGE_SETTLE, "connected, then closed at once");
}

void probe_tcp(const struct target *target, const struct limits *limits, struct attempt_result *out)
{
	net_try(target, limits, net_settle, out);
}
