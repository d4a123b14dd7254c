/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "report/golden.h"
#include "report/scene.h"
#include "rosters.h"
#include "text/json.h"
#include "text/utf8.h"

static void rename_test(struct scene *scene, size_t test, const char *class_name, const char *name)
{
	mem_replace(&scene->evidence.tests.items[test].name.class_name, class_name);
	mem_replace(&scene->evidence.tests.items[test].name.name, name);
}

/* What a team sees after a few days: two flaky tests, a broken one, two services. */
static void ordinary(struct scene *scene)
{
	scene_make(scene, "A:PPPP B:VPPP~r C:PPPP C:PFPP~s D:VPPP~r D:PPPP%os=linux E:PPFP~t "
			  "F:PPFP#12~t G:PPPP/c !:PPFP~t -:PPFP~t");
	rename_test(scene, 0, "orders.tests.test_races", "test_two_buyers[last item]");
	rename_test(scene, 1, "orders.tests.test_prices", "test_rounding");
	rename_test(scene, 2, "orders.tests.test_stock", "test_empty_shelf");
	for (size_t i = 0; i < scene->evidence.runs.len; i++) {
		scene->evidence.runs.items[i].duration_us = 90000000;
	}
	scene->evidence.runs.items[1].retry_us = 45000000;
	scene->evidence.runs.items[4].retry_us = 30000000;
	scene->evidence.runs.items[3].outcome = RUN_FAILED;
	for (int i = 1; i <= 9; i++) {
		add_wait(scene, "127.0.0.1:5432", i * INT64_C(100), NULL);
		add_wait(scene, "127.0.0.1:8000", i * INT64_C(2500), NULL);
	}
	add_wait(scene, "127.0.0.1:5432", 30000, "connection refused");
}

static void test_ordinary(void **state)
{
	static const char *const names[][2] = {
		{"text", "ordinary.txt"},
		{"markdown", "ordinary.md"},
		{"json", "ordinary.json"},
	};
	CLEANUP(scene_release) struct scene scene = {0};

	(void)state;
	ordinary(&scene);
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		show(&scene, names[i][0]);
		golden_check(names[i][1], &scene.out);
	}
}

/* The same, and what was before: the window begins with the fifth run. */
static void weekly(struct scene *scene, struct report_longer *longer)
{
	ordinary(scene);
	history_make(&longer->evidence,
		     "A:PPPP B:PPPP C:PPPP C:PPPP D:PPPV~o E:VPPP~r D:PPPP%os=linux "
		     "F:PPFP~t G:VPFP~r H:PPFP~t I:VPPP~r");
	analyze_flakes(&longer->evidence, NULL, &longer->flakes);
	scene->input.since_us = FIRST + 6 * RUN_MINUTE;
	scene->input.compare_us = scene->input.since_us - 28 * DAY;
	delta_find(&longer->evidence, &longer->flakes, NULL, scene->input.since_us,
		   scene->input.since_us + 2 * RUN_MINUTE, &longer->delta);
	scene->input.longer = longer;
}

/* A row that is new and ends soon, and one that does neither. */
static const struct quarantine_standing_list *two_rows(void)
{
	static char name[] = "pay::*", reason[] = "the bank <is> slow", owner[] = "@pay";
	static struct quarantine_standing rows[2];
	static struct quarantine_standing_list list = {.items = rows, .len = 2, .cap = 2};

	for (size_t i = 0; i < 2; i++) {
		rows[i] = (struct quarantine_standing){
			.row = {.test = name, .reason = reason, .owner = owner},
			.runs = 9,
			.failures = 2,
			.excused = 2,
			.still_flaky = 0.7,
		};
		rows[i].row.added_us = i == 0 ? NOW - HOUR : NOW - 20 * DAY;
		rows[i].row.expires_us = i == 0 ? NOW + 2 * DAY : NOW + 30 * DAY;
	}
	return &list;
}

static void test_what_changed(void **state)
{
	static const char *const names[][2] = {
		{"text", "weekly.txt"},
		{"markdown", "weekly.md"},
		{"json", "weekly.json"},
	};
	CLEANUP(scene_release) struct scene scene = {0};
	CLEANUP(report_longer_release) struct report_longer longer = {0};

	(void)state;
	weekly(&scene, &longer);
	scene.input.quarantine = two_rows();
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		show(&scene, names[i][0]);
		golden_check(names[i][1], &scene.out);
	}
}

/* The number of times that `word` stands in the report. */
static size_t times(const struct buf *out, const char *word)
{
	size_t count = 0;

	for (const char *at = buf_str(out); (at = strstr(at, word)); at += strlen(word)) {
		count++;
	}
	return count;
}

static void test_page(void **state)
{
	CLEANUP(scene_release) struct scene scene = {0};
	CLEANUP(report_longer_release) struct report_longer longer = {0};

	(void)state;
	weekly(&scene, &longer);
	scene.input.quarantine = two_rows();
	rename_test(&scene, 0, "</script><b>", "</td>\"'");
	show(&scene, "html");
	assert_int_equal(times(&scene.out, "the bank &lt;is&gt; slow"), 4);
	assert_int_equal(times(&scene.out, "<script"), 3);
	assert_int_equal(times(&scene.out, "</script>"), 3);
	assert_int_equal(times(&scene.out, "<section"), times(&scene.out, "</section>"));
	assert_int_equal(times(&scene.out, "<td"), times(&scene.out, "</td>"));
	assert_non_null(strstr(buf_str(&scene.out), "&lt;/script&gt;&lt;b&gt;"));
	/* of each state a table, and a row with its strip for each test */
	assert_int_equal(times(&scene.out, "<tr id=\"t-"), 3);
	assert_non_null(strstr(buf_str(&scene.out), "data-strip=\".R"));
}

static void test_top(void **state)
{
	CLEANUP(scene_release) struct scene scene = {0};
	static const char *const formats[] = {"text", "markdown", "html"};

	(void)state;
	ordinary(&scene);
	scene.input.top = 1;
	for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
		show(&scene, formats[i]);
		assert_non_null(strstr(buf_str(&scene.out), "test_rounding"));
		assert_null(strstr(buf_str(&scene.out), "2 retries, 2 sources"));
		assert_non_null(strstr(buf_str(&scene.out), "1 more"));
	}
}

static void test_colour_only_when_asked(void **state)
{
	CLEANUP(scene_release) struct scene scene = {0};
	CLEANUP(buf_release) struct buf plain = BUF_INIT(BUF_OWN_MAX);

	(void)state;
	ordinary(&scene);
	show(&scene, "text");
	assert_null(strchr(buf_str(&scene.out), '\033'));
	scene.input.colour = true;
	show(&scene, "text");
	assert_non_null(
		strstr(buf_str(&scene.out), "\033[1;33mFlaky, most minutes lost first\033["));
	/* Colour adds codes and changes nothing else. */
	for (const char *at = buf_str(&scene.out); *at; at++) {
		if (*at == '\033') {
			at += strcspn(at, "m");
		} else {
			buf_char(&plain, *at);
		}
	}
	scene.input.colour = false;
	assert_string_equal(buf_str(&plain), show(&scene, "text"));
}

static size_t widest(const char *text)
{
	size_t widest = 0;

	for (const char *at = text; *at; at += strcspn(at, "\n") + 1) {
		AUTO_FREE char *line = mem_strn(at, strcspn(at, "\n"));
		size_t width = utf8_width(line);

		/* The command to copy is never cut. */
		widest = width > widest && !str_starts(line, "Next: ") ? width : widest;
	}
	return widest;
}

static void test_width(void **state)
{
	static const size_t widths[] = {40, 60, 80, 200};
	CLEANUP(scene_release) struct scene scene = {0};

	(void)state;
	ordinary(&scene);
	mem_replace(&scene.evidence.tests.items[0].name.name, "a name longer than any terminal is "
							      "wide, which reporters build from "
							      "all their parameters, one by one, "
							      "until nobody can read them, and "
							      "that is not the end of it either");
	for (size_t i = 0; i < ARRAY_LEN(widths); i++) {
		scene.input.width = widths[i];
		assert_true(widest(show(&scene, "text")) <= widths[i]);
	}
	slower(&scene, "127.0.0.1:6379", 4000, 280);
	for (size_t i = 0; i < ARRAY_LEN(widths); i++) {
		scene.input.width = widths[i];
		assert_true(widest(show(&scene, "text")) <= widths[i]);
	}
	scene.input.width = 0;
	assert_true(widest(show(&scene, "text")) <= 100);
	/* Such a name is asked for by its id. */
	assert_non_null(strstr(buf_str(&scene.out), "\nNext: steady show "));
	assert_null(strstr(buf_str(&scene.out), "\nNext: steady show '"));
}

struct word_row {
	const char *why;
	const char *history;
	const char *want;
};

static const struct word_row headlines[] = {
	{"nothing wrong", "A:P A:P@slow", "No flaky or broken test in 2 runs of 2 jobs\n"},
	{"one flaky", "A:F A:P", "1 flaky test in 2 runs of 1 job\n"},
	{"two flaky", "A:FF A:PP", "2 flaky tests in 2 runs of 1 job\n"},
	{"one broken", "A:F", "1 broken test in 1 run of 1 job\n"},
	{"both", "A:FFP A:PPP B:PPF", "2 flaky and 1 broken test in 3 runs"},
	{"both", "A:FPP A:PPP B:PFF", "1 flaky and 2 broken tests in 3 runs"},
	{"few runs", "A:P", "\n  Only 1 run: the rates are wide"},
	{"dirty", "!:P", "\n  1 run of uncommitted changes: only"},
	{"unknown", "-:P -:P", "\n  2 runs without a known commit: only"},
	{"left out", "A:P A:P/c A:P/n", "\n  2 runs cancelled, not ready or"},
	{"red now", "A:F A:P B:F C:F D:F", "1 source, red 3 times in a row  "},
	{"red twice", "A:F A:P B:F C:F", "1 source  "},
	{"next step", "A:F", "\nNext: steady show suite.Case::t0 --since 2026-11-11T"},
};

static void test_words(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(headlines); i++) {
		CLEANUP(scene_release) struct scene scene = {0};

		scene_make(&scene, headlines[i].history);
		if (!strstr(show(&scene, "text"), headlines[i].want)) {
			fail_msg("%s: no \"%s\" in:\n%s", headlines[i].why, headlines[i].want,
				 buf_str(&scene.out));
		}
	}
}

static void test_enough_runs_need_no_note(void **state)
{
	CLEANUP(scene_release) struct scene scene = {0};

	(void)state;
	scene_make(&scene, "A:P A:P A:P A:P A:P A:P A:P A:P A:P A:P "
			   "A:P A:P A:P A:P A:P A:P A:P A:P A:P A:P");
	assert_null(strstr(show(&scene, "text"), "Notes"));
}

static void test_rates_in_words(void **state)
{
	static const struct {
		int passes;
		const char *want;
	} rows[] = {
		{1, "1 of 2  30 % (4–68)  "},
		{19, "1 of 20  6 % (0.6–15)  "},
		{200, "1 of 201  0.6 % (0.1–2)  "},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(scene_release) struct scene scene = {0};
		CLEANUP(buf_release) struct buf history = BUF_INIT(BUF_OWN_MAX);

		buf_str_add(&history, "A:F");
		for (int j = 0; j < rows[i].passes; j++) {
			buf_str_add(&history, " A:P");
		}
		scene_make(&scene, buf_str(&history));
		if (!strstr(show(&scene, "text"), rows[i].want)) {
			fail_msg("no \"%s\" in:\n%s", rows[i].want, buf_str(&scene.out));
		}
	}
}

static void test_empty_windows(void **state)
{
	static const struct {
		const char *why;
		int64_t newest_days_ago; /* -1: there is none */
		int64_t since_days_ago, until_days_ago;
		const char *want;
	} rows[] = {
		{"empty history", -1, 7, 0,
		 "The history is empty. `steady run -- COMMAND` records"},
		{"long ago", 54, 7, 0,
		 "No runs in the last 7 days; the newest of the history is from 2026-09-25 (54 d "
		 "ago): --since 60d"},
		{"a little too old", 8, 7, 0, "(8 d ago): --since 9d"},
		{"another job ran", 1, 7, 0,
		 "No runs match in the last 7 days; the newest of the history is from 2026-11-17 "
		 "(1 d ago)"},
		{"the window lies in the past", 1, 30, 20,
		 "No runs between 2026-10-19 and 2026-10-29; the newest of the history is from"},
		{"a day", 3, 1, 0, "No runs in the last 1d 0h;"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(scene_release) struct scene scene = {0};

		scene_make(&scene, "");
		scene.evidence.newest_run_us =
			rows[i].newest_days_ago < 0 ? 0 : NOW - rows[i].newest_days_ago * DAY;
		scene.input.since_us = NOW - rows[i].since_days_ago * DAY;
		scene.input.until_us = NOW - rows[i].until_days_ago * DAY;
		scene.input.width = 300;
		if (!strstr(show(&scene, "text"), rows[i].want)) {
			fail_msg("%s: no \"%s\" in:\n%s", rows[i].why, rows[i].want,
				 buf_str(&scene.out));
		}
		assert_non_null(strstr(show(&scene, "markdown"), rows[i].want));
		assert_non_null(strstr(show(&scene, "json"), rows[i].want));
	}
}

static void test_window_since_a_date(void **state)
{
	CLEANUP(scene_release) struct scene scene = {0};

	(void)state;
	scene_make(&scene, "");
	scene.evidence.newest_run_us = NOW - 30 * DAY;
	scene.input.since_us = NOW - 9 * DAY - 5 * HOUR;
	assert_non_null(strstr(show(&scene, "text"), "No runs since 2026-11-09; the newest"));
}

/* Everything that comes from a pull request. */
static void hostile(struct scene *scene)
{
	scene_make(scene, "A:FP~x A:PF~x B:PF~x");
	rename_test(scene, 0, "<script>alert(1)</script>",
		    "a|b `c` ``d`` \033[31mred\n## heading @team https://example.org/");
	rename_test(scene, 1, "x\r\ny\xff\xfe",
		    "\xE2\x80\xAE"
		    "desrever ' \" $(rm -rf /) \x9b");
	mem_replace(
		&scene->evidence.signatures.items[0].example,
		" ::set-output name=a::b ##[error] \033]8;;\033]0;title\a <img src=x> |\n\n# big "
		"```");
	mem_replace(&scene->evidence.runs.items[0].job, "<b>job|\033[2J</b>");
	mem_replace(&scene->evidence.runs.items[1].job, "<b>job|\033[2J</b>");
	mem_replace(&scene->evidence.runs.items[2].job, "<b>job|\033[2J</b>");
	mem_replace(&scene->evidence.runs.items[0].variant, "os=\033c|");
	mem_replace(&scene->evidence.runs.items[1].variant, "os=\033c|");
	mem_replace(&scene->evidence.runs.items[2].variant, "os=\033c|");
	mem_replace(&scene->evidence.runs.items[2].commit, "<u>\033|\n");
	add_wait(scene, "<h1>\033[1m|db", 20, "<i>\033[5m|\n- nope");
}

static void test_hostile_names(void **state)
{
	static const char *const names[][2] = {
		{"text", "hostile.txt"},
		{"markdown", "hostile.md"},
		{"json", "hostile.json"},
	};
	CLEANUP(scene_release) struct scene scene = {0};

	(void)state;
	hostile(&scene);
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		const char *text = show(&scene, names[i][0]);

		/* No control character but the newline, whatever the names hold. */
		for (const char *at = text; *at; at++) {
			assert_true((unsigned char)*at >= ' ' || *at == '\n');
		}
		assert_null(strstr(text, "\xC2\x9B"));
		assert_null(strstr(text, "\xE2\x80\xAE"));
		golden_check(names[i][1], &scene.out);
	}
}

/* Whose it is and how to run it again: where they belong, and harmless. */
static void test_owners(void **state)
{
	static const struct {
		const char *format, *owner, *rerun; /* NULL: not there */
	} rows[] = {
		{"text", "    owner @web @ana", "\nAgain: steady run --until-fail -- pytest\n"},
		{"markdown",
		 "owner @\xE2\x80\x8Bweb @\xE2\x80\x8B"
		 "ana",
		 NULL},
		{"json", "\"owner\": \"@web @ana\"",
		 "\"rerun\": \"steady run --until-fail -- pytest\""},
	};
	CLEANUP(scene_release) struct scene scene = {0};

	(void)state;
	ordinary(&scene);
	VEC_EACH (struct test_facts, test, &scene.evidence.tests) {
		test->owner = mem_str("@web @ana");
		test->rerun = mem_str("steady run --until-fail -- pytest");
	}
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const char *text = show(&scene, rows[i].format);

		assert_non_null(strstr(text, rows[i].owner));
		assert_int_equal(rows[i].rerun ? strstr(text, rows[i].rerun) != NULL
					       : strstr(text, "--until-fail") == NULL,
				 1);
	}
}

/* Names that somebody typed; what was left out is told without them, for Markdown would call them. */
static void test_filters(void **state)
{
	static const struct {
		const char *owners[2], *headline;
	} rows[] = {
		{{"@web"}, " of @web in "},
		{{"web", "ana"}, " of web, ana in "},
		{{"none"}, " without an owner in "},
		{{"none", "@web"}, " of @web or without an owner in "},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(scene_release) struct scene scene = {0};
		CLEANUP(strv_release) struct strv owners = {0};
		struct report_filter filter = {.owners = &owners,
					       .left_out = {[STATE_FLAKY] = 2, [STATE_FIXED] = 1}};

		for (size_t k = 0; k < 2 && rows[i].owners[k]; k++) {
			strv_add(&owners, rows[i].owners[k]);
		}
		ordinary(&scene);
		scene.input.filter = &filter;
		assert_non_null(strstr(show(&scene, "text"), rows[i].headline));
		assert_non_null(strstr(show(&scene, "text"), "of others: 2 flaky, 1 fixed."));
		assert_null(strstr(show(&scene, "markdown"), "@web"));
		assert_non_null(strstr(show(&scene, "markdown"), "`--owner`"));
		assert_non_null(strstr(show(&scene, "json"), "\"owners\": [\n"));
	}
}

/* JSON keeps the names as they are, bad bytes apart. */
static void test_json_round_trip(void **state)
{
	CLEANUP(scene_release) struct scene scene = {0};
	AUTO_JSON struct json *parsed = NULL;
	struct err err = ERR_INIT;
	const struct json *test = NULL;

	(void)state;
	hostile(&scene);
	show(&scene, "json");
	assert_int_equal(json_parse(scene.out.data, scene.out.len, &parsed, &err), 0);
	test = json_get(json_at(json_get(parsed, "flaky"), 0), "test");
	assert_string_equal(json_get_str(test, "class"), "<script>alert(1)</script>");
	assert_string_equal(json_get_str(test, "name"),
			    "a|b `c` ``d`` \033[31mred\n## heading @team https://example.org/");
	test = json_get(json_at(json_get(parsed, "flaky"), 1), "test");
	assert_string_equal(json_get_str(test, "class"), "x\r\ny\xEF\xBF\xBD\xEF\xBF\xBD");
}

/* 300 flaky and 300 broken tests with names of 10,000 bytes that escaping makes longer still. */
static void test_markdown_stays_within_an_issue(void **state)
{
	CLEANUP(scene_release) struct scene scene = {0};
	AUTO_FREE char *long_name = mem_alloc(10001);

	(void)state;
	memset(long_name, '|', 10000);
	scene_make(&scene, "A:P A:P B:P");
	scene.evidence.observations.len = 0;
	/* several, and many that pass: else it would be one incident */
	for (char id = 'a'; id <= 'c'; id++) {
		*VEC_PUSH(&scene.evidence.signatures) =
			(struct signature_facts){.id = {id}, .example = mem_str(long_name)};
	}
	for (size_t i = 0; i < 600; i++) {
		VEC_PUSH(&scene.evidence.tests)->name.name = mem_str(long_name);
	}
	rosters_make(&scene.evidence);
	VEC_EACH (struct run_facts, run, &scene.evidence.runs) {
		run->tests = 1300;
	}
	for (size_t test = 1; test <= 600; test++) {
		for (size_t run = test <= 300 ? 0 : 2; run < 3; run++) {
			if (run == 1) {
				rosters_note_ran(&scene.evidence, test, run);
				continue;
			}
			*VEC_PUSH(&scene.evidence.observations) = (struct observation){
				.test = test,
				.run = run,
				.first = OUTCOME_FAILED,
				.has_signature = true,
				.signature = test % 3,
			};
		}
	}
	for (int i = 0; i < 300; i++) {
		add_wait(&scene, long_name, 20, long_name)->probe[0] = (char)('a' + i % 26);
	}
	show(&scene, "markdown");
	assert_int_equal(scene.flakes.count[STATE_FLAKY], 300);
	assert_int_equal(scene.flakes.count[STATE_BROKEN], 300);
	assert_true(scene.out.len < 60000);
	assert_non_null(strstr(buf_str(&scene.out), " more: `steady report --format json` lists"));
	assert_non_null(strstr(buf_str(&scene.out), "### Notes"));
}

/* Two runs of one content, with thirty tests that pass: else it would be one incident. */
#define THIRTY              "PPPPPPPPPPPPPPPPPPPPPPPPPPPPPP"
#define MANY(first, second) "A:" first THIRTY " A:" second THIRTY

static void test_top_twenty(void **state)
{
	CLEANUP(scene_release) struct scene scene = {0};

	(void)state;
	scene_make(&scene, MANY("FFFFFFFFFFFFFFFFFFFFFFFF", "PPPPPPPPPPPPPPPPPPPPPPPP"));
	assert_non_null(strstr(show(&scene, "markdown"), "\n4 more: "));
	assert_non_null(strstr(show(&scene, "text"), "\n  … and 4 more: "));
	scene_release(&scene);
	scene_make(&scene, MANY("FFFFFFFFFFFFFFFFFFFF", "PPPPPPPPPPPPPPPPPPPP"));
	assert_null(strstr(show(&scene, "markdown"), "more: "));
	assert_null(strstr(show(&scene, "text"), "more: "));
}

static void test_find(void **state)
{
	(void)state;
	assert_ptr_equal(report_find("text"), report_text);
	assert_ptr_equal(report_find("markdown"), report_markdown);
	assert_ptr_equal(report_find("json"), report_json);
	assert_ptr_equal(report_find("html"), report_html);
	assert_null(report_find(""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ordinary),
		cmocka_unit_test(test_what_changed),
		cmocka_unit_test(test_page),
		cmocka_unit_test(test_top),
		cmocka_unit_test(test_colour_only_when_asked),
		cmocka_unit_test(test_width),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_enough_runs_need_no_note),
		cmocka_unit_test(test_rates_in_words),
		cmocka_unit_test(test_empty_windows),
		cmocka_unit_test(test_window_since_a_date),
		cmocka_unit_test(test_hostile_names),
		cmocka_unit_test(test_owners),
		cmocka_unit_test(test_filters),
		cmocka_unit_test(test_json_round_trip),
		cmocka_unit_test(test_markdown_stays_within_an_issue),
		cmocka_unit_test(test_top_twenty),
		cmocka_unit_test(test_find),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
