/* SPDX-License-Identifier: Apache-2.0 */
#include "sample.h"

/* Which names are on record of a test that was moved from file to file: those of its newest day. */

#define DAY_US INT64_C(86400000000)

struct sighting {
	const char *file;
	int64_t day;
};

static void record_sighting(const char *path, const struct sighting *sighting, enum outcome outcome)
{
	AUTO_FREE char *key = mem_fmt("%s on %d", sighting->file, (int)sighting->day);
	struct run run = sample_run(key, "j", sighting->day * DAY_US);
	struct result *result;

	sample_attempt(&run, 1);
	sample_file(&run, key);
	result = sample_result(&run, "t", outcome);
	result->test.file = mem_str(sighting->file);
	sample_result(&run, "neighbour", OUTCOME_PASSED);
	sample_record(path, &run);
}

static void assert_file(const char *path, const char *file)
{
	CLEANUP(test_facts_list_release) struct test_facts_list list = {0};
	struct history *history = sample_open(path, HISTORY_READ);
	struct err err = ERR_INIT;

	assert_int_equal(sample_info(history).tests, 2);
	assert_ok(history_find_tests(history, "pkg.Case::t", &list, &err));
	history_close(history);
	assert_int_equal(list.len, 1);
	assert_string_equal(list.items[0].name.file, file);
}

static void the_newest_day_names_a_test(void **state)
{
	static const struct {
		struct sighting sighting;
		const char *file; /* on record then */
	} rows[] = {
		{{"b.py", 5}, "b.py"}, {{"a.py", 7}, "a.py"}, {{"b.py", 6}, "a.py"},
		{{"c.py", 1}, "a.py"}, {{"b.py", 8}, "b.py"}, {{"a.py", 9}, "a.py"},
	};
	const struct place *place = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		record_sighting(place->path, &rows[i].sighting, OUTCOME_PASSED);
		assert_file(place->path, rows[i].file);
	}
}

static void swap(size_t *a, size_t *b)
{
	size_t kept = *a;

	*a = *b;
	*b = kept;
}

/* Calls work for each order of these, by exchanges. */
static void each_order(size_t *order, size_t len, size_t at,
		       void (*work)(const size_t *order, size_t len, void *payload), void *payload)
{
	if (at == len) {
		work(order, len, payload);
		return;
	}
	for (size_t i = at; i < len; i++) {
		swap(&order[at], &order[i]);
		each_order(order, len, at + 1, work, payload);
		swap(&order[at], &order[i]);
	}
}

/* The last one wins in the end: b.py is greater than a.py, and both are of day 4. */
static const struct sighting sightings[] = {
	{"c.py", 1}, {"a.py", 2}, {"c.py", 3}, {"a.py", 4}, {"b.py", 4},
};

static void record_in_order(const size_t *order, size_t len, void *payload)
{
	const struct place *place = payload;
	struct history *history;

	unlink(place->path);
	for (size_t i = 0; i < len; i++) {
		record_sighting(place->path, &sightings[order[i]], OUTCOME_FAILED);
	}
	assert_file(place->path, "b.py");
	history = sample_open(place->path, HISTORY_READ);
	assert_int_equal(sample_ask(history, "SELECT count(*) FROM test_name"), 1);
	history_close(history);
}

static void the_order_of_recording_does_not_matter(void **state)
{
	size_t order[ARRAY_LEN(sightings)];

	for (size_t i = 0; i < ARRAY_LEN(order); i++) {
		order[i] = i;
	}
	each_order(order, ARRAY_LEN(order), 0, record_in_order, *state);
}

/* What people see who ask by SQL is the name on record, also when the failure is of an older day. */
static void failed_tests_bear_the_name_on_record(void **state)
{
	static const struct sighting parameters[] = {{"t[0x2]", 3}, {"t[0x9]", 1}, {"t[0x1]", 4}};
	const struct place *place = *state;
	struct history *history;
	char id[TEST_ID_LEN + 1];

	memset(id, 'a', TEST_ID_LEN);
	id[TEST_ID_LEN] = '\0';
	for (size_t i = 0; i < ARRAY_LEN(parameters); i++) {
		const struct sighting *row = &parameters[i];
		struct run run = sample_run(row->file, "j", row->day * DAY_US);
		enum outcome outcome = row->day == 1 ? OUTCOME_FAILED : OUTCOME_PASSED;

		sample_attempt(&run, 1);
		sample_file(&run, row->file);
		memcpy(sample_result(&run, row->file, outcome)->id, id, sizeof(id));
		sample_record(place->path, &run);
	}
	history = sample_open(place->path, HISTORY_READ);
	assert_int_equal(sample_ask(history, "SELECT count(*) FROM test_name "
					     "WHERE shown = 'pkg.Case::t[0x1]'"),
			 1);
	history_close(history);
}

/* Two shards that place one test differently. */
static void a_test_of_two_files_has_the_names_of_one(void **state)
{
	const struct place *place = *state;

	for (int i = 0; i < 2; i++) {
		struct run run = sample_run(i ? "k2" : "k1", "j", 1);
		CLEANUP(test_facts_list_release) struct test_facts_list list = {0};
		struct history *history;
		struct err err = ERR_INIT;

		sample_attempt(&run, 1);
		sample_file(&run, "a");
		sample_result(&run, "t", OUTCOME_PASSED)->test.file = mem_str(i ? "1.py" : "2.py");
		sample_file(&run, "b");
		sample_result(&run, "t", OUTCOME_PASSED)->test.file = mem_str(i ? "2.py" : "1.py");
		sample_result(&run, i ? "u" : "v", OUTCOME_PASSED);
		sample_record(place->path, &run);
		history = sample_open(place->path, HISTORY_READ);
		assert_ok(history_find_tests(history, "pkg.Case::t", &list, &err));
		assert_string_equal(list.items[0].name.file, "2.py");
		history_close(history);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLACED(the_newest_day_names_a_test),
		PLACED(the_order_of_recording_does_not_matter),
		PLACED(failed_tests_bear_the_name_on_record),
		PLACED(a_test_of_two_files_has_the_names_of_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
