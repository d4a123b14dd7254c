/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_JUNIT_WORDS_H
#define STEADY_JUNIT_WORDS_H

#include <stddef.h>

/* The names of elements and attributes that mean something here. */
enum junit_word {
	WORD_NONE,
	/* elements */
	WORD_TESTCASE,
	WORD_TESTSUITE,
	WORD_TESTSUITES,
	WORD_TESTRUN,
	WORD_FAILURE,
	WORD_ERROR,
	WORD_SKIPPED,
	WORD_SYSTEM_OUT,
	WORD_SYSTEM_ERR,
	WORD_PROPERTIES,
	WORD_FLAKY_FAILURE,
	WORD_FLAKY_ERROR,
	WORD_RERUN_FAILURE,
	WORD_RERUN_ERROR,
	WORD_WARNING,
	WORD_PROPERTY,
	/* attributes; some of the above are, too */
	WORD_NAME,
	WORD_CLASSNAME,
	WORD_TIME,
	WORD_FILE,
	WORD_LINE,
	WORD_MESSAGE,
	WORD_TYPE,
	WORD_STATUS,
	WORD_RESULT,
	WORD_TESTS,
	WORD_ERRORS,
	WORD_FAILURES,
	WORD_HOSTNAME,
	WORD_CLASS,
	WORD_FILEPATH,
	WORD_LINENO,
	WORD_FLAKY,
	WORD_SUCCESS,
	WORD_PASSED,
	WORD_FAILED,
	WORD_OUTCOME,
	WORD_COUNT
};

const char *junit_word_text(enum junit_word word);

/* An attribute of the tag that is being read; borrowed for the call. */
struct junit_attr {
	enum junit_word word;
	const char *name;  /* without its namespace prefix */
	const char *value; /* as it stands in the file, with references; not terminated */
	size_t len;
};

struct junit_attrs {
	const struct junit_attr *items;
	size_t len;
};

/* NULL when the element has no such attribute. */
const struct junit_attr *junit_attrs_find(const struct junit_attrs *attrs, enum junit_word word);

/* Sets out to the value: references decoded, line breaks and tabs as spaces, as XML wants it. */
struct buf;
void junit_attr_copy(const struct junit_attr *attr, struct buf *out);

#endif
