/* SPDX-License-Identifier: Apache-2.0 */
#include "junit/words.h"

#include "base/buf.h"
#include "junit/reference.h"

#include <string.h>

const char *junit_word_text(enum junit_word word)
{
	static const char *const texts[] = {
		[WORD_NONE] = "",
		[WORD_TESTCASE] = "testcase",
		[WORD_TESTSUITE] = "testsuite",
		[WORD_TESTSUITES] = "testsuites",
		[WORD_TESTRUN] = "testrun",
		[WORD_FAILURE] = "failure",
		[WORD_ERROR] = "error",
		[WORD_SKIPPED] = "skipped",
		[WORD_SYSTEM_OUT] = "system-out",
		[WORD_SYSTEM_ERR] = "system-err",
		[WORD_PROPERTIES] = "properties",
		[WORD_FLAKY_FAILURE] = "flakyFailure",
		[WORD_FLAKY_ERROR] = "flakyError",
		[WORD_RERUN_FAILURE] = "rerunFailure",
		[WORD_RERUN_ERROR] = "rerunError",
		[WORD_WARNING] = "warning",
		[WORD_PROPERTY] = "property",
		[WORD_NAME] = "name",
		[WORD_CLASSNAME] = "classname",
		[WORD_TIME] = "time",
		[WORD_FILE] = "file",
		[WORD_LINE] = "line",
		[WORD_MESSAGE] = "message",
		[WORD_TYPE] = "type",
		[WORD_STATUS] = "status",
		[WORD_RESULT] = "result",
		[WORD_TESTS] = "tests",
		[WORD_ERRORS] = "errors",
		[WORD_FAILURES] = "failures",
		[WORD_HOSTNAME] = "hostname",
		[WORD_CLASS] = "class",
		[WORD_FILEPATH] = "filepath",
		[WORD_LINENO] = "lineno",
		[WORD_FLAKY] = "flaky",
		[WORD_SUCCESS] = "success",
		[WORD_PASSED] = "passed",
		[WORD_FAILED] = "failed",
		[WORD_OUTCOME] = "outcome",
	};

	return texts[word];
}

const struct junit_attr *junit_attrs_find(const struct junit_attrs *attrs, enum junit_word word)
{
	for (size_t i = 0; i < attrs->len; i++) {
		if (attrs->items[i].word == word) {
			return &attrs->items[i];
		}
	}
	return NULL;
}

static size_t add_reference(struct buf *out, const char *text, size_t len)
{
	struct junit_reference reference = junit_reference_at(text, len, true);
	char bytes[4];

	if (reference.kind == REFERENCE_CHARACTER) {
		buf_add(out, bytes, junit_encode(reference.point, bytes));
	} else {
		buf_str_add(out, reference.kind == REFERENCE_BAD ? "\xEF\xBF\xBD" : "&");
	}
	return reference.len;
}

/* "\r\n" is one line break. */
static void add_space(struct buf *out, const char *text, size_t left)
{
	if (*text != '\r' || left < 2 || text[1] != '\n') {
		buf_char(out, ' ');
	}
}

/* Looks at all bytes, so that the compiler can look at many with one instruction. */
static bool is_plain(const struct junit_attr *attr)
{
	unsigned char odd = 0;

	for (size_t i = 0; i < attr->len; i++) {
		odd |= (unsigned char)((attr->value[i] == '&') |
				       ((unsigned char)attr->value[i] < ' '));
	}
	return !odd;
}

void junit_attr_copy(const struct junit_attr *attr, struct buf *out)
{
	const char *end = attr->value + attr->len;

	out->len = 0;
	out->cut = false;
	if (is_plain(attr)) {
		buf_add(out, attr->value, attr->len);
		return;
	}
	for (const char *at = attr->value; at < end;) {
		size_t left = (size_t)(end - at);

		if (*at == '&') {
			at += add_reference(out, at, left);
			continue;
		}
		if ((unsigned char)*at < ' ') {
			add_space(out, at, left);
		} else {
			buf_char(out, *at);
		}
		at++;
	}
}
