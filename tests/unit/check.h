/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_TESTS_UNIT_CHECK_H
#define STEADY_TESTS_UNIT_CHECK_H

/* What every unit test includes: cmocka needs these four in front of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif
