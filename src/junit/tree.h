/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_JUNIT_TREE_H
#define STEADY_JUNIT_TREE_H

#include "junit/case.h"
#include "junit/collect.h"
#include "junit/xml.h"

/* What an open element is to us. */
enum junit_frame {
	FRAME_SUITE, /* testsuites, testsuite */
	FRAME_GROUP, /* an unknown element around suites or cases: looked through */
	FRAME_CASE,
	FRAME_CASE_GROUP, /* an unknown element inside a case: looked through */
	FRAME_DETAIL,     /* failure, skipped, flakyError, … */
	FRAME_INNER,      /* inside a detail: its text belongs to the detail */
	FRAME_OPAQUE      /* properties, output and all inside: neither cases nor text */
};

/* Names that cases inherit. */
struct junit_suite {
	char *name;
	char *file;
};

/* The open elements of the document, none of them on the C stack. Zero-initialise. */
struct junit_tree {
	struct junit_collect collect;
	enum junit_producer producer;
	struct {
		VEC(enum junit_frame)
	} frames;
	struct {
		VEC(struct junit_suite)
	} suites;
	struct {
		VEC(struct junit_case)
	} cases;
	struct junit_detail detail; /* the open one; they do not nest */
	bool is_junit;              /* a root element that belongs here was seen */
};

/* Takes a `struct junit_tree *` as payload. */
extern const struct junit_xml_events junit_tree_events;

/* The document ends here although elements are open: open cases become errors. */
void junit_tree_break(struct junit_tree *tree);
void junit_tree_release(struct junit_tree *tree);

#endif
