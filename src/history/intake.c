/* SPDX-License-Identifier: Apache-2.0 */
#include "history/history.h"

#include "base/mem.h"
#include "history/internal.h"
#include "history/landing.h"
#include "history/segment.h"
#include "history/stream.h"

#include <stdlib.h>
#include <string.h>

/* Runs arrive as segments, by as many streams as there are files. */

#define WATCH_LINES 1024
#define BLANK_LINES 100000

struct segments_intake {
	struct landing landing;
	struct merge_effect merged;
};

/* One stream of segments. */
struct arrival {
	struct landing *landing;
	const struct history_watch *watch;
	struct segments_effect *effect;
	struct line_reader *lines;
	struct segment_reader reader;
	bool lost;    /* until the next segment begins */
	size_t blank; /* lines that say nothing */
};

static void refuse(struct arrival *arrival, size_t line, const struct err *why)
{
	strv_fmt(&arrival->effect->refused, "%zu: %s", line, why->msg);
	segment_reader_release(&arrival->reader);
	arrival->lost = true;
}

/* The one before was cut: its last line never came. */
static void refuse_cut(struct arrival *arrival, size_t line)
{
	struct err why = ERR_INIT;

	err_set(&why, ERR_INPUT, "run %s is cut: its last line is missing",
		arrival->reader.run.key);
	refuse(arrival, line, &why);
}

static int take_whole(struct arrival *arrival, struct err *err)
{
	struct segments_effect *effect = arrival->effect;
	int done = landing_take(arrival->landing, &arrival->reader.run, err);

	effect->read += done == 0;
	effect->strays_dropped += arrival->reader.strays_dropped;
	segment_reader_release(&arrival->reader);
	return done;
}

static int take_line(struct arrival *arrival, const char *line, size_t len, struct err *err)
{
	size_t number = line_reader_number(arrival->lines);
	struct err fault = ERR_INIT;

	if (strspn(line, " \t\r") >= len) {
		return ++arrival->blank <= BLANK_LINES
			       ? 0
			       : err_set(err, ERR_INPUT, "has more than %d empty lines",
					 BLANK_LINES);
	}
	if (segment_begins(line, len)) {
		if (arrival->reader.begun) {
			refuse_cut(arrival, number);
		}
		arrival->lost = false;
	}
	if (arrival->lost) {
		return 0;
	}
	if (segment_read_line(&arrival->reader, line, len, &fault) < 0) {
		refuse(arrival, number, &fault);
		return 0;
	}
	return arrival->reader.whole ? take_whole(arrival, err) : 0;
}

static int take_lines(struct arrival *arrival, struct err *err)
{
	const struct history_watch *watch = arrival->watch;
	const char *line = NULL;
	size_t len = 0;
	int more;

	while ((more = line_reader_next(arrival->lines, &line, &len, err)) == 0) {
		if (watch && line_reader_number(arrival->lines) % WATCH_LINES == 0 &&
		    !watch->tell(watch->payload, arrival->effect->read, 0)) {
			arrival->effect->stopped = true;
			return 0;
		}
		if (take_line(arrival, line, len, err) < 0) {
			return -1;
		}
	}
	if (more == 1 && arrival->reader.begun) {
		refuse_cut(arrival, line_reader_number(arrival->lines));
	}
	return more < 0 ? -1 : 0;
}

void segments_effect_release(struct segments_effect *effect)
{
	strv_release(&effect->refused);
	*effect = (struct segments_effect){0};
}

struct segments_intake *segments_intake_new(struct history *into)
{
	struct segments_intake *intake = mem_alloc(sizeof(*intake));

	intake->landing = (struct landing){.into = into, .merged = &intake->merged};
	return intake;
}

int segments_intake_take(struct segments_intake *intake, int fd, const struct history_watch *watch,
			 struct segments_effect *effect, struct err *err)
{
	struct arrival arrival = {
		.landing = &intake->landing,
		.watch = watch,
		.effect = effect,
		.lines = line_reader_new(fd, SEGMENT_LINE_MAX),
	};
	int done;

	*effect = (struct segments_effect){0};
	done = take_lines(&arrival, err);
	segment_reader_release(&arrival.reader);
	line_reader_free(arrival.lines);
	return done;
}

int segments_intake_end(struct segments_intake *intake, struct merge_effect *merged,
			struct err *err)
{
	int done = landing_merge(&intake->landing, err);

	*merged = intake->merged;
	free(intake);
	return done;
}
