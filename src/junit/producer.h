/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_JUNIT_PRODUCER_H
#define STEADY_JUNIT_PRODUCER_H

#include "junit/xml.h"

/* Who wrote a report. Only what reads differently by producer needs to be known; the rest is plain. */
enum junit_producer {
	PRODUCER_UNKNOWN,
	PRODUCER_PYTEST,
	PRODUCER_CTEST,
	PRODUCER_GOOGLETEST,
	PRODUCER_SUREFIRE,
	PRODUCER_GOTESTSUM
};

/* Told by a `testsuites` or `testsuite` element. */
enum junit_producer junit_producer_detect(const char *element, const struct junit_attrs *attrs);

/* "pytest", …; NULL for PRODUCER_UNKNOWN. */
const char *junit_producer_name(enum junit_producer producer);

#endif
