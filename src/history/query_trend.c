/* SPDX-License-Identifier: Apache-2.0 */
#include "history/query.h"

#include "base/clock.h"
#include "base/str.h"
#include "history/decode.h"
#include "history/seen_reader.h"

static int count_failures(const struct stmt *row, uint64_t *count, struct err *err)
{
	struct seen_reader reader = seen_reader_open(row, 5);
	int more;

	while ((more = seen_reader_next(&reader, err)) == 0) {
		*count += outcome_is_bad(reader.seen.what.first);
	}
	return more < 0 ? -1 : 0;
}

static int add_run(const struct stmt *row, struct steady_history_day *day, struct err *err)
{
	enum run_outcome outcome = decode_run_outcome(stmt_col_borrow(row, 2));
	int64_t duration_us = stmt_col_known(row, 3);

	day->runs++;
	day->flaky += outcome == RUN_FLAKY;
	day->red += outcome != RUN_PASSED && outcome != RUN_FLAKY && outcome != RUN_CANCELLED;
	day->results += (uint64_t)stmt_col_int(row, 4);
	day->duration_us += duration_us > 0 ? duration_us : 0;
	return count_failures(row, &day->failures, err);
}

int steady_history_trend(struct steady_history *history, const struct steady_history_window *window,
			 int (*on_day)(void *payload, const struct steady_history_day *day),
			 void *payload)
{
	CLEANUP(stmt_done)
	struct stmt *row = query_window(&history->history->db, "query_trend", window);
	struct steady_history_day day = {0};
	struct err err = ERR_INIT;
	int more = 1, done = 0;

	err_clear(&history->err);
	while (done == 0 && (more = stmt_next(row, &err)) == 0) {
		int64_t midnight = stmt_col_int(row, 1) / US_PER_DAY * US_PER_DAY;

		if (day.runs > 0 && midnight != day.day_us) {
			done = on_day(payload, &day);
			day = (struct steady_history_day){0};
		}
		day.day_us = midnight;
		if (add_run(row, &day, &err) < 0) {
			return query_failed(history, &err);
		}
	}
	if (done == 0 && more < 0) {
		return query_failed(history, &err);
	}
	return done == 0 && day.runs > 0 ? on_day(payload, &day) : done;
}
