/* SPDX-License-Identifier: Apache-2.0 */
#include "model/quarantine.h"

#include "base/mem.h"
#include "base/str.h"

#include <stdlib.h>

void quarantine_row_copy(struct quarantine_row *out, const struct quarantine_row *from)
{
	*out = *from;
	out->test = mem_str(from->test);
	out->reason = mem_str(from->reason);
	out->owner = mem_str(from->owner);
	out->issue = mem_str(from->issue);
	out->job = mem_str(from->job);
	out->signatures = (struct strv){0};
	strv_add_all(&out->signatures, &from->signatures);
}

void quarantine_row_release(struct quarantine_row *row)
{
	free(row->test);
	free(row->reason);
	free(row->owner);
	free(row->issue);
	free(row->job);
	strv_release(&row->signatures);
	*row = (struct quarantine_row){0};
}

void quarantine_list_release(struct quarantine_list *list)
{
	VEC_EACH (struct quarantine_row, row, list) {
		quarantine_row_release(row);
	}
	VEC_FREE(list);
}

static bool same_words(const struct strv *a, const struct strv *b)
{
	if (a->len != b->len) {
		return false;
	}
	for (size_t i = 0; i < a->len; i++) {
		if (!str_eq(a->items[i], b->items[i])) {
			return false;
		}
	}
	return true;
}

bool quarantine_row_eq(const struct quarantine_row *a, const struct quarantine_row *b)
{
	return str_eq(a->test, b->test) && str_eq(a->reason, b->reason) &&
	       str_eq(a->owner, b->owner) && str_eq(a->issue, b->issue) && str_eq(a->job, b->job) &&
	       a->added_us == b->added_us && a->expires_us == b->expires_us &&
	       a->any_failure == b->any_failure && same_words(&a->signatures, &b->signatures);
}

const char *quarantine_state_name(enum quarantine_state state)
{
	static const char *const names[] = {
		[QUARANTINE_NONE] = "none",
		[QUARANTINE_EXCUSED] = "excused",
		[QUARANTINE_NEW_FAILURE] = "new-failure",
		[QUARANTINE_OVERDUE] = "overdue",
	};

	return names[state];
}

char *quarantine_excused_by(const struct quarantine_mark *mark)
{
	return mark->state == QUARANTINE_EXCUSED ? mark->row.test : NULL;
}

void quarantine_mark_excused(struct quarantine_mark *mark, char *test)
{
	mark->state = test ? QUARANTINE_EXCUSED : QUARANTINE_NONE;
	mark->row.test = test;
}

void quarantine_standing_list_release(struct quarantine_standing_list *list)
{
	VEC_EACH (struct quarantine_standing, standing, list) {
		quarantine_row_release(&standing->row);
	}
	VEC_FREE(list);
}

bool quarantine_standing_is_bad(const struct quarantine_standing *standing)
{
	return standing->expired || standing->stale || standing->vanished || standing->stable;
}
