/* SPDX-License-Identifier: Apache-2.0 */
#include "model/result.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

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

bool outcome_is_bad(enum outcome outcome)
{
	return outcome >= OUTCOME_FAILED;
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
