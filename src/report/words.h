/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_REPORT_WORDS_H
#define STEADY_REPORT_WORDS_H

#include "report/report.h"

/*
 * How the report says things, the same in every format. All of it is plain text that still has to
 * be escaped for its target. Inside the room.
 */

/* How many tests a section lists for people. */
#define WORDS_TOP 20

/* So many digits of a commit tell it from the others. */
#define WORDS_COMMIT 10

/* "1 run", "24 runs" */
void words_count(struct buf *out, size_t count, const char *one, const char *many);

/* "12 % (5–24)", "3 % (0.4–8)" */
void words_rate(struct buf *out, const struct rate *rate);

/* "35 %", "> 99 %", "< 1 %": nothing is certain. */
void words_probability(struct buf *out, double probability);

/* "5.8 %" */
void words_percent(struct buf *out, double share);

/* "2 retries, 1 source", "1 source, red 5 times in a row", "by its pattern, 97 %" */
void words_evidence(struct buf *out, const struct test_judgement *test);

/* The likeliest of the commits in which it began or ended, one line each: "suspect 1f2e3d4c5b “change the
 * cart” by T, touches tests/cart.py". */
void words_suspects(struct strv *out, const struct report_input *input,
		    const struct test_judgement *test);

/* What else is known: "flaky since one of 3 commits, 1f2e3d4c5b to 5a6b7c8d9e · fails together with 4
 * others (cause 1)". Nothing where nothing is. */
void words_more(struct buf *out, const struct report_input *input,
		const struct test_judgement *test);

/* "owner @web-team @ana"; nothing where nobody knows. */
void words_owner(struct buf *out, const struct report_input *input,
		 const struct test_judgement *test);

/* The two together, as a list of tests tells them. */
void words_beside(struct buf *out, const struct report_input *input,
		  const struct test_judgement *test);

/* "2.3", "140": whole from a hundred on; "<0.1" for what is more than nothing. */
void words_minutes(struct buf *out, double minutes);

/* "2026-11-24" */
void words_date(struct buf *out, int64_t us);

/* "unit", "unit (os=linux)" */
void words_job(struct buf *out, const struct test_judgement *test);

/* The shown name of the test. */
void words_test(struct buf *out, const struct evidence *evidence,
		const struct test_judgement *test);

/* The most frequent failure of the test; NULL when none is known. Borrowed. */
const char *words_failure(const struct evidence *evidence, const struct test_judgement *test);

/* "2026-11-17 to 2026-11-24: 4812 results of 211 tests" */
void words_window(struct buf *out, const struct report_input *input);

/* The command that shows one test, ready to be copied. */
void words_show(struct buf *out, const struct test_name *name, const char *id);

/* The same over the window of the report, so that it comes to the same figures; where nothing else is on record, plain; in a text that is `kept` by times that stay. */
void words_trace(struct buf *out, const struct report_input *input, const struct test_facts *test,
		 bool kept);

/* What has to be known to read the numbers: one sentence each. */
void words_caveats(const struct report_input *input, struct strv *out);

/* "127.0.0.1:5432 (postgres)" */
void words_service(struct buf *out, const struct service_summary *service);

/* "40 %", what the 95th percentile leaves of the limit; nothing where one of them is not there. */
void words_margin(struct buf *out, const struct service_summary *service);

/* "+2.0 s/week", "none", "rose" where that is over; nothing where too little is known. */
void words_trend(struct buf *out, const struct service_summary *service);

/* What to do about a service that is late, absent or takes longer each week; nothing when it is
 * none of that. */
void words_advice(struct buf *out, const struct service_summary *service);

/*
 * A line for each trouble with services, about the worst one of it: "db:5432 went down in 2 runs and 14 tests failed with
 * it", "… was not ready in 3 of 20 waits", and the one that reaches its limit soonest: "db:5432 (postgres) takes longer
 * each week, 12.0 s now: at this pace over its limit of 30.0 s around 2026-12-14".
 */
void words_services(const struct flake_report *flakes, struct strv *out);

/* The first of these alone, and the last for a service that crosses its limit, without its name. */
void words_down(struct buf *out, const struct flake_report *flakes);
void words_slower(struct buf *out, const struct service_summary *service);

/* "went down", "was restarted" */
const char *words_change(enum service_change change);

/* "2026-11-26T12:03:41Z  127.0.0.1:5432 went down, 14 tests failed with it, in run 01a2…: …" */
void words_incident(struct buf *out, const struct report_input *input,
		    const struct incident *incident);

/* "2026-11-18T11:06:42Z  132 of 145 tests failed at once in run … of job …: most of them with: …". */
void words_mass(struct buf *out, const struct report_input *input,
		const struct mass_failure *failure);

/* The last part of that alone, for one cell. */
void words_mass_cause(struct buf *out, const struct report_input *input,
		      const struct mass_failure *failure);

/* The names of all jobs of the window, sorted, each once. */
void words_jobs(const struct evidence *evidence, struct strv *out);

#endif
