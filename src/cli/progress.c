/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/progress.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/str.h"
#include "os/terminal.h"
#include "text/duration.h"
#include "text/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define QUIET_US US_PER_S
#define EVERY_US (200 * US_PER_MS)
#define BYTES_MB 1e6

void progress_start(struct progress *progress)
{
	progress->wanted = isatty(STDERR_FILENO) && !str_eq(getenv("TERM"), "dumb");
	progress->start_us = clock_mono_us();
	progress->last_us = 0;
}

/* From 0 to 1: by the bytes where their sum is known. */
static double share_done(const struct progress_facts *facts)
{
	if (facts->total_bytes > 0) {
		return (double)facts->bytes / (double)facts->total_bytes;
	}
	return facts->total > 0 ? (double)facts->done / (double)facts->total : 0;
}

/* What is left takes as long for each part as what was really read; -1 unknown. */
static int64_t time_left(const struct progress_facts *facts, int64_t spent_us)
{
	double share = share_done(facts);
	size_t read = facts->done - facts->known;

	if (facts->total_bytes > 0) {
		return share > 0 ? (int64_t)((double)spent_us / share * (1 - share)) : -1;
	}
	return read > 0 ? (int64_t)((double)spent_us / (double)read *
				    (double)(facts->total - facts->done))
			: -1;
}

/* Nobody wants fractions of a second that is only guessed. */
static void add_left(struct buf *line, int64_t left_us)
{
	int64_t seconds = (left_us + US_PER_S - 1) / US_PER_S;

	if (seconds < 60) {
		buf_fmt(line, ", %d s left", (int)seconds);
		return;
	}
	buf_str_add(line, ", ");
	duration_show(line, seconds * US_PER_S);
	buf_str_add(line, " left");
}

static void show(const struct progress_facts *facts, int64_t spent_us)
{
	CLEANUP(buf_release) struct buf line = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(buf_release) struct buf fitting = BUF_INIT(BUF_OWN_MAX);
	int64_t left = time_left(facts, spent_us);

	buf_fmt(&line, "steady: %zu of %zu %s, %u%%, %.0f MB/s", facts->done, facts->total,
		facts->unit, (unsigned)(share_done(facts) * 100),
		(double)facts->bytes / BYTES_MB / ((double)spent_us / 1e6));
	if (left >= 0) {
		add_left(&line, left);
	}
	if (facts->known > 0) {
		buf_fmt(&line, "; %zu known already", facts->known);
	}
	if (facts->unusable > 0) {
		buf_fmt(&line, "; %zu not usable", facts->unusable);
	}
	if (facts->failed > 0) {
		buf_fmt(&line, "; %zu failed test%s", facts->failed, facts->failed == 1 ? "" : "s");
	}
	utf8_cut(&fitting, buf_str(&line), terminal_width(STDERR_FILENO) - 1);
	fprintf(stderr, "\r\033[K%s", buf_str(&fitting));
	fflush(stderr);
}

void progress_tell(struct progress *progress, const struct progress_facts *facts)
{
	int64_t now = progress->wanted ? clock_mono_us() : 0;

	if (!progress->wanted || now - progress->start_us < QUIET_US ||
	    now - progress->last_us < EVERY_US) {
		return;
	}
	progress->last_us = now;
	progress->shown = true;
	show(facts, now - progress->start_us);
}

void progress_clear(struct progress *progress)
{
	if (progress->shown) {
		fputs("\r\033[K", stderr);
		progress->shown = false;
	}
}
