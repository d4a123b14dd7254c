/* SPDX-License-Identifier: Apache-2.0 */
#include "loaded.h"

#include "base/str.h"
#include "config/objectives.h"

/* What a sentence comes to, said again; an error with its message. */
static void sentences(void **state)
{
	static const struct {
		const char *sentence, *want;
	} rows[] = {
		{"99% of runs not failed by flakes", "99% of runs not failed by flakes over 28d"},
		{"  99.50%  of runs\tnot failed by infra or flakes over 4w",
		 "99.5% of runs not failed by flakes or infra over 28d"},
		{"99% of runs on branch main not failed by flakes in job 'unit tests'",
		 "99% of runs not failed by flakes on branch main in job \"unit tests\" over 28d"},
		{"90% of runs not failed by readiness over 36h on branch release/1",
		 "90% of runs not failed by readiness on branch release/1 over 1d12h"},
		{"99.9999% of waits", "99.9999% of waits over 28d"},
		{"50% of waits of service db:5432 in job a",
		 "50% of waits in job a of service db:5432 over 28d"},
		{"p95 run time <= 10m", "p95 run time <= 10m over 28d"},
		{"p99.5 run time in job unit ≤90s over 7d",
		 "p99.5 run time <= 1m30s in job unit over 7d"},
		{"p90 wait time <=250ms of service db",
		 "p90 wait time <= 250ms of service db over 28d"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(objective_release) struct objective first = {0}, again = {0};
		CLEANUP(buf_release) struct buf shown = BUF_INIT(BUF_OWN_MAX);
		CLEANUP(buf_release) struct buf twice = BUF_INIT(BUF_OWN_MAX);
		struct err err = ERR_INIT;

		if (objective_parse(rows[i].sentence, &first, &err) < 0) {
			fail_msg("%s: %s", rows[i].sentence, err.msg);
		}
		objective_show(&shown, &first);
		assert_string_equal(buf_str(&shown), rows[i].want);
		/* what it says can be written */
		assert_int_equal(objective_parse(buf_str(&shown), &again, &err), 0);
		objective_show(&twice, &again);
		assert_string_equal(buf_str(&twice), rows[i].want);
	}
}

static void meaning(void **state)
{
	CLEANUP(objective_release) struct objective got = {0};
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(
		objective_parse("p99.5 wait time <= 30s of service db over 7d", &got, &err), 0);
	assert_int_equal(got.subject, OBJECTIVE_WAIT_TIME);
	assert_int_equal(got.allowed, 5000);
	assert_int_equal(got.limit_us, INT64_C(30000000));
	assert_int_equal(got.window_us, INT64_C(604800000000));
	assert_string_equal(got.service, "db");
	assert_false(got.built_in);
}

#define FORMS \
	"; there are: “N% of runs not failed by flakes [or readiness or infra]”, “N% of waits”, " \
	"“pN run time <= 10m”, “pN wait time <= 30s”; and with each, in any order: [on branch " \
	"NAME] " \
	"[in job NAME] [of service NAME] [over 28d]"

static void mistakes(void **state)
{
	static const struct {
		const char *sentence, *want;
	} rows[] = {
		{"", "nothing is said" FORMS},
		{"fast", "not an objective" FORMS},
		{"99 % of runs not failed by flakes", "not an objective" FORMS},
		{"99% of builds", "'builds' makes no sense there" FORMS},
		{"99% of runs", "the end is missing" FORMS},
		{"99% of runs not failed by", "the end is missing" FORMS},
		{"99% of runs not failed by flakes or", "the end is missing" FORMS},
		{"99% of runs not failed by ghosts", "'ghosts' makes no sense there" FORMS},
		{"99% of waits by night", "'by' makes no sense there" FORMS},
		{"p95 run time <=", "the end is missing" FORMS},
		{"p95 run time < 10m", "'<' makes no sense there" FORMS},
		{"100% of waits", "'100%': 50 to 99.9999 is expected; 100 would leave no budget"},
		{"100.00% of waits",
		 "'100.00%': 50 to 99.9999 is expected; 100 would leave no budget"},
		{"49.9999% of waits",
		 "'49.9999%': 50 to 99.9999 is expected; 100 would leave no budget"},
		{"99.99999% of waits", "not an objective" FORMS},
		{"99.% of waits", "not an objective" FORMS},
		{"-1% of waits", "not an objective" FORMS},
		{"% of waits", "not an objective" FORMS},
		{"p of waits", "not an objective" FORMS},
		{"999999999999999999999% of waits", "not an objective" FORMS},
		{"p95 run time <= 10", "'10' is not a duration such as 90s or 10m"},
		{"p95 run time <= 0", "'0' is not a duration such as 90s or 10m"},
		{"99% of runs not failed by product",
		 "'product': what the product breaks is not charged to the CI"},
		{"99% of waits over 28", "'28': over 1d to 366d is expected"},
		{"99% of waits over 1h", "'1h': over 1d to 366d is expected"},
		{"99% of waits over 53w", "'53w': over 1d to 366d is expected"},
		{"99% of waits over", "'': over 1d to 366d is expected"},
		{"99% of waits over 1d over 2d", "'over' is said twice"},
		{"99% of waits in job a in job b", "'in job' is said twice"},
		{"99% of waits in job", "a name is missing behind 'in job'"},
		{"99% of waits in job ''", "a name is missing behind 'in job'"},
		{"99% of waits in job 'a", "a quote is not closed"},
		{"p95 run time <= 10m of service a", "'of service': runs are of none; waits are"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(objective_release) struct objective got = {0};
		struct err err = ERR_INIT;

		if (objective_parse(rows[i].sentence, &got, &err) == 0) {
			fail_msg("%s: taken", rows[i].sentence);
		}
		assert_string_equal(err.msg, rows[i].want);
	}
}

static void a_sentence_has_an_end(void **state)
{
	CLEANUP(objective_release) struct objective got = {0};
	CLEANUP(buf_release) struct buf text = BUF_INIT(4096);
	struct err err = ERR_INIT;

	(void)state;
	buf_str_add(&text, "99% of waits in job ");
	while (text.len <= 1000) {
		buf_char(&text, 'a');
	}
	assert_int_equal(objective_parse(buf_str(&text), &got, &err), -1);
	assert_string_equal(err.msg, "longer than 1000 bytes");
}

static void a_file_of_them(void **state)
{
	static const char text[] = "objectives:\n"
				   "  main: 99% of runs not failed by flakes on branch main\n"
				   "  ready: 99.5% of waits\n"
				   "  time: p95 run time <= 10m\n";
	CLEANUP(loaded_release) struct loaded got = {0};

	(void)state;
	load(&got, FOR_REPORT, text);
	assert_int_equal(got.rc, 0);
	assert_int_equal(got.options.objectives.len, 3);
	assert_string_equal(got.options.objectives.items[0].name, "main");
	assert_string_equal(got.options.objectives.items[0].branch, "main");
	assert_string_equal(got.options.objectives.items[2].name, "time");
	assert_int_equal(got.options.objectives.items[2].limit_us, INT64_C(600000000));
}

static void files_with_mistakes(void **state)
{
	static const struct {
		const char *text, *message;
	} rows[] = {
		{"objectives:\n  a: 99% of waits\n  b: 100% of waits\n",
		 "line 3: objectives.b: '100%': 50 to 99.9999 is expected; 100 would leave no "
		 "budget"},
		{"objectives: 99% of waits\n",
		 "line 1: objectives: sentences by their names are expected"},
		{"objectives:\n  - 99% of waits\n",
		 "line 1: objectives: sentences by their names are expected"},
		{"objectives:\n  a: [99% of waits]\n",
		 "line 2: objectives.a: one sentence is expected"},
		{"objectives:\n  \"a\\e[31m\": 99% of waits\n",
		 "line 2: objectives: a name of 1 to 60 bytes without control characters is "
		 "expected"},
		{"objectives:\n  \"a\\u202eb\": 99% of waits\n",
		 "line 2: objectives: a name of 1 to 60 bytes without control characters is "
		 "expected"},
		{"objectives:\n  "
		 "a123456789b123456789c123456789d123456789e123456789f1234567890: 99% of waits\n",
		 "line 2: objectives: a name of 1 to 60 bytes without control characters is "
		 "expected"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(loaded_release) struct loaded got = {0};
		AUTO_FREE char *expected = NULL;

		load(&got, FOR_REPORT, rows[i].text);
		assert_int_equal(got.rc, -1);
		expected = mem_fmt("%s: %s", got.path, rows[i].message);
		assert_string_equal(got.err.msg, expected);
	}
}

static void so_many_at_most(void **state)
{
	CLEANUP(loaded_release) struct loaded got = {0};
	CLEANUP(buf_release) struct buf text = BUF_INIT(1 << 16);

	(void)state;
	buf_str_add(&text, "objectives:\n");
	for (int i = 0; i < 21; i++) {
		buf_fmt(&text, "  n%d: 99%% of waits\n", i);
	}
	load(&got, FOR_REPORT, buf_str(&text));
	assert_int_equal(got.rc, -1);
	assert_non_null(strstr(got.err.msg, "line 1: objectives: more than 20 objectives"));
}

/* As of other keys: a command that has no use for them does not judge them. */
static void other_commands_do_not_look(void **state)
{
	CLEANUP(loaded_release) struct loaded got = {0};

	(void)state;
	load(&got, FOR_RUN, "objectives: nonsense\n");
	assert_int_equal(got.rc, 0);
}

static void without_any(void **state)
{
	CLEANUP(objective_list_release) struct objective_list list = {0};
	CLEANUP(buf_release) struct buf shown = BUF_INIT(BUF_OWN_MAX);

	(void)state;
	objectives_default(&list);
	assert_int_equal(list.len, 1);
	assert_true(list.items[0].built_in);
	assert_string_equal(list.items[0].name, "runs");
	objective_show(&shown, &list.items[0]);
	assert_string_equal(buf_str(&shown), "99% of runs not failed by flakes over 28d");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sentences),       cmocka_unit_test(meaning),
		cmocka_unit_test(mistakes),        cmocka_unit_test(a_sentence_has_an_end),
		cmocka_unit_test(a_file_of_them),  cmocka_unit_test(files_with_mistakes),
		cmocka_unit_test(so_many_at_most), cmocka_unit_test(other_commands_do_not_look),
		cmocka_unit_test(without_any),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
