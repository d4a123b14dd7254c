/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_TESTS_UNIT_REPORT_SCENE_H
#define STEADY_TESTS_UNIT_REPORT_SCENE_H

#include "analyze/history.h"
#include "report/report.h"

/* A history and the report about it. How words like "A:FP@job" become a history:
 * analyze/history.h. */

#define HOUR (60 * RUN_MINUTE)
#define DAY  (24 * HOUR)

/* 2026-11-18T11:06:40Z */
#define FIRST RUN_FIRST
#define NOW   (FIRST + 2 * HOUR)

struct scene {
	struct evidence evidence;
	struct flake_report flakes;
	struct report_input input;
	struct buf out;
};

static inline void scene_release(struct scene *scene)
{
	flake_report_release(&scene->flakes);
	evidence_release(&scene->evidence);
	buf_release(&scene->out);
}

/* Not by value: the input points into the scene. */
static inline void scene_make(struct scene *scene, const char *history)
{
	*scene = (struct scene){.out = BUF_INIT(BUF_OWN_MAX)};
	history_make(&scene->evidence, history);
	scene->input = (struct report_input){
		.evidence = &scene->evidence,
		.flakes = &scene->flakes,
		.since_us = NOW - 7 * DAY,
		.until_us = NOW,
		.now_us = NOW,
		.width = 100,
	};
}

static inline const char *show(struct scene *scene, const char *format)
{
	flake_report_release(&scene->flakes);
	analyze_flakes(&scene->evidence, NULL, &scene->flakes);
	buf_clear(&scene->out);
	report_find(format)(&scene->input, &scene->out);
	return buf_str(&scene->out);
}

static inline struct wait *add_wait(struct scene *scene, const char *service, int64_t ms,
				    const char *error)
{
	struct wait *wait = &VEC_PUSH(&scene->evidence.waits)->wait;

	wait->service = mem_str(service);
	wait->probe = mem_str("tcp");
	wait->error = mem_str(error);
	wait->ready = !error;
	wait->started_us = FIRST + (int64_t)scene->evidence.waits.len * RUN_MINUTE;
	wait->duration_us = ms * 1000;
	wait->limit_us = 30000000;
	return wait;
}

/* Thirty runs, one a day up to now, each a little slower than the one before. */
static inline void slower(struct scene *scene, const char *service, int64_t first_ms,
			  int64_t daily_ms)
{
	for (int64_t day = 0; day < 30; day++) {
		int64_t ms = first_ms + day * daily_ms + (day * 5 % 7 - 3) * 200;
		struct wait *wait = add_wait(scene, service, ms, NULL);

		wait->started_us = NOW - (30 - day) * DAY;
		mem_replace(&wait->probe, "postgres");
	}
}

#endif
