/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_TESTS_UNIT_FOLDER_H
#define STEADY_TESTS_UNIT_FOLDER_H

#include "check.h"

#include "base/mem.h"
#include "os/file.h"

#include <stdlib.h>
#include <unistd.h>

/* Setup and teardown of cmocka: a temporary folder of its own, which is the current one. */
static inline int folder_enter(void **state)
{
	char folder[] = "/tmp/steady-unit-XXXXXX";

	assert_non_null(mkdtemp(folder));
	assert_int_equal(chdir(folder), 0);
	*state = mem_str(folder);
	return 0;
}

static inline int folder_leave(void **state)
{
	file_remove_tree(*state);
	free(*state);
	return 0;
}

#endif
