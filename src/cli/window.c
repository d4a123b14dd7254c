/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/window.h"

#include "base/clock.h"
#include "base/str.h"
#include "cli/place.h"
#include "text/duration.h"

/* A week shows no trend: the times of waits are looked at over eight. */
#define WAITS_REACH_US (56 * US_PER_DAY)

static int read_since(const struct options *options, int64_t now_us, struct history_window *out,
		      struct err *err)
{
	int64_t span = 0;

	if (!options->since) {
		return 0;
	}
	if (place_time(options->since, "--since", now_us, &out->since_us, err) < 0) {
		return -1;
	}
	/* "7d" before now may be behind the end asked for; before that end is meant then */
	if (out->since_us >= out->until_us && duration_parse(options->since, &span)) {
		out->since_us = out->until_us > span ? out->until_us - span : 0;
	}
	if (out->since_us >= out->until_us) {
		return err_set(err, ERR_USAGE,
			       options->until ? "--since lies behind --until"
					      : "--since lies in the future");
	}
	return 0;
}

int window_read(const struct options *options, int64_t now_us, struct history_window *out,
		struct err *err)
{
	*out = (struct history_window){
		.until_us = now_us + 1,
		.job = options->job,
		.branch = options->branch,
		.names = str_eq(options->format, "html"),
		.waits_reach_us = WAITS_REACH_US,
	};
	if (options->until &&
	    place_time(options->until, "--until", now_us, &out->until_us, err) < 0) {
		return -1;
	}
	return read_since(options, now_us, out, err);
}
