/* SPDX-License-Identifier: Apache-2.0 */
#include "dice.h"
#include "files.h"

#define RUNS  24
#define TESTS 90 /* enough for a pace */

static void add_results(struct run *run, struct dice *dice)
{
	size_t first = roll(dice, TESTS);
	bool shuffled = roll(dice, 3) == 0;

	for (size_t i = 0; i < TESTS; i++) {
		size_t number = shuffled ? (first + i * 7) % TESTS : i;
		AUTO_FREE char *name = mem_fmt("t%zu", number);
		bool fails = roll(dice, 40) == 0;
		struct result *result = NULL;

		if (number % 11 == 3 && roll(dice, 2)) {
			continue;
		}
		result = sample_result(run, name, fails ? OUTCOME_FAILED : OUTCOME_PASSED);
		result->duration_us = 1000 * (int64_t)(number + 1) + roll(dice, 200);
		result->test.file = mem_fmt("%s%zu.py", roll(dice, 30) ? "" : "moved", number / 10);
		if (fails) {
			AUTO_FREE char *said = mem_fmt("%zu of %u", number, roll(dice, 3));
			AUTO_FREE char *signature = mem_fmt("%016zx", number % 5);

			sample_failure(result, signature, said);
		}
	}
}

/* The run of that number: always the same one. */
static struct run make_run(int number)
{
	struct dice dice = {(uint64_t)number * 977 + 5};
	AUTO_FREE char *key = mem_fmt("k%02d", number);
	struct run run = sample_run(key, roll(&dice, 2) ? "unit" : "e2e",
				    (int64_t)(1 + roll(&dice, 9)) * 86400000000);

	strv_add(&run.command, "pytest");
	run.source.commit = mem_fmt("%040d", number);
	strv_give(&run.source.parents, mem_fmt("%040d", number - 1));
	sample_wait(&run, "127.0.0.1:5432", roll(&dice, 4) > 0);
	sample_attempt(&run, 1)->complete = true;
	sample_file(&run, key);
	add_results(&run, &dice);
	for (size_t i = 0; i < run.attempts.items[0].files.items[0].results.len; i++) {
		const struct result *result =
			&run.attempts.items[0].files.items[0].results.items[i];

		if (result->outcome == OUTCOME_FAILED) {
			sample_verdict(&run, result->test.name, RETRY_NOT_TRIED);
			run.outcome = RUN_FAILED;
		}
	}
	return run;
}

static void record_numbers(const char *path, const bool *wanted)
{
	for (int i = 0; i < RUNS; i++) {
		if (wanted[i]) {
			struct run run = make_run(i);

			sample_record(path, &run);
		}
	}
}

/* Whatever ids the machine gave: all of it in words. */
static char *describe(const char *path)
{
	const struct history_window window = SAMPLE_EVER;
	CLEANUP(evidence_release) struct evidence evidence = {0};
	struct history *history = sample_open(path, HISTORY_READ);
	struct buf out = BUF_INIT(BUF_OWN_MAX);
	struct err err = ERR_INIT;

	assert_ok(history_load(history, &window, &evidence, &err));
	VEC_EACH (const struct run_facts, facts, &evidence.runs) {
		CLEANUP(known_run_list_release) struct known_run_list found = {0};
		CLEANUP(run_release) struct run run = {0};
		const struct run_question question = {.key = facts->key};

		assert_ok(history_find_runs(history, &question, &found, &err));
		assert_ok(history_load_run(history, found.items[0].id, &run, &err));
		buf_fmt(&out, "%s %s %s %zu %lld %zu\n", facts->key, facts->job, facts->commit,
			facts->tests, (long long)facts->tests_us, facts->parents.len);
		buf_fmt(&out, " waits %zu failed %zu command %s\n", run.waits.len, run.failed.len,
			facts->command);
		VEC_EACH (const struct failed_test, failed, &run.failed) {
			buf_fmt(&out, " %s %s %s %s\n", failed->first->test.name,
				failed->first->test.file, failed->first->failure->message,
				retry_verdict_name(failed->retry));
		}
	}
	VEC_EACH (const struct observation, seen, &evidence.observations) {
		const struct test_facts *test = &evidence.tests.items[seen->test];

		buf_fmt(&out, "%zu %s %s %lld %s\n", seen->run, test->name.name, test->name.file,
			(long long)seen->duration_us,
			seen->has_signature ? evidence.signatures.items[seen->signature].example
					    : "");
	}
	history_close(history);
	return buf_take(&out);
}

/* What the blocks of a run tell of each test, by its number. */
static void add_codes(struct history *history, int64_t run_id, struct buf *out)
{
	static const char sql[] = "SELECT suite_id, results, pace_id FROM block JOIN attempt "
				  "ON attempt.id = attempt_id WHERE run_id = :run";
	CLEANUP(block_cache_release) struct block_cache cache = {.suites = {.db = &history->db}};
	CLEANUP(block_release) struct block block = {0};
	CLEANUP(stmt_release) struct stmt row = {0};
	struct err err = ERR_INIT;
	int codes[TESTS];

	memset(codes, -1, sizeof(codes));
	stmt_make(&row, &history->db, "test", sql, strlen(sql));
	stmt_bind_int(&row, ":run", run_id);
	while (stmt_next(&row, &err) == 0) {
		assert_ok(block_read(&block, &cache, &row, 0, &err));
		BLOCK_EACH(i, &block)
		{
			CLEANUP(buf_release) struct buf name = BUF_INIT(BUF_OWN_MAX);

			sample_name(history, block.test_ids[i], &name);
			codes[strtoul(buf_str(&name) + 1, NULL, 10) % TESTS] =
				(unsigned char)block.codes.data[i];
		}
	}
	for (size_t i = 0; i < TESTS; i++) {
		buf_fmt(out, "%d ", codes[i]);
	}
	buf_char(out, '\n');
}

/* Of each test of each run. */
static char *describe_results(const char *path)
{
	struct history *history = sample_open(path, HISTORY_READ);
	struct buf out = BUF_INIT(BUF_OWN_MAX);

	for (int i = 0; i < RUNS; i++) {
		AUTO_FREE char *sql = mem_fmt("SELECT id FROM run WHERE key = 'k%02d'", i);

		add_codes(history, sample_ask(history, sql), &out);
	}
	history_close(history);
	return buf_take(&out);
}

static void merge_into(const char *path, const char *other, struct merge_effect *effect)
{
	struct history *into = sample_open(path, HISTORY_WRITE);
	struct history *from = sample_open(other, HISTORY_READ);
	struct err err = ERR_INIT;

	assert_ok(history_merge(into, from, NULL, effect, &err));
	history_close(into);
	history_close(from);
}

static void merged_halves_are_the_whole(void **state)
{
	const struct place *place = *state;
	AUTO_FREE char *a = mem_fmt("%s/a.db", place->dir);
	AUTO_FREE char *b = mem_fmt("%s/b.db", place->dir);
	AUTO_FREE char *whole = NULL;
	AUTO_FREE char *results = NULL;
	bool in_all[RUNS], in_a[RUNS], in_b[RUNS];
	struct dice dice = {42};

	for (int i = 0; i < RUNS; i++) {
		in_all[i] = true;
		in_a[i] = roll(&dice, 3) > 0;
		in_b[i] = !in_a[i] || roll(&dice, 4) == 0;
	}
	record_numbers(place->path, in_all);
	whole = describe(place->path);
	results = describe_results(place->path);
	for (int turn = 0; turn < 2; turn++) {
		CLEANUP(merge_effect_release) struct merge_effect effect = {0}, again = {0};
		const char *into = turn ? a : b, *from = turn ? b : a;
		AUTO_FREE char *merged = NULL;
		AUTO_FREE char *moved = NULL;

		unlink(a);
		unlink(b);
		record_numbers(a, in_a);
		record_numbers(b, in_b);
		merge_into(into, from, &effect);
		assert_true(effect.added > 0 && effect.known > 0);
		assert_int_equal(effect.twins.len, 0);
		merge_into(into, from, &again);
		assert_int_equal(again.added, 0);
		assert_int_equal(again.known, effect.added + effect.known);
		merged = describe(into);
		moved = describe_results(into);
		assert_string_equal(merged, whole);
		assert_string_equal(moved, results);
	}
}

/* What is merged first has names for everything; what is recorded next takes none of it for its own. */
static void an_empty_history_goes_on_after_a_merge(void **state)
{
	const struct place *place = *state;
	AUTO_FREE char *a = mem_fmt("%s/a.db", place->dir);
	CLEANUP(merge_effect_release) struct merge_effect effect = {0};
	bool in_a[RUNS] = {false}, rest[RUNS];
	AUTO_FREE char *whole = NULL;
	AUTO_FREE char *merged = NULL;
	bool in_all[RUNS];

	for (int i = 0; i < RUNS; i++) {
		in_all[i] = true;
		in_a[i] = i < RUNS / 2;
		rest[i] = !in_a[i];
	}
	record_numbers(a, in_a);
	merge_into(place->path, a, &effect);
	assert_int_equal(effect.added, RUNS / 2);
	record_numbers(place->path, rest);
	merged = describe_results(place->path);
	unlink(place->path);
	record_numbers(place->path, in_all);
	whole = describe_results(place->path);
	assert_string_equal(merged, whole);
}

static void a_run_of_other_content_is_kept_too(void **state)
{
	const struct place *place = *state;
	AUTO_FREE char *other = mem_fmt("%s/other.db", place->dir);
	CLEANUP(merge_effect_release) struct merge_effect effect = {0};
	bool one[RUNS] = {true};
	struct run run = make_run(0);
	struct history *history;

	record_numbers(place->path, one);
	run.duration_us++;
	sample_record(other, &run);
	merge_into(place->path, other, &effect);
	assert_int_equal(effect.added, 1);
	assert_int_equal(effect.twins.len, 1);
	assert_has(effect.twins.items[0], "k00 of job ");
	history = sample_open(place->path, HISTORY_READ);
	assert_int_equal(sample_ask(history, "SELECT count(*) FROM run WHERE key LIKE 'k00~%'"), 2);
	history_close(history);
}

static bool stop(void *payload, size_t done, size_t total)
{
	size_t *calls = payload;

	(*calls)++;
	assert_int_equal(done, 0);
	assert_int_equal(total, RUNS);
	return false;
}

static void a_stopped_merge_goes_on_later(void **state)
{
	const struct place *place = *state;
	AUTO_FREE char *other = mem_fmt("%s/other.db", place->dir);
	CLEANUP(merge_effect_release) struct merge_effect effect = {0}, rest = {0};
	size_t calls = 0;
	const struct history_watch watch = {stop, &calls};
	struct history *into, *from;
	struct err err = ERR_INIT;
	bool all[RUNS];

	memset(all, true, sizeof(all));
	record_numbers(other, all);
	into = sample_open(place->path, HISTORY_WRITE);
	from = sample_open(other, HISTORY_READ);
	assert_ok(history_merge(into, from, &watch, &effect, &err));
	history_close(into);
	history_close(from);
	assert_int_equal(calls, 1);
	assert_int_equal(effect.added, 0);
	assert_int_equal(effect.left, RUNS);
	merge_into(place->path, other, &rest);
	assert_int_equal(rest.added, RUNS);
}

/* The other history may come from anybody. What is wrong in it is its fault, and changes nothing here. */
static void a_damaged_history_harms_no_other(void **state)
{
	static const char *const harms[] = {
		"DELETE FROM test_page",
		"UPDATE test_page SET len = 900",
		"UPDATE test_page SET first_id = 4000000000",
		"UPDATE test_page SET first_id = -4",
		"UPDATE suite SET tests = x'00' WHERE id = 1",
		"DELETE FROM suite WHERE id = 2",
		"UPDATE rollup SET seen = x'80'",
		"UPDATE rollup SET seen = x'ffffffff0f0000'",
		"UPDATE roster SET tests = x'00'",
		"UPDATE pace SET codes = x'00'",
		"DELETE FROM pace",
		"UPDATE result SET test_id = test_id + 5000",
		"UPDATE result SET failure_id = 5000",
		"DELETE FROM failure_frame",
		"DELETE FROM failure",
		"UPDATE retry SET test_id = -test_id",
	};
	const struct place *place = *state;
	AUTO_FREE char *other = mem_fmt("%s/other.db", place->dir);
	AUTO_FREE char *before = NULL;
	bool one[RUNS] = {false}, all[RUNS];

	one[3] = one[4] = true;
	memset(all, true, sizeof(all));
	record_numbers(place->path, one);
	before = describe(place->path);
	for (size_t i = 0; i < ARRAY_LEN(harms); i++) {
		CLEANUP(merge_effect_release) struct merge_effect effect = {0};
		AUTO_FREE char *after = NULL;
		struct history *into, *from;
		struct err err = ERR_INIT;

		print_message("%s\n", harms[i]);
		unlink(other);
		record_numbers(other, all);
		from = sample_open(other, HISTORY_WRITE);
		assert_ok(db_exec(&from->db, "PRAGMA foreign_keys = OFF", &err));
		assert_ok(db_exec(&from->db, harms[i], &err));
		history_close(from);
		into = sample_open(place->path, HISTORY_WRITE);
		from = sample_open(other, HISTORY_READ);
		assert_int_equal(history_merge(into, from, NULL, &effect, &err), -1);
		assert_int_equal(err.code, ERR_HISTORY);
		assert_has(err.msg, "other.db: is damaged (");
		assert_int_equal(effect.added, 0);
		history_close(from);
		history_close(into);
		after = describe(place->path);
		assert_string_equal(after, before);
	}
}

/* A list that calls itself by the digest of one of ours, and holds other tests. */
static void a_false_digest_is_noticed(void **state)
{
	const struct place *place = *state;
	AUTO_FREE char *other = mem_fmt("%s/other.db", place->dir);
	CLEANUP(merge_effect_release) struct merge_effect effect = {0};
	AUTO_FREE char *digest = NULL;
	AUTO_FREE char *lie = NULL;
	bool one[RUNS] = {true}, two[RUNS] = {false, true};
	struct history *into, *from;
	struct err err = ERR_INIT;

	record_numbers(place->path, one);
	record_numbers(other, two);
	into = sample_open(place->path, HISTORY_WRITE);
	digest = sample_ask_text(into, "SELECT digest FROM suite WHERE id = 1");
	from = sample_open(other, HISTORY_WRITE);
	lie = mem_fmt("UPDATE suite SET digest = '%s'", digest);
	assert_ok(db_exec(&from->db, lie, &err));
	assert_int_equal(history_merge(into, from, NULL, &effect, &err), -1);
	assert_has(err.msg, "other.db: is damaged (a list of tests is another one here");
	history_close(from);
	history_close(into);
}

/* Between two transactions of a merge somebody may clear away what it has brought so far. */
static bool clear_away(void *payload, size_t done, size_t total)
{
	const char *path = payload;

	(void)total;
	if (done > 0) {
		struct history *history = sample_open(path, HISTORY_WRITE);
		struct err err = ERR_INIT;

		assert_ok(db_exec(&history->db,
				  "PRAGMA foreign_keys = ON; DELETE FROM run; DELETE FROM failure;"
				  "DELETE FROM failure_frame; DELETE FROM signature;"
				  "DELETE FROM suite; DELETE FROM pace; DELETE FROM roster;"
				  "DELETE FROM test_page; DELETE FROM test_hash;"
				  "DELETE FROM test_day; DELETE FROM test_name",
				  &err));
		history_close(history);
	}
	return true;
}

static void what_is_cleared_away_meanwhile_is_brought_again(void **state)
{
	const struct place *place = *state;
	AUTO_FREE char *other = mem_fmt("%s/other.db", place->dir);
	CLEANUP(merge_effect_release) struct merge_effect effect = {0};
	const struct history_watch watch = {clear_away, place->path};
	CLEANUP(evidence_release) struct evidence evidence = {0};
	const struct history_window window = SAMPLE_EVER;
	struct history *into, *from;
	struct err err = ERR_INIT;

	for (int i = 0; i < 300; i++) {
		struct run run = make_run(i);

		sample_record(other, &run);
	}
	into = sample_open(place->path, HISTORY_WRITE);
	from = sample_open(other, HISTORY_READ);
	assert_ok(history_merge(into, from, &watch, &effect, &err));
	history_close(into);
	history_close(from);
	assert_int_equal(effect.added, 300);
	sample_load(place->path, &window, &evidence);
	assert_int_equal(evidence.runs.len, 300 - 256);
	VEC_EACH (const struct test_facts, test, &evidence.tests) {
		assert_non_null(test->name.name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLACED(merged_halves_are_the_whole),
		PLACED(an_empty_history_goes_on_after_a_merge),
		PLACED(a_run_of_other_content_is_kept_too),
		PLACED(a_stopped_merge_goes_on_later),
		PLACED(a_damaged_history_harms_no_other),
		PLACED(a_false_digest_is_noticed),
		PLACED(what_is_cleared_away_meanwhile_is_brought_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
