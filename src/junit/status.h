/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_JUNIT_STATUS_H
#define STEADY_JUNIT_STATUS_H

#include "junit/words.h"
#include "steady/junit.h"

#include <stdbool.h>

/*
 * Outcomes in words: what attributes of a test case say, and elements whose names are not quite
 * those that everybody writes. What looks like a failure must not pass in silence: what is plain
 * counts, and of the rest somebody is told.
 */
struct junit_status {
	const char *value;
	enum steady_junit_outcome outcome;
	bool disabled; /* also beside a failure */
};

/* What a value of `status`, `result` or `outcome` says; NULL: not known. */
const struct junit_status *junit_status_find(const char *value, size_t len);

/* What an attribute says that is a yes or a no: success="false", failed="true". */
enum steady_junit_outcome junit_status_of_flag(const struct junit_attr *flag);

/* What an attribute stands for whose name is no word of ours: Status, verdict. WORD_NONE: nothing. */
enum junit_word junit_status_attribute(const char *name);

/* What an element stands for whose name is no word of ours: <Failure>, and directly in a test case
 * <failed>. WORD_NONE: nothing. */
enum junit_word junit_status_element(const char *name, bool in_case);

/* Whether an element of that name may tell of a failure in a way that is not known. */
bool junit_status_is_suspect(const char *name);

#endif
