/* SPDX-License-Identifier: Apache-2.0 */
#include "report/trials.h"

#include "analyze/beta.h"
#include "base/mem.h"
#include "report/paint.h"
#include "report/shapes.h"
#include "report/verdict.h"
#include "report/words.h"
#include "text/duration.h"

#include <stdlib.h>
#include <string.h>

/* Of the tests that failed at most so many are listed for people. */
#define LIST_MAX 20

static struct trial *find_trial(struct trials *trials, const struct result *result)
{
	CLEANUP(buf_release) struct buf failure = BUF_INIT(BUF_OWN_MAX);
	struct trial *trial = NULL;
	size_t at = 0;

	if (map_get(&trials->by_id, result->id, &at)) {
		return &trials->tests.items[at];
	}
	map_put(&trials->by_id, result->id, trials->tests.len);
	trial = VEC_PUSH(&trials->tests);
	test_name_copy(&trial->name, &result->test);
	memcpy(trial->id, result->id, sizeof(trial->id));
	verdict_failure(&failure, result->failure);
	trial->failure = failure.len > 0 ? buf_take(&failure) : NULL;
	return trial;
}

void trials_add(struct trials *trials, const struct run *run)
{
	trials->outcome = run->outcome;
	if (run->outcome == RUN_CANCELLED) {
		trials->cancelled = true;
		trials->exit_code = run->exit_code;
		return;
	}
	trials->runs++;
	if (run->exit_code != 0) {
		trials->exit_code = trials->failed++ > 0 ? trials->exit_code : run->exit_code;
	}
	VEC_EACH (const struct failed_test, test, &run->failed) {
		find_trial(trials, test->first)->failures++;
	}
}

void trials_release(struct trials *trials)
{
	VEC_EACH (struct trial, trial, &trials->tests) {
		test_name_release(&trial->name);
		free(trial->failure);
	}
	VEC_FREE(&trials->tests);
	map_release(&trials->by_id);
}

static int compare_trials(const void *a, const void *b)
{
	const struct trial *const *left = a, *const *right = b;

	if ((*left)->failures != (*right)->failures) {
		return (*left)->failures > (*right)->failures ? -1 : 1;
	}
	return (*left > *right) - (*left < *right);
}

/* Most failures first. The caller frees. */
static const struct trial **sorted(const struct trials *trials)
{
	const struct trial **list = mem_array(trials->tests.len + 1, sizeof(const struct trial *));

	for (size_t i = 0; i < trials->tests.len; i++) {
		list[i] = &trials->tests.items[i];
	}
	qsort(list, trials->tests.len, sizeof(*list), compare_trials);
	return list;
}

static void verdict(const struct trials *trials, struct buf *out)
{
	struct rate rate = beta_trials(trials->failed, trials->runs);

	buf_str_add(out, "steady: ");
	words_count(out, trials->runs, "run", "runs");
	if (trials->failed > 0) {
		buf_fmt(out, ", %zu failed: ", trials->failed);
		words_rate(out, &rate);
	} else if (trials->runs > 0) {
		buf_str_add(out, ", none failed: with 95 % certainty fewer than ");
		words_percent(out, beta_none_below(trials->runs));
		buf_str_add(out, " of runs fail");
	}
	buf_str_add(out, trials->cancelled ? ", then cancelled · " : " · ");
	duration_show(out, trials->duration_us);
	buf_fmt(out, " · exit %d\n", trials->exit_code);
}

static void show_trial(const struct trials *trials, const struct trial *trial, size_t width,
		       struct buf *out)
{
	CLEANUP(buf_release) struct buf line = BUF_INIT(BUF_OWN_MAX);
	struct rate rate = beta_trials(trial->failures, trials->runs);

	test_name_show(&trial->name, &line);
	buf_fmt(&line, ": failed in %zu of %zu runs, ", trial->failures, trials->runs);
	words_rate(&line, &rate);
	paint_line(out, &(struct paint){NULL, 2, width}, buf_str(&line));
	if (trial->failure) {
		paint_line(out, &(struct paint){NULL, 6, width}, trial->failure);
	}
}

void trials_text(const struct trials *trials, size_t width, struct buf *out)
{
	AUTO_FREE const struct trial **list = sorted(trials);

	verdict(trials, out);
	for (size_t i = 0; i < trials->tests.len && i < LIST_MAX; i++) {
		show_trial(trials, list[i], width, out);
	}
	if (trials->tests.len > LIST_MAX) {
		buf_fmt(out, "  … and %zu more\n", trials->tests.len - LIST_MAX);
	}
}

static struct json *trial_object(const struct trials *trials, const struct trial *trial)
{
	struct rate rate = beta_trials(trial->failures, trials->runs);
	struct json *out = json_new_object();

	json_put(out, "test", shape_test(&trial->name, trial->id));
	json_put_int(out, "failures", (int64_t)trial->failures);
	json_put(out, "rate", shape_rate(&rate));
	json_put_str(out, "failure", trial->failure);
	return out;
}

void trials_json(const struct trials *trials, struct buf *out)
{
	AUTO_FREE const struct trial **list = sorted(trials);
	AUTO_JSON struct json *object = json_new_object();
	struct rate rate = beta_trials(trials->failed, trials->runs);
	struct json *tests = json_new_array();

	for (size_t i = 0; i < trials->tests.len; i++) {
		json_add(tests, trial_object(trials, list[i]));
	}
	json_put_str(object, "schema", "steady.trials/1");
	json_put_int(object, "runs", (int64_t)trials->runs);
	json_put_int(object, "failed", (int64_t)trials->failed);
	json_put(object, "rate", shape_rate(&rate));
	json_put_bool(object, "cancelled", trials->cancelled);
	json_put(object, "duration_s", json_new_real((double)trials->duration_us / 1e6));
	json_put_int(object, "exit_code", trials->exit_code);
	json_put(object, "tests", tests);
	json_write(object, 2, out);
	buf_char(out, '\n');
}
