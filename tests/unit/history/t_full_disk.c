/* SPDX-License-Identifier: Apache-2.0 */
#include "files.h"
#include "power.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLACED(a_full_disk_loses_nothing),
		PLACED(a_full_disk_stops_an_update),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
