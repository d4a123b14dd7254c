/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/progress.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/str.h"
#include "os/terminal.h"
#include "text/escape.h"
#include "text/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define QUIET_US US_PER_S
#define EVERY_US (200 * US_PER_MS)
#define ROOM     40 /* columns for what is not the path */

void progress_start(struct progress *progress)
{
	progress->wanted = isatty(STDERR_FILENO) && !str_eq(getenv("TERM"), "dumb");
	progress->start_us = clock_mono_us();
	progress->last_us = 0;
}

void progress_file(struct progress *progress, const char *path)
{
	progress->path = path;
}

static void show(const struct progress *progress, uint64_t bytes, uint64_t total)
{
	CLEANUP(buf_release) struct buf path = BUF_INIT(8192);
	CLEANUP(buf_release) struct buf line = BUF_INIT(8192);
	size_t columns = terminal_width(STDERR_FILENO);

	escape_terminal(&path, progress->path);
	buf_str_add(&line, "\r\033[Ksteady: reading ");
	utf8_cut(&line, buf_str(&path), columns > ROOM + 10 ? columns - ROOM : 10);
	buf_fmt(&line, ": %llu MB", (unsigned long long)(bytes / 1000000));
	if (total > 0) {
		buf_fmt(&line, ", %u%%", (unsigned)(bytes * 100 / total));
	}
	fputs(buf_str(&line), stderr);
	fflush(stderr);
}

void progress_tell(void *payload, uint64_t bytes, uint64_t total)
{
	struct progress *progress = payload;
	int64_t now = 0;

	if (!progress->wanted) {
		return;
	}
	now = clock_mono_us();
	if (now - progress->start_us < QUIET_US || now - progress->last_us < EVERY_US) {
		return;
	}
	progress->last_us = now;
	progress->shown = true;
	show(progress, bytes, total);
}

void progress_clear(struct progress *progress)
{
	if (progress->shown) {
		fputs("\r\033[K", stderr);
		progress->shown = false;
	}
}
