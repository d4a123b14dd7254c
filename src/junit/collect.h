/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_JUNIT_COLLECT_H
#define STEADY_JUNIT_COLLECT_H

#include "junit/echo.h"
#include "junit/producer.h"
#include "junit/seen.h"
#include "model/results_file.h"
#include "steady/junit.h"

/*
 * Events become the results of a file: identity, tries of one test, copies of one name, errors that
 * belong to no test, warnings, and at the end the counters. Unlike the events this needs memory for
 * each test. Zero-initialise, set `file` (borrowed).
 */
struct junit_collect {
	struct results_file *file;
	const struct junit_producer *producer;
	bool rows; /* cases of one name are tries only where they say so themselves */
	struct junit_seen seen;
	struct test_name last; /* the names of the latest case, in the file's arena */
	struct {
		VEC(size_t)
	} owners;         /* of each result, the index in `seen`; for HABIT_TRIES_OR_ROWS only */
	size_t tries;     /* tests that passed by a further try of theirs */
	size_t copies;    /* results that got a number */
	char *first_copy; /* the name of the first of them */
};

/* A file of so many bytes comes: makes room for the results that it may hold, if they are not very
 * many. */
void junit_collect_expect(struct junit_collect *collect, uint64_t bytes);

/* The identity of its test, as long as no other of that name came before it. */
void junit_collect_id(const struct steady_junit_case *event, struct junit_id *out);
void junit_collect_case(struct junit_collect *collect, const struct steady_junit_case *event,
			const struct junit_id *id);
void junit_collect_suite_error(struct junit_collect *collect,
			       const struct steady_junit_suite_error *error);
void junit_collect_warning(struct junit_collect *collect,
			   const struct steady_junit_warning *warning);

/* Fills in the counters of the file. */
void junit_collect_finish(struct junit_collect *collect);
void junit_collect_release(struct junit_collect *collect);

#endif
