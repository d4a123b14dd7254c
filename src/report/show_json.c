/* SPDX-License-Identifier: Apache-2.0 */
#include "report/json_tests.h"
#include "report/shapes.h"
#include "report/show.h"
#include "report/show_rows.h"

/* schema steady.show/1: docs/schema/steady.show-1.schema.json */

#define FAILURES_MAX 100

static struct json *failure_object(const struct report_input *input,
				   const struct show_failure *failure)
{
	CLEANUP(strv_release) struct strv around = {0};
	struct json *out = json_new_object(), *words = json_new_array();
	const struct signature_facts *signature =
		failure->seen->has_signature
			? &input->evidence->signatures.items[failure->seen->signature]
			: NULL;

	show_surroundings(input, failure, &around);
	for (size_t i = 0; i < around.len; i++) {
		json_add(words, json_new_str(around.items[i]));
	}
	json_put(out, "time", shape_time(failure->run->started_us));
	json_put_str(out, "run", failure->run->key);
	json_put_str(out, "commit", failure->run->commit);
	json_put_str(out, "branch", failure->run->branch);
	json_put_bool(out, "passed_on_retry",
		      failure->seen->passed_retry || failure->seen->failed_then_passed);
	json_put_str(out, "signature", signature ? signature->id : NULL);
	json_put_str(out, "example", signature ? signature->example : NULL);
	json_put(out, "services", words);
	return out;
}

static void put_failures(const struct report_input *input, const struct test_judgement *test,
			 struct json_text *text)
{
	struct show_failures found = {0};
	struct json *out = json_new_array();

	show_failures_find(input, test, FAILURES_MAX, &found);
	VEC_EACH (const struct show_failure, failure, &found) {
		json_add(out, failure_object(input, failure));
	}
	VEC_FREE(&found);
	json_text_tree(text, "failing_runs", out);
}

static void put_strip(const struct strip_maker *maker, const struct test_judgement *test,
		      struct json_text *text)
{
	CLEANUP(buf_release) struct buf letters = BUF_INIT(BUF_OWN_MAX);
	struct strip cells = {0};

	strip_make(maker, test, &cells);
	VEC_EACH (const struct strip_cell, cell, &cells) {
		buf_char(&letters, strip_letter(cell->mark));
	}
	VEC_FREE(&cells);
	json_text_str(text, "strip", buf_str(&letters));
}

static void put_window(const struct report_input *input, struct json_text *text)
{
	if (input->alone) {
		json_text_null(text, "since");
		json_text_null(text, "until");
		return;
	}
	json_text_tree(text, "since", shape_time(input->since_us));
	json_text_tree(text, "until", shape_time(input->until_us));
}

void show_json(const struct report_input *input, struct buf *out)
{
	const struct test_facts *facts = &input->evidence->tests.items[input->test];
	struct json_text text = {.out = out};
	CLEANUP(tests_text_end) struct tests_text tests = {0};
	CLEANUP(strip_maker_release) struct strip_maker maker = {0};

	strip_maker_init(input->evidence, input->flakes->left_out, &maker);
	tests_text_begin(input, &text, &tests);
	json_text_open(&text, NULL, '{');
	json_text_str(&text, "schema", "steady.show/1");
	json_text_tree(&text, "generated_at", shape_time(input->now_us));
	put_window(input, &text);
	json_text_tree(&text, "test", shape_test(&facts->name, facts->id));
	json_text_open(&text, "jobs", '[');
	VEC_EACH (const struct test_judgement, test, &input->flakes->tests) {
		json_text_open(&text, NULL, '{');
		tests_text_members(&tests, test);
		put_strip(&maker, test, &text);
		put_failures(input, test, &text);
		json_text_close(&text, '}');
	}
	json_text_close(&text, ']');
	json_text_close(&text, '}');
	buf_char(out, '\n');
}
