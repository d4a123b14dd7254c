/* SPDX-License-Identifier: Apache-2.0 */
#include "segments.h"

/* Segments come from anywhere: what is wrong with one is told, and harms no other. */

static void bad_segments_are_refused(void **state)
{
	static const struct {
		const char *text, *why;
	} rows[] = {
		{"nonsense\n", "1: "},
		{"[]\n", "1: an object is expected"},
		{"{}\n", "1: is no first line of a segment"},
		{"\xff\xfe\n", "1: "},
		{"{\"schema\":\"steady.segment/2\",\"run\":{}}\n",
		 "1: steady.segment/2 was written by a newer steady"},
		{"{\"schema\":\"steady.segment/1\"}\n", "1: run: an object is expected"},
		{"{\"schema\":\"steady.segment/1\",\"run\":{}}\n", "1: run.key: is missing"},
		{"{\"schema\":\"steady.segment/1\",\"run\":{\"key\":7}}\n",
		 "1: run.key: a text is expected"},
		{"{\"schema\":\"steady.segment/"
		 "1\",\"run\":{\"key\":\"\",\"started_us\":1,\"outcome\":\"passed\"}}\n",
		 "1: run.key: 1 to 64 bytes"},
		{RUN_LINE(",\"duration_us\":-1"), "1: run.duration_us: must not be negative"},
		{RUN_LINE(",\"duration_us\":9223372036854775807"),
		 "1: run.duration_us: is too large"},
		{RUN_LINE(",\"duration_us\":1e3"),
		 "1: run.duration_us: a whole number is expected"},
		{RUN_LINE(",\"duration_us\":99999999999999999999"), "1: "},
		{RUN_LINE(",\"command\":\"ls\""), "1: run.command: a list of texts is expected"},
		{RUN_LINE(",\"command\":[1]"), "1: run.command: a list of texts is expected"},
		{RUN_LINE(",\"imported\":1"), "1: run.imported: true or false is expected"},
		{RUN_LINE(",\"key\":\"twice\""), "1: "},
		{RUN_LINE("") RUN_LINE(""), "2: run k is cut"},
		{RUN_LINE("") "{\"run\":{\"key\":\"k\"}}\n",
		 "2: run: the one before it has not ended"},
		{RUN_LINE("") "{\"result\":{}}\n",
		 "2: result: stands in front of the first attempt"},
		{RUN_LINE("") "{\"file\":{}}\n", "2: file: stands in front of the first attempt"},
		{RUN_LINE("") "{\"leak\":{\"name\":\"x\"}}\n", "2: leak: stands in front"},
		{RUN_LINE("") "{\"wait\":[]}\n", "2: wait: an object is expected"},
		{RUN_LINE("") "{\"wait\":{}}\n", "2: wait.target: is missing"},
		{RUN_LINE("") "{\"attempt\":{\"number\":0}}\n",
		 "2: attempt.number: 0: attempts count up"},
		{RUN_LINE("") ATTEMPT_LINE ATTEMPT_LINE, "3: attempt.number: 1: attempts count up"},
		{RUN_LINE("") "{\"attempt\":{\"number\":1001}}\n", "2: attempt.number: 1001"},
		{RUN_LINE("") "{\"attempt\":{\"number\":1,\"scope\":\"half\"}}\n",
		 "2: attempt.scope: is none of the words"},
		{RUN_LINE("") "{\"attempt\":{\"number\":1,\"only\":\"xyz\"}}\n",
		 "2: attempt.only: is no identity"},
		{RUN_LINE("") "{\"attempt\":{\"number\":1,\"cores\":\"2\"}}\n",
		 "2: attempt.cores: a number is expected"},
		{RUN_LINE("") "{\"attempt\":{\"number\":1,\"cores\":-2}}\n",
		 "2: attempt.cores: must not be negative"},
		{RUN_LINE("") ATTEMPT_LINE "{\"result\":{\"name\":\"n\"}}\n",
		 "3: result.outcome: is missing"},
		{RUN_LINE("") ATTEMPT_LINE "{\"result\":{\"outcome\":\"passed\"}}\n",
		 "3: result.name: is missing"},
		{RUN_LINE("") ATTEMPT_LINE "{\"result\":{\"name\":\"n\",\"outcome\":\"green\"}}\n",
		 "3: result.outcome: is none of the words"},
		{RUN_LINE("") ATTEMPT_LINE
		 "{\"result\":{\"name\":\"n\",\"outcome\":\"passed\",\"id\":\"AA\"}}\n",
		 "3: result.id: is no identity"},
		{RUN_LINE("") ATTEMPT_LINE
		 "{\"result\":{\"name\":\"n\",\"outcome\":\"passed\",\"time_us\":-3}}\n",
		 "3: result.time_us: must not be negative"},
		{RUN_LINE("") ATTEMPT_LINE
		 "{\"result\":{\"name\":\"n\",\"outcome\":\"failed\",\"signature\":\"zz\"}}\n",
		 "3: result.signature: is no fingerprint"},
		{RUN_LINE("") ATTEMPT_LINE
		 "{\"retry\":{\"id\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\",\"verdict\":\"passed\"}}"
		 "\n" END_LINE("3"),
		 "4: retry.id: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa did not fail"},
		{RUN_LINE("") END_LINE("2"), "2: end.lines: 1 lines have come"},
		{RUN_LINE("") "{\"end\":1}\n", "2: end.lines"},
		{RUN_LINE(""), "1: run k is cut: its last line is missing"},
	};
	static const char good[] =
		"{\"schema\":\"steady.segment/1\",\"run\":{\"key\":\"good\",\"started_us\":5,"
		"\"outcome\":\"passed\"}}\n" END_LINE("1");
	const struct place *place = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(segments_effect_release) struct segments_effect effect = {0};
		AUTO_FREE char *text = mem_fmt("%s%s", rows[i].text, good);
		struct history *history;

		print_message("%s", rows[i].text);
		unlink(place->path);
		/* a cut one is told where the next one begins */
		take(place->path,
		     str_ends(rows[i].why, "its last line is missing") ? rows[i].text : text,
		     strlen(str_ends(rows[i].why, "its last line is missing") ? rows[i].text
									      : text),
		     &effect);
		assert_true(effect.refused.len >= 1);
		if (strncmp(effect.refused.items[0], rows[i].why, strlen(rows[i].why)) != 0) {
			fail_msg("%s", effect.refused.items[0]);
		}
		history = sample_open(place->path, HISTORY_READ);
		assert_int_equal(
			sample_ask(history, "SELECT count(*) FROM run WHERE key <> 'good'"), 0);
		assert_int_equal(sample_ask(history, "SELECT count(*) FROM run"),
				 !str_ends(rows[i].why, "its last line is missing"));
		history_close(history);
	}
}

static void giant_texts_are_refused(void **state)
{
	const struct place *place = *state;
	size_t len = SEGMENT_LINE_MAX + 2;
	AUTO_FREE char *line = mem_array(len + 1, 1);
	CLEANUP(segments_effect_release) struct segments_effect effect = {0};
	AUTO_FREE char *name = mem_array(65537, 1);
	AUTO_FREE char *named = NULL;
	AUTO_FREE char *path = mem_fmt("%s/in", place->dir);
	struct history *history;
	struct err err = ERR_INIT;
	AUTO_CLOSE int fd = -1;

	/* a name of 64 KiB is a name */
	memset(name, 'n', 65536);
	named = mem_fmt("%s%s{\"result\":{\"name\":\"%s\",\"outcome\":\"passed\"}}\n%s",
			RUN_LINE(""), ATTEMPT_LINE, name, END_LINE("3"));
	take_text(place->path, named);
	/* a line that never ends is none */
	memset(line, ' ', len);
	write_bytes(path, line, len);
	history = sample_open(place->path, HISTORY_WRITE);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_int_equal(take_stream(history, fd, &effect, &err), -1);
	assert_has(err.msg, "line 1 has more than 16 MiB");
	assert_int_equal(sample_ask(history, "SELECT count(*) FROM run"), 1);
	history_close(history);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLACED(bad_segments_are_refused),
		PLACED(giant_texts_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
