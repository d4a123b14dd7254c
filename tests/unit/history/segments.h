/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_TESTS_UNIT_HISTORY_SEGMENTS_H
#define STEADY_TESTS_UNIT_HISTORY_SEGMENTS_H

#include "files.h"

#include "history/segment.h"

#include <fcntl.h>

/* Histories as texts of segments, and back. */

static inline char *export_all(const char *history_path, bool packed)
{
	const struct export_question question = {.until_us = INT64_MAX, .packed = packed};
	AUTO_FREE char *path = mem_fmt("%s.out", history_path);
	struct history *history = sample_open(history_path, HISTORY_READ);
	AUTO_CLOSE int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	struct export_effect effect;
	struct err err = ERR_INIT;
	size_t len = 0;

	assert_ok(history_export(history, &question, fd, NULL, &effect, &err));
	history_close(history);
	return bytes_of(path, &len);
}

/* One stream; what is whole is kept, whatever came behind it. */
static inline int take_stream(struct history *history, int fd, struct segments_effect *effect,
			      struct err *fault)
{
	CLEANUP(merge_effect_release) struct merge_effect merged = {0};
	struct segments_intake *intake = segments_intake_new(history);
	int done = segments_intake_take(intake, fd, NULL, effect, fault);
	struct err err = ERR_INIT;

	assert_ok(segments_intake_end(intake, &merged, &err));
	return done;
}

static inline void take(const char *history_path, const char *text, size_t len,
			struct segments_effect *effect)
{
	AUTO_FREE char *path = mem_fmt("%s.in", history_path);
	struct history *history = sample_open(history_path, HISTORY_WRITE);
	struct err err = ERR_INIT;
	AUTO_CLOSE int fd = -1;

	write_bytes(path, text, len);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_ok(take_stream(history, fd, effect, &err));
	history_close(history);
}

static inline void take_text(const char *history_path, const char *text)
{
	CLEANUP(segments_effect_release) struct segments_effect effect = {0};

	take(history_path, text, strlen(text), &effect);
	VEC_EACH (char *, why, &effect.refused) {
		fail_msg("%s", *why);
	}
}

/* Lines of a segment. */
#define RUN_LINE(extra) \
	"{\"schema\":\"steady.segment/1\",\"run\":{\"key\":\"k\",\"job\":\"j\",\"variant\":\"\"," \
	"\"started_us\":5,\"outcome\":\"passed\"" extra "}}\n"
#define ATTEMPT_LINE "{\"attempt\":{\"number\":1,\"scope\":\"whole\",\"ended\":\"exited\"}}\n"
#define END_LINE(n)  "{\"end\":{\"lines\":" n "}}\n"

#endif
