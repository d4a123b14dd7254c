/* SPDX-License-Identifier: Apache-2.0 */
#include "quarantine/match.h"

#include "base/clock.h"
#include "base/str.h"

#include <string.h>

#define ID_LEAST 12

/* Goes back to the last * alone: whatever an earlier one took, it could have taken less only where this
 * one takes more. */
static bool matches(const char *pattern, const char *text)
{
	const char *star = NULL, *taken = NULL;

	while (*text) {
		if (*pattern == '*') {
			star = ++pattern;
			taken = text;
		} else if (*pattern == *text) {
			pattern++;
			text++;
		} else if (star) {
			pattern = star;
			text = ++taken;
		} else {
			return false;
		}
	}
	while (*pattern == '*') {
		pattern++;
	}
	return !*pattern;
}

static bool is_id_of(const char *text, const char *id)
{
	size_t len = strlen(text);

	return len >= ID_LEAST && len <= TEST_ID_LEN && strncmp(text, id, len) == 0;
}

bool match_test(const struct quarantine_row *row, const struct test_name *name, const char *id)
{
	CLEANUP(buf_release) struct buf shown = BUF_INIT(BUF_OWN_MAX);

	test_name_show(name, &shown);
	return matches(row->test, buf_str(&shown)) || is_id_of(row->test, id);
}

bool match_job(const struct quarantine_row *row, const char *job)
{
	return !row->job || str_eq(row->job, str_or(job, ""));
}

bool match_signature(const struct quarantine_row *row, const char *signature)
{
	return row->any_failure || (*signature && strv_has(&row->signatures, signature));
}

bool match_is_expired(const struct quarantine_row *row, int64_t now_us)
{
	return now_us >= row->expires_us + US_PER_DAY;
}

bool match_is_overdue(const struct quarantine_row *row, int64_t now_us)
{
	return now_us >= row->expires_us + (MATCH_GRACE_DAYS + 1) * US_PER_DAY;
}

static enum quarantine_state judge(const struct quarantine_row *row,
				   const struct match_question *question)
{
	VEC_EACH (char *, signature, question->signatures) {
		if (!match_signature(row, *signature)) {
			return QUARANTINE_NEW_FAILURE;
		}
	}
	if (question->signatures->len == 0) {
		return QUARANTINE_NEW_FAILURE;
	}
	return question->strict && match_is_overdue(row, question->now_us) ? QUARANTINE_OVERDUE
									   : QUARANTINE_EXCUSED;
}

/* The best first. */
static int rank(enum quarantine_state state, const struct quarantine_row *row, int64_t now_us)
{
	static const int ranks[] = {
		[QUARANTINE_NONE] = 0,
		[QUARANTINE_NEW_FAILURE] = 1,
		[QUARANTINE_OVERDUE] = 2,
		[QUARANTINE_EXCUSED] = 3,
	};

	return ranks[state] + (state == QUARANTINE_EXCUSED && !match_is_expired(row, now_us));
}

enum quarantine_state match_failure(const struct quarantine_list *rows,
				    const struct match_question *question,
				    const struct quarantine_row **row)
{
	enum quarantine_state best = QUARANTINE_NONE;

	*row = NULL;
	VEC_EACH (const struct quarantine_row, candidate, rows) {
		enum quarantine_state state = QUARANTINE_NONE;

		if (!match_job(candidate, question->job) ||
		    !match_test(candidate, question->name, question->id)) {
			continue;
		}
		state = judge(candidate, question);
		if (!*row ||
		    rank(state, candidate, question->now_us) > rank(best, *row, question->now_us)) {
			best = state;
			*row = candidate;
		}
	}
	return best;
}
