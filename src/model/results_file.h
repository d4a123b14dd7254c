/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_MODEL_RESULTS_FILE_H
#define STEADY_MODEL_RESULTS_FILE_H

#include "base/arena.h"
#include "base/hash.h"
#include "base/strv.h"
#include "model/result.h"

enum file_state {
	FILE_OK,
	FILE_REPAIRED,   /* bytes had to be mended; every test was read */
	FILE_INCOMPLETE, /* cut or broken in the middle: tests may be missing */
	FILE_REFUSED     /* nothing of it can be used */
};

const char *file_state_name(enum file_state state);

/* One JUnit XML file as it was read. Owns everything. */
struct results_file {
	char *path;
	char digest[HASH_HEX_MAX + 1]; /* of the bytes; "" when it could not be read */
	enum file_state state;
	char *producer; /* "pytest", "ctest", …; NULL unknown */
	char *error;    /* why it is incomplete or refused: "line 3: …"; else NULL */
	struct strv warnings;
	size_t tests, passed, failed, errors, skipped;
	size_t flaky;            /* failed and then passed inside this file */
	size_t suite_errors;     /* errors that belong to no test */
	size_t nameless;         /* of these, those of a test that the run ended in */
	char *first_suite_error; /* its message, or NULL */
	/* What the file's own totals claim beyond what its cases show; 0 when they agree, show less
	 * or are not there. */
	size_t unshown_tests, unshown_failures;
	int64_t time_us;    /* the sum of known test times; -1 when none is known */
	int64_t written_us; /* wall; when the file was last written to; 0 unknown */
	struct arena names; /* what the names of its results may borrow */
	struct result_list results;
};

/* What is told of the file but for its results, warnings and path. *out is empty before. */
void results_file_copy_facts(struct results_file *out, const struct results_file *from);
void results_file_release(struct results_file *file);

#endif
