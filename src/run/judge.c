/* SPDX-License-Identifier: Apache-2.0 */
#include "run/judge.h"

#include "base/map.h"
#include "base/mem.h"
#include "base/str.h"
#include "junit/mask.h"
#include "run/judge_parts.h"

#include <string.h>

/* The test's id without regard to other tests of its name. */
static void base_id(const struct result *result, char out[TEST_ID_LEN + 1])
{
	struct test_name name = result->test;

	name.copy = 0;
	test_name_id(&name, out);
}

/* A failed test that shares its name with another one, so that no selection and no other attempt
 * can tell which of them is meant; NULL when there is none. A later copy may have another name as
 * written: what is new in every run is no part of an identity. */
static const struct result *find_failed_twin(const struct attempt *attempt)
{
	CLEANUP(map_release) struct map counts = {0};
	char id[TEST_ID_LEN + 1];

	ATTEMPT_EACH_RESULT(result, attempt)
	{
		size_t count = 0;

		base_id(result, id);
		map_get(&counts, id, &count);
		map_put(&counts, id, count + 1);
	}
	ATTEMPT_EACH_RESULT(result, attempt)
	{
		size_t count = 0;

		base_id(result, id);
		map_get(&counts, id, &count);
		if (outcome_is_bad(result->outcome) && (count > 1 || result->test.copy > 1)) {
			return result;
		}
	}
	return NULL;
}

/* Why this attempt's results are not all that happened; NULL when nothing says so. */
static const char *untrusted(const struct attempt *attempt, const struct attempt_totals *sum)
{
	if (sum->unshown_tests || sum->unshown_failures) {
		return "a results file claims more than it shows";
	}
	if (sum->refused || sum->incomplete) {
		return "a results file could not be read to its end";
	}
	if (sum->suite_errors) {
		return "there is an error outside the tests";
	}
	if (attempt->unkept) {
		return attempt->unkept;
	}
	return NULL;
}

/* Why a failed attempt may have left something out; freed by the caller. */
static char *left_out(const struct attempt *attempt, const char *doubt, size_t missing)
{
	const struct result *twin = find_failed_twin(attempt);

	if (doubt) {
		return mem_str(doubt);
	}
	if (missing) {
		return mem_fmt("%zu test%s of the last complete run %s missing or skipped", missing,
			       missing == 1 ? "" : "s", missing == 1 ? "is" : "are");
	}
	return twin ? mem_fmt("several tests are called %s", str_or(twin->test.name, "")) : NULL;
}

void judge_completeness(struct attempt *attempt, const char *doubt, size_t missing,
			const struct judge_facts *facts)
{
	struct attempt_totals sum = attempt_count(attempt);
	/* one that exits with 0 whatever failed may have left out whatever came behind that */
	bool passed = attempt->exit_code == 0 && sum.bad == 0;
	bool failed = attempt->exit_code == facts->tests_failed_code;
	AUTO_FREE char *hole = passed ? NULL : left_out(attempt, doubt, missing);
	const char *why = hole;

	if (attempt->end != END_EXITED) {
		why = "the command did not end by itself";
	} else if (sum.tests == 0) {
		why = "there are no results";
	} else if (untrusted(attempt, &sum)) {
		why = untrusted(attempt, &sum);
	} else if (!passed && !failed) {
		why = "the exit code is not known to mean that tests failed and nothing else";
	}
	attempt->complete = why == NULL;
	mem_replace(&attempt->incomplete_why, why);
}

bool judge_clean(const struct attempt *attempt, const struct judge_facts *facts)
{
	struct attempt_totals sum = attempt_count(attempt);
	bool code_fits =
		facts->tests_failed_code < 0 || attempt->exit_code == facts->tests_failed_code;

	if (attempt->end != END_EXITED || untrusted(attempt, &sum)) {
		return false;
	}
	if (attempt->exit_code == 0) {
		return sum.bad == 0;
	}
	return sum.bad > 0 && code_fits;
}

bool judge_holds_failure(const struct attempt_totals *sum)
{
	return sum->bad || sum->suite_errors || sum->unshown_failures;
}

bool judge_lacks_results(const struct attempt *attempt, const struct attempt_totals *sum,
			 const struct judge_facts *facts)
{
	return facts->promised &&
	       (sum->tests == 0 || sum->refused || sum->incomplete || attempt->unkept);
}

bool judge_green(const struct attempt *attempt, const struct judge_facts *facts)
{
	struct attempt_totals sum = attempt_count(attempt);

	return attempt->end == END_EXITED && attempt->exit_code == 0 &&
	       !judge_holds_failure(&sum) && !judge_lacks_results(attempt, &sum, facts);
}

void judge_collect_failed(struct run *run)
{
	CLEANUP(map_release) struct map seen = {0};
	const struct attempt *first = &run->attempts.items[0];

	VEC_FREE(&run->failed);
	ATTEMPT_EACH_RESULT(result, first)
	{
		if (outcome_is_bad(result->outcome) && map_put(&seen, result->id, 0)) {
			VEC_PUSH(&run->failed)->first = result;
		}
	}
}

static enum retry_verdict verdict_of(const struct attempt *retry, const char *id, bool clean)
{
	const struct result *result = attempt_find(retry, id);

	if (!result) {
		return RETRY_NOT_SEEN;
	}
	if (outcome_is_bad(result->outcome)) {
		return RETRY_FAILED_AGAIN;
	}
	if (result->outcome == OUTCOME_SKIPPED) {
		return RETRY_SKIPPED;
	}
	return clean ? RETRY_PASSED : RETRY_NOT_SEEN;
}

static bool is_listed(const struct run *run, const char *id)
{
	VEC_EACH (const struct failed_test, failed, &run->failed) {
		if (strcmp(failed->first->id, id) == 0) {
			return true;
		}
	}
	return false;
}

/* A failure that the first attempt did not have: a twin of the test's name, or damage by the retry. */
static bool has_new_failure(const struct run *run, const struct attempt *retry)
{
	ATTEMPT_EACH_RESULT(result, retry)
	{
		if (outcome_is_bad(result->outcome) && !is_listed(run, result->id)) {
			return true;
		}
	}
	return false;
}

void judge_retry(struct run *run, const struct attempt *retry, const struct judge_facts *facts)
{
	bool clean = judge_clean(retry, facts) && !has_new_failure(run, retry);
	size_t before = (size_t)retry->number - 1;

	VEC_EACH (struct failed_test, failed, &run->failed) {
		enum retry_verdict verdict = verdict_of(retry, failed->first->id, clean);

		if (!attempt_means(retry, failed->first->id)) {
			continue;
		}
		/* who passes alone and fails again with all the others has not passed, in
		 * whichever order */
		if (verdict == RETRY_PASSED && retry->scope == SCOPE_SELECTED &&
		    run_failed_whole(run, before, failed->first->id)) {
			continue;
		}
		if (failed->retry != RETRY_PASSED ||
		    (retry->scope == SCOPE_WHOLE && verdict == RETRY_FAILED_AGAIN)) {
			failed->retry = verdict;
			failed->decided_by = retry->number;
		}
	}
}

/* Everything that ran in the first attempt ran in it: who skips itself now is no company. */
static bool runs_all_of(const struct attempt *attempt, const struct attempt *first)
{
	CLEANUP(map_release) struct map ran = {0};

	attempt_add_ran(attempt, &ran);
	ATTEMPT_EACH_RESULT(result, first)
	{
		if (result->outcome != OUTCOME_SKIPPED && !map_get(&ran, result->id, NULL)) {
			return false;
		}
	}
	return true;
}

static bool passed_in(const struct attempt *attempt, const char *id)
{
	const struct result *result = attempt_find(attempt, id);

	return result && result->outcome == OUTCOME_PASSED;
}

/* A whole run behind the first that exited 0, left out no test of the first, and shows every failed
 * one as passed. */
static bool has_green_whole(const struct run *run, const struct judge_facts *facts)
{
	for (size_t i = 1; i < run->attempts.len; i++) {
		const struct attempt *attempt = &run->attempts.items[i];
		bool green = attempt->scope == SCOPE_WHOLE && attempt->exit_code == 0 &&
			     judge_clean(attempt, facts) &&
			     runs_all_of(attempt, &run->attempts.items[0]);

		for (size_t k = 0; green && k < run->failed.len; k++) {
			green = passed_in(attempt, run->failed.items[k].first->id);
		}
		if (green) {
			return true;
		}
	}
	return false;
}

bool judge_all_passed_again(const struct run *run)
{
	VEC_EACH (const struct failed_test, failed, &run->failed) {
		if (failed->retry != RETRY_PASSED) {
			return false;
		}
	}
	return run->failed.len > 0;
}

/* What is masked in a name makes one identity of several tests: another one may be known. */
bool judge_is_known(const struct strv *known_flakes, const struct result *result)
{
	return known_flakes && strv_has(known_flakes, result->id) &&
	       junit_name_is_clean(str_or(result->test.class_name, "")) &&
	       junit_name_is_clean(str_or(result->test.name, ""));
}

/* Known to fail now and then, and did not in the first attempt. */
static bool may_fail(const struct run *run, const struct result *result,
		     const struct judge_facts *facts)
{
	return judge_is_known(facts->known_flakes, result) &&
	       passed_in(&run->attempts.items[0], result->id);
}

/* Whoever fails in it and not in the first attempt may have kept others from failing. */
static bool fails_only_what_may(const struct run *run, const struct attempt *attempt,
				const struct judge_facts *facts)
{
	ATTEMPT_EACH_RESULT(result, attempt)
	{
		if (outcome_is_bad(result->outcome) && !is_listed(run, result->id) &&
		    !may_fail(run, result, facts)) {
			return false;
		}
	}
	return true;
}

/* Whoever passes in it has passed together with all others. */
static bool has_all_others(const struct run *run, const struct attempt *attempt,
			   const struct judge_facts *facts)
{
	return attempt->scope == SCOPE_WHOLE && judge_clean(attempt, facts) &&
	       runs_all_of(attempt, &run->attempts.items[0]) &&
	       fails_only_what_may(run, attempt, facts);
}

static bool has_row(const struct failed_test *failed)
{
	return failed->quarantine.state == QUARANTINE_EXCUSED;
}

/* rows: those that a row excuses need not. */
static bool all_passed_with_others(const struct run *run, const struct judge_facts *facts,
				   bool rows)
{
	CLEANUP(map_release) struct map passed = {0};
	size_t needed = 0;

	VEC_EACH (const struct failed_test, failed, &run->failed) {
		needed += !(rows && has_row(failed));
	}

	for (size_t i = 1; i < run->attempts.len; i++) {
		const struct attempt *attempt = &run->attempts.items[i];

		if (!has_all_others(run, attempt, facts)) {
			continue;
		}
		VEC_EACH (const struct failed_test, failed, &run->failed) {
			if (!(rows && has_row(failed)) && passed_in(attempt, failed->first->id)) {
				map_put(&passed, failed->first->id, 0);
			}
		}
	}
	return passed.len == needed;
}

bool judge_needs_whole(const struct judge_facts *facts)
{
	return facts->need_whole || facts->need_others;
}

bool judge_excused(const struct run *run, const struct judge_facts *facts)
{
	return !facts->changed && judge_all_passed_again(run) &&
	       (!facts->need_whole || has_green_whole(run, facts)) &&
	       (!facts->need_others || all_passed_with_others(run, facts, false));
}

bool judge_rows_needed(const struct run *run, size_t *rows, size_t *others)
{
	*rows = *others = 0;
	VEC_EACH (const struct failed_test, failed, &run->failed) {
		if (!has_row(failed) && failed->retry != RETRY_PASSED) {
			return false;
		}
		*rows += has_row(failed);
		*others += !has_row(failed);
	}
	return *rows > 0;
}

bool judge_pardoned(const struct run *run, const struct judge_facts *facts)
{
	size_t rows = 0, others = 0;

	if (!run->attempts.items[0].complete || run->attempts.items[0].unended ||
	    !judge_rows_needed(run, &rows, &others)) {
		return false;
	}
	return others == 0 || (!facts->changed && !facts->need_whole &&
			       (!facts->need_others || all_passed_with_others(run, facts, true)));
}

static size_t failure_limit(size_t tests, size_t max_failures, int percent)
{
	size_t share = tests * (size_t)(percent >= 0 ? percent : 20) / 100;

	if (max_failures != MAX_FAILURES_UNSET) {
		return max_failures;
	}
	if (percent >= 0) {
		return share;
	}
	return share > 10 ? share : 10;
}

const char *judge_no_retry(const struct run *run, const struct judge_facts *facts,
			   size_t max_failures, int max_failures_percent)
{
	const struct attempt *first = &run->attempts.items[0];
	struct attempt_totals sum = attempt_count(first);

	if (first->end != END_EXITED) {
		return "the command did not end by itself";
	}
	if (first->unended) {
		return "processes of the first attempt could not be ended";
	}
	if (run->failed.len == 0) {
		return "no failed test is known";
	}
	if (facts->tests_failed_code >= 0 && first->exit_code != facts->tests_failed_code) {
		return "this exit code means more than failed tests";
	}
	if (sum.refused || sum.incomplete || (facts->tests_failed_code >= 0 && sum.suite_errors)) {
		return "the results are broken or hold an error outside the tests";
	}
	if (facts->stateful && !first->complete) {
		return "the command selects by its last run, so a second run is no proof";
	}
	if (run->failed.len > failure_limit(sum.tests, max_failures, max_failures_percent)) {
		return "too many tests failed (--max-failures)";
	}
	return NULL;
}
