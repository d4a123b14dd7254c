/* SPDX-License-Identifier: Apache-2.0 */
#include "history/query.h"

#include "base/str.h"
#include "history/decode.h"

#include <stdlib.h>

/* The waits for one service: rows come service by service, and by their durations. */
struct group {
	char *job, *service, *probe;
	size_t waits, failed;
	struct {
		VEC(int64_t)
	} ready_us;
};

static void group_end(struct group *group)
{
	free(group->job);
	free(group->service);
	free(group->probe);
	VEC_FREE(&group->ready_us);
	*group = (struct group){0};
}

static bool belongs(const struct group *group, const struct stmt *row)
{
	return str_eq(group->job, stmt_col_borrow(row, 0)) &&
	       str_eq(group->service, stmt_col_borrow(row, 1)) &&
	       str_eq(group->probe, stmt_col_borrow(row, 2));
}

static void add(struct group *group, const struct stmt *row)
{
	group->waits++;
	if (!stmt_col_int(row, 3)) {
		group->failed++;
	} else if (!stmt_col_is_null(row, 4)) {
		*VEC_PUSH(&group->ready_us) = stmt_col_int(row, 4);
	}
}

static int tell(const struct group *group,
		int (*on_service)(void *payload, const struct steady_history_service *service),
		void *payload)
{
	size_t len = group->ready_us.len;
	const struct steady_history_service service = {
		.job = group->job,
		.service = group->service,
		.probe = group->probe,
		.waits = group->waits,
		.failed = group->failed,
		.p50_us = len ? group->ready_us.items[query_rank(len, 0.5)] : -1,
		.p95_us = len ? group->ready_us.items[query_rank(len, 0.95)] : -1,
	};

	return group->waits > 0 ? on_service(payload, &service) : 0;
}

int steady_history_waits(struct steady_history *history, const struct steady_history_window *window,
			 int (*on_service)(void *payload,
					   const struct steady_history_service *service),
			 void *payload)
{
	CLEANUP(stmt_done)
	struct stmt *row = query_window(&history->history->db, "query_waits", window);
	CLEANUP(group_end) struct group group = {0};
	struct err err = ERR_INIT;
	int more = 1, done = 0;

	err_clear(&history->err);
	while (done == 0 && (more = stmt_next(row, &err)) == 0) {
		if (!belongs(&group, row)) {
			done = tell(&group, on_service, payload);
			group_end(&group);
			group.job = stmt_col_text(row, 0);
			group.service = stmt_col_text(row, 1);
			group.probe = stmt_col_text(row, 2);
		}
		add(&group, row);
	}
	if (done == 0 && more < 0) {
		return query_failed(history, &err);
	}
	return done == 0 ? tell(&group, on_service, payload) : done;
}
