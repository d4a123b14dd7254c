/* SPDX-License-Identifier: Apache-2.0 */
#include "history/history.h"

#include "base/clock.h"
#include "base/str.h"
#include "history/internal.h"

#include <stdlib.h>

#define REACH_US (60 * US_PER_DAY)

struct times {
	VEC(int64_t)
};

static int compare(const void *a, const void *b)
{
	int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;

	return (left > right) - (left < right);
}

static void sum_up(struct times *ready, struct wait_past *out)
{
	if (ready->len == 0) {
		return;
	}
	qsort(ready->items, ready->len, sizeof(*ready->items), compare);
	out->ready = ready->len;
	out->median_us = ready->items[(ready->len - 1) / 2];
	out->longest_us = ready->items[ready->len - 1];
}

static int look_back(struct history *history, const struct run *run, struct wait *wait,
		     struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = db_stmt(&history->db, "find_earlier_waits");
	struct times ready = {0};
	int more;

	wait->past = (struct wait_past){0};
	stmt_bind_text(row, ":job", str_or(run->job, ""));
	stmt_bind_text(row, ":service", str_or(wait->service, ""));
	stmt_bind_text(row, ":probe", str_or(wait->probe, ""));
	stmt_bind_int(row, ":since", run->started_us - REACH_US);
	stmt_bind_int(row, ":until", run->started_us);
	while ((more = stmt_next(row, err)) == 0) {
		wait->past.waits++;
		if (stmt_col_int(row, 0)) {
			*VEC_PUSH(&ready) = stmt_col_int(row, 1);
		}
	}
	sum_up(&ready, &wait->past);
	VEC_FREE(&ready);
	return more < 0 ? -1 : 0;
}

int history_earlier_waits(struct history *history, struct run *run, struct err *err)
{
	VEC_EACH (struct wait, wait, &run->waits) {
		if (!wait->ready && !wait->cancelled && !wait->invert &&
		    look_back(history, run, wait, err) < 0) {
			return -1;
		}
	}
	return 0;
}
