/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/services.h"
#include "base/clock.h"
#include "base/map.h"
#include "base/str.h"
#include "report/words.h"
#include "text/duration.h"
#include "text/utf8.h"

#include <inttypes.h>
#include <math.h>

#define WEEK_US (7 * US_PER_DAY)

/* Less than this share of the limit left, and a slow day is a failure; more than that, and the limit
 * is not what waits fail by. */
#define MARGIN_TIGHT 0.3
#define MARGIN_CALM  0.5

void words_service(struct buf *out, const struct service_summary *service)
{
	buf_str_add(out, service->service);
	if (!str_empty(service->probe)) {
		buf_fmt(out, " (%s)", service->probe);
	}
}

void words_margin(struct buf *out, const struct service_summary *service)
{
	double margin = 0;

	if (service_margin(service, &margin)) {
		buf_fmt(out, "%.0f %%", margin * 100);
	}
}

void words_trend(struct buf *out, const struct service_summary *service)
{
	/* Slopes of forged times may be beyond all numbers of 64 bits. */
	double weekly = fmax(fmin(service->trend.slope * (double)WEEK_US, 9e18), -9e18);

	if (service->trend.direction == TREND_UNKNOWN) {
		return;
	}
	if (service->trend.direction == TREND_NONE || fabs(weekly) < (double)US_PER_MS / 2) {
		buf_str_add(out, "none");
	} else if (!trend_goes_on(&service->trend)) {
		buf_str_add(out, weekly > 0 ? "rose" : "fell");
	} else {
		buf_str_add(out, weekly > 0 ? "+" : "");
		duration_show(out, (int64_t)weekly);
		buf_str_add(out, "/week");
	}
}

/* As it is written behind timeout=. */
static void timeout_word(struct buf *out, int64_t us)
{
	int64_t seconds = us / US_PER_S;

	if (seconds >= 120 && seconds % 60 == 0) {
		buf_fmt(out, "timeout=%" PRId64 "m", seconds / 60);
	} else {
		buf_fmt(out, "timeout=%" PRId64 "s", seconds);
	}
}

/* "timeout=90s (3 × the 99th percentile of 25 waits)" */
static void suggestion(struct buf *out, const struct service_summary *service)
{
	timeout_word(out, service->suggested_us);
	buf_fmt(out, " (3 × the 99th percentile of %zu waits)", service->known);
}

static void remedy(struct buf *out, const struct service_summary *service)
{
	buf_str_add(out, "make its start faster");
	if (service->suggested_us > service->limit_us) {
		buf_str_add(out, ", or set ");
		suggestion(out, service);
	} else if (service->known < SERVICES_SUGGEST_LEAST) {
		buf_fmt(out, ", or raise the limit: how far will be known after %zu more ",
			SERVICES_SUGGEST_LEAST - service->known);
		buf_str_add(out, SERVICES_SUGGEST_LEAST - service->known == 1 ? "wait" : "waits");
	}
}

/* "12.0 s in the median now, 4.0 s 4 weeks ago" */
static void then_and_now(struct buf *out, const struct trend *trend)
{
	double span = (double)trend->newest_us - (double)trend->early_at_us;
	double weeks = fmax(round(span / (double)WEEK_US), 1);

	duration_show(out, trend->late_us);
	buf_str_add(out, " in the median now, ");
	duration_show(out, trend->early_us);
	buf_fmt(out, " %.0f %s ago", weeks, weeks < 2 ? "week" : "weeks");
}

/* "at this pace over its limit of 30.0 s around 2026-12-14" */
static void over_limit(struct buf *out, const struct service_summary *service)
{
	buf_str_add(out, "at this pace over its limit of ");
	duration_show(out, service->limit_us);
	buf_str_add(out, " around ");
	words_date(out, service->crossing.around_us);
}

static void slower_advice(struct buf *out, const struct service_summary *service)
{
	const struct trend_crossing *crossing = &service->crossing;

	buf_str_add(out, "Takes longer each week: ");
	then_and_now(out, &service->trend);
	buf_fmt(out, " (%zu waits); ", service->trend.points);
	over_limit(out, service);
	buf_str_add(out, " (99 %: ");
	words_date(out, crossing->earliest_us);
	if (crossing->latest_us < 0) {
		buf_str_add(out, " or later");
	} else {
		buf_str_add(out, " to ");
		words_date(out, crossing->latest_us);
	}
	buf_str_add(out, "). Until then ");
	remedy(out, service);
	buf_char(out, '.');
	if (service->failed > 0) {
		buf_fmt(out, " Not ready in %zu of %zu waits: read its log at that time.",
			service->failed, service->waits);
	}
}

static bool has_listener(const struct service_summary *service)
{
	static const char *const others[] = {"exec", "log", "file", "pid", "dns"};

	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		if (str_eq(service->probe, others[i])) {
			return false;
		}
	}
	return true;
}

static void failed_advice(struct buf *out, const struct service_summary *service, double margin)
{
	buf_fmt(out, "Not ready in %zu of ", service->failed);
	words_count(out, service->waits, "wait", "waits");
	if (service->p95_us < 0) {
		buf_fmt(out, ": check that it %s.",
			has_listener(service) ? "is started at all and listens on this address"
					      : "comes at all, and by that name");
	} else if (margin > MARGIN_CALM) {
		buf_str_add(out, ", but otherwise ready within ");
		duration_show(out, service->p95_us);
		buf_str_add(out, ": a longer limit would not help, read its log at that time");
		if (service->suggested_us > 0 && service->suggested_us <= service->limit_us / 2) {
			buf_str_add(out, "; ");
			suggestion(out, service);
			buf_str_add(out, " would tell it sooner");
		}
		buf_char(out, '.');
	} else {
		buf_str_add(out, ": read its log at that time, it may need a longer limit.");
	}
}

void words_advice(struct buf *out, const struct service_summary *service)
{
	double margin = 1;

	service_margin(service, &margin);
	if (service->crosses) {
		slower_advice(out, service);
	} else if (margin < MARGIN_TIGHT) {
		if (service->failed > 0) {
			buf_fmt(out, "Not ready in %zu of %zu waits, and it", service->failed,
				service->waits);
		} else {
			buf_str_add(out, "It");
		}
		buf_fmt(out, " often needs %.0f %% of the limit: ", (1 - margin) * 100);
		remedy(out, service);
		buf_char(out, '.');
	} else if (service->failed > 0) {
		failed_advice(out, service, margin);
	}
}

/* --- the first line --- */

#define HEAD_WIDTH 100 /* of a service's name in it */

static void head_service(struct buf *out, const struct service_summary *service)
{
	CLEANUP(buf_release) struct buf name = BUF_INIT(BUF_OWN_MAX);

	words_service(&name, service);
	utf8_cut(out, buf_str(&name), HEAD_WIDTH);
}

static size_t add_to(struct map *totals, const char *service, size_t count)
{
	size_t total = 0;

	map_get(totals, service, &total);
	map_put(totals, service, total + count);
	return total;
}

/* "127.0.0.1:5432 went down in 2 runs and 14 tests failed with it" */
void words_down(struct buf *out, const struct flake_report *flakes)
{
	CLEANUP(map_release) struct map runs = {0};
	CLEANUP(map_release) struct map failures = {0};
	const char *worst = NULL;
	size_t services = 0, most = 0;

	VEC_EACH (const struct incident, incident, &flakes->incidents) {
		const char *service = incident->event->service;
		size_t failed = add_to(&failures, service, incident->failures) + incident->failures;

		services += add_to(&runs, service, 1) == 0;
		if (failed > most) {
			most = failed;
			worst = service;
		}
	}
	if (!worst) {
		return;
	}
	utf8_cut(out, worst, HEAD_WIDTH);
	buf_str_add(out, " went down in ");
	words_count(out, add_to(&runs, worst, 0), "run", "runs");
	buf_str_add(out, " and ");
	words_count(out, most, "test", "tests");
	buf_str_add(out, " failed with it");
	if (services > 1) {
		buf_fmt(out, ", %zu more %s too", services - 1,
			services == 2 ? "service" : "services");
	}
}

/* "127.0.0.1:5432 (postgres) was not ready in 3 of 20 waits"; they are sorted by that. */
static void not_ready(struct buf *out, const struct flake_report *flakes)
{
	const struct service_summary *worst = flakes->services.items;
	size_t others = 0;

	if (flakes->services.len == 0 || worst->failed == 0) {
		return;
	}
	VEC_EACH (const struct service_summary, service, &flakes->services) {
		others += service != worst && service->failed > 0;
	}
	head_service(out, worst);
	buf_fmt(out, " was not ready in %zu of ", worst->failed);
	words_count(out, worst->waits, "wait", "waits");
	if (others > 0) {
		buf_fmt(out, ", %zu more %s too", others, others == 1 ? "service" : "services");
	}
}

void words_slower(struct buf *out, const struct service_summary *service)
{
	buf_str_add(out, "takes longer each week, ");
	duration_show(out, service->trend.late_us);
	buf_str_add(out, " now: ");
	over_limit(out, service);
}

static void slower(struct buf *out, const struct flake_report *flakes)
{
	const struct service_summary *soonest = NULL;
	size_t others = 0;

	VEC_EACH (const struct service_summary, service, &flakes->services) {
		if (service->crosses) {
			others += soonest != NULL;
			if (!soonest || service->crossing.around_us < soonest->crossing.around_us) {
				soonest = service;
			}
		}
	}
	if (!soonest) {
		return;
	}
	head_service(out, soonest);
	buf_char(out, ' ');
	words_slower(out, soonest);
	if (others > 0) {
		buf_fmt(out, ", %zu more %s", others,
			others == 1 ? "service later" : "services later");
	}
}

void words_services(const struct flake_report *flakes, struct strv *out)
{
	static void (*const troubles[])(struct buf *, const struct flake_report *) = {
		words_down, not_ready, slower};

	for (size_t i = 0; i < ARRAY_LEN(troubles); i++) {
		CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);

		troubles[i](&text, flakes);
		if (text.len > 0) {
			strv_add(out, buf_str(&text));
		}
	}
}
