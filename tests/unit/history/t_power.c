/* SPDX-License-Identifier: Apache-2.0 */
#include "files.h"
#include "power.h"

#include "base/clock.h"
#include "base/log.h"
#include "history/care.h"

#include <sys/stat.h>

/*
 * The power goes before a write, a sync or the removal of a file. Whatever the disk has kept of what
 * was not synced: every run whose recording had succeeded is there whole, no half one, and the file
 * can be read and written.
 */

static const char *source;  /* the history that loses its power */
static const char *remains; /* where what is left of it is put */
static size_t recorded;     /* so many runs certainly */
static size_t before;       /* so many from elsewhere */
static bool thinned;        /* results may be dropped */
static size_t ticks, looks, stride;
static char warned[512];

static void listen(enum log_level level, const char *line, void *payload)
{
	(void)payload;
	(void)level;
	snprintf(warned, sizeof(warned), "%s", line);
}

static void remove_remains(void)
{
	static const char *const suffixes[] = {"", "-wal", "-shm", "-journal"};

	for (size_t i = 0; i < ARRAY_LEN(suffixes); i++) {
		AUTO_FREE char *side = mem_fmt("%s%s", remains, suffixes[i]);

		unlink(side);
	}
}

/* Each thing in it, and each is what it says. */
static void assert_sound(struct history *history)
{
	CLEANUP(history_check_release) struct history_check check = {0};
	struct err err = ERR_INIT;

	assert_ok(history_check(history, NULL, &check, &err));
	if (check.findings.len > 0) {
		fail_msg("tick %zu: %s %lld: %s", ticks,
			 str_or(check.findings.items[0].table, "database"),
			 (long long)check.findings.items[0].id, check.findings.items[0].what);
	}
}

static void assert_all_results(struct history *history)
{
	assert_int_equal(sample_ask(history, "SELECT count(*) FROM run WHERE key GLOB 'k*'") *
				 (NTH_TESTS + 1),
			 sample_info(history).results - (before ? 8 : 0));
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
		if (!thinned) {
			assert_all_results(history);
		}
		assert_sound(history);
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
	thinned = false;
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

static void while_it_is_brought_up_to_date(void **state)
{
	const struct place *place = *state;

	for (int version = 1; version < history_schema_version(); version++) {
		print_message("schema %d\n", version);
		make_old(place->path, version);
		start(place);
		before = 3;
		history_close(sample_open(place->path, HISTORY_WRITE));
		record_alone(place->path);
		end();
	}
}

/* Whatever has gone by then: what is left is sound, and no run is lost. */
static void while_it_is_compacted(void **state)
{
	const struct place *place = *state;
	const struct keeping keeping = {
		.now_us = INT64_C(1) << 50, .texts_us = US_PER_S, .results_us = US_PER_S};
	CLEANUP(compacted_release) struct compacted done = {0};
	struct history *history;
	struct err err = ERR_INIT;

	start(place);
	power_tick = NULL;
	for (int i = 0; i < 12; i++) {
		record_alone(place->path);
	}
	power_tick = look;
	thinned = true;
	history = sample_open(place->path, HISTORY_CARE);
	assert_ok(history_compact(history, &keeping, NULL, &done, &err));
	assert_int_equal(done.thinned, 12);
	assert_null(done.unshrunk);
	history_close(history);
	record_alone(place->path);
	end();
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		PLACED(runs_one_by_one),
		PLACED(runs_beside_others),
		PLACED(a_log_that_starts_again),
		PLACED(without_a_log),
		PLACED(while_it_is_brought_up_to_date),
		PLACED(while_it_is_compacted),
	};

	/* with any argument at every moment, else at every seventh */
	(void)argv;
	stride = argc > 1 ? 1 : 7;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
