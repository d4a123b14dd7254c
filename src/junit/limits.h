/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_JUNIT_LIMITS_H
#define STEADY_JUNIT_LIMITS_H

#include <stddef.h>

/*
 * The unit of what a reader keeps in memory at most. In the build for fuzzers it is a 64th: what
 * lies beyond is then reached by short inputs, and a reader is set up in no time.
 */
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
#define JUNIT_KILOBYTE ((size_t)16)
#else
#define JUNIT_KILOBYTE ((size_t)1024)
#endif

#endif
