/* SPDX-License-Identifier: Apache-2.0 */
#include "files.h"

#include "history/care.h"
#include "history/pack.h"

/* Whatever is wrong is seen, by its table and its row; what follows from other things is made again. */

static void record_three(const char *path)
{
	for (size_t nth = 0; nth < 3; nth++) {
		struct run run = nth_run(nth);

		run.started_us = (int64_t)(nth + 1) * 1000000;
		sample_failure(sample_result(&run, "g", OUTCOME_FAILED), "bb", "never");
		run.outcome = RUN_FAILED;
		sample_attempt(&run, 2);
		sample_file(&run, "again");
		sample_result(&run, "g", OUTCOME_PASSED);
		sample_verdict(&run, "g", RETRY_PASSED);
		sample_wait(&run, "h:1", true);
		sample_record(path, &run);
	}
}

static struct history *open_broken(const struct place *place, const char *script)
{
	struct history *history;
	struct err err = ERR_INIT;

	unlink(place->path);
	record_three(place->path);
	history = sample_open(place->path, HISTORY_CARE);
	assert_ok(db_exec(&history->db, "PRAGMA foreign_keys = OFF", &err));
	if (script) {
		assert_ok(db_exec(&history->db, script, &err));
	}
	return history;
}

static void look(struct history *history, struct history_check *out)
{
	struct err err = ERR_INIT;

	assert_ok(history_check(history, NULL, out, &err));
}

static const struct finding *find(const struct history_check *check, const char *table, int64_t id)
{
	VEC_EACH (const struct finding, finding, &check->findings) {
		if (str_eq(finding->table, table) && finding->id == id) {
			return finding;
		}
	}
	abort();
}

static void tell_all(const struct history_check *check)
{
	VEC_EACH (const struct finding, finding, &check->findings) {
		print_message("  %s %lld: %s\n", str_or(finding->table, "database"),
			      (long long)finding->id, finding->what);
	}
}

static void a_sound_one_has_no_findings(void **state)
{
	CLEANUP(history_check_release) struct history_check check = {0};
	struct history *history = open_broken(*state, NULL);

	look(history, &check);
	tell_all(&check);
	assert_int_equal(check.findings.len, 0);
	assert_int_equal(check.runs, 3);
	assert_int_equal(check.results, 3 * (NTH_TESTS + 3));
	assert_int_equal(check.tests, 3 * NTH_TESTS + 2);
	assert_int_equal(check.failures, 2);
	history_close(history);
}

/* One thing is wrong with it; one of its findings has to be this one. */
static const struct fault {
	const char *script;
	const char *table;
	int64_t id;
	const char *what;
	bool mended; /* nothing is wrong behind the repair */
} faults[] = {
	{"UPDATE rollup SET results = results + 1 WHERE run_id = 2", "rollup", 2,
	 "it counts other results than there are", true},
	{"UPDATE rollup SET tests = 0 WHERE run_id = 2", "rollup", 2, "other tests than ran", true},
	{"UPDATE rollup SET tests_us = 1 WHERE run_id = 2", "rollup", 2, "took another time", true},
	{"UPDATE rollup SET seen = x'' WHERE run_id = 3", "rollup", 3, "did something else", true},
	{"UPDATE rollup SET roster_id = 1 WHERE run_id = 3", "rollup", 3, "lists other tests",
	 true},
	{"UPDATE rollup SET roster_id = NULL WHERE run_id = 3", "rollup", 3, "lists other tests",
	 true},
	{"DELETE FROM rollup WHERE run_id = 1", "rollup", 1, "is not there", true},
	{"DELETE FROM roster WHERE id = 2", "rollup", 2, "its roster 2 cannot be read", true},
	{"DELETE FROM suite WHERE id = 1", "block", 1, "refers to a row of suite", false},
	{"UPDATE suite SET len = len + 1 WHERE id = 1", "suite", 1, "is damaged", false},
	{"UPDATE suite SET tests = x'00' WHERE id = 1", "suite", 1, "is damaged", false},
	{"UPDATE roster SET digest = 'x' WHERE id = 1", "roster", 1, "not what its digest says",
	 false},
	{"UPDATE block SET told = told - 1 WHERE id = 1", "block", 1, "tells 20 results", true},
	{"UPDATE block SET results = x'28b52ffd' WHERE id = 1", "block", 1, "cannot be read",
	 false},
	{"DELETE FROM block WHERE id = 1", "rollup", 1, "it counts other results", true},
	{"DELETE FROM result WHERE attempt_id = 1", "block", 1, "the row of test 21 is not there",
	 false},
	{"UPDATE result SET test_id = 999 WHERE attempt_id = 1 AND test_id = 21", "result", 1,
	 "is of test 999, which is not there", false},
	{"DELETE FROM attempt WHERE id = 1", "block", 1, "refers to a row of attempt", false},
	{"DELETE FROM run WHERE id = 1", "attempt", 1, "refers to a row of run", false},
	{"UPDATE result SET failure_id = 99 WHERE attempt_id = 1 AND test_id = 21", "result", 0,
	 "refers to a row of failure", false},
	{"DELETE FROM failure_frame WHERE id = 1", "failure", 1, "not to be had from frame 1",
	 false},
	{"UPDATE failure_frame SET texts = x'00' WHERE id = 1", "failure_frame", 1, "is damaged",
	 false},
	{"UPDATE failure SET nth = 7 WHERE id = 1", "failure", 1, "not to be had from frame 1",
	 false},
	{"UPDATE failure SET digest = digest + 1 WHERE id = 2", "failure", 2,
	 "does not say what its digest says", false},
	{"UPDATE failure SET signature_id = 2 WHERE id = 1", "failure", 1,
	 "does not say what its digest says", false},
	{"UPDATE test_page SET len = len - 1", "test_page", 1, "is damaged", false},
	{"DELETE FROM test_page", "suite", 1, "lists test 1, which is not there", false},
	{"DELETE FROM test_hash WHERE bucket = (SELECT min(bucket) FROM test_hash)", "test_hash",
	 -1, "does not lead to test", true},
	{"UPDATE test_hash SET tests = x'0001' "
	 "WHERE bucket = (SELECT min(bucket) FROM test_hash)",
	 "test_hash", -1, "is damaged", true},
	{"INSERT INTO test_hash SELECT 5000, tests FROM test_hash LIMIT 1", "test_hash", 0,
	 "leads to 63 tests, and there are 62", true},
	{"UPDATE test_day SET days = x'00'", "test_day", 0, "is damaged", false},
	{"UPDATE test_name SET shown = 'else' WHERE test_id = 21", "test_name", 21,
	 "is not what the test is called", true},
	{"INSERT INTO test_name VALUES (999, 'x', 'y')", "test_name", 999,
	 "is of a test that is not there", false},
	{"UPDATE block SET pace_id = 4 WHERE id = 1", "block", 1, "refers to a row of pace", false},
	{"UPDATE wait SET run_id = 77 WHERE run_id = 1", "wait", 0, "refers to a row of run",
	 false},
};

static const struct finding *expect(const struct history_check *check, const struct fault *fault)
{
	VEC_EACH (const struct finding, finding, &check->findings) {
		if (str_eq(finding->table, fault->table) &&
		    (fault->id < 0 || finding->id == fault->id) &&
		    strstr(finding->what, fault->what)) {
			return finding;
		}
	}
	tell_all(check);
	fail_msg("%s: not seen", fault->script);
	abort();
}

static void whatever_is_wrong_is_seen(void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(faults); i++) {
		CLEANUP(history_check_release) struct history_check check = {0};
		CLEANUP(history_check_release) struct history_check again = {0};
		struct history *history = open_broken(*state, faults[i].script);
		const struct finding *finding;
		struct err err = ERR_INIT;
		size_t made = 0;

		look(history, &check);
		finding = expect(&check, &faults[i]);
		assert_null(strchr(finding->what, '\n'));
		if (faults[i].mended) {
			assert_int_not_equal(finding->remedy, REMEDY_NONE);
		}
		assert_ok(history_repair(history, &check, &made, &err));
		look(history, &again);
		if ((again.findings.len == 0) != faults[i].mended) {
			tell_all(&again);
			fail_msg("%s: %zu findings behind the repair", faults[i].script,
				 again.findings.len);
		}
		history_close(history);
	}
}

static void get_blob(struct history *history, const char *sql, struct buf *out)
{
	CLEANUP(stmt_release) struct stmt row = {0};
	struct err err = ERR_INIT;
	const void *bytes;
	size_t len = 0;

	stmt_make(&row, &history->db, "test", sql, strlen(sql));
	assert_int_equal(stmt_next(&row, &err), 0);
	bytes = stmt_col_blob(&row, 0, &len);
	buf_clear(out);
	buf_add(out, bytes, len);
}

static void put_blob(struct history *history, const char *sql, const struct buf *bytes)
{
	CLEANUP(stmt_release) struct stmt write = {0};
	struct err err = ERR_INIT;

	stmt_make(&write, &history->db, "test", sql, strlen(sql));
	stmt_bind_blob(&write, ":b", bytes);
	assert_ok(stmt_run(&write, &err));
}

/* Unpacked it is the same: the bit has no meaning. */
static bool means_the_same(const struct buf *a, const struct buf *b, bool packed)
{
	CLEANUP(buf_release) struct buf left = BUF_INIT(PACK_MAX);
	CLEANUP(buf_release) struct buf right = BUF_INIT(PACK_MAX);

	return packed && pack_read(&left, a->data, a->len) && pack_read(&right, b->data, b->len) &&
	       left.len == right.len && memcmp(left.data, right.data, left.len) == 0;
}

/* Of whatever is packed, each byte. */
static void any_flipped_bit_is_seen(void **state)
{
	static const struct {
		const char *read, *write;
		bool packed;
	} rows[] = {
		{"SELECT results FROM block WHERE id = 1",
		 "UPDATE block SET results = :b WHERE id = 1", true},
		{"SELECT tests FROM suite WHERE id = 1", "UPDATE suite SET tests = :b WHERE id = 1",
		 true},
		{"SELECT tests FROM roster WHERE id = 1",
		 "UPDATE roster SET tests = :b WHERE id = 1", true},
		{"SELECT seen FROM rollup WHERE run_id = 1",
		 "UPDATE rollup SET seen = :b WHERE run_id = 1", false},
		{"SELECT texts FROM failure_frame WHERE id = 1",
		 "UPDATE failure_frame SET texts = :b WHERE id = 1", true},
		{"SELECT tests FROM test_page", "UPDATE test_page SET tests = :b", true},
		{"SELECT tests FROM test_hash ORDER BY bucket LIMIT 1",
		 "UPDATE test_hash SET tests = :b WHERE bucket = (SELECT min(bucket) FROM "
		 "test_hash)",
		 false},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(buf_release) struct buf good = BUF_INIT(PACK_MAX);
		CLEANUP(buf_release) struct buf bad = BUF_INIT(PACK_MAX);
		struct history *history = open_broken(*state, NULL);

		get_blob(history, rows[i].read, &good);
		get_blob(history, rows[i].read, &bad);
		for (size_t at = 0; at < good.len; at++) {
			CLEANUP(history_check_release) struct history_check check = {0};

			bad.data[at] = (char)(good.data[at] ^ 1 << at % 8);
			put_blob(history, rows[i].write, &bad);
			look(history, &check);
			if (check.findings.len == 0 &&
			    !means_the_same(&good, &bad, rows[i].packed)) {
				fail_msg("%s: byte %zu", rows[i].read, at);
			}
			bad.data[at] = good.data[at];
		}
		history_close(history);
	}
}

/* A name that is changed, or an entry that leads elsewhere, are not the same thing. */
static void an_entry_that_leads_elsewhere_is_mended(void **state)
{
	CLEANUP(history_check_release) struct history_check check = {0};
	CLEANUP(buf_release) struct buf bytes = BUF_INIT(PACK_MAX);
	struct history *history = open_broken(*state, NULL);
	struct err err = ERR_INIT;
	size_t made = 0;

	get_blob(history, "SELECT tests FROM test_hash ORDER BY bucket LIMIT 1", &bytes);
	bytes.data[23] ^= 1;
	put_blob(history,
		 "UPDATE test_hash SET tests = :b WHERE bucket = (SELECT min(bucket) FROM "
		 "test_hash)",
		 &bytes);
	look(history, &check);
	assert_int_equal(check.findings.len, 1);
	assert_string_equal(check.findings.items[0].table, "test_hash");
	assert_has(check.findings.items[0].what, " instead of ");
	assert_ok(history_repair(history, &check, &made, &err));
	assert_int_equal(made, 1);
	history_check_release(&check);
	look(history, &check);
	assert_int_equal(check.findings.len, 0);
	history_close(history);
}

static void a_page_that_lost_a_name_is_left_alone(void **state)
{
	CLEANUP(history_check_release) struct history_check check = {0};
	struct history *history = open_broken(*state, NULL);
	struct test_page page = {0};
	struct err err = ERR_INIT;
	int64_t before = sample_ask(history, "SELECT sum(length(tests)) FROM test_hash");
	size_t made = 0;

	assert_int_equal(test_page_find(&history->db, 5, &page, &err), 0);
	page.tests.items[4].name.name = NULL;
	page.changed = true;
	assert_ok(test_page_flush(&history->db, &page, &err));
	test_page_release(&page);
	look(history, &check);
	assert_int_equal(check.findings.len, 1);
	assert_non_null(find(&check, "test_page", 5));
	assert_has(check.findings.items[0].what, "test 5 bears other names");
	assert_ok(history_repair(history, &check, &made, &err));
	assert_int_equal(made, 0);
	assert_int_equal(sample_ask(history, "SELECT sum(length(tests)) FROM test_hash"), before);
	history_close(history);
}

/* Of a run whose results were dropped the rollup is all there is: it is not made again. */
static void a_thinned_run_is_no_fault(void **state)
{
	CLEANUP(history_check_release) struct history_check check = {0};
	struct history *history =
		open_broken(*state, "UPDATE run SET thinned = 1 WHERE id = 1;"
				    "DELETE FROM block WHERE attempt_id IN (1, 2);"
				    "DELETE FROM result WHERE attempt_id IN (1, 2)");
	struct err err = ERR_INIT;
	size_t made = 0;

	look(history, &check);
	tell_all(&check);
	assert_int_equal(check.findings.len, 0);
	assert_ok(db_exec(&history->db, "DELETE FROM failure WHERE id = 1", &err));
	look(history, &check);
	assert_has(find(&check, "rollup", 1)->what, "refers to a failure that is not there");
	assert_int_equal(find(&check, "rollup", 1)->remedy, REMEDY_NONE);
	assert_ok(history_repair(history, &check, &made, &err));
	assert_int_equal(sample_ask(history, "SELECT results FROM rollup WHERE run_id = 1"),
			 NTH_TESTS + 3);
	history_close(history);
}

/* What SQLite itself finds: an index that lost its rows. */
static void an_index_of_sqlite_is_made_again(void **state)
{
	const struct place *place = *state;
	CLEANUP(history_check_release) struct history_check check = {0};
	CLEANUP(history_check_release) struct history_check again = {0};
	struct history *history = open_broken(place, NULL);
	AUTO_FREE char *bytes = NULL;
	struct err err = ERR_INIT;
	size_t len = 0, made = 0;
	int64_t root = sample_ask(
		history, "SELECT rootpage FROM sqlite_schema WHERE name = 'failure_by_digest'");

	history_close(history);
	bytes = bytes_of(place->path, &len);
	/* the number of cells of its page */
	bytes[(root - 1) * 8192 + 4] = 1;
	write_bytes(place->path, bytes, len);
	history = sample_open(place->path, HISTORY_CARE);
	look(history, &check);
	tell_all(&check);
	assert_true(check.findings.len > 0);
	assert_null(check.findings.items[0].table);
	assert_ok(history_repair(history, &check, &made, &err));
	look(history, &again);
	tell_all(&again);
	assert_int_equal(again.findings.len, 0);
	history_close(history);
}

static bool stop(void *payload, size_t done, size_t total)
{
	int *left = payload;

	assert_true(done <= total);
	return --*left > 0;
}

static void it_stops_when_told(void **state)
{
	struct history *history = open_broken(*state, NULL);

	for (int most = 1; most < 6; most++) {
		CLEANUP(history_check_release) struct history_check check = {0};
		int left = most;
		struct history_watch watch = {.tell = stop, .payload = &left};
		struct err err = ERR_INIT;

		assert_int_equal(history_check(history, &watch, &check, &err), -1);
		assert_int_equal(err.code, ERR_CANCELLED);
		assert_int_equal(left, 0);
	}
	history_close(history);
}

/* Older ones too, once they are brought up to date. */
static void old_ones_are_sound(void **state)
{
	const struct place *place = *state;

	for (int version = 1; version <= history_schema_version(); version++) {
		CLEANUP(history_check_release) struct history_check check = {0};
		struct history *history;

		print_message("schema %d\n", version);
		make_old(place->path, version);
		history = sample_open(place->path, HISTORY_CARE);
		look(history, &check);
		tell_all(&check);
		assert_int_equal(check.findings.len, 0);
		history_close(history);
	}
}

static void a_history_has_to_be_there(void **state)
{
	const struct place *place = *state;
	struct history *history = NULL;
	struct err err = ERR_INIT;

	assert_int_equal(history_open(place->path, HISTORY_CARE, &history, &err), -1);
	assert_int_equal(err.code, ERR_NOT_FOUND);
	assert_false(file_exists(place->path));
	/* nor is a damaged one set aside */
	make_patched(place->path, 16, "\x12\x34", 2);
	assert_int_equal(history_open(place->path, HISTORY_CARE, &history, &err), -1);
	assert_int_equal(err.code, ERR_HISTORY);
	assert_int_equal(entries_in(place->dir), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLACED(a_sound_one_has_no_findings),
		PLACED(whatever_is_wrong_is_seen),
		PLACED(any_flipped_bit_is_seen),
		PLACED(an_entry_that_leads_elsewhere_is_mended),
		PLACED(a_page_that_lost_a_name_is_left_alone),
		PLACED(a_thinned_run_is_no_fault),
		PLACED(an_index_of_sqlite_is_made_again),
		PLACED(it_stops_when_told),
		PLACED(old_ones_are_sound),
		PLACED(a_history_has_to_be_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
