/* SPDX-License-Identifier: Apache-2.0 */
#include "files.h"

#include "base/log.h"
#include "history/aside.h"

#include <fcntl.h>
#include <sys/stat.h>

/*
 * A history that cannot be read, or is gone, keeps no later run from being recorded; what is not ours
 * is never touched.
 */

static char warnings[4096];

static void collect(enum log_level level, const char *line, void *payload)
{
	size_t len = strlen(warnings);

	(void)payload;
	assert_int_equal(level, LOG_WARNING);
	assert_null(strchr(line, '\n'));
	snprintf(warnings + len, sizeof(warnings) - len, "%s\n", line);
}

static int listen(void **state)
{
	warnings[0] = '\0';
	log_set_sink(collect, NULL);
	return place_make(state);
}

static int leave(void **state)
{
	log_set_sink(NULL, NULL);
	return place_remove(state);
}

#define HEARD(test) cmocka_unit_test_setup_teardown(test, listen, leave)

static struct run next_run(const char *key)
{
	struct run run = sample_run(key, "j", 2000);

	sample_attempt(&run, 1);
	sample_file(&run, "b");
	sample_result(&run, "t", OUTCOME_PASSED);
	sample_failure(sample_result(&run, "u", OUTCOME_FAILED), "cc", "no");
	return run;
}

/* As the end of a run does it. */
static int record_next(const char *path, enum history_mode mode, const char *key, struct err *err)
{
	struct history *history = NULL;
	struct run run = next_run(key);
	int rc = history_open(path, mode, &history, err);

	if (rc == 0) {
		rc = history_record(history, &run, err);
		if (rc < 0 && history_renew(&history, err)) {
			rc = history_record(history, &run, err);
		}
	}
	history_close(history);
	run_release(&run);
	return rc;
}

static void assert_same_bytes(const char *path, const char *bytes, size_t len)
{
	AUTO_FREE char *now = NULL;
	size_t now_len = 0;

	now = bytes_of(path, &now_len);
	assert_int_equal(now_len, len);
	assert_memory_equal(now, bytes, len);
}

static int64_t runs_at(const char *path)
{
	struct history *history = sample_open(path, HISTORY_READ);
	int64_t runs = sample_ask(history, "SELECT count(*) FROM run");

	assert_ask_text(history, "PRAGMA integrity_check", "ok");
	history_close(history);
	return runs;
}

static void make_bad_schema(const char *path)
{
	char garbage[512];

	memset(garbage, 0x5a, sizeof(garbage));
	make_patched(path, 100, garbage, sizeof(garbage));
}

static void make_bad_page_size(const char *path)
{
	make_patched(path, 16, "\x12\x34", 2);
}

static void make_cut(const char *path)
{
	record_one(path);
	assert_int_equal(truncate(path, 300), 0);
}

static void make_text(const char *path)
{
	write_bytes(path, "just a text\n", 12);
}

static void make_blank(const char *path)
{
	static const char zeros[16384];

	write_bytes(path, zeros, sizeof(zeros));
}

static void damaged_ones_of_ours_make_room(void **state)
{
	static const struct {
		void (*make)(const char *path);
		enum history_mode mode;
		const char *message;
	} rows[] = {
		{make_bad_schema, HISTORY_WRITE, ": is damaged ("},
		{make_bad_page_size, HISTORY_WRITE, ": is damaged ("},
		{make_cut, HISTORY_WRITE, ": is damaged ("},
		{make_cut, HISTORY_WRITE_HOME, ": is damaged ("},
		{make_text, HISTORY_WRITE_HOME, ": is not a database"},
		{make_blank, HISTORY_WRITE_HOME, ": is not a database"},
	};
	const struct place *place = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO_FREE char *aside = mem_fmt("%s.damaged-%zu", place->path, i + 1);
		AUTO_FREE char *before = NULL;
		struct history *history = NULL;
		struct err err = ERR_INIT;
		size_t len = 0;

		print_message("%zu%s\n", i, rows[i].message);
		warnings[0] = '\0';
		rows[i].make(place->path);
		before = bytes_of(place->path, &len);
		/* Whoever only reads leaves it. */
		assert_int_equal(history_open(place->path, HISTORY_READ, &history, &err), -1);
		assert_int_equal(err.code, ERR_HISTORY);
		assert_has(err.msg, rows[i].message);
		assert_same_bytes(place->path, before, len);
		assert_string_equal(warnings, "");
		assert_ok(record_next(place->path, rows[i].mode, "new", &err));
		assert_int_equal(runs_at(place->path), 1);
		assert_same_bytes(aside, before, len);
		assert_has(warnings, rows[i].message);
		assert_has(warnings, "; set aside as ");
		assert_has(warnings, aside);
		unlink(place->path);
	}
}

static void what_may_be_another_s_stays(void **state)
{
	static void (*const makers[])(const char *path) = {make_text, make_blank};
	const struct place *place = *state;

	for (size_t i = 0; i < ARRAY_LEN(makers); i++) {
		AUTO_FREE char *before = NULL;
		struct err err = ERR_INIT;
		size_t len = 0;

		makers[i](place->path);
		before = bytes_of(place->path, &len);
		assert_int_equal(record_next(place->path, HISTORY_WRITE, "new", &err), -1);
		assert_has(err.msg, ": is not a database");
		assert_same_bytes(place->path, before, len);
		assert_int_equal(entries_in(place->dir), 1);
		assert_string_equal(warnings, "");
	}
}

static void its_log_goes_with_it(void **state)
{
	const struct place *place = *state;
	AUTO_FREE char *log = mem_fmt("%s-wal", place->path);
	AUTO_FREE char *log_aside = mem_fmt("%s.damaged-2-wal", place->path);
	AUTO_FREE char *taken = mem_fmt("%s.damaged-1-wal", place->path);
	AUTO_FREE char *bytes = NULL;
	AUTO_FREE char *log_bytes = NULL;
	struct err err = ERR_INIT;
	size_t len = 0, log_len = 0;

	make_interrupted(place->path, NULL);
	bytes = bytes_of(place->path, &len);
	memcpy(bytes + 16, "\x12\x34", 2);
	write_bytes(place->path, bytes, len);
	/* Every page is in the log too: a file that cannot be read without it. */
	assert_int_equal(truncate(place->path, 300), 0);
	log_bytes = bytes_of(log, &log_len);
	memset(log_bytes + 32 + 24, 0x5a, 400);
	write_bytes(log, log_bytes, log_len);
	/* Of a number that somebody has in use in part, nothing is taken. */
	write_bytes(taken, "x", 1);
	assert_ok(record_next(place->path, HISTORY_WRITE, "new", &err));
	assert_int_equal(runs_at(place->path), 1);
	assert_same_bytes(log_aside, log_bytes, log_len);
	assert_same_bytes(taken, "x", 1);
}

static void who_comes_second_finds_another_file(void **state)
{
	const struct place *place = *state;
	struct file_stamp seen;
	struct err err = ERR_INIT;
	AUTO_FREE char *other = mem_fmt("%s.other", place->path);
	char *to = NULL;

	record_one(place->path);
	assert_int_equal(file_stamp(place->path, &seen), 0);
	assert_int_equal(rename(place->path, other), 0);
	assert_ok(aside_put(place->path, &seen, &to, &err));
	assert_null(to);
	record_one(place->path);
	assert_ok(aside_put(place->path, &seen, &to, &err));
	assert_null(to);
	assert_int_equal(runs_at(place->path), 1);
}

/* Any page may be the bad one. What is recorded is there behind it, in this file or in a new one. */
static void every_bad_page_is_survived(void **state)
{
	const struct history_window window = SAMPLE_EVER;
	const struct place *place = *state;
	AUTO_FREE char *good = NULL;
	size_t len = 0, refused = 0, renewed = 0;
	struct run run = next_run("first");

	sample_record(place->path, &run);
	good = bytes_of(place->path, &len);
	for (size_t at = 8192; at < len; at += 8192) {
		for (int fill = 0; fill < 2; fill++) {
			AUTO_FREE char *bad = mem_alloc(len);
			struct history *history = NULL;
			struct err err = ERR_INIT;
			CLEANUP(evidence_release) struct evidence evidence = {0};

			memcpy(bad, good, len);
			memset(bad + at, fill ? 0x5a : 0, 8192);
			write_bytes(place->path, bad, len);
			if (history_open(place->path, HISTORY_READ, &history, &err) < 0 ||
			    history_load(history, &window, &evidence, &err) < 0) {
				refused++;
				assert_int_equal(err.code, ERR_HISTORY);
				assert_has(err.msg, ": is damaged (");
			}
			history_close(history);
			warnings[0] = '\0';
			assert_ok(record_next(place->path, HISTORY_WRITE, "next", &err));
			renewed += warnings[0] != '\0';
			history = sample_open(place->path, HISTORY_READ);
			assert_int_equal(
				sample_ask(history, "SELECT count(*) FROM run WHERE key = 'next'"),
				1);
			history_close(history);
			file_remove_tree(place->dir);
			assert_int_equal(mkdir(place->dir, 0700), 0);
		}
	}
	print_message("%zu pages: %zu not read, %zu set aside\n", len / 8192 - 1, refused, renewed);
	assert_true(refused > 0);
	assert_true(renewed > 0);
}

/* SQLite finds nothing wrong with a content that only we can read. */
static void what_only_we_can_read_counts_too(void **state)
{
	const struct place *place = *state;
	struct run run = next_run("first");
	struct history *history;
	struct err err = ERR_INIT;

	sample_record(place->path, &run);
	history = sample_open(place->path, HISTORY_WRITE);
	assert_ok(db_exec(
		&history->db,
		"UPDATE test_hash SET tests = x'00'; DELETE FROM block; DELETE FROM suite", &err));
	history_close(history);
	assert_ok(record_next(place->path, HISTORY_WRITE, "next", &err));
	assert_int_equal(runs_at(place->path), 1);
	assert_has(warnings, ": is damaged (bucket ");
}

static void remove_file(const struct place *place)
{
	assert_int_equal(unlink(place->path), 0);
}

static void remove_folder(const struct place *place)
{
	file_remove_tree(place->dir);
}

static void replace_file(const struct place *place)
{
	AUTO_FREE char *other = mem_fmt("%s.other", place->path);

	record_one(other);
	assert_int_equal(rename(other, place->path), 0);
}

static void a_file_that_is_gone_takes_nothing(void **state)
{
	static const struct {
		void (*remove)(const struct place *place);
		int64_t runs;
	} rows[] = {{remove_file, 1}, {remove_folder, 1}, {replace_file, 2}};
	const struct place *place = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows) * 2; i++) {
		bool early = i % 2;
		struct history *history;
		struct run run = next_run("next");
		struct err err = ERR_INIT;
		struct tx tx = {0};

		record_one(place->path);
		history = sample_open(place->path, HISTORY_WRITE);
		if (early) {
			rows[i / 2].remove(place);
			assert_int_equal(history_record(history, &run, &err), -1);
		} else {
			assert_ok(tx_begin(&tx, &history->db, TX_WRITE, &err));
			assert_ok(db_exec(&history->db, "UPDATE run SET branch = 'b'", &err));
			rows[i / 2].remove(place);
			assert_int_equal(tx_commit(&tx, &err), -1);
			tx_end(&tx);
		}
		assert_int_equal(err.code, ERR_HISTORY);
		assert_has(err.msg, "history.db: was removed or replaced while it was in use");
		assert_true(history_renew(&history, &err));
		assert_ok(history_record(history, &run, &err));
		history_close(history);
		assert_int_equal(runs_at(place->path), rows[i / 2].runs);
		assert_string_equal(warnings, "");
		run_release(&run);
		file_remove_tree(place->dir);
		assert_int_equal(mkdir(place->dir, 0700), 0);
	}
}

/* A fault of another kind is no reason to begin anew. */
static void nothing_else_is_renewed(void **state)
{
	const struct place *place = *state;
	struct history *history;
	struct run run = next_run("k");
	struct err err = ERR_INIT;

	record_one(place->path);
	history = sample_open(place->path, HISTORY_WRITE);
	assert_int_equal(history_record(history, &run, &err), -1);
	assert_int_equal(err.code, ERR_INPUT);
	assert_false(history_renew(&history, &err));
	assert_null(history);
	assert_int_equal(entries_in(place->dir), 1);
	run_release(&run);
}

/* Side files that are not what they should be. */
static void garbage_beside_it_does_no_harm(void **state)
{
	static const char *const suffixes[] = {"-wal", "-shm", "-journal"};
	static char garbage[40000];
	const struct place *place = *state;

	memset(garbage, 0x5a, sizeof(garbage));
	for (size_t i = 0; i < ARRAY_LEN(suffixes); i++) {
		AUTO_FREE char *side = mem_fmt("%s%s", place->path, suffixes[i]);
		struct err err = ERR_INIT;

		print_message("%s\n", suffixes[i]);
		record_one(place->path);
		write_bytes(side, garbage, sizeof(garbage));
		assert_int_equal(runs_at(place->path), 1);
		write_bytes(side, garbage, sizeof(garbage));
		assert_ok(record_next(place->path, HISTORY_WRITE, "next", &err));
		assert_int_equal(runs_at(place->path), 2);
		assert_string_equal(warnings, "");
		file_remove_tree(place->dir);
		assert_int_equal(mkdir(place->dir, 0700), 0);
	}
}

/* SQLite takes any log that is whole in itself for that of the file. */
static void another_program_s_log_is_left(void **state)
{
	const struct place *place = *state;
	AUTO_FREE char *log = mem_fmt("%s-wal", place->path);
	AUTO_FREE char *other = mem_fmt("%s/other.db", place->dir);
	AUTO_FREE char *other_log = mem_fmt("%s-wal", other);
	AUTO_FREE char *bytes = NULL;
	AUTO_FREE char *log_bytes = NULL;
	CLEANUP(db_close) struct db db = {0};
	struct history *history = NULL;
	struct err err = ERR_INIT;
	size_t len = 0, log_len = 0;

	write_bytes(other, "", 0);
	assert_ok(db_open(&db, other, other, false, &err));
	assert_ok(db_exec(&db,
			  "PRAGMA page_size = 8192; PRAGMA journal_mode = WAL;"
			  "CREATE TABLE t (a TEXT)",
			  &err));
	record_one(place->path);
	assert_ok(file_copy(other_log, log, &err));
	bytes = bytes_of(place->path, &len);
	log_bytes = bytes_of(log, &log_len);
	for (int mode = HISTORY_READ; mode <= HISTORY_WRITE_HOME; mode++) {
		assert_int_equal(history_open(place->path, (enum history_mode)mode, &history, &err),
				 -1);
		assert_has(err.msg, "is not a steady history (another program's SQLite database)");
		assert_same_bytes(place->path, bytes, len);
		assert_same_bytes(log, log_bytes, log_len);
	}
	assert_string_equal(warnings, "");
}

/* Single bits, as of bad memory or of a bad disk: never a crash, never a fault without a place. */
static void any_bad_byte_is_survived(void **state)
{
	const struct history_window window = SAMPLE_EVER;
	const struct place *place = *state;
	AUTO_FREE char *good = NULL;
	size_t len = 0, refused = 0;
	struct run run = next_run("first");
	uint32_t seed = 1;

	sample_record(place->path, &run);
	good = bytes_of(place->path, &len);
	for (int i = 0; i < 400; i++) {
		struct history *history = NULL;
		struct err err = ERR_INIT;
		CLEANUP(evidence_release) struct evidence evidence = {0};
		size_t at;

		seed = seed * 1664525 + 1013904223;
		/* Half of them where the first page tells how to read all the others. */
		at = i % 2 ? (seed >> 8) % len : (seed >> 8) % 4096;
		good[at] = (char)(good[at] ^ 1 << (i / 2 % 8));
		write_bytes(place->path, good, len);
		if (history_open(place->path, HISTORY_READ, &history, &err) < 0 ||
		    history_load(history, &window, &evidence, &err) < 0) {
			refused++;
			assert_true(err.code == ERR_HISTORY);
			assert_has(err.msg, "history.db: ");
			assert_null(strchr(err.msg, '\n'));
		}
		history_close(history);
		if (record_next(place->path, HISTORY_WRITE_HOME, "next", &err) < 0) {
			if (err.code != ERR_HISTORY) {
				fail_msg("byte %zu: %d: %s", at, (int)err.code, err.msg);
			}
			assert_has(err.msg, "history.db: ");
		}
		good[at] = (char)(good[at] ^ 1 << (i / 2 % 8));
		file_remove_tree(place->dir);
		assert_int_equal(mkdir(place->dir, 0700), 0);
	}
	print_message("%zu of 400 not read\n", refused);
	assert_true(refused > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HEARD(damaged_ones_of_ours_make_room),
		HEARD(what_may_be_another_s_stays),
		HEARD(its_log_goes_with_it),
		HEARD(who_comes_second_finds_another_file),
		HEARD(every_bad_page_is_survived),
		HEARD(what_only_we_can_read_counts_too),
		HEARD(a_file_that_is_gone_takes_nothing),
		HEARD(nothing_else_is_renewed),
		HEARD(garbage_beside_it_does_no_harm),
		HEARD(another_program_s_log_is_left),
		HEARD(any_bad_byte_is_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
