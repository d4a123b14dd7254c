/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_QUARANTINE_MATCH_H
#define STEADY_QUARANTINE_MATCH_H

#include "model/quarantine.h"
#include "model/test.h"

/* Whom rows name, and what they excuse. Pure. */

/*
 * By its name as steady shows it; by a pattern, in which * stands for anything; by its id, or 12 digits
 * of that at least.
 */
bool match_shown(const struct quarantine_row *row, const char *shown, const char *id);
bool match_test(const struct quarantine_row *row, const struct test_name *name, const char *id);

/* Of that job, or of all jobs. */
bool match_job(const struct quarantine_row *row, const char *job);

/* Does it excuse a failure of that signature; "" is one that has none? */
bool match_signature(const struct quarantine_row *row, const char *signature);

/* Its last day is over; and so has been for longer than anybody can have overlooked it. */
#define MATCH_GRACE_DAYS 14
bool match_is_expired(const struct quarantine_row *row, int64_t now_us);
bool match_is_overdue(const struct quarantine_row *row, int64_t now_us);

/* A test that failed. */
struct match_question {
	const struct test_name *name;
	const char *id, *job;
	const struct strv *signatures; /* of all its failures in that run; "" for one without */
	int64_t now_us;
	bool strict; /* an overdue row excuses nothing */
};

/* What the rows say of it: the one that excuses it, or else the one that says most. *row stays NULL, or
 * is borrowed. */
enum quarantine_state match_failure(const struct quarantine_list *rows,
				    const struct match_question *question,
				    const struct quarantine_row **row);

#endif
