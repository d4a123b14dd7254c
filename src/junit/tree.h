/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_JUNIT_TREE_H
#define STEADY_JUNIT_TREE_H

#include "base/vec.h"
#include "junit/case.h"
#include "junit/identity.h"
#include "junit/outside.h"
#include "junit/producer.h"
#include "junit/skeleton.h"
#include "junit/totals.h"

/* What an open element is to us. */
enum junit_frame {
	FRAME_SUITE, /* testsuites, testsuite */
	FRAME_GROUP, /* an unknown element around suites or cases: looked through */
	FRAME_CASE,
	FRAME_CASE_GROUP,      /* an unknown element inside a case: looked through */
	FRAME_DETAIL,          /* failure, skipped, flakyError, … */
	FRAME_INNER,           /* inside a detail: its text belongs to the detail */
	FRAME_OUT,             /* system-out of a case */
	FRAME_ERR,             /* system-err of a case */
	FRAME_PROPERTIES,      /* of a suite or a report */
	FRAME_CASE_PROPERTIES, /* of a case */
	FRAME_OPAQUE           /* output of suites, and all inside: neither cases nor text */
};

#define JUNIT_ODD_TOTALS_TOLD 10

/* What looks like a failure and is not counted as one. Of each the first is told. */
enum junit_doubt { DOUBT_STATUS, DOUBT_ELEMENT, DOUBT_HIDDEN, JUNIT_DOUBTS };

/* A suite that is open. Its buffers are used again. */
struct junit_suite {
	struct junit_text name, file, host;
	struct junit_totals totals;
	size_t path_len; /* of the path without this suite */
};

/*
 * The fourth stage: elements get their meaning, and what a test case told becomes one event when it
 * ends. None of the open elements is on the C stack. The events are the public ones.
 */
struct junit_tree {
	struct junit_faults *faults;
	const struct steady_junit_events *events;
	void *payload;
	struct junit_traits traits;
	const struct junit_producer *producer; /* NULL until a case comes, or for ever */
	bool producer_given;
	unsigned key;     /* that the user asked for; 0 none */
	const char *root; /* folder for paths */

	struct {
		VEC(enum junit_frame)
	} frames;
	struct {
		VEC(struct junit_suite)
	} suites;
	size_t suites_open;
	uint64_t serial; /* another one whenever a suite begins or ends */
	struct buf path;
	struct {
		VEC(struct junit_case *)
	} cases;
	size_t cases_open;
	struct junit_told orphan; /* a detail outside of any case */
	struct junit_told *told;  /* the open one; they do not nest */
	struct buf output;

	bool is_report; /* a root element that belongs here was seen */
	size_t roots;
	struct junit_outside outside;
	bool doubts[JUNIT_DOUBTS]; /* told already */
	size_t told_cases, told_errors;
	size_t odd_totals; /* suites whose number of tests is another; the first are told */
	struct junit_totals totals; /* of all roots */
	bool stopped;               /* a callback asked for it */
};

/* Takes a `struct junit_tree *` as payload. */
extern const struct junit_markup junit_tree_markup;

void junit_tree_init(struct junit_tree *tree, struct junit_faults *faults);

/* The name of the innermost suite that has one; NULL when none has. */
const char *junit_tree_suite_name(const struct junit_tree *tree);

/* A case would be one of the innermost suite here, and it is known who writes the report. */
bool junit_tree_takes_tests(const struct junit_tree *tree);

/* A case that passed was told by somebody else: it counts as any other. */
void junit_tree_count_passed(struct junit_tree *tree);

/* The document ends here although elements are open: open cases become errors. */
void junit_tree_break(struct junit_tree *tree);

/* What a callback asked for: the reading ends, the file is refused. */
void junit_tree_stop(struct junit_tree *tree);

/* Tells a warning; stops the reading when the callback says so. */
void junit_tree_warn(struct junit_tree *tree, const struct junit_place *place, const char *text);
void junit_tree_release(struct junit_tree *tree);

#endif
