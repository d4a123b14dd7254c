/* SPDX-License-Identifier: Apache-2.0 */
#include "model/objective.h"

#include "base/clock.h"
#include "text/duration.h"

#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name, *word;
} causes[CAUSE_COUNT] = {
	[CAUSE_FLAKE] = {"flake", "flakes"}, [CAUSE_READINESS] = {"readiness", "readiness"},
	[CAUSE_INFRA] = {"infra", "infra"},  [CAUSE_SLOW] = {"slow", NULL},
	[CAUSE_PRODUCT] = {"product", NULL},
};

const char *objective_cause_name(enum objective_cause cause)
{
	return causes[cause].name;
}

const char *objective_cause_word(enum objective_cause cause)
{
	return causes[cause].word;
}

bool objective_is_of_waits(const struct objective *objective)
{
	return objective->subject == OBJECTIVE_WAITS || objective->subject == OBJECTIVE_WAIT_TIME;
}

const char *objective_events(const struct objective *objective)
{
	return objective_is_of_waits(objective) ? "waits" : "runs";
}

/* "99", "99.5", "99.9999" of a hundred. */
static void share(struct buf *out, int64_t millionths)
{
	int64_t rest = millionths % 10000;
	int digits = 4;

	buf_fmt(out, "%lld", (long long)(millionths / 10000));
	while (rest > 0 && rest % 10 == 0) {
		rest /= 10;
		digits--;
	}
	if (rest > 0) {
		buf_fmt(out, ".%0*lld", digits, (long long)rest);
	}
}

/* As it may be written again: "10m", "1h30m", "250ms". */
static void span(struct buf *out, int64_t us)
{
	static const struct {
		const char *unit;
		int64_t us;
	} units[] = {
		{"d", US_PER_DAY}, {"h", INT64_C(3600000000)},
		{"m", 60000000},   {"s", 1000000},
		{"ms", 1000},      {"us", 1},
	};

	for (size_t i = 0; i < ARRAY_LEN(units); i++) {
		if (us >= units[i].us) {
			buf_fmt(out, "%lld%s", (long long)(us / units[i].us), units[i].unit);
			us %= units[i].us;
		}
	}
}

static void add_causes(struct buf *out, unsigned bits)
{
	const char *gap = " ";

	for (enum objective_cause i = 0; i < CAUSE_COUNT; i++) {
		if ((bits & (1U << i)) && causes[i].word) {
			buf_fmt(out, "%s%s", gap, causes[i].word);
			gap = " or ";
		}
	}
}

/* Names with spaces stand in quotes, as they have to be written. */
static void clause(struct buf *out, const char *words, const char *name)
{
	const char *quote = name && strpbrk(name, " \t'\"") ? (strchr(name, '"') ? "'" : "\"") : "";

	if (name) {
		buf_fmt(out, " %s %s%s%s", words, quote, name, quote);
	}
}

void objective_show(struct buf *out, const struct objective *objective)
{
	bool timed = objective->limit_us > 0;

	buf_str_add(out, timed ? "p" : "");
	share(out, OBJECTIVE_WHOLE - objective->allowed);
	if (timed) {
		buf_fmt(out,
			" %s time <= ", objective->subject == OBJECTIVE_RUN_TIME ? "run" : "wait");
		span(out, objective->limit_us);
	} else {
		buf_fmt(out, "%% of %s", objective_events(objective));
	}
	if (objective->subject == OBJECTIVE_RUNS) {
		buf_str_add(out, " not failed by");
		add_causes(out, objective->causes);
	}
	clause(out, "on branch", objective->branch);
	clause(out, "in job", objective->job);
	clause(out, "of service", objective->service);
	buf_str_add(out, " over ");
	span(out, objective->window_us);
}

void objective_release(struct objective *objective)
{
	free(objective->name);
	free(objective->branch);
	free(objective->job);
	free(objective->service);
	*objective = (struct objective){0};
}

void objective_list_release(struct objective_list *list)
{
	VEC_EACH (struct objective, objective, list) {
		objective_release(objective);
	}
	VEC_FREE(list);
}
