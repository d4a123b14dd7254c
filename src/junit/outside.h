/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_JUNIT_OUTSIDE_H
#define STEADY_JUNIT_OUTSIDE_H

#include "junit/fault.h"

/*
 * Text outside of any root, which is noted and ignored: what was printed before and behind a report.
 * Behind one it can be another report that cannot be read as the first one is, in another encoding
 * or packed. That shows: much of it is no text. Zeros alone are what a disk leaves.
 */
struct junit_outside {
	bool noted;               /* some that is not blank */
	struct junit_place start; /* of that */
	size_t characters, bad;   /* those that are not blank; U+FFFD among them */
	size_t pairs;             /* and those that are two characters of ASCII in UTF-16 */
	uint32_t last;            /* the last bytes */
};

/* More of it; faults->here is where it stands. */
void junit_outside_add(struct junit_outside *outside, struct junit_faults *faults, const char *text,
		       size_t len);

/* It has ended, behind a root: breaks the file where that may have been a report. */
void junit_outside_judge(const struct junit_outside *outside, struct junit_faults *faults,
			 bool utf16);

#endif
