/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_TESTS_UNIT_RUN_ATTEMPTS_H
#define STEADY_TESTS_UNIT_RUN_ATTEMPTS_H

#include "check.h"

#include "run/judge.h"

#include "base/mem.h"

#include <signal.h>
#include <string.h>

/*
 * Attempts are written as text: one letter a test, in the order a b c …
 *   P passed   F failed   E error   S skipped   - absent
 *   Q and G are a second test named as the one before: passed, failed
 *   L is a pass that failed before inside the same file
 *   H is an error of a second test whose name as written is its own
 *   t and f say that the totals claim one more test, one more failure
 */
struct attempt_row {
	enum attempt_scope scope;
	enum attempt_end end;
	int exit_code;
	const char *tests;
	size_t suite_errors;
	enum file_state state;
};

static inline void add_attempt(struct run *run, const struct attempt_row *row)
{
	struct attempt *attempt = VEC_PUSH(&run->attempts);
	struct results_file *file = NULL;

	attempt->number = (int)run->attempts.len;
	attempt->scope = row->scope;
	attempt->end = row->end;
	attempt->exit_code = row->exit_code;
	attempt->signal = row->end == END_SIGNALLED ? SIGSEGV : 0;
	if (!row->tests) {
		return;
	}
	file = VEC_PUSH(&attempt->files);
	file->state = row->state;
	file->suite_errors = row->suite_errors;
	file->unshown_tests = strchr(row->tests, 't') != NULL;
	file->unshown_failures = strchr(row->tests, 'f') != NULL;
	for (size_t i = 0; row->tests[i]; i++) {
		static const char letters[] = "PSFEQLGH";
		size_t outcome = (size_t)(strchr(letters, row->tests[i]) - letters);
		bool own = row->tests[i] == 'L';
		bool copy = outcome >= 4 && !own, twin = copy && row->tests[i] != 'H';
		struct result *result = NULL;

		if (strchr("-tf", row->tests[i])) {
			continue;
		}
		result = VEC_PUSH(&file->results);
		result->test.name = mem_fmt("%c", (int)('a' + i - twin));
		result->test.copy = copy ? 2 : 0;
		result->outcome = own ? OUTCOME_PASSED : (enum outcome)(outcome % 4);
		result->failed_tries = own;
		test_name_id(&result->test, result->id);
	}
}

#define WHOLE SCOPE_WHOLE, END_EXITED
#define PART  SCOPE_SELECTED, END_EXITED

enum { NEEDS_WHOLE = 1, NEEDS_OTHERS = 2, KNOWS_A = 4 };

#endif
