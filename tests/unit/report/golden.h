/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_TESTS_UNIT_REPORT_GOLDEN_H
#define STEADY_TESTS_UNIT_REPORT_GOLDEN_H

#include "base/buf.h"
#include "base/mem.h"

#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Compares with tests/unit/report/golden/<name>; shows the whole text when it differs. With
 * STEADY_GOLDEN=write in the environment the file is written instead: read the diff afterwards. */
static void golden_check(const char *name, const struct buf *got)
{
	CLEANUP(buf_release) struct buf want = BUF_INIT(1 << 20);
	AUTO_FREE char *path = mem_fmt("%s/tests/unit/report/golden/%s", SOURCE_ROOT, name);
	const char *mode = getenv("STEADY_GOLDEN");
	bool write = mode && strcmp(mode, "write") == 0;
	FILE *file = fopen(path, write ? "w" : "r");
	char piece[4096];
	size_t len = 0;

	assert_non_null(file);
	if (write) {
		assert_int_equal(fwrite(buf_str(got), 1, got->len, file), got->len);
	}
	while (!write && (len = fread(piece, 1, sizeof(piece), file)) > 0) {
		buf_add(&want, piece, len);
	}
	assert_int_equal(fclose(file), 0);
	if (!write && strcmp(buf_str(got), buf_str(&want)) != 0) {
		fail_msg("%s differs:\n--- got\n%s--- wanted\n%s", name, buf_str(got),
			 buf_str(&want));
	}
}

#endif
