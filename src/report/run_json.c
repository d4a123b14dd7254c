/* SPDX-License-Identifier: Apache-2.0 */
#include "report/run_json.h"

#include "failure/classify.h"
#include "report/quarantine_words.h"
#include "report/ruling_words.h"
#include "report/shapes.h"
#include "report/verdict.h"

/* schema steady.explain/1: docs/schema/steady.explain-1.schema.json */

struct json *run_json_seconds(int64_t us)
{
	return us < 0 ? json_new_null() : json_new_real((double)us / 1e6);
}

void run_json_head(struct json *out, const struct run *run)
{
	json_put_str(out, "schema", "steady.explain/1");
	json_put_str(out, "run", run->key);
	json_put_str(out, "job", run->job);
	json_put_str(out, "variant", run->variant);
	json_put(out, "time", shape_time(run->started_us));
	json_put(out, "duration_s", run_json_seconds(run->duration_us));
	json_put_str(out, "commit", run->source.commit);
	json_put_bool(out, "dirty", run->source.dirty);
	json_put_str(out, "outcome", run_outcome_name(run->outcome));
	json_put(out, "exit_code", run->imported ? json_new_null() : json_new_int(run->exit_code));
	json_put_str(out, "because", run->because);
}

/* The line of a failure that tells most. */
void run_json_failure(struct json *out, const struct failure *failure)
{
	CLEANUP(buf_release) struct buf headline = BUF_INIT(BUF_OWN_MAX);

	verdict_failure(&headline, failure);
	json_put_str(out, "failure", headline.len > 0 ? buf_str(&headline) : NULL);
}

/* What its text tells of its cause. Where nobody knows better, the endpoint is the service. */
static void put_class(struct json *out, struct rules *rules, const struct failed_test *test)
{
	CLEANUP(classified_release) struct classified finding = {0};
	const char *name = NULL;

	failure_classify_by(rules, test->first->failure, &finding);
	name = finding.class == CLASS_NONE ? NULL : failure_class_name(finding.class);
	json_put_str(out, "class", name);
	json_put_str(out, "subcode", finding.subcode);
	json_put_str(out, "service", test->service ? test->service : finding.endpoint);
	json_put_str(out, "endpoint", finding.endpoint);
	json_put_str(out, "rule", finding.rule);
	json_put_str(out, "rule_from", name ? finding.project ? "project" : "steady" : NULL);
	json_put_str(out, "evidence", finding.line);
	json_put_str(out, "looked_at", finding.seen);
}

/* "Failed, then passed on attempt 2" */
static void sentence(struct buf *out, const struct run *run, const struct map *counts,
		     const struct failed_test *test)
{
	size_t start = out->len;

	verdict_words(out, run, counts, test);
	if (out->len > start && out->data[start] == 'f') {
		out->data[start] = 'F';
	}
}

/* Without a history only what a service explains is known. */
static void put_ruling(struct json *out, const struct summary_input *input,
		       const struct failed_test *test, struct buf *because)
{
	const struct failure_ruling *ruling = ruling_of(input, test);
	enum failure_verdict verdict = test->service ? VERDICT_READINESS : VERDICT_UNKNOWN;
	CLEANUP(buf_release) struct buf reasons = BUF_INIT(BUF_OWN_MAX);

	if (ruling) {
		ruling_reasons(&reasons, input, ruling);
		verdict = ruling->verdict;
	}
	if (reasons.len > 0) {
		buf_fmt(because, "; %s", buf_str(&reasons));
	}
	buf_char(because, '.');
	json_put_str(out, "verdict", failure_verdict_name(verdict));
	json_put(out, "probability", ruling ? json_new_real(ruling->probability) : json_new_null());
	json_put_str(out, "because", buf_str(because));
}

static struct json *failure_object(const struct summary_input *input, const struct map *counts,
				   const struct failed_test *test)
{
	const struct failure *failure = test->first->failure;
	CLEANUP(buf_release) struct buf because = BUF_INIT(BUF_OWN_MAX);
	bool decided = test->decided_by > 0;
	struct json *out = json_new_object();

	sentence(&because, input->run, counts, test);
	json_put(out, "test", shape_test(&test->first->test, test->first->id));
	json_put_str(out, "outcome", outcome_name(test->first->outcome));
	put_class(out, input->rules, test);
	json_put_str(out, "signature", failure && *failure->signature ? failure->signature : NULL);
	put_ruling(out, input, test, &because);
	json_put_str(out, "retry", retry_verdict_name(test->retry));
	json_put(out, "quarantine", quarantine_object(&test->quarantine));
	json_put(out, "decided_by", decided ? json_new_int(test->decided_by) : json_new_null());
	run_json_failure(out, failure);
	return out;
}

struct json *run_json_failures(const struct summary_input *input, const size_t *alike)
{
	const struct failed_test_list *failed = &input->run->failed;
	CLEANUP(map_release) struct map counts = {0};
	struct json *out = json_new_array();

	verdict_count(input->run, &counts);
	for (size_t i = 0; i < failed->len; i++) {
		struct json *item = failure_object(input, &counts, &failed->items[i]);

		if (alike) {
			json_put_int(item, "runs_alike", (int64_t)alike[i]);
		}
		json_add(out, item);
	}
	return out;
}
