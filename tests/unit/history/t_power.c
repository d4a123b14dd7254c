/* SPDX-License-Identifier: Apache-2.0 */
#include "files.h"
#include "power.h"

#include "base/log.h"

#include <sys/stat.h>

/*
 * The power goes before a write, a sync or the removal of a file. Whatever the disk has kept of what
 * was not synced: every run whose recording had succeeded is there whole, no half one, and the file
 * can be read and written.
 */

#define TESTS 20

static const char *source;  /* the history that loses its power */
static const char *remains; /* where what is left of it is put */
static size_t recorded;     /* so many runs certainly */
static size_t before;       /* so many from elsewhere */
static size_t ticks, looks, stride;
static char warned[512];

static void listen(enum log_level level, const char *line, void *payload)
{
	(void)payload;
	(void)level;
	snprintf(warned, sizeof(warned), "%s", line);
}

static struct run nth_run(size_t nth)
{
	char name[16];
	struct run run;

	snprintf(name, sizeof(name), "k%zu", nth);
	run = sample_run(name, "j", 1000);
	sample_attempt(&run, 1);
	sample_file(&run, name);
	for (int i = 0; i < TESTS; i++) {
		snprintf(name, sizeof(name), "t%d-%zu", i, nth % 3);
		sample_result(&run, name, OUTCOME_PASSED);
	}
	sample_failure(sample_result(&run, "f", OUTCOME_FAILED), "aa", "no");
	return run;
}

static void remove_remains(void)
{
	static const char *const suffixes[] = {"", "-wal", "-shm", "-journal"};

	for (size_t i = 0; i < ARRAY_LEN(suffixes); i++) {
		AUTO_FREE char *side = mem_fmt("%s%s", remains, suffixes[i]);

		unlink(side);
	}
}

static void check_remains(void)
{
	struct history *history = NULL;
	struct err err = ERR_INIT;
	struct run more = nth_run(999);
	int64_t runs = 0;

	if (history_open(remains, HISTORY_READ, &history, &err) < 0) {
		if (err.code != ERR_NOT_FOUND || recorded + before > 0) {
			fail_msg("tick %zu: %s", ticks, err.msg);
		}
	} else {
		runs = sample_ask(history, "SELECT count(*) FROM run");
		assert_ask_text(history, "PRAGMA integrity_check", "ok");
		assert_int_equal(
			sample_ask(history, "SELECT count(*) FROM pragma_foreign_key_check"), 0);
		assert_in_range(runs, recorded + before, recorded + before + 1);
		assert_int_equal(
			sample_ask(history, "SELECT count(*) FROM run WHERE key GLOB 'k*'") *
				(TESTS + 1),
			sample_info(history).results - (before ? 8 : 0));
	}
	history_close(history);
	/* By the next run as well; a history of ours is never taken for damaged then. */
	history = sample_open(remains, HISTORY_WRITE);
	assert_ok(history_record(history, &more, &err));
	assert_int_equal(sample_ask(history, "SELECT count(*) FROM run"), runs + 1);
	history_close(history);
	assert_string_equal(warned, "");
	run_release(&more);
}

static void look_after(enum power_cut cut)
{
	static const char *const suffixes[] = {"", "-wal", "-journal"};

	remove_remains();
	for (size_t i = 0; i < ARRAY_LEN(suffixes); i++) {
		AUTO_FREE char *from = mem_fmt("%s%s", source, suffixes[i]);
		AUTO_FREE char *to = mem_fmt("%s%s", remains, suffixes[i]);

		power_leave(from, to, cut);
	}
	check_remains();
	looks++;
}

/* The worst each time, the others in turn. */
static void look(void)
{
	if (++ticks % stride) {
		return;
	}
	look_after(CUT_LOSES_ALL);
	if (looks % 2) {
		look_after((enum power_cut)(CUT_LOSES_NONE + looks / 2 % CUT_TEARS));
	}
}

static void start(const struct place *place)
{
	source = place->path;
	remains = mem_fmt("%s.left", place->path);
	recorded = before = ticks = looks = 0;
	power_seed = 1;
	warned[0] = '\0';
	log_set_sink(listen, NULL);
	power_on();
	power_tick = look;
}

static void end(void)
{
	power_end();
	log_set_sink(NULL, NULL);
	print_message("%zu moments, %zu cuts\n", ticks, looks);
	assert_true(ticks > 30);
	free((char *)(uintptr_t)remains);
}

static void record_nth(struct history *history)
{
	struct run run = nth_run(recorded);
	struct err err = ERR_INIT;

	assert_ok(history_record(history, &run, &err));
	recorded++;
	power_tell();
	run_release(&run);
}

static void record_alone(const char *path)
{
	struct history *history = sample_open(path, HISTORY_WRITE);

	record_nth(history);
	history_close(history);
}

static void runs_one_by_one(void **state)
{
	const struct place *place = *state;

	start(place);
	for (int i = 0; i < 3; i++) {
		record_alone(place->path);
	}
	end();
}

/* While others have it open nobody moves the log into the file. */
static void runs_beside_others(void **state)
{
	const struct place *place = *state;
	struct history *other, *reader;

	start(place);
	other = sample_open(place->path, HISTORY_WRITE);
	for (int i = 0; i < 2; i++) {
		record_alone(place->path);
		record_nth(other);
	}
	reader = sample_open(place->path, HISTORY_READ);
	assert_int_equal(sample_info(reader).runs, 4);
	record_nth(other);
	history_close(other);
	record_alone(place->path);
	history_close(reader);
	record_alone(place->path);
	end();
}

/* A log that is written from its start again: what it held before must be in the file by then. */
static void a_log_that_starts_again(void **state)
{
	const struct place *place = *state;
	struct history *history;
	struct err err = ERR_INIT;

	start(place);
	history = sample_open(place->path, HISTORY_WRITE);
	for (int i = 0; i < 4; i++) {
		record_nth(history);
		assert_ok(db_exec(
			&history->db,
			i % 2 ? "PRAGMA wal_checkpoint" : "PRAGMA wal_checkpoint(TRUNCATE)", &err));
	}
	history_close(history);
	end();
}

/* As on file systems that machines share. */
static void without_a_log(void **state)
{
	const struct place *place = *state;
	struct history *history;

	start(place);
	history = sample_open(place->path, HISTORY_WRITE);
	db_want_journal(&history->db, true);
	for (int i = 0; i < 3; i++) {
		record_nth(history);
	}
	history_close(history);
	end();
}

static void make_old(const char *path, int version)
{
	AUTO_FREE char *fixture = mem_fmt("%s/history/v%d.sql", FIXTURES, version);
	AUTO_FREE char *script = file_text(fixture, (size_t)1 << 20, NULL);
	CLEANUP(db_close) struct db db = {0};
	struct err err = ERR_INIT;

	assert_non_null(script);
	unlink(path);
	write_bytes(path, "", 0);
	assert_ok(db_open(&db, path, path, false, &err));
	assert_ok(db_exec(&db, script, &err));
}

static void while_it_is_brought_up_to_date(void **state)
{
	const struct place *place = *state;

	for (int version = 1; version < 4; version++) {
		print_message("schema %d\n", version);
		make_old(place->path, version);
		start(place);
		before = 3;
		history_close(sample_open(place->path, HISTORY_WRITE));
		record_alone(place->path);
		end();
	}
}

/* From any write on no more fit: an error in one line, nothing recorded is lost, and with room again
 * it goes on. */
static void a_full_disk_loses_nothing(void **state)
{
	const struct place *place = *state;
	size_t refused = 0;
	int room = 0;

	for (bool done = false; !done; room++) {
		struct history *history = NULL;
		struct run run = nth_run(1);
		struct err err = ERR_INIT;

		power_on();
		/* Once in three the file is to be made first. */
		if (room % 3) {
			record_one(place->path);
		}
		power_room = room / 3;
		done = history_open(place->path, HISTORY_WRITE, &history, &err) == 0 &&
		       history_record(history, &run, &err) == 0 && power_room > 0;
		history_close(history);
		if (!done && err.code) {
			refused++;
			assert_int_equal(err.code, ERR_HISTORY);
			assert_has(err.msg, "history.db: no space is left for it");
		}
		power_end();
		history = sample_open(place->path, HISTORY_WRITE);
		assert_int_equal(sample_ask(history, "SELECT count(*) FROM run WHERE key = 'k'"),
				 room % 3 != 0);
		assert_ask_text(history, "PRAGMA integrity_check", "ok");
		assert_int_equal(history_record(history, &run, &err), done || !err.code ? -1 : 0);
		history_close(history);
		run_release(&run);
		unlink(place->path);
		assert_true(room < 1000);
	}
	print_message("%d places, %zu refused\n", room, refused);
	assert_true(refused > 30);
}

/* Neither the copy nor the update itself needs room that the history then has not. */
static void a_full_disk_stops_an_update(void **state)
{
	const struct place *place = *state;
	AUTO_FREE char *backup = mem_fmt("%s.schema-1.backup", place->path);
	AUTO_FREE char *part = mem_fmt("%s.part", backup);
	bool done = false;
	int room = 0;

	for (; !done; room++) {
		struct history *history = NULL;
		struct err err = ERR_INIT;

		make_old(place->path, 1);
		power_on();
		power_room = room;
		done = history_open(place->path, HISTORY_WRITE, &history, &err) == 0;
		history_close(history);
		power_end();
		if (!done) {
			assert_int_equal(err.code, ERR_HISTORY);
			assert_has(err.msg, "history.db: no space is left for it");
			/* half a copy helps nobody, and takes the room */
			assert_false(file_exists(part));
		}
		history = sample_open(place->path, HISTORY_WRITE);
		assert_int_equal(sample_ask(history, "SELECT count(*) FROM run"), 3);
		assert_int_equal(sample_info(history).results, 8);
		history_close(history);
		assert_true(file_exists(backup));
		unlink(backup);
	}
	print_message("%d places\n", room);
	assert_true(room > 20);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		PLACED(runs_one_by_one),
		PLACED(runs_beside_others),
		PLACED(a_log_that_starts_again),
		PLACED(without_a_log),
		PLACED(while_it_is_brought_up_to_date),
		PLACED(a_full_disk_loses_nothing),
		PLACED(a_full_disk_stops_an_update),
	};

	/* with any argument at every moment, else at every seventh */
	(void)argv;
	stride = argc > 1 ? 1 : 7;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
