/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/history_watch.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/str.h"
#include "os/signals.h"
#include "os/terminal.h"
#include "text/duration.h"
#include "text/escape.h"
#include "text/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define QUIET_US US_PER_S
#define EVERY_US (200 * US_PER_MS)
#define ROOM     48 /* columns for what is not the path */

/* What is left takes as long for each part as what is done. */
static int64_t time_left(int64_t spent_us, size_t done, size_t total)
{
	return done > 0 && total >= done
		       ? (int64_t)((double)spent_us / (double)done * (double)(total - done))
		       : -1;
}

static void show(const struct history_watch_line *watch, size_t done, size_t total,
		 int64_t spent_us)
{
	CLEANUP(buf_release) struct buf path = BUF_INIT(8192);
	CLEANUP(buf_release) struct buf line = BUF_INIT(8192);
	size_t columns = terminal_width(STDERR_FILENO);
	int64_t left = time_left(spent_us, done, total);

	escape_terminal(&path, watch->path);
	buf_fmt(&line, "\r\033[Ksteady: %s ", watch->doing);
	utf8_cut(&line, buf_str(&path), columns > ROOM + 10 ? columns - ROOM : 10);
	if (total > 0) {
		buf_fmt(&line, ": %zu of %zu, %zu%%", done, total, done * 100 / total);
	} else {
		buf_fmt(&line, ": %zu", done);
	}
	if (left >= 0 && total > 0) {
		buf_str_add(&line, ", ");
		duration_show(&line, left);
		buf_str_add(&line, " left");
	}
	fputs(buf_str(&line), stderr);
	fflush(stderr);
}

static bool tell(void *payload, size_t done, size_t total)
{
	struct history_watch_line *line = payload;
	int64_t now = clock_mono_us();

	if (line->wanted && now - line->start_us >= QUIET_US && now - line->last_us >= EVERY_US) {
		line->last_us = now;
		line->shown = true;
		show(line, done, total, now - line->start_us);
	}
	return signals_look() == 0;
}

struct history_watch history_watch_begin(struct history_watch_line *line, const char *doing,
					 const char *path)
{
	*line = (struct history_watch_line){
		.doing = doing,
		.path = path,
		.wanted = isatty(STDERR_FILENO) && !str_eq(getenv("TERM"), "dumb"),
		.start_us = clock_mono_us(),
	};
	return (struct history_watch){.tell = tell, .payload = line};
}

void history_watch_end(struct history_watch_line *line)
{
	if (line->shown) {
		fputs("\r\033[K", stderr);
		line->shown = false;
	}
}
