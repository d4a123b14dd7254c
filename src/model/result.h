/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_MODEL_RESULT_H
#define STEADY_MODEL_RESULT_H

#include "base/vec.h"
#include "model/test.h"

#include <stdbool.h>
#include <stdint.h>

#define SIGNATURE_LEN 16

enum outcome { OUTCOME_PASSED, OUTCOME_SKIPPED, OUTCOME_FAILED, OUTCOME_ERROR };

/* Ordered so that the greater one is the worse. */
const char *outcome_name(enum outcome outcome);

/* Failed or error. Inline: a report asks a million times. */
static inline bool outcome_is_bad(enum outcome outcome)
{
	return outcome >= OUTCOME_FAILED;
}

/* What a failed test said. Bounded texts, owned; each may be NULL. */
struct failure {
	char *type; /* exception class or the like */
	char *message;
	char *text;                        /* stack trace and the rest */
	char *output;                      /* the end of what the test printed */
	char signature[SIGNATURE_LEN + 1]; /* "" until fingerprinted */
	bool forgotten;                    /* read back from a history that has dropped the texts */
};

void failure_free(struct failure *failure); /* contents and self */

/* "type: message" on one line, bounded; each may be NULL. The caller frees. */
char *failure_one_line(const char *type, const char *message);

/* One test in one attempt. */
struct result {
	struct test_name test;
	char id[TEST_ID_LEN + 1];
	enum outcome outcome;
	int64_t duration_us;     /* -1 unknown */
	unsigned failed_tries;   /* failures before the pass that the file itself reports */
	struct failure *failure; /* of a bad outcome or the first failed try; else NULL */
};

struct result_list {
	VEC(struct result)
};

/* Did it fail and then pass on a retry of the framework's own? */
bool result_is_flaky(const struct result *result);

void result_release(struct result *result);
void result_list_release(struct result_list *list);

/* The result of that test, or NULL. Linear; for lists that are asked often use a map. */
const struct result *result_list_find(const struct result_list *list, const char *id);

#endif
