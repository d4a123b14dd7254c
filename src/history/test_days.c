/* SPDX-License-Identifier: Apache-2.0 */
#include "history/test_days.h"

#include "base/clock.h"
#include "history/pack.h"

#include <inttypes.h>
#include <string.h>

int64_t day_of(int64_t started_us)
{
	return started_us > 0 ? started_us / US_PER_DAY + 1 : 0;
}

/* False when it is damaged. */
static bool read_days(const struct buf *content, int64_t *days)
{
	struct pack_cursor cursor = pack_open(content);
	int64_t step = 0;
	uint64_t day = 0;

	for (size_t i = 0; i < DAYS_PART; i++) {
		if (!pack_next_signed(&cursor, &step)) {
			return false;
		}
		day += (uint64_t)step;
		days[i] = (int64_t)day;
	}
	return cursor.at == cursor.end;
}

static int load_part(struct db *db, int64_t part, struct test_days *days, struct err *err)
{
	CLEANUP(buf_release) struct buf content = BUF_INIT(PACK_MAX);
	CLEANUP(stmt_done) struct stmt *load = db_stmt(db, "load_days");
	int more;

	*days = (struct test_days){.part = part};
	stmt_bind_int(load, ":part", part);
	more = stmt_next(load, err);
	if (more < 0) {
		return -1;
	}
	if (more == 0 &&
	    (!stmt_col_unpack(load, 0, &content) || !read_days(&content, days->days))) {
		days->part = -1;
		return db_damaged(db, err, "days of tests, part %" PRId64, part);
	}
	return 0;
}

int test_days_get(struct db *db, struct test_days *days, int64_t test_id, int64_t *day,
		  struct err *err)
{
	int64_t part = test_id / DAYS_PART;

	if (part != days->part &&
	    (test_days_flush(db, days, err) < 0 || load_part(db, part, days, err) < 0)) {
		return -1;
	}
	*day = days->days[test_id % DAYS_PART];
	return 0;
}

void test_days_raise(struct test_days *days, int64_t test_id, int64_t day)
{
	int64_t *slot = &days->days[test_id % DAYS_PART];

	if (day > *slot) {
		*slot = day;
		days->changed = true;
	}
}

int test_days_flush(struct db *db, struct test_days *days, struct err *err)
{
	CLEANUP(buf_release) struct buf content = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(buf_release) struct buf packed = BUF_INIT(BUF_OWN_MAX);
	struct stmt *write = NULL;
	int64_t before = 0;

	if (!days->changed) {
		return 0;
	}
	days->changed = false;
	for (size_t i = 0; i < DAYS_PART; i++) {
		pack_signed(&content, days->days[i] - before);
		before = days->days[i];
	}
	pack_add(&packed, buf_str(&content), content.len);
	write = db_stmt(db, "write_days");
	stmt_bind_int(write, ":part", days->part);
	stmt_bind_blob(write, ":days", &packed);
	return stmt_run(write, err);
}
