/* SPDX-License-Identifier: Apache-2.0 */
#include "model/result.h"

#include "base/buf.h"
#include "base/str.h"
#include "text/utf8.h"

#include <stdlib.h>
#include <string.h>

#define LINE_COLUMNS 300

const char *outcome_name(enum outcome outcome)
{
	static const char *const names[] = {
		[OUTCOME_PASSED] = "passed",
		[OUTCOME_SKIPPED] = "skipped",
		[OUTCOME_FAILED] = "failed",
		[OUTCOME_ERROR] = "error",
	};

	return names[outcome];
}

bool result_is_flaky(const struct result *result)
{
	return result->outcome == OUTCOME_PASSED && result->failed_tries > 0;
}

void failure_free(struct failure *failure)
{
	if (!failure) {
		return;
	}
	free(failure->type);
	free(failure->message);
	free(failure->text);
	free(failure->output);
	free(failure);
}

void result_release(struct result *result)
{
	test_name_release(&result->test);
	failure_free(result->failure);
	result->failure = NULL;
}

void result_list_release(struct result_list *list)
{
	for (size_t i = 0; i < list->len; i++) {
		result_release(&list->items[i]);
	}
	VEC_FREE(list);
}

const struct result *result_list_find(const struct result_list *list, const char *id)
{
	for (size_t i = 0; i < list->len; i++) {
		if (strcmp(list->items[i].id, id) == 0) {
			return &list->items[i];
		}
	}
	return NULL;
}

/* Every stretch of white space becomes one space; none at the start. */
static void add_one_line(struct buf *out, const char *text)
{
	bool gap = false;

	for (; *text; text++) {
		if (strchr(" \t\r\n\v\f", *text)) {
			gap = true;
			continue;
		}
		if (gap && out->len > 0) {
			buf_char(out, ' ');
		}
		gap = false;
		buf_char(out, *text);
	}
}

char *failure_one_line(const char *type, const char *message)
{
	CLEANUP(buf_release) struct buf line = BUF_INIT(BUF_OWN_MAX);
	struct buf cut = BUF_INIT(BUF_OWN_MAX);

	add_one_line(&line, str_or(type, ""));
	if (line.len > 0 && !str_empty(message)) {
		buf_str_add(&line, ": ");
	}
	add_one_line(&line, str_or(message, ""));
	utf8_cut(&cut, buf_str(&line), LINE_COLUMNS);
	return buf_take(&cut);
}
