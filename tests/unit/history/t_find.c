/* SPDX-License-Identifier: Apache-2.0 */
#include "sample.h"

static void add_named(struct run *run, const char *class_name, const char *name)
{
	struct result *result = sample_result(run, name, OUTCOME_PASSED);

	mem_replace(&result->test.class_name, class_name);
	test_name_id(&result->test, result->id);
}

static void record_names(const char *path)
{
	struct run run = sample_run("k", "j", 1);

	sample_attempt(&run, 1);
	sample_file(&run, "a");
	add_named(&run, "cart", "add");
	add_named(&run, "cart", "add[100%]");
	add_named(&run, "cart", "add_all");
	add_named(&run, "cart", "addxall");
	add_named(&run, "user", "add");
	add_named(&run, NULL, "abcd");
	add_named(&run, "words", "has USER_ADD inside");
	sample_record(path, &run);
}

static void assert_found(struct history *history, const char *text, const char *shown)
{
	CLEANUP(test_facts_list_release) struct test_facts_list list = {0};
	CLEANUP(buf_release) struct buf names = BUF_INIT(BUF_OWN_MAX);
	struct err err = ERR_INIT;
	char id[TEST_ID_LEN + 1];

	assert_ok(history_find_tests(history, text, &list, &err));
	VEC_EACH (const struct test_facts, facts, &list) {
		buf_str_add(&names, names.len ? " " : "");
		test_name_show(&facts->name, &names);
		test_name_id(&facts->name, id);
		assert_string_equal(facts->id, id);
	}
	assert_string_equal(buf_str(&names), shown);
}

static void tests_are_found_by_what_people_have(void **state)
{
	static const struct {
		const char *text;
		const char *names; /* shown, in order */
		const char *comment;
	} rows[] = {
		{"cart::add", "cart::add", "a whole name wins alone"},
		{"add", "cart::add user::add", "so does a bare name, which several may have"},
		{"add_all", "cart::add_all", "an underscore is no wildcard"},
		{"dd_al", "cart::add_all", "inside a longer name"},
		{"100%", "cart::add[100%]", "nor is a per cent sign"},
		{"CART::ADD[", "cart::add[100%]", "in any case"},
		{"abcd", "abcd", "what could begin an id may be a name"},
		{"nothing", "", "nothing"},
		{"' OR 1=1 --", "", "nothing"},
	};
	const struct place *place = *state;
	struct history *history;

	record_names(place->path);
	history = sample_open(place->path, HISTORY_READ);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		print_message("%s: %s\n", rows[i].text, rows[i].comment);
		assert_found(history, rows[i].text, rows[i].names);
	}
	history_close(history);
}

static void tests_are_found_by_the_start_of_their_id(void **state)
{
	const struct place *place = *state;
	struct run run = sample_run("k", "j", 1);
	struct history *history;
	AUTO_FREE char *shown = NULL;
	AUTO_FREE char *both = NULL;
	char id[TEST_ID_LEN + 1];
	char part[TEST_ID_LEN + 1];

	sample_id("t", id);
	sample_attempt(&run, 1);
	sample_file(&run, "a");
	sample_result(&run, "t", OUTCOME_PASSED);
	snprintf(part, sizeof(part), "%.4s", id);
	shown = mem_fmt("has %s inside", part);
	both = mem_fmt("pkg.Case::t %s", shown);
	add_named(&run, NULL, shown);
	sample_record(place->path, &run);
	history = sample_open(place->path, HISTORY_READ);
	assert_found(history, id, "pkg.Case::t");
	snprintf(part, sizeof(part), "%.12s", id);
	assert_found(history, part, "pkg.Case::t");
	for (char *c = part; *c; c++) {
		*c = *c >= 'a' ? (char)(*c - 'a' + 'A') : *c;
	}
	assert_found(history, part, "pkg.Case::t");
	/* Ids come before names; three digits are a name, and so is the middle of an id. */
	snprintf(part, sizeof(part), "%.4s", id);
	assert_found(history, part, both);
	part[3] = '\0';
	assert_found(history, part, shown);
	assert_found(history, id + 1, "");
	history_close(history);
}

static void at_most_fifty_are_listed(void **state)
{
	const struct place *place = *state;
	CLEANUP(test_facts_list_release) struct test_facts_list list = {0};
	struct run run = sample_run("k", "j", 1);
	struct history *history;
	struct err err = ERR_INIT;

	sample_attempt(&run, 1);
	sample_file(&run, "a");
	for (int i = 0; i < 60; i++) {
		char name[16];

		snprintf(name, sizeof(name), "case %d", i);
		sample_result(&run, name, OUTCOME_PASSED);
	}
	sample_record(place->path, &run);
	history = sample_open(place->path, HISTORY_READ);
	assert_ok(history_find_tests(history, "case", &list, &err));
	assert_int_equal(list.len, 50);
	history_close(history);
}

#define SECOND INT64_C(1000000)

/* A run of one attempt whose only test bears the key. */
static struct run complete_run(const char *key, int64_t started_us)
{
	struct run run = sample_run(key, "j", started_us);

	mem_replace(&run.variant, "os=linux");
	strv_add(&run.command, "pytest");
	sample_attempt(&run, 1)->complete = true;
	sample_file(&run, key);
	sample_result(&run, key, OUTCOME_PASSED);
	return run;
}

static void assert_expected(const char *path, const struct run *like, const char *name)
{
	CLEANUP(strv_release) struct strv ids = {0};
	struct history *history = sample_open(path, HISTORY_READ);
	struct err err = ERR_INIT;
	char id[TEST_ID_LEN + 1];

	assert_ok(history_expected_tests(history, like, &ids, &err));
	history_close(history);
	assert_int_equal(ids.len, name ? 1 : 0);
	if (name) {
		sample_id(name, id);
		assert_string_equal(ids.items[0], id);
	}
}

static void expected_tests_are_those_of_the_newest_like_run(void **state)
{
	const struct place *place = *state;
	struct run like = complete_run("like", 99);
	struct run run = complete_run("base", 10);
	struct history *history;
	struct import_effect effect;
	struct err err = ERR_INIT;

	/* The newer ones differ in one thing each. */
	sample_record(place->path, &run);
	run = complete_run("incomplete", 20);
	run.attempts.items[0].complete = false;
	sample_record(place->path, &run);
	run = complete_run("second attempt", 20);
	run.attempts.items[0].number = 2;
	sample_record(place->path, &run);
	run = complete_run("other job", 20);
	mem_replace(&run.job, "i");
	sample_record(place->path, &run);
	run = complete_run("other variant", 20);
	mem_replace(&run.variant, "os=mac");
	sample_record(place->path, &run);
	run = complete_run("other command", 20);
	strv_add(&run.command, "-q");
	sample_record(place->path, &run);
	run = complete_run("joined command", 20);
	strv_release(&run.command);
	strv_add(&run.command, "pytest\",\"-q");
	sample_record(place->path, &run);
	run = complete_run("import", 20);
	run.imported = true;
	history = sample_open(place->path, HISTORY_WRITE);
	assert_ok(history_import(history, &run, &effect, &err));
	history_close(history);
	import_effect_release(&effect);
	run_release(&run);
	assert_expected(place->path, &like, "base");

	run = complete_run("newer", 30);
	sample_record(place->path, &run);
	run = complete_run("older", 25);
	sample_record(place->path, &run);
	assert_expected(place->path, &like, "newer");
	mem_replace(&like.job, "never seen");
	assert_expected(place->path, &like, NULL);
	run_release(&like);
}

/* What was skipped did not run. */
static void skipped_tests_are_not_expected(void **state)
{
	const struct place *place = *state;
	struct run run = complete_run("ran", 10);
	struct run like = complete_run("like", 99);

	sample_result(&run, "skipped", OUTCOME_SKIPPED);
	sample_record(place->path, &run);
	assert_expected(place->path, &like, "ran");
	run_release(&like);
}

/* A run that began at that second: its test failed, then passed in an attempt of that scope. */
static struct run flaky_run(const char *name, int second, enum attempt_scope scope)
{
	struct run run = sample_run(name, "j", second * SECOND);

	run.outcome = RUN_FLAKY;
	sample_attempt(&run, 1);
	sample_file(&run, name);
	sample_failure(sample_result(&run, name, OUTCOME_FAILED), "s", "m");
	sample_result(&run, "passes", OUTCOME_PASSED);
	sample_verdict(&run, name, RETRY_PASSED);
	sample_attempt(&run, 2)->scope = scope;
	return run;
}

static void known_flakes_passed_in_a_run_of_everything(void **state)
{
	const struct place *place = *state;
	CLEANUP(strv_release) struct strv ids = {0};
	struct run run = flaky_run("known", 50, SCOPE_WHOLE);
	struct run like = sample_run("like", "j", 99 * SECOND);
	struct history *history;
	struct err err = ERR_INIT;
	char id[TEST_ID_LEN + 1];

	sample_record(place->path, &run);
	run = flaky_run("selected only", 50, SCOPE_SELECTED);
	sample_record(place->path, &run);
	run = flaky_run("long ago", 10, SCOPE_WHOLE);
	sample_record(place->path, &run);
	run = flaky_run("elsewhere", 50, SCOPE_WHOLE);
	mem_replace(&run.job, "other");
	sample_record(place->path, &run);
	run = flaky_run("another command", 50, SCOPE_WHOLE);
	strv_add(&run.command, "-k");
	sample_record(place->path, &run);
	run = flaky_run("another folder", 50, SCOPE_WHOLE);
	run.folder = mem_str("pb");
	sample_record(place->path, &run);
	run = flaky_run("red again", 50, SCOPE_WHOLE);
	run.attempts.items[1].exit_code = 1;
	sample_record(place->path, &run);
	run = flaky_run("failed", 50, SCOPE_WHOLE);
	run.outcome = RUN_FAILED;
	sample_record(place->path, &run);
	run = flaky_run("with a service", 50, SCOPE_WHOLE);
	run.failed.items[0].service = mem_str("db:1");
	sample_record(place->path, &run);

	history = sample_open(place->path, HISTORY_READ);
	assert_ok(history_known_flakes(history, &like, 20 * SECOND, &ids, &err));
	history_close(history);
	sample_id("known", id);
	assert_int_equal(ids.len, 1);
	assert_string_equal(ids.items[0], id);
	run_release(&like);
}

static void the_numbers_add_up(void **state)
{
	const struct place *place = *state;
	struct run run = sample_run("k", "j", 10);
	struct history_info info;
	struct history *history;
	struct err err = ERR_INIT;

	history = sample_open(place->path, HISTORY_WRITE);
	assert_ok(history_info(history, &info, &err));
	assert_int_equal(info.runs + info.tests + info.results + info.waits, 0);
	assert_int_equal(info.first_run_us, 0);
	assert_int_equal(info.last_run_us, 0);
	sample_attempt(&run, 1);
	sample_file(&run, "a");
	sample_result(&run, "a", OUTCOME_PASSED);
	sample_result(&run, "b", OUTCOME_PASSED);
	sample_attempt(&run, 2);
	sample_file(&run, "b");
	sample_result(&run, "a", OUTCOME_PASSED);
	sample_wait(&run, "h:1", true);
	assert_ok(history_record(history, &run, &err));
	run_release(&run);
	run = sample_run("k2", "j", 20);
	assert_ok(history_record(history, &run, &err));
	run_release(&run);
	assert_ok(history_info(history, &info, &err));
	assert_int_equal(info.schema, history_schema_version());
	assert_int_equal(info.runs, 2);
	assert_int_equal(info.tests, 2);
	assert_int_equal(info.results, 3);
	assert_int_equal(info.waits, 1);
	assert_int_equal(info.first_run_us, 10);
	assert_int_equal(info.last_run_us, 20);
	history_close(history);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLACED(tests_are_found_by_what_people_have),
		PLACED(tests_are_found_by_the_start_of_their_id),
		PLACED(at_most_fifty_are_listed),
		PLACED(expected_tests_are_those_of_the_newest_like_run),
		PLACED(skipped_tests_are_not_expected),
		PLACED(known_flakes_passed_in_a_run_of_everything),
		PLACED(the_numbers_add_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
