/* SPDX-License-Identifier: Apache-2.0 */
#include "report/report_state.h"

#include "base/str.h"
#include "report/shapes.h"
#include "report/words.h"
#include "text/duration.h"
#include "text/json.h"

#include <stdlib.h>
#include <string.h>

#define SCHEMA "steady.report-state/1"

void report_state_release(struct report_state *told)
{
	VEC_EACH (struct state_test, test, &told->tests) {
		free(test->id);
		free(test->job);
		free(test->variant);
		free(test->shown);
	}
	VEC_FREE(&told->tests);
	strv_release(&told->services);
	*told = (struct report_state){0};
}

static int compare_tests(const void *a, const void *b)
{
	const struct state_test *left = a, *right = b;
	int order = strcmp(left->id, right->id);

	if (order == 0) {
		order = strcmp(left->job, right->job);
	}
	return order ? order : strcmp(left->variant, right->variant);
}

const struct state_test *report_state_find(const struct report_state *told,
					   const struct state_test *like)
{
	return told->tests.len > 0 ? bsearch(like, told->tests.items, told->tests.len,
					     sizeof(*told->tests.items), compare_tests)
				   : NULL;
}

static void sort(struct report_state *told)
{
	if (told->tests.len > 1) {
		qsort(told->tests.items, told->tests.len, sizeof(*told->tests.items),
		      compare_tests);
	}
	strv_sort(&told->services);
}

static void add_test(const struct report_input *input, const struct test_judgement *test,
		     struct report_state *out)
{
	const struct test_facts *facts = &input->evidence->tests.items[test->test];
	CLEANUP(buf_release) struct buf shown = BUF_INIT(BUF_OWN_MAX);

	test_name_show(&facts->name, &shown);
	*VEC_PUSH(&out->tests) = (struct state_test){
		.id = mem_str(facts->id),
		.job = mem_str(test->job),
		.variant = mem_str(test->variant),
		.shown = mem_str(buf_str(&shown)),
		.state = test->state,
	};
}

void report_state_of(const struct report_input *input, struct report_state *out)
{
	*out = (struct report_state){.known = true, .until_us = input->until_us};
	for (size_t i = 0; i < flake_report_listed(input->flakes); i++) {
		const struct test_judgement *test = &input->flakes->tests.items[i];

		if (test->state == STATE_FLAKY || test->state == STATE_BROKEN) {
			add_test(input, test, out);
		}
	}
	VEC_EACH (const struct service_summary, service, &input->flakes->services) {
		if (service->failed > 0) {
			CLEANUP(buf_release) struct buf name = BUF_INIT(BUF_OWN_MAX);

			words_service(&name, service);
			strv_add(&out->services, buf_str(&name));
		}
	}
	sort(out);
}

void report_state_write(const struct report_state *told, struct buf *out)
{
	struct json *root = json_new_object();
	struct json *tests = json_new_array(), *services = json_new_array();

	json_put_str(root, "schema", SCHEMA);
	json_put(root, "until", shape_time(told->until_us));
	VEC_EACH (const struct state_test, test, &told->tests) {
		struct json *item = json_new_object();

		json_put_str(item, "id", test->id);
		json_put_str(item, "job", test->job);
		json_put_str(item, "variant", test->variant);
		json_put_str(item, "state", test_state_name(test->state));
		json_put_str(item, "shown", test->shown);
		json_add(tests, item);
	}
	json_put(root, "tests", tests);
	for (size_t i = 0; i < told->services.len; i++) {
		json_add(services, json_new_str(told->services.items[i]));
	}
	json_put(root, "services", services);
	json_write(root, 2, out);
	buf_char(out, '\n');
	json_free(root);
}

static int wrong(struct err *err, const char *member)
{
	return err_set(err, ERR_INPUT, "%s: not what a state of reports (" SCHEMA ") has there",
		       member);
}

static bool read_state(const char *name, enum test_state *out)
{
	for (enum test_state state = 0; state < STATE_FIXED; state++) {
		if (str_eq(name, test_state_name(state))) {
			*out = state;
			return true;
		}
	}
	return false;
}

static int read_test(const struct json *item, struct report_state *out, struct err *err)
{
	const char *id = json_get_str(item, "id"), *job = json_get_str(item, "job");
	const char *variant = json_get_str(item, "variant"), *shown = json_get_str(item, "shown");
	enum test_state state = STATE_FLAKY;

	if (!id || !job || !variant || !shown || !read_state(json_get_str(item, "state"), &state)) {
		return wrong(err, "tests");
	}
	*VEC_PUSH(&out->tests) = (struct state_test){
		.id = mem_str(id),
		.job = mem_str(job),
		.variant = mem_str(variant),
		.shown = mem_str(shown),
		.state = state,
	};
	return 0;
}

static int read_services(const struct json *list, struct report_state *out, struct err *err)
{
	for (size_t i = 0; i < json_len(list); i++) {
		const char *name = json_text(json_at(list, i));

		if (!name) {
			return wrong(err, "services");
		}
		strv_add(&out->services, name);
	}
	return 0;
}

static int read_root(const struct json *root, struct report_state *out, struct err *err)
{
	const struct json *tests = json_get(root, "tests");
	const char *until = json_get_str(root, "until");

	if (!str_eq(json_get_str(root, "schema"), SCHEMA)) {
		return wrong(err, "schema");
	}
	if (!until || !time_parse(until, &out->until_us)) {
		return wrong(err, "until");
	}
	for (size_t i = 0; i < json_len(tests); i++) {
		if (read_test(json_at(tests, i), out, err) < 0) {
			return -1;
		}
	}
	return read_services(json_get(root, "services"), out, err);
}

int report_state_read(const char *text, size_t len, struct report_state *out, struct err *err)
{
	struct json *root = NULL;
	int done = 0;

	*out = (struct report_state){.known = true};
	if (json_parse(text, len, &root, err) < 0) {
		return -1;
	}
	done = read_root(root, out, err);
	json_free(root);
	sort(out);
	return done;
}
