/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/quarantine.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"
#include "quarantine/match.h"
#include "quarantine/row_text.h"
#include "report/quarantine.h"

/* Retries or one content that did both: not by the pattern of its failures alone, not broken, not mended. */
static bool deserves(const struct test_judgement *test)
{
	return test->flaky_runs + test->disagreeing_sources > 0 && !test->broken_now &&
	       test->clean.needed > 0;
}

static bool is_named(const struct quarantine_list *rows, const struct test_facts *test)
{
	VEC_EACH (const struct quarantine_row, row, rows) {
		if (match_test(row, &test->name, test->id)) {
			return true;
		}
	}
	return false;
}

static void make_row(struct quarantine_desk *desk, const struct test_judgement *test,
		     int64_t expires_us, struct quarantine_row *row)
{
	const struct options *options = desk->question.options;

	row->test = quarantine_name(desk, &desk->survey.evidence.tests.items[test->test]);
	row->reason = mem_fmt("flaky: failed %zu of %zu runs", test->failures, test->runs);
	row->owner = mem_str(options->owner);
	row->added_us = desk->now_us / US_PER_DAY * US_PER_DAY;
	row->expires_us = expires_us;
	quarantine_signatures(desk, row, &row->signatures);
}

/* The costliest first; a test once, in whichever of its jobs it costs most. */
static int suggest(struct quarantine_desk *desk, struct quarantine_list *out, struct err *err)
{
	const struct flake_report *flakes = &desk->survey.flakes;
	int64_t expires_us = 0;

	if (quarantine_expiry(desk, &expires_us, err) < 0) {
		return -1;
	}
	for (size_t i = 0; i < flakes->count[STATE_FLAKY]; i++) {
		const struct test_judgement *test = flake_report_ranked(flakes, STATE_FLAKY, i);
		const struct test_facts *facts = &desk->survey.evidence.tests.items[test->test];
		struct quarantine_row row = {0};

		if (out->len >= (size_t)desk->question.options->top) {
			break;
		}
		if (!deserves(test) || is_named(&desk->ledger.rows, facts) ||
		    is_named(out, facts)) {
			continue;
		}
		make_row(desk, test, expires_us, &row);
		if (row.signatures.len > 0) {
			*VEC_PUSH(out) = row;
		} else {
			quarantine_row_release(&row);
		}
	}
	return 0;
}

static void print_text(const struct quarantine_list *rows)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);

	VEC_EACH (const struct quarantine_row, row, rows) {
		row_text(row, 0, "\n", &text);
	}
	cli_print(&text);
}

/* schema steady.quarantine-suggest/1 */
static void print_json(const struct quarantine_desk *desk, const struct quarantine_list *rows)
{
	AUTO_JSON struct json *object = json_new_object();
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);

	json_put_str(object, "schema", "steady.quarantine-suggest/1");
	json_put_str(object, "ledger", desk->ledger.path);
	json_put_bool(object, "applied", desk->question.options->apply && rows->len > 0);
	json_put(object, "suggestions", quarantine_plain_rows_json(rows));
	json_write(object, 2, &text);
	buf_char(&text, '\n');
	cli_print(&text);
}

int quarantine_suggest_action(struct quarantine_desk *desk, const struct strv *words,
			      struct err *err)
{
	const struct options *options = desk->question.options;
	CLEANUP(quarantine_list_release) struct quarantine_list rows = {0};

	desk->makes = true;
	if (words->len > 0) {
		return err_set(err, ERR_USAGE, "suggest takes options only");
	}
	if (options->apply && str_empty(options->owner)) {
		return err_set(err, ERR_USAGE, "--apply needs --owner: each row says who mends it");
	}
	if (quarantine_open(desk, err) < 0 || suggest(desk, &rows, err) < 0) {
		return -1;
	}
	if (options->apply && rows.len > 0 && quarantine_write(desk, &rows, err) < 0) {
		return -1;
	}
	if (str_eq(options->format, "json")) {
		print_json(desk, &rows);
		return EXIT_DONE;
	}
	if (rows.len == 0) {
		cli_message("nothing to suggest: no flaky test without a row");
	}
	print_text(&rows);
	return EXIT_DONE;
}
