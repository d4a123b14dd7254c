/* SPDX-License-Identifier: Apache-2.0 */
#include "files.h"
#include "power.h"

#include "base/clock.h"
#include "history/care.h"

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
			assert_int_equal(err.code, ERR_IO);
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
			assert_int_equal(err.code, ERR_IO);
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

static void assert_sound(struct history *history)
{
	CLEANUP(history_check_release) struct history_check check = {0};
	struct err err = ERR_INIT;

	assert_ok(history_check(history, NULL, &check, &err));
	assert_int_equal(check.findings.len, 0);
}

/* Of all things compacting must not need room that is not there: it says so, and nothing is lost. */
static void a_full_disk_stops_compacting(void **state)
{
	const struct place *place = *state;
	AUTO_FREE char *whole = mem_fmt("%s.whole", place->path);
	const struct keeping keeping = {
		.now_us = INT64_C(1) << 50, .texts_us = US_PER_S, .results_us = US_PER_S};
	size_t refused = 0, unshrunk = 0;
	bool through = false;
	int room = 0;

	for (size_t nth = 0; nth < 8; nth++) {
		struct run run = nth_run(nth);

		sample_record(whole, &run);
	}
	for (; !through; room += 1 + room / 16) {
		CLEANUP(compacted_release) struct compacted done = {0};
		CLEANUP(compacted_release) struct compacted rest = {0};
		struct history *history;
		struct err err = ERR_INIT;

		assert_ok(file_copy(whole, place->path, &err));
		power_on();
		history = sample_open(place->path, HISTORY_CARE);
		power_room = room;
		through = history_compact(history, &keeping, NULL, &done, &err) == 0;
		if (!through) {
			refused++;
			assert_int_equal(err.code, ERR_IO);
			assert_has(err.msg, "history.db: no space is left for it");
		} else if (done.unshrunk) {
			unshrunk++;
			through = false;
			assert_has(done.unshrunk, "no space is left for it");
		}
		history_close(history);
		/* with room again, and without the real disk's time for syncs */
		power_room = -1;
		history = sample_open(place->path, HISTORY_CARE);
		assert_int_equal(sample_ask(history, "SELECT count(*) FROM run"), 8);
		assert_sound(history);
		assert_ok(history_compact(history, &keeping, NULL, &rest, &err));
		assert_int_equal(done.thinned + rest.thinned, 8);
		assert_null(rest.unshrunk);
		assert_sound(history);
		history_close(history);
		power_end();
		assert_true(room < 1000);
	}
	print_message("up to %d writes, %zu refused, %zu not shrunk\n", room, refused, unshrunk);
	assert_true(refused > 5);
	assert_true(unshrunk > 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLACED(a_full_disk_loses_nothing),
		PLACED(a_full_disk_stops_an_update),
		PLACED(a_full_disk_stops_compacting),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
