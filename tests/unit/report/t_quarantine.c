/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "base/mem.h"
#include "base/str.h"
#include "report/quarantine.h"
#include "report/scene.h"

#include <string.h>

#define HOSTILE "\033[31m<b>|`x`\n## [l](javascript:a) @team"

static struct quarantine_standing *add_row(struct quarantine_standing_list *list, const char *test)
{
	struct quarantine_standing *row = VEC_PUSH(list);

	row->row.test = mem_str(test);
	row->row.reason = mem_str("the bank is slow");
	row->row.owner = mem_str("@team");
	row->row.expires_us = NOW + 3 * DAY;
	row->row.line = 1;
	row->still_flaky = -1;
	return row;
}

static void test_states_in_words(void **state)
{
	static const struct {
		struct quarantine_standing standing;
		bool bad;
		const char *words;
	} rows[] = {
		{{.runs = 3}, false, ""},
		{{.expired = true}, true, "expired: mend the test, or renew the row"},
		{{.expired = true, .overdue = true},
		 true,
		 "expired long ago: on the default branch it excuses nothing"},
		{{.stale = true}, true, "has not failed: the row can go"},
		{{.vanished = true}, true, "has not run: was it renamed?"},
		{{.stable = true}, true, "very likely mended: the row can go"},
		{{.broken = true}, false, "fails always: broken, not flaky"},
		{{.expired = true, .vanished = true},
		 true,
		 "expired: mend the test, or renew the row; has not run: was it renamed?"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(buf_release) struct buf out = BUF_INIT(1000);

		quarantine_todo(&out, &rows[i].standing);
		assert_string_equal(buf_str(&out), rows[i].words);
		assert_int_equal(quarantine_standing_is_bad(&rows[i].standing), rows[i].bad);
	}
}

static void test_section(void **state)
{
	CLEANUP(scene_release) struct scene scene = {0};
	CLEANUP(quarantine_standing_list_release) struct quarantine_standing_list rows = {0};
	struct quarantine_standing *row;

	(void)state;
	scene_make(&scene, "A:F A:P");
	assert_null(strstr(show(&scene, "text"), "Quarantine"));
	scene.input.quarantine = &rows;
	assert_null(strstr(show(&scene, "text"), "Quarantine"));
	assert_null(strstr(show(&scene, "markdown"), "Quarantine"));
	row = add_row(&rows, "Cart::pays");
	row->row.added_us = NOW - 9 * DAY;
	row->row.issue = mem_str("https://example.org/7");
	row->row.job = mem_str("unit");
	row->runs = 20;
	row->failures = 3;
	row->excused = 2;
	row->last_failure_us = NOW - 5 * HOUR;
	row->still_flaky = 0.85;
	scene.input.width = 140;
	assert_non_null(
		strstr(show(&scene, "text"),
		       "\nQuarantine\n"
		       "  Cart::pays\n"
		       "      @team · the bank is slow · https://example.org/7 · only in job unit\n"
		       "      added 2026-11-09, until 2026-11-21 · failed 3 of 20 runs, 1 of them "
		       "in a new "
		       "way, last 5 h ago · still flaky with 85 %\n"));
	assert_non_null(strstr(
		show(&scene, "markdown"),
		"\n| `Cart::pays` | @\xE2\x80\x8Bteam | the bank is slow · "
		"https:\xE2\x80\x8B//example.org/7 | 2026-11-09 | 2026-11-21 | failed 3 of 20 "
		"runs, 1 of them in a new way | 85 % |  |\n"));
	row->tests = 2;
	row->failures = 30;
	assert_non_null(strstr(show(&scene, "text"), "failed 30 times in 20 runs"));
	assert_non_null(strstr(show(&scene, "markdown"), "| failed 30 times in 20 runs"));
	scene.input.quarantine_trouble = "f: line 1: no";
	assert_non_null(strstr(show(&scene, "text"),
			       "\nQuarantine\n  It excuses nothing: f: line 1: no\n"));
}

/* What needs somebody comes first, and no more than fits. */
static void test_markdown_is_bounded(void **state)
{
	CLEANUP(scene_release) struct scene scene = {0};
	CLEANUP(quarantine_standing_list_release) struct quarantine_standing_list rows = {0};
	const char *text;

	(void)state;
	scene_make(&scene, "A:F A:P");
	scene.input.quarantine = &rows;
	for (size_t i = 0; i < 30; i++) {
		AUTO_FREE char *name = mem_fmt("t%zu", i);

		add_row(&rows, name)->expired = i == 29;
	}
	text = show(&scene, "markdown");
	assert_non_null(strstr(text, "| ---: | --- |\n| `t29` |"));
	assert_null(strstr(text, "`t19`"));
	assert_non_null(strstr(text, "\n10 more: `steady quarantine list` names all.\n"));
}

static void test_hostile_rows(void **state)
{
	CLEANUP(scene_release) struct scene scene = {0};
	CLEANUP(quarantine_standing_list_release) struct quarantine_standing_list rows = {0};
	struct quarantine_standing *row = NULL;
	const char *text;

	(void)state;
	scene_make(&scene, "A:F A:P");
	scene.input.quarantine = &rows;
	row = add_row(&rows, HOSTILE);
	mem_replace(&row->row.reason, HOSTILE);
	mem_replace(&row->row.owner, HOSTILE);
	text = show(&scene, "text");
	assert_null(strchr(text, '\033'));
	assert_null(strstr(text, "\n## "));
	text = show(&scene, "markdown");
	assert_null(strchr(text, '\033'));
	assert_null(strstr(text, "\n## ["));
	assert_null(strstr(text, " @team"));
}

/* What the quarantine excuses is no news. */
static void test_excused_tests(void **state)
{
	CLEANUP(scene_release) struct scene scene = {0};
	const bool excused[] = {true, false, false};

	(void)state;
	scene_make(&scene, "A:FFP A:PPP B:PPF");
	scene.input.excused = excused;
	assert_non_null(strstr(show(&scene, "text"), "1 flaky and 1 broken test, 1 more in "
						     "quarantine, in 3 runs of 1 job\n"));
	assert_non_null(strstr(buf_str(&scene.out), "    quarantined\n"));
	assert_non_null(strstr(show(&scene, "json"), "\"quarantined\": true"));
	scene_release(&scene);
	scene_make(&scene, "A:F");
	scene.input.excused = excused;
	assert_non_null(strstr(show(&scene, "text"),
			       "No flaky or broken test but 1 in quarantine in 1 run"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_states_in_words),     cmocka_unit_test(test_section),
		cmocka_unit_test(test_markdown_is_bounded), cmocka_unit_test(test_hostile_rows),
		cmocka_unit_test(test_excused_tests),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
