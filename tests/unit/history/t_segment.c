/* SPDX-License-Identifier: Apache-2.0 */
#include "dice.h"
#include "segments.h"

#include "history/twin.h"

/* Texts as tests have them, and worse. */
static char *some_text(struct dice *dice)
{
	static const char *const texts[] = {
		"plain",
		"",
		"two\nlines\r\n",
		"\"quotes\" and \\",
		"\xc3\xa4\xf0\x9f\x90\x9e",
		"bad \xff\xc3",
		"\x1b[31mred",
		"\t",
		"\xe2\x80\xa8 \xe2\x80\xae",
		"</script>",
	};

	return mem_fmt("%s%u", texts[roll(dice, ARRAY_LEN(texts))], roll(dice, 3));
}

static void add_failure(struct result *result, struct dice *dice)
{
	struct failure *failure = mem_alloc(sizeof(*failure));

	failure->type = roll(dice, 3) ? some_text(dice) : NULL;
	failure->message = roll(dice, 3) ? some_text(dice) : NULL;
	failure->text = roll(dice, 3) ? some_text(dice) : NULL;
	if (roll(dice, 3)) {
		snprintf(failure->signature, sizeof(failure->signature), "%016x", roll(dice, 4));
	}
	result->failure = failure;
}

static void add_results(struct run *run, struct dice *dice)
{
	size_t count = roll(dice, 90);

	for (size_t i = 0; i < count; i++) {
		AUTO_FREE char *name = some_text(dice);
		AUTO_FREE char *numbered = mem_fmt("%s %u", name, roll(dice, 80));
		struct result *result = sample_result(
			run, numbered,
			(enum outcome)(roll(dice, 9) ? roll(dice, 2) : 2 + roll(dice, 2)));

		result->duration_us =
			roll(dice, 5) ? (int64_t)roll(dice, 1 << 30) * roll(dice, 9) : -1;
		result->test.suite = roll(dice, 2) ? mem_str("suite") : NULL;
		result->test.file = roll(dice, 2) ? mem_fmt("f%u.py", roll(dice, 2)) : NULL;
		if (roll(dice, 20) == 0) {
			memset(result->id, 'a', TEST_ID_LEN);
		}
		if (result->outcome == OUTCOME_PASSED && roll(dice, 30) == 0) {
			result->failed_tries = 2;
		}
		if (outcome_is_bad(result->outcome) || result->failed_tries) {
			add_failure(result, dice);
		}
	}
}

static void add_attempt(struct run *run, int number, struct dice *dice)
{
	struct attempt *attempt = sample_attempt(run, number);

	attempt->end = (enum attempt_end)(roll(dice, 4) + 1);
	attempt->exit_code = attempt->end == END_EXITED ? (int)roll(dice, 3) : 0;
	attempt->signal = attempt->end == END_SIGNALLED ? 11 : 0;
	attempt->complete = roll(dice, 2);
	attempt->incomplete_why = attempt->complete ? NULL : some_text(dice);
	if (roll(dice, 2)) {
		attempt->conditions = (struct conditions){
			2, 0.5 + roll(dice, 5), roll(dice, 2) ? 7.125 : -1, 0.25, 1 << 20, 3};
	}
	attempt->autopsy = roll(dice, 4) ? NULL : mem_str("{\"schema\":\"steady.autopsy/1\"}");
	if (roll(dice, 3) == 0) {
		struct attempt_leak *leak = VEC_PUSH(&attempt->leaks);

		leak->name = mem_str("redis-server");
		leak->command = some_text(dice);
		strv_add(&leak->listens, "8000");
		strv_add(&leak->listens, "8001");
	}
	for (unsigned files = 1 + roll(dice, 3); files > 0; files--) {
		AUTO_FREE char *digest = mem_fmt("%08x", roll(dice, 1 << 20));
		struct results_file *file = sample_file(run, digest);

		file->state = (enum file_state)roll(dice, 4);
		file->producer = roll(dice, 2) ? mem_str("pytest") : NULL;
		file->suite_errors = roll(dice, 2);
		file->first_suite_error = file->suite_errors ? some_text(dice) : NULL;
		add_results(run, dice);
	}
}

static void add_verdicts(struct run *run, struct dice *dice)
{
	ATTEMPT_EACH_RESULT(result, &run->attempts.items[0])
	{
		if (outcome_is_bad(result->outcome)) {
			struct failed_test *failed = VEC_PUSH(&run->failed);

			failed->first = result;
			failed->retry = (enum retry_verdict)roll(dice, 6);
			failed->decided_by = failed->retry ? 2 : 0;
			failed->service = roll(dice, 4) ? NULL : mem_str("db:5432");
			quarantine_mark_excused(&failed->quarantine,
						roll(dice, 4) ? NULL : mem_str("Cart::*"));
		}
	}
}

static void add_surroundings(struct run *run, struct dice *dice)
{
	struct started_service *service = VEC_PUSH(&run->services);
	struct service_event *event = VEC_PUSH(&run->events);
	struct wait *wait = sample_wait(run, "127.0.0.1:5432", roll(dice, 2));

	wait->passed_us[STAGE_LISTEN] = 12;
	wait->last_seen_us = roll(dice, 2) ? 5 : STAGE_NEVER;
	wait->owner = roll(dice, 2) ? some_text(dice) : NULL;
	service->name = mem_str("db");
	strv_add(&service->command, "postgres");
	service->started_us = 5;
	service->duration_us = 7;
	service->by_itself = roll(dice, 2);
	service->exit_code = service->by_itself ? 1 : 0;
	service->log = some_text(dice);
	service->log_bytes = 100;
	event->service = mem_str("127.0.0.1:5432");
	event->change = (enum service_change)roll(dice, SERVICE_CHANGES);
	event->at_us = 99;
	event->detail = some_text(dice);
}

/* The run of that number: always the same one, with all that there is. */
static struct run make_run(unsigned number)
{
	struct dice dice = {number * 7919ULL + 3};
	AUTO_FREE char *key = mem_fmt("k%02u", number);
	struct run run =
		sample_run(key, roll(&dice, 2) ? "unit" : "", 86400000000 * (1 + roll(&dice, 5)));

	run.imported = roll(&dice, 3) == 0;
	run.outcome = (enum run_outcome)roll(&dice, RUN_ERROR + 1);
	run.exit_code = run.imported ? 0 : (int)roll(&dice, 100);
	run.because = roll(&dice, 2) ? some_text(&dice) : NULL;
	run.folder = roll(&dice, 2) ? some_text(&dice) : NULL;
	strv_give(&run.command, some_text(&dice));
	run.source.commit = roll(&dice, 4) ? mem_fmt("%040u", number) : NULL;
	if (run.source.commit) {
		strv_give(&run.source.parents, mem_fmt("%040u", number + 1));
		strv_give(&run.source.parents, mem_fmt("%040u", number + 2));
	}
	run.source.tree = roll(&dice, 2) ? mem_fmt("%040u", number / 2) : NULL;
	run.source.branch = roll(&dice, 2) ? mem_str("main") : NULL;
	run.source.ci_run = roll(&dice, 2) ? mem_str("12") : NULL;
	run.source.dirty = roll(&dice, 5) == 0;
	if (!run.imported) {
		add_surroundings(&run, &dice);
	}
	for (unsigned i = roll(&dice, 4); i > 0; i--) {
		add_attempt(&run, (int)run.attempts.len + 1, &dice);
	}
	if (!run.imported && run.attempts.len > 0) {
		add_verdicts(&run, &dice);
	}
	return run;
}

static void a_run_has_one_segment(void **state)
{
	const struct place *place = *state;
	AUTO_FREE char *other = mem_fmt("%s/other.db", place->dir);
	AUTO_FREE char *direct = mem_fmt("%s/direct", place->dir);

	for (unsigned i = 0; i < 60; i++) {
		struct run run = make_run(i);
		AUTO_FREE char *here = NULL;
		AUTO_FREE char *there = NULL;
		AUTO_FREE char *written = NULL;
		AUTO_CLOSE int fd = open(direct, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
		struct err err = ERR_INIT;
		size_t len = 0;

		unlink(place->path);
		unlink(other);
		assert_ok(history_write_segment(&run, fd, false, &err));
		written = bytes_of(direct, &len);
		sample_record(place->path, &run);
		here = export_all(place->path, false);
		assert_string_equal(written, here);
		take_text(other, here);
		there = export_all(other, false);
		assert_string_equal(there, here);
	}
}

/* However they are cut into files, and whatever comes first or twice. */
static void the_order_of_arrival_does_not_matter(void **state)
{
	const struct place *place = *state;
	AUTO_FREE char *whole = NULL;
	char *segments[12];
	struct dice dice = {11};

	for (unsigned i = 0; i < ARRAY_LEN(segments); i++) {
		struct run run = make_run(i);

		unlink(place->path);
		sample_record(place->path, &run);
		segments[i] = export_all(place->path, false);
	}
	for (int turn = 0; turn < 6; turn++) {
		AUTO_FREE char *now = NULL;
		struct buf text = BUF_INIT(BUF_OWN_MAX);

		unlink(place->path);
		for (unsigned i = ARRAY_LEN(segments) - 1; i > 0; i--) {
			unsigned at = roll(&dice, i + 1);
			char *kept = segments[i];

			segments[i] = segments[at];
			segments[at] = kept;
		}
		for (unsigned i = 0; i < ARRAY_LEN(segments); i++) {
			buf_str_add(&text, segments[i]);
			if (roll(&dice, 3) == 0) {
				take_text(place->path, buf_str(&text));
				buf_clear(&text);
			}
			if (roll(&dice, 4) == 0) {
				buf_str_add(&text, segments[roll(&dice, i + 1)]);
			}
		}
		take_text(place->path, buf_str(&text));
		buf_release(&text);
		now = export_all(place->path, false);
		if (whole) {
			assert_string_equal(now, whole);
		} else {
			whole = mem_str(now);
		}
	}
	for (unsigned i = 0; i < ARRAY_LEN(segments); i++) {
		free(segments[i]);
	}
}

/* --- runs of one name --- */

static void other_content_is_kept_apart(void **state)
{
	static const char *const contents[] = {
		RUN_LINE("") END_LINE("1"),
		RUN_LINE(",\"exit_code\":1") END_LINE("1"),
		RUN_LINE(",\"exit_code\":2") END_LINE("1"),
	};
	static const size_t orders[][5] = {{0, 1, 2, 1, 0}, {2, 2, 0, 1, 2}, {1, 0, 0, 2, 1}};
	const struct place *place = *state;
	AUTO_FREE char *first = NULL;

	for (size_t i = 0; i < ARRAY_LEN(orders); i++) {
		AUTO_FREE char *keys = NULL;
		AUTO_FREE char *exported = NULL;
		struct history *history;

		unlink(place->path);
		for (size_t k = 0; k < 5; k++) {
			take_text(place->path, contents[orders[i][k]]);
		}
		exported = export_all(place->path, false);
		history = sample_open(place->path, HISTORY_READ);
		keys = sample_ask_text(history,
				       "SELECT group_concat(key, ' ') FROM (SELECT key FROM "
				       "run ORDER BY key)");
		assert_int_equal(sample_ask(history, "SELECT count(*) FROM run"), 3);
		assert_int_equal(strlen(keys), 3 * (2 + TWIN_DIGITS) + 2);
		history_close(history);
		if (first) {
			assert_string_equal(exported, first);
		} else {
			first = mem_str(exported);
			assert_non_null(strstr(exported, "\"key\":\"k\""));
			assert_null(strchr(exported, '~'));
		}
	}
}

static struct run import_part(const char *digest, const char *test, enum outcome outcome)
{
	struct run run = sample_run("ci", "j", 5000000);

	run.imported = true;
	run.outcome = RUN_PASSED;
	sample_attempt(&run, 1)->end = END_UNKNOWN;
	sample_file(&run, digest);
	sample_result(&run, test, outcome);
	sample_result(&run, "of both", OUTCOME_PASSED);
	return run;
}

/* Shards of one CI job that two machines imported. */
static void parts_of_an_import_come_together(void **state)
{
	const struct place *place = *state;
	AUTO_FREE char *whole = NULL;
	char *parts[3];

	for (size_t i = 0; i < 3; i++) {
		struct run run = import_part(i == 0   ? "aa"
					     : i == 1 ? "bb"
						      : "cc",
					     i == 0 ? "one" : "two",
					     i == 2 ? OUTCOME_FAILED : OUTCOME_PASSED);
		struct import_effect effect;
		struct history *history;
		struct err err = ERR_INIT;

		unlink(place->path);
		history = sample_open(place->path, HISTORY_WRITE);
		assert_ok(history_import(history, &run, &effect, &err));
		import_effect_release(&effect);
		history_close(history);
		run_release(&run);
		parts[i] = export_all(place->path, false);
	}
	for (size_t shift = 0; shift < 3; shift++) {
		AUTO_FREE char *now = NULL;
		struct history *history;

		unlink(place->path);
		for (size_t i = 0; i < 5; i++) {
			take_text(place->path, parts[(i + shift) % 3]);
		}
		now = export_all(place->path, false);
		history = sample_open(place->path, HISTORY_READ);
		assert_int_equal(sample_ask(history, "SELECT count(*) FROM results_file"), 3);
		assert_ask_text(history, "SELECT outcome FROM run", "failed");
		history_close(history);
		if (whole) {
			assert_string_equal(now, whole);
		} else {
			whole = mem_str(now);
		}
	}
	for (size_t i = 0; i < 3; i++) {
		free(parts[i]);
	}
}

/* Which commits others descend from is told by any run of them, before or later. */
static void parents_make_no_other_run(void **state)
{
	const struct place *place = *state;
	const char *one = RUN_LINE(",\"commit\":\"c1\"") ATTEMPT_LINE END_LINE("2");
	const char *two = "{\"schema\":\"steady.segment/1\",\"run\":{\"key\":\"l\",\"job\":\"j\","
			  "\"commit\":\"c1\",\"parents\":[\"c0\"],\"started_us\":5,"
			  "\"outcome\":\"passed\"}}\n" ATTEMPT_LINE END_LINE("2");
	struct history *history;

	take_text(place->path, one);
	take_text(place->path, two);
	take_text(place->path, one);
	history = sample_open(place->path, HISTORY_READ);
	assert_int_equal(sample_ask(history, "SELECT count(*) FROM run"), 2);
	assert_int_equal(sample_ask(history, "SELECT count(*) FROM run WHERE twin <> ''"), 0);
	history_close(history);
}

/* A key may look like that of a twin. */
static void a_key_with_a_tail_is_nobodys_twin(void **state)
{
	const struct place *place = *state;
	static const char *const outcomes[] = {"passed", "failed"};
	struct history *history;

	for (size_t i = 0; i < 2; i++) {
		AUTO_FREE char *text = mem_fmt(
			"{\"schema\":\"steady.segment/1\",\"run\":{\"key\":\"k~abc\",\"job\":"
			"\"j\",\"started_us\":5,\"outcome\":\"%s\"}}\n" END_LINE("1"),
			outcomes[i]);

		take_text(place->path, text);
	}
	take_text(place->path, RUN_LINE("") END_LINE("1"));
	history = sample_open(place->path, HISTORY_READ);
	assert_int_equal(sample_ask(history, "SELECT count(*) FROM run WHERE key = 'k'"), 1);
	assert_int_equal(sample_ask(history, "SELECT count(*) FROM run WHERE key LIKE 'k~abc~%'"),
			 2);
	history_close(history);
}

#define IMPORT(commit, started) \
	"{\"schema\":\"steady.segment/" \
	"1\",\"run\":{\"key\":\"k\",\"job\":\"j\",\"imported\":true" commit \
	",\"started_us\":" started ",\"outcome\":\"passed\"}}\n"
#define IMPORTED "{\"attempt\":{\"number\":1,\"started_us\":7}}\n"
#define OF_FILE(digest, path) \
	"{\"file\":{\"digest\":\"" digest "\",\"path\":\"" path "\",\"tests\":1}}\n"
#define FAILED(time, message) \
	"{\"result\":{\"name\":\"t\",\"outcome\":\"failed\",\"time_us\":" time \
	",\"failure\":true,\"message\":\"" message "\"}}\n"

/* Whoever comes first decides nothing: not what belongs together, not under which path, not which failure counts. */
static void parts_meet_in_any_order(void **state)
{
	const struct place *place = *state;
	static const char *const parts[] = {
		IMPORT(",\"commit\":\"c1\"", "5") IMPORTED OF_FILE("aa", "x/a.xml")
			FAILED("1000", "one") END_LINE("4"),
		IMPORT(",\"commit\":\"c1\",\"tree\":\"t1\"", "6") IMPORTED OF_FILE("aa", "a.xml")
			FAILED("9000", "two") END_LINE("4"),
		IMPORT(",\"commit\":\"c2\"", "5") IMPORTED OF_FILE("bb", "b.xml") END_LINE("3"),
		IMPORT("", "5") IMPORTED OF_FILE("cc", "c.xml") END_LINE("3"),
		IMPORT("", "5") "{\"attempt\":{\"number\":1,\"ended\":\"exited\"}}\n" END_LINE("2"),
	};
	static const size_t orders[][5] = {{0, 1, 2, 3, 4},
					   {3, 2, 1, 0, 4},
					   {1, 2, 0, 4, 3},
					   {2, 0, 4, 3, 1},
					   {4, 3, 0, 2, 1}};
	AUTO_FREE char *whole = NULL;
	int64_t sum = -1;

	for (size_t i = 0; i < ARRAY_LEN(orders); i++) {
		AUTO_FREE char *now = NULL;
		int64_t here;
		struct history *history;

		unlink(place->path);
		for (size_t j = 0; j < 7; j++) {
			take_text(place->path, parts[orders[i][j % 5]]);
		}
		history = sample_open(place->path, HISTORY_READ);
		assert_int_equal(sample_ask(history, "SELECT count(*) FROM run"), 4);
		here = sample_ask(history, "SELECT sum(tests_us) FROM rollup");
		history_close(history);
		now = export_all(place->path, false);
		if (whole) {
			assert_string_equal(now, whole);
			assert_int_equal(here, sum);
		} else {
			whole = mem_str(now);
			sum = here;
		}
	}
}

/* Compaction drops texts: what comes again is still the same run. */
static void dropped_texts_make_no_other_run(void **state)
{
	const struct place *place = *state;
	struct run runs[] = {make_run(1), import_part("aa", "one", OUTCOME_FAILED)};

	for (size_t i = 0; i < ARRAY_LEN(runs); i++) {
		AUTO_FREE char *segment = NULL;
		struct history *history;
		struct err err = ERR_INIT;

		unlink(place->path);
		sample_record(place->path, &runs[i]);
		segment = export_all(place->path, false);
		history = sample_open(place->path, HISTORY_WRITE);
		assert_ok(db_exec(&history->db, "UPDATE failure SET frame_id = NULL", &err));
		history_close(history);
		take_text(place->path, segment);
		history = sample_open(place->path, HISTORY_READ);
		assert_int_equal(sample_ask(history, "SELECT count(*) FROM run"), 1);
		assert_int_equal(sample_ask(history, "SELECT count(*) FROM block"),
				 sample_ask(history, "SELECT count(*) FROM attempt"));
		history_close(history);
	}
}

static void what_is_not_known_travels_on(void **state)
{
	static const char text[] =
		"{\"schema\":\"steady.segment/"
		"1\",\"run\":{\"key\":\"k\",\"job\":\"j\",\"variant\":\"\","
		"\"started_us\":5,\"outcome\":\"failed\",\"mood\":{\"a\":[1,2.5,null]}}}\n"
		"{\"wait\":{\"target\":\"tcp://x\",\"service\":\"x\",\"probe\":\"tcp\","
		"\"colour\":\"red\"}}\n"
		"{\"attempt\":{\"number\":1,\"scope\":\"whole\",\"ended\":\"exited\",\"cpu\":7}}\n"
		"{\"file\":{\"digest\":\"ab\",\"path\":\"p\",\"state\":\"ok\",\"tests\":1,"
		"\"size\":12}}\n"
		"{\"result\":{\"class\":\"C\",\"name\":\"n\",\"outcome\":\"failed\","
		"\"failure\":true,\"heat\":1}}\n"
		"{\"retry\":{\"id\":\"%s\",\"verdict\":\"not-tried\",\"why\":\"no time\"}}\n"
		"{\"trace\":{\"span\":1}}\n"
		"{\"trace\":{\"span\":0}}\n"
		"{\"end\":{\"lines\":8}}\n";
	const struct place *place = *state;
	struct test_name name = {.class_name = mem_str("C"), .name = mem_str("n")};
	AUTO_FREE char *segment = NULL;
	AUTO_FREE char *exported = NULL;
	char id[TEST_ID_LEN + 1];

	test_name_id(&name, id);
	test_name_release(&name);
	segment = mem_fmt(text, id);
	take_text(place->path, segment);
	exported = export_all(place->path, false);
	assert_string_equal(exported, segment);
	/* and is no other content */
	segment[strlen(segment) -
		strlen("1}}\n{\"trace\":{\"span\":0}}\n{\"end\":{\"lines\":8}}\n")] = '9';
	take_text(place->path, segment);
	assert_null(strchr(exported, '~'));
}

static void packed_files_are_read_and_cut_ones_told(void **state)
{
	const struct place *place = *state;
	AUTO_FREE char *other = mem_fmt("%s/other.db", place->dir);
	AUTO_FREE char *out = mem_fmt("%s.out", place->path);
	AUTO_FREE char *packed = NULL;
	AUTO_FREE char *here = NULL;
	AUTO_FREE char *there = NULL;
	size_t len = 0;

	for (unsigned i = 0; i < 30; i++) {
		struct run run = make_run(i);

		sample_record(place->path, &run);
	}
	free(export_all(place->path, true));
	packed = bytes_of(out, &len);
	for (size_t cut = 1; cut < len; cut += len / 7) {
		CLEANUP(segments_effect_release) struct segments_effect effect = {0};
		AUTO_FREE char *path = mem_fmt("%s/cut", place->dir);
		struct history *history = sample_open(other, HISTORY_WRITE);
		struct err err = ERR_INIT;
		int done;
		AUTO_CLOSE int fd = -1;

		write_bytes(path, packed, cut);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		done = take_stream(history, fd, &effect, &err);
		assert_true(done == -1 || effect.refused.len > 0);
		history_close(history);
	}
	{
		CLEANUP(segments_effect_release) struct segments_effect effect = {0};

		take(other, packed, len, &effect);
		assert_int_equal(effect.refused.len, 0);
		assert_int_equal(effect.read, 30);
	}
	here = export_all(place->path, false);
	there = export_all(other, false);
	assert_string_equal(here, there);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLACED(a_run_has_one_segment),
		PLACED(the_order_of_arrival_does_not_matter),
		PLACED(other_content_is_kept_apart),
		PLACED(parts_of_an_import_come_together),
		PLACED(parents_make_no_other_run),
		PLACED(a_key_with_a_tail_is_nobodys_twin),
		PLACED(parts_meet_in_any_order),
		PLACED(dropped_texts_make_no_other_run),
		PLACED(what_is_not_known_travels_on),
		PLACED(packed_files_are_read_and_cut_ones_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
