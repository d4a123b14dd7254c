/* SPDX-License-Identifier: Apache-2.0 */
#include "report/quarantine_words.h"

#include "report/words.h"
#include "text/escape.h"

bool quarantine_carries(const struct failed_test *test)
{
	return test->quarantine.state == QUARANTINE_EXCUSED && test->retry != RETRY_PASSED &&
	       !test->service;
}

bool quarantine_leaves(const struct failed_test *test)
{
	return test->retry != RETRY_PASSED && test->quarantine.state != QUARANTINE_EXCUSED;
}

enum failed_turn quarantine_turn(const struct failed_test *test)
{
	if (quarantine_leaves(test)) {
		return TURN_FAILED;
	}
	return test->retry == RETRY_PASSED ? TURN_FLAKY : TURN_EXCUSED;
}

/* Rows come from a file that pull requests change. */
static void put_reason(struct buf *out, const struct quarantine_row *row)
{
	buf_str_add(out, ": ");
	escape_terminal(out, row->reason);
	buf_str_add(out, " (");
	escape_terminal(out, row->owner);
}

static void put_expired(struct buf *out, const struct quarantine_mark *mark)
{
	buf_str_add(out, mark->expired ? ", expired on " : ", until ");
	words_date(out, mark->row.expires_us);
	buf_char(out, ')');
}

void quarantine_words(struct buf *out, const struct quarantine_mark *mark)
{
	const struct quarantine_row *row = &mark->row;

	switch (mark->state) {
	case QUARANTINE_NONE:
		return;
	case QUARANTINE_EXCUSED:
		buf_str_add(out, "; excused by the quarantine");
		break;
	case QUARANTINE_NEW_FAILURE:
		buf_str_add(out, "; a new failure of a quarantined test, which no row excuses");
		break;
	case QUARANTINE_OVERDUE:
		buf_str_add(out, "; its quarantine is over and excuses nothing any more");
		break;
	}
	/* one that was recorded has only its name */
	if (row->reason) {
		put_reason(out, row);
		put_expired(out, mark);
	}
}

static struct json *day_or_null(int64_t us)
{
	CLEANUP(buf_release) struct buf day = BUF_INIT(64);

	if (us <= 0) {
		return json_new_null();
	}
	words_date(&day, us);
	return json_new_str(buf_str(&day));
}

struct json *quarantine_object(const struct quarantine_mark *mark)
{
	struct json *out = NULL;

	if (mark->state == QUARANTINE_NONE) {
		return json_new_null();
	}
	out = json_new_object();
	json_put_str(out, "state", quarantine_state_name(mark->state));
	json_put_str(out, "test", mark->row.test);
	json_put_str(out, "reason", mark->row.reason);
	json_put_str(out, "owner", mark->row.owner);
	json_put_str(out, "issue", mark->row.issue);
	json_put(out, "expires", day_or_null(mark->row.expires_us));
	json_put_bool(out, "expired", mark->expired);
	return out;
}
