/* SPDX-License-Identifier: Apache-2.0 */
#include "files.h"

#include "history/id_map.h"
#include "history/pack.h"
#include "history/tests.h"

/* A run whose tests are named by the letters; a capital one is skipped. */
static void record_letters(const char *path, const char *key, const char *letters)
{
	struct run run = sample_run(key, "j", 1);

	sample_attempt(&run, 1);
	sample_file(&run, key);
	for (const char *c = letters; *c; c++) {
		bool skipped = *c >= 'A' && *c <= 'Z';
		const char name[] = {skipped ? (char)(*c - 'A' + 'a') : *c, '\0'};

		sample_result(&run, name, skipped ? OUTCOME_SKIPPED : OUTCOME_PASSED);
	}
	sample_record(path, &run);
}

static void runs_of_the_same_tests_share_a_list(void **state)
{
	static const struct {
		const char *letters;
		int64_t suites, tests;
		const char *comment;
	} rows[] = {
		{"abcd", 1, 4, "new"},
		{"abcD", 1, 4, "the same"},
		{"dcAb", 1, 4, "in another order"},
		{"abc", 2, 4, "one less"},
		{"abcde", 3, 5, "one more"},
		{"abcdd", 4, 5, "one twice"},
		{"abccd", 5, 5, "another one twice"},
		{"dcDba", 4 + 1, 5, "twice, in another order"},
	};
	const struct place *place = *state;
	char key[] = "k0";

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct history *history;

		print_message("%s: %s\n", rows[i].letters, rows[i].comment);
		key[1]++;
		record_letters(place->path, key, rows[i].letters);
		history = sample_open(place->path, HISTORY_READ);
		assert_int_equal(sample_ask(history, "SELECT count(*) FROM suite"), rows[i].suites);
		assert_int_equal(sample_info(history).tests, rows[i].tests);
		assert_int_equal(sample_ask(history, "SELECT count(*) FROM result"), 0);
		history_close(history);
	}
}

static void another_order_tells_the_same_of_each_test(void **state)
{
	const struct place *place = *state;
	struct history *history;

	record_letters(place->path, "1", "abCda");
	record_letters(place->path, "2", "aDaCb");
	history = sample_open(place->path, HISTORY_READ);
	assert_results(history, "1 a passed, 1 b passed, 1 c skipped, 1 d passed, 1 a passed, "
				"1 a passed, 1 b passed, 1 c skipped, 1 d skipped, 1 a passed");
	history_close(history);
}

/* Many pages, filled up over several runs, and each test with its own name. */
static void names_fill_pages(void **state)
{
	static const size_t counts[] = {1, 200, 256, 257, 1000};
	const struct place *place = *state;
	struct history *history;

	for (size_t i = 0; i < ARRAY_LEN(counts); i++) {
		char key[] = {(char)('a' + i), '\0'};
		struct run run = sample_run(key, "j", 1);

		sample_attempt(&run, 1);
		sample_file(&run, key);
		for (size_t n = 0; n < counts[i]; n++) {
			AUTO_FREE char *name = mem_fmt("t%zu", n);
			struct result *result = sample_result(&run, name, OUTCOME_PASSED);

			result->test.suite = n % 3 ? mem_str("s") : NULL;
			result->test.file = n % 2 ? mem_fmt("%zu.py", n / 10) : NULL;
		}
		sample_record(place->path, &run);
	}
	history = sample_open(place->path, HISTORY_READ);
	assert_int_equal(sample_info(history).tests, 1000);
	assert_int_equal(sample_ask(history, "SELECT count(*) FROM test_page"), 4);
	for (size_t n = 0; n < 1000; n++) {
		CLEANUP(test_page_release) struct test_page page = {0};
		AUTO_FREE char *name = mem_fmt("t%zu", n);
		AUTO_FREE char *file = n % 2 ? mem_fmt("%zu.py", n / 10) : NULL;
		const struct test_name *found;
		struct err err = ERR_INIT;
		char id[TEST_ID_LEN + 1];
		int64_t test_id;

		sample_id(name, id);
		assert_int_equal(tests_find(&history->db, id, &test_id, &err), 0);
		assert_int_equal(test_id, n + 1);
		assert_int_equal(test_page_find(&history->db, test_id, &page, &err), 0);
		found = &page.tests.items[test_id - page.first_id].name;
		assert_string_equal(found->name, name);
		assert_true(str_eq(found->file, file));
		assert_true(str_eq(found->suite, n % 3 ? "s" : NULL));
	}
	history_close(history);
}

/* What is new in every run is part of a test's name, not of its identity. */
static void an_identity_stands_beside_the_name(void **state)
{
	static const char *const names[] = {"t[0x1]", "t[0x2]"};
	const struct place *place = *state;
	CLEANUP(test_facts_list_release) struct test_facts_list found = {0};
	CLEANUP(strv_release) struct strv expected = {0};
	CLEANUP(run_release) struct run like = sample_run("like", "j", 1);
	struct history *history = NULL;
	struct err err = ERR_INIT;
	char id[TEST_ID_LEN + 1];

	sample_id("t[an address]", id);
	strv_add(&like.command, "pytest");
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct run run = sample_run(names[i], "j", 1 + (int64_t)i);

		strv_add(&run.command, "pytest");
		sample_attempt(&run, 1)->complete = true;
		sample_file(&run, names[i]);
		sample_result(&run, "before", OUTCOME_PASSED);
		memcpy(sample_result(&run, names[i], OUTCOME_PASSED)->id, id, sizeof(id));
		sample_result(&run, "behind", OUTCOME_PASSED);
		sample_record(place->path, &run);
	}
	history = sample_open(place->path, HISTORY_READ);
	assert_int_equal(sample_info(history).tests, 3);
	assert_ok(history_expected_tests(history, &like, &expected, &err));
	assert_int_equal(expected.len, 3);
	assert_true(strv_has(&expected, id));
	assert_ok(history_find_tests(history, "t[0x", &found, &err));
	assert_int_equal(found.len, 1);
	assert_string_equal(found.items[0].id, id);
	assert_string_equal(found.items[0].name.name, "t[0x2]");
	/* a name that is new in every run does not make a list of tests of every run */
	assert_int_equal(sample_ask(history, "SELECT count(*) FROM suite"), 1);
	history_close(history);
}

static void a_long_test_keeps_its_time(void **state)
{
	const struct history_window window = {.until_us = INT64_MAX};
	const int64_t hour_us = INT64_C(3600000000);
	const struct place *place = *state;
	CLEANUP(evidence_release) struct evidence evidence = {0};
	struct run run = sample_run("k", "j", 1);
	struct history *history;
	struct err err = ERR_INIT;

	sample_attempt(&run, 1);
	sample_file(&run, "a");
	sample_result(&run, "long", OUTCOME_PASSED)->duration_us = hour_us + 1;
	sample_result(&run, "short", OUTCOME_PASSED)->duration_us = 1000000;
	sample_record(place->path, &run);
	history = sample_open(place->path, HISTORY_READ);
	assert_ok(history_load(history, &window, &evidence, &err));
	assert_int_equal(evidence.runs.items[0].tests, 2);
	assert_in_range(evidence.runs.items[0].tests_us - hour_us - 1, 957000, 1044000);
	history_close(history);
}

/* What a database from elsewhere, or a broken disk, may hold in a blob, and who has to notice. */
static int load_evidence(struct history *history, struct err *err)
{
	const struct history_window window = {.until_us = INT64_MAX};
	CLEANUP(evidence_release) struct evidence evidence = {0};

	return history_load(history, &window, &evidence, err);
}

static int find_tests(struct history *history, struct err *err)
{
	CLEANUP(test_facts_list_release) struct test_facts_list list = {0};

	return history_find_tests(history, "a", &list, err);
}

static int expect_tests(struct history *history, struct err *err)
{
	CLEANUP(strv_release) struct strv ids = {0};
	struct run like = sample_run("like", "j", 1);
	int done = history_expected_tests(history, &like, &ids, err);

	run_release(&like);
	return done;
}

/* Known tests in a list of their own, so that they are looked up. */
static int import_tests(struct history *history, struct err *err)
{
	struct run run = sample_run("import", "j", 1);
	struct import_effect effect;
	int done;

	run.imported = true;
	sample_attempt(&run, 1);
	sample_file(&run, "f");
	sample_result(&run, "b", OUTCOME_PASSED);
	sample_result(&run, "new", OUTCOME_PASSED);
	done = history_import(history, &run, &effect, err);
	if (done == 0) {
		import_effect_release(&effect);
	}
	run_release(&run);
	return done;
}

static int import_the_list(struct history *history, struct err *err)
{
	struct run run = sample_run("import", "j", 1);
	struct import_effect effect;
	int done;

	run.imported = true;
	sample_attempt(&run, 1);
	sample_file(&run, "f");
	sample_result(&run, "a", OUTCOME_PASSED);
	sample_result(&run, "b", OUTCOME_PASSED);
	done = history_import(history, &run, &effect, err);
	if (done == 0) {
		import_effect_release(&effect);
	}
	run_release(&run);
	return done;
}

/* A history of one list of two tests, whole. */
struct template
{
	char *bytes;
	size_t len;
};

static void make_template(const struct place *place, struct template *out)
{
	struct history *history;
	struct err err = ERR_INIT;

	record_letters(place->path, "k", "ab");
	history = sample_open(place->path, HISTORY_WRITE);
	assert_ok(db_exec(&history->db,
			  "UPDATE attempt SET complete = 1;"
			  /* the names are only read of a test that failed */
			  "INSERT INTO result VALUES (1, 1, 0, 'failed', 1, 0, NULL)",
			  &err));
	history_close(history);
	out->bytes = bytes_of(place->path, &out->len);
}

static struct history *open_template(const struct place *place, const struct template *template)
{
	write_bytes(place->path, template->bytes, template->len);
	return sample_open(place->path, HISTORY_WRITE);
}

static int spoil(struct history *history, const char *sql, const struct buf *bytes, struct err *err)
{
	CLEANUP(stmt_release) struct stmt stmt = {0};

	stmt_make(&stmt, &history->db, "spoil", sql, strlen(sql));
	stmt_bind_blob(&stmt, ":blob", bytes);
	return stmt_run(&stmt, err);
}

static void damaged_blobs_are_told(void **state)
{
	static const struct {
		const char *sql;
		int (*work)(struct history *history, struct err *err);
		const char *message;
	} rows[] = {
		{"UPDATE roster SET tests = :blob", load_evidence, "roster 1"},
		{"UPDATE block SET results = :blob", expect_tests, "a block of list 1"},
		{"UPDATE suite SET tests = :blob", expect_tests, "list 1 of tests"},
		{"UPDATE suite SET tests = :blob", import_the_list, "list 1 of tests"},
		{"UPDATE test_page SET tests = :blob", find_tests, "page 1 of tests"},
		{"UPDATE test_page SET tests = :blob", expect_tests, "page 1 of tests"},
		{"UPDATE test_page SET tests = :blob", import_tests, "page 1 of tests"},
		{"UPDATE test_hash SET tests = :blob", import_tests, " of tests)"},
	};
	/* None of the right content: packed and not packed. */
	static const char *const contents[] = {"", "\x02", "\x02\x02\x02", "\xff\xff\xff\xff",
					       "\x80\x80\x80"};
	const struct place *place = *state;
	struct template template;

	make_template(place, &template);
	for (size_t i = 0; i < 2 * ARRAY_LEN(rows) * ARRAY_LEN(contents); i++) {
		const char *content = contents[i / 2 % ARRAY_LEN(contents)];
		size_t row = i / 2 / ARRAY_LEN(contents);
		CLEANUP(buf_release) struct buf bytes = BUF_INIT(BUF_OWN_MAX);
		struct history *history;
		struct err err = ERR_INIT;

		if (i % 2) {
			pack_add(&bytes, content, strlen(content));
		} else {
			buf_str_add(&bytes, content[0] ? content : "not a frame");
		}
		history = open_template(place, &template);
		assert_ok(spoil(history, rows[row].sql, &bytes, &err));
		if (rows[row].work(history, &err) != -1) {
			fail_msg("%s, work %zu, content %zu", rows[row].sql, row, i);
		}
		assert_int_equal(err.code, ERR_HISTORY);
		assert_has(err.msg, place->path);
		assert_has(err.msg, ": is damaged (");
		assert_has(err.msg, rows[row].message);
		history_close(history);
	}
	free(template.bytes);
}

static void impossible_columns_are_told(void **state)
{
	static const struct {
		const char *sql;
		int (*work)(struct history *history, struct err *err);
	} rows[] = {
		{"UPDATE suite SET len = 3", expect_tests},
		{"UPDATE suite SET len = -1", expect_tests},
		{"UPDATE suite SET len = 9223372036854775807", expect_tests},
		{"UPDATE roster SET len = 3", load_evidence},
		{"UPDATE roster SET len = -1", load_evidence},
		{"UPDATE roster SET len = 9223372036854775807", load_evidence},
		{"UPDATE rollup SET seen = x'80'", load_evidence},
		{"PRAGMA foreign_keys = OFF; UPDATE rollup SET roster_id = 77", load_evidence},
		{"PRAGMA foreign_keys = OFF; UPDATE block SET pace_id = 77", expect_tests},
		{"UPDATE test_page SET len = 0", find_tests},
		{"UPDATE test_page SET len = 3", find_tests},
		{"UPDATE test_page SET len = 9223372036854775807", find_tests},
		{"UPDATE test_page SET first_id = -5", import_tests},
		{"UPDATE test_page SET first_id = 9223372036854775807", find_tests},
		{"PRAGMA foreign_keys = OFF; UPDATE block SET suite_id = 77", expect_tests},
		{"DELETE FROM test_page", import_tests},
	};
	const struct place *place = *state;
	struct template template;

	make_template(place, &template);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct history *history;
		struct err err = ERR_INIT;

		print_message("%s\n", rows[i].sql);
		history = open_template(place, &template);
		assert_ok(db_exec(&history->db, rows[i].sql, &err));
		assert_int_equal(rows[i].work(history, &err), -1);
		assert_int_equal(err.code, ERR_HISTORY);
		assert_has(err.msg, ": is damaged (");
		history_close(history);
	}
	free(template.bytes);
}

static void an_id_map_holds_what_was_added(void **state)
{
	CLEANUP(id_map_release) struct id_map map = {0};

	(void)state;
	assert_null(id_map_get(&map, 1));
	for (int64_t id = -500; id < 500; id++) {
		assert_int_equal(id_map_add(&map, id * 7, 1), 0);
	}
	assert_int_equal(id_map_add(&map, 7, 4), 1);
	assert_int_equal(*id_map_get(&map, 7), 5);
	assert_int_equal(*id_map_get(&map, -3500), 1);
	assert_null(id_map_get(&map, 1));
	assert_int_equal(map.len, 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLACED(runs_of_the_same_tests_share_a_list),
		PLACED(another_order_tells_the_same_of_each_test),
		PLACED(names_fill_pages),
		PLACED(an_identity_stands_beside_the_name),
		PLACED(a_long_test_keeps_its_time),
		PLACED(damaged_blobs_are_told),
		PLACED(impossible_columns_are_told),
		cmocka_unit_test(an_id_map_holds_what_was_added),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
