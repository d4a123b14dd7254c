/* SPDX-License-Identifier: Apache-2.0 */
#include "report/wait_words.h"

#include "base/str.h"
#include "report/words.h"
#include "text/duration.h"

#include <string.h>

static const char *service_of(const struct wait *wait)
{
	return str_or(wait->service, str_or(wait->target, ""));
}

void wait_headline(struct buf *out, const struct wait *wait)
{
	buf_fmt(out, "%s not %s after ", service_of(wait), wait->invert ? "gone" : "ready");
	duration_show(out, wait->duration_us);
	buf_fmt(out, ": %s (", str_or(wait->error, "no reason known"));
	words_count(out, wait->attempts < 0 ? 0 : (size_t)wait->attempts, "attempt", "attempts");
	buf_str_add(out, wait->optional ? ", optional)" : ")");
}

/* An error may name whoever listens there itself. */
static bool has_owner(const struct wait *wait)
{
	return wait->owner && !strstr(str_or(wait->error, ""), wait->owner);
}

void wait_cause(struct buf *out, const struct wait *wait)
{
	buf_str_add(out, service_of(wait));
	if (wait->losses > 0) {
		buf_str_add(out, ": it flaps, and was ready and then not ");
		words_count(out, (size_t)wait->losses, "time", "times");
	} else if (!str_empty(wait->error)) {
		buf_fmt(out, ": %s", wait->error);
	}
	if (has_owner(wait)) {
		buf_fmt(out, " (%s listens there)", wait->owner);
	}
	if (wait->past.ready > 0) {
		buf_str_add(out, ", ready after ");
		duration_show(out, wait->past.median_us);
		buf_fmt(out, " in %zu of ", wait->past.ready);
		words_count(out, wait->past.waits, "earlier wait", "earlier waits");
	} else if (wait->past.waits > 0) {
		buf_str_add(out, ", nor was it ready in ");
		words_count(out, wait->past.waits, "earlier wait", "earlier waits");
	}
}

/* The stage in which it was last, once. */
static bool has_passed(const struct wait *wait)
{
	for (size_t i = 0; i < STAGE_COUNT; i++) {
		if (str_eq(wait->stage, wait_stage_name((enum wait_stage)i))) {
			return wait->passed_us[i] != STAGE_NEVER;
		}
	}
	return false;
}

/* The first stages of a wait that could be resolved at once say nothing. */
static void add_stages(struct buf *out, const struct wait *wait)
{
	const char *gap = "";

	for (size_t i = STAGE_LISTEN; i < STAGE_COUNT; i++) {
		if (wait->passed_us[i] == STAGE_NEVER) {
			continue;
		}
		buf_fmt(out, "%s%s after ", gap, wait_stage_name((enum wait_stage)i));
		duration_show(out, wait->passed_us[i]);
		gap = ", ";
	}
	if (!str_empty(wait->stage) && !has_passed(wait)) {
		buf_fmt(out, "%snever past %s", gap, wait->stage);
	}
}

static void add_past(struct buf *out, const struct wait_past *past)
{
	if (past->ready > 0) {
		buf_fmt(out, "%searlier ready after ", out->len ? " · " : "");
		duration_show(out, past->median_us);
		buf_str_add(out, " in the median, ");
		duration_show(out, past->longest_us);
		buf_str_add(out, " at most");
	}
}

static void add_course(struct buf *out, const struct wait *wait)
{
	add_stages(out, wait);
	if (wait->last_seen_us != STAGE_NEVER) {
		buf_str_add(out, " · last seen after ");
		duration_show(out, wait->last_seen_us);
	}
	if (has_owner(wait)) {
		buf_fmt(out, "%s%s listens there", out->len ? " · " : "", wait->owner);
	}
}

void wait_details(struct buf *out, const struct wait *wait)
{
	if (wait->losses > 0) {
		buf_str_add(out, "it flaps: it was ready and then not ");
		words_count(out, (size_t)wait->losses, "time", "times");
	} else if (!wait->invert) {
		add_course(out, wait);
	}
	add_past(out, &wait->past);
}

static bool is_to_blame(const struct wait *wait)
{
	return !wait->ready && !wait->cancelled && !wait->optional;
}

/* How far it got, by the name of its stage. */
static size_t stage_of(const struct wait *wait)
{
	size_t stage = 0;

	while (stage < STAGE_COUNT &&
	       !str_eq(wait->stage, wait_stage_name((enum wait_stage)stage))) {
		stage++;
	}
	return stage;
}

const struct wait *wait_to_blame(const struct run *run, size_t *others)
{
	const struct wait *found = NULL;

	*others = 0;
	VEC_EACH (const struct wait, wait, &run->waits) {
		if (!is_to_blame(wait)) {
			continue;
		}
		*others += found != NULL;
		/* what is not there at all may be why another one says that it is not ready */
		if (!found || stage_of(wait) < stage_of(found)) {
			found = wait;
		}
	}
	return found;
}
