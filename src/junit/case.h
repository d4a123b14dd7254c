/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_JUNIT_CASE_H
#define STEADY_JUNIT_CASE_H

#include "junit/producer.h"
#include "junit/told.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * A test case while it is read, and what it means in the end. Its memory is used again for the next
 * one. Zero-initialise with junit_case_init().
 */
#define JUNIT_DETAILS_MAX 8

struct junit_case {
	struct junit_text class_name, name, own_file;
	const char *suite, *file; /* borrowed from the suites around it, or from itself */
	bool class_clean;         /* a name that needs no cleaning */
	struct buf own_group, own_key;
	const char *group, *key; /* see identity.h; often only other names for the above */
	uint64_t line;
	int64_t time_us;
	enum steady_junit_outcome status; /* what its attributes say */
	struct junit_text odd_status;     /* one of them that is not known */
	bool disabled;                    /* they say that nothing of it counts */
	bool flaky;                       /* flaky="true" */
	unsigned seen;                    /* 1 << kind of everything told */
	bool skipped_first;               /* before any failure */
	size_t tries;                     /* flaky failures and errors */
	size_t failures;                  /* failures and errors */
	struct junit_told told[JUNIT_DETAILS_MAX];
	size_t told_len, told_count;
	struct junit_clip out, err;
	bool broken_off;
	bool retry;    /* a further try, by its name */
	bool unstable; /* it failed before, by its name */
};

struct junit_case *junit_case_new(void);

/* Begins another test case; its suite, file and identity are set by the caller. */
void junit_case_open(struct junit_case *test, const struct junit_attrs *attrs,
		     const struct junit_producer *producer);

/* A detail begins; what is returned takes its text. Of many the first ones and the last are kept. */
struct junit_told *junit_case_tell(struct junit_case *test, enum steady_junit_kind kind,
				   const struct junit_attrs *attrs);

/* Something that the file itself does not say. */
void junit_case_say(struct junit_case *test, enum steady_junit_kind kind, const char *message);

/* What it means. Everything is borrowed from the case; details has room for JUNIT_DETAILS_MAX. */
void junit_case_event(struct junit_case *test, const struct junit_producer *producer,
		      struct steady_junit_case *out, struct steady_junit_detail *details,
		      struct buf *output);
void junit_case_free(struct junit_case *test);

#endif
