/* SPDX-License-Identifier: Apache-2.0 */
#include "report/verdict.h"

#include "base/str.h"
#include "failure/classify.h"
#include "failure/head.h"
#include "report/quarantine_words.h"
#include "report/summary.h"

#include <string.h>

/* Messages may hold megabytes; nobody shows more of a line than this. */
#define HEAD_MAX ((size_t)1000)

/* A test may stand in several files of one attempt. */
static void count_attempt(const struct attempt *attempt, struct map *out)
{
	CLEANUP(map_release) struct map seen = {0};

	ATTEMPT_EACH_RESULT(result, attempt)
	{
		size_t count = 0;

		if (outcome_is_bad(result->outcome) && map_put(&seen, result->id, 1)) {
			map_get(out, result->id, &count);
			map_put(out, result->id, count + 1);
		}
	}
}

void verdict_count(const struct run *run, struct map *out)
{
	if (run->failed.len == 0) {
		return;
	}
	VEC_EACH (const struct attempt, attempt, &run->attempts) {
		count_attempt(attempt, out);
	}
}

/* Not seen is also who passed in an attempt that cannot be trusted. */
static void not_seen(struct buf *out, const struct run *run, const struct failed_test *test)
{
	VEC_EACH (const struct attempt, attempt, &run->attempts) {
		const struct result *result = attempt_find(attempt, test->first->id);

		if (attempt->number == test->decided_by && result &&
		    result->outcome == OUTCOME_PASSED) {
			buf_fmt(out,
				"failed; passed on attempt %d, which did not end cleanly, "
				"so it stays failed",
				test->decided_by);
			return;
		}
	}
	buf_str_add(out, "failed; not seen on the retry, so it stays failed");
}

/* A selection that found nothing is told, though a later attempt decided. */
static void unseen(struct buf *out, const struct run *run, const struct failed_test *test)
{
	VEC_EACH (const struct attempt, attempt, &run->attempts) {
		if (attempt_means(attempt, test->first->id) &&
		    !attempt_find(attempt, test->first->id)) {
			buf_fmt(out, ", not seen on attempt %d", attempt->number);
		}
	}
}

/* Without some of the others it passed: then those may be the cause. */
static void passed_alone(struct buf *out, const struct run *run, const struct failed_test *test)
{
	const struct attempt *whole = run_failed_whole(run, run->attempts.len, test->first->id);

	VEC_EACH (const struct attempt, attempt, &run->attempts) {
		const struct result *result = attempt_find(attempt, test->first->id);

		if (whole && attempt->scope == SCOPE_SELECTED && result &&
		    result->outcome == OUTCOME_PASSED) {
			buf_fmt(out,
				"; it passed %s on attempt %d and failed again with all others on "
				"attempt %d",
				attempt_count(attempt).tests == 1 ? "alone" : "without most others",
				attempt->number, whole->number);
			return;
		}
	}
}

/* Of those that were to run it. */
static size_t count_meant(const struct run *run, const struct failed_test *test)
{
	size_t count = 0;

	VEC_EACH (const struct attempt, attempt, &run->attempts) {
		count += attempt_means(attempt, test->first->id);
	}
	return count;
}

/* Some frameworks cannot name less than a file or a parent: then it was not. */
static bool is_alone(const struct run *run, int number)
{
	return number > 0 && (size_t)number <= run->attempts.len &&
	       *run->attempts.items[number - 1].only &&
	       attempt_count(&run->attempts.items[number - 1]).tests == 1;
}

void verdict_words(struct buf *out, const struct run *run, const struct map *failures,
		   const struct failed_test *test)
{
	size_t count = 1;

	switch (test->retry) {
	case RETRY_PASSED:
		buf_str_add(out, "failed");
		if (test->service) {
			buf_fmt(out, " with %s", test->service);
		}
		buf_fmt(out, ", then passed %son attempt %d",
			is_alone(run, test->decided_by) ? "alone " : "", test->decided_by);
		break;
	case RETRY_FAILED_AGAIN:
		map_get(failures, test->first->id, &count);
		buf_fmt(out, "failed %zu of %zu attempts", count, count_meant(run, test));
		unseen(out, run, test);
		passed_alone(out, run, test);
		break;
	case RETRY_NOT_SEEN:
		not_seen(out, run, test);
		break;
	case RETRY_SKIPPED:
		buf_str_add(out, "failed; skipped on the retry, so it stays failed");
		break;
	case RETRY_BLOCKED:
		buf_str_add(out, "failed; not retried, because a service did not come back");
		break;
	case RETRY_NOT_TRIED:
		buf_str_add(out, "failed, not retried");
		break;
	}
	quarantine_words(out, &test->quarantine);
}

void verdict_own_retry(struct buf *out, const struct result *result)
{
	buf_str_add(out, "failed ");
	if (result->failed_tries > 1) {
		buf_fmt(out, "%u times ", result->failed_tries);
	}
	buf_str_add(out, "and then passed on the framework's own retry");
}

void verdict_later(const struct run *run, struct later_failure_list *out)
{
	CLEANUP(map_release) struct map seen = {0};

	VEC_EACH (const struct failed_test, test, &run->failed) {
		map_put(&seen, test->first->id, 0);
	}
	for (size_t i = 1; i < run->attempts.len; i++) {
		const struct attempt *attempt = &run->attempts.items[i];

		ATTEMPT_EACH_RESULT(result, attempt)
		{
			if (outcome_is_bad(result->outcome) && map_put(&seen, result->id, 0)) {
				*VEC_PUSH(out) = (struct later_failure){result, attempt->number};
			}
		}
	}
}

void later_failure_list_release(struct later_failure_list *list)
{
	VEC_FREE(list);
}

void verdict_failure(struct buf *out, const struct failure *failure)
{
	CLEANUP(buf_release) struct buf head = BUF_INIT(HEAD_MAX);
	const char *type = failure ? str_or(failure->type, "") : "";

	if (failure) {
		failure_head(failure, &head);
	}
	/* Many reporters repeat the type at the start of the message. */
	if (*type && !str_starts(buf_str(&head), type)) {
		buf_fmt(out, "%.*s%s", (int)strcspn(type, "\r\n"), type, head.len > 0 ? ": " : "");
	}
	buf_add(out, buf_str(&head), head.len);
}

static bool went_down(const struct run *run, const char *endpoint)
{
	VEC_EACH (const struct service_event, event, &run->events) {
		if (event->change != SERVICE_UP && service_is_same(event->service, endpoint)) {
			return true;
		}
	}
	return false;
}

const char *verdict_advice(const struct run *run, const struct classified *finding,
			   const char *service)
{
	if (service || (failure_class_is_readiness(finding->class) && finding->endpoint &&
			went_down(run, finding->endpoint))) {
		return "it was ready, and went down while the command ran";
	}
	return failure_class_advice(finding->class);
}

void verdict_class(struct buf *out, const struct summary_input *input,
		   const struct failure *failure, const char *service)
{
	CLEANUP(classified_release) struct classified finding = {0};

	failure_classify_by(input->rules, failure, &finding);
	if (finding.class == CLASS_NONE) {
		return;
	}
	buf_str_add(out, failure_class_name(finding.class));
	if (finding.endpoint) {
		buf_fmt(out, " %s", finding.endpoint);
	}
	buf_fmt(out, " · %s", verdict_advice(input->run, &finding, service));
}
