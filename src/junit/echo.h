/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_JUNIT_ECHO_H
#define STEADY_JUNIT_ECHO_H

#include "base/arena.h"
#include "base/hash.h"
#include "junit/tree.h"

/*
 * The reports of a series say of most tests what the one before said, but for the time they took. An
 * echo keeps the tags of tests that simply passed, and what came of each: where a tag comes again, and
 * the suites around it are the same, only its time is read. What it tells is what reading would have
 * told; whatever is not the same is read. Only for the fast way (fast.h), files with the same options, and
 * one thread at a time.
 */
struct junit_echo;

struct junit_id {
	struct hash_value value;
	char hex[HASH_HEX_MAX + 1];
};

struct junit_echo *junit_echo_new(void);
void junit_echo_free(struct junit_echo *echo);

/* Told of a test that passed; id is that of its group and key, and the same as hex digits. */
typedef void junit_echo_fn(void *payload, const struct steady_junit_case *event,
			   const struct junit_id *id);

/* A file begins, which that tree reads (borrowed until the next one). */
void junit_echo_begin(struct junit_echo *echo, struct junit_tree *tree, junit_echo_fn *told,
		      void *payload);

/* The file was read to its end that way, or not. */
void junit_echo_end(struct junit_echo *echo, bool whole);

/* The tag that text begins with, if it is one of those; what stands behind it, or NULL. */
const char *junit_echo_take(struct junit_echo *echo, const char *text, const char *end);

/* The tag of a test without content, with its end tag if there is one, which is to be told next; text NULL:
 * there is something in it. `time` is that attribute of it, or NULL. */
void junit_echo_tag(struct junit_echo *echo, const char *text, const char *end,
		    const struct junit_attr *time);

/* Of that tag this came. */
void junit_echo_case(struct junit_echo *echo, const struct steady_junit_case *event,
		     const struct junit_id *id);

/* How many tests of the file at hand were taken so far. */
size_t junit_echo_hits(const struct junit_echo *echo);

#endif
