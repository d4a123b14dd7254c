/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_HISTORY_SEGMENT_H
#define STEADY_HISTORY_SEGMENT_H

#include "base/err.h"
#include "base/hash.h"
#include "history/segment_fields.h"
#include "model/run.h"

/*
 * A segment is one run as NDJSON, as docs/segments.md describes it for others: a line with the run, lines with
 * what belongs to it, a line that ends it. Several may stand behind one another. What each kind of line says
 * stands in one table (segment_fields.c), which the writer and the reader go by.
 *
 * A run has one segment: the same bytes wherever it is written, because passes have the times that the history
 * keeps, and everything has its order. Members that this version does not know travel on as strays, by place:
 * "run", "KIND/N" for the n-th line of that kind, "result/ATTEMPT/ID", and "line/N" for a line of an unknown kind.
 */
#define SEGMENT_SCHEMA   "steady.segment/1"
#define SEGMENT_LINE_MAX ((size_t)16 << 20)
#define SEGMENT_TEXT_MAX ((size_t)1 << 20)  /* bytes of one text */
#define SEGMENT_STRAYS   ((size_t)64 << 10) /* bytes in one run; what is more is dropped */

/* Where the bytes go, line by line; -1 ends the writing. */
struct segment_sink {
	int (*put)(void *payload, const char *bytes, size_t len, struct err *err);
	void *payload;
};

/* Writes the segment of a run that was loaded whole; fails only as the sink does. */
int segment_write(const struct run *run, const struct segment_sink *sink, struct err *err);

/* Tells runs of one key apart: SEGMENT_DIGEST digits over what does not change with time. Tests stand in it by
 * their identities, failures by their signatures, and strays not at all. */
#define SEGMENT_DIGEST 32
void segment_digest(const struct run *run, char out[SEGMENT_DIGEST + 1]);

/* One segment on its way in, line by line. Zero-initialise. */
struct segment_reader {
	struct run run; /* so far; whole when a line said so */
	bool begun, whole;
	size_t lines; /* of this segment */
	size_t counts[LINE_KINDS];
	size_t strange;      /* lines of unknown kinds */
	struct strv retried; /* beside run.failed: their tests */
	size_t strays;       /* bytes */
	bool strays_dropped; /* some did not fit */
};

/*
 * Takes the next line. ERR_INPUT names what is wrong by its key; the segment is then to be dropped, up to the
 * next line that segment_begins(). When reader->whole, the run is the caller's to take or release.
 */
int segment_read_line(struct segment_reader *reader, const char *line, size_t len, struct err *err);
void segment_reader_release(struct segment_reader *reader);

struct json;

/* From the members of a line of that kind to the object that it tells of, by its fields; the error names the
 * member. What it owns is to be released also then. */
int segment_read_members(enum line_kind kind, const struct json *members, void *object,
			 struct err *err);

/* The order of the results of an attempt, but for texts of failures, which may be dropped; for qsort() of
 * pointers. */
int segment_compare_results(const void *left, const void *right);

/* The places of strays; the caller frees. */
char *segment_place(enum line_kind kind, size_t nth);
char *segment_result_place(int attempt, const char *id);

/* Whether a line is the first one of a segment. */
bool segment_begins(const char *line, size_t len);

#endif
