/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/quarantine.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "os/file.h"
#include "quarantine/edit.h"
#include "quarantine/ledger.h"
#include "quarantine/match.h"
#include "quarantine/row_text.h"
#include "text/duration.h"
#include "text/escape.h"

#include <string.h>

#define SIGNATURES_MAX 100 /* as many as a row takes */

int quarantine_expiry(const struct quarantine_desk *desk, int64_t *out_us, struct err *err)
{
	const char *text = desk->question.options->expires;
	int64_t span = 0;

	if (duration_parse(text, &span) && span < INT64_MAX - desk->now_us) {
		*out_us = (desk->now_us + span) / US_PER_DAY * US_PER_DAY;
		return 0;
	}
	if (ledger_day_parse(text, out_us)) {
		return *out_us + US_PER_DAY > desk->now_us
			       ? 0
			       : err_set(err, ERR_USAGE, "--expires: %s is over", text);
	}
	return err_set(err, ERR_USAGE,
		       "--expires: '%s' is neither a duration such as 30d nor a day such as "
		       "2026-12-24",
		       text);
}

/* The text of a ledger that is there, or nothing. */
static int read_text(const char *path, char **out, size_t *len, struct err *err)
{
	if (file_read(path, LEDGER_MAX, out, len, err) == 0) {
		return 0;
	}
	if (err->code != ERR_NOT_FOUND) {
		return -1;
	}
	err_clear(err);
	*out = mem_str("");
	*len = 0;
	return 0;
}

int quarantine_write(const struct quarantine_desk *desk, const struct quarantine_list *added,
		     struct err *err)
{
	const char *path = desk->ledger.path;
	AUTO_FREE char *text = NULL;
	size_t len = 0;

	if (read_text(path, &text, &len, err) < 0) {
		return -1;
	}
	VEC_EACH (const struct quarantine_row, row, added) {
		const struct edit_text before = {path, text, len};
		struct buf after = BUF_INIT(LEDGER_MAX);

		if (edit_add(&before, row, &after, err) < 0) {
			return -1;
		}
		len = after.len;
		cleanup_free(&text);
		text = buf_take(&after);
	}
	return file_write(path, text, len, err);
}

void quarantine_signatures(const struct quarantine_desk *desk, const struct quarantine_row *row,
			   struct strv *out)
{
	const struct evidence *evidence = &desk->survey.evidence;

	VEC_EACH (const struct observation, seen, &evidence->observations) {
		const struct test_facts *test = &evidence->tests.items[seen->test];
		const char *id =
			seen->has_signature ? evidence->signatures.items[seen->signature].id : NULL;

		if (id && outcome_is_bad(seen->first) && out->len < SIGNATURES_MAX &&
		    match_job(row, evidence->runs.items[seen->run].job) &&
		    match_test(row, &test->name, test->id) && !strv_has(out, id)) {
			strv_add(out, id);
		}
	}
	strv_sort(out);
}

char *quarantine_name(struct quarantine_desk *desk, const struct test_facts *test)
{
	CLEANUP(buf_release) struct buf name = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(test_facts_list_release) struct test_facts_list found = {0};
	struct err ignored = ERR_INIT;

	test_name_show(&test->name, &name);
	if (!strchr(buf_str(&name), '*') && !ledger_test_fault(buf_str(&name)) &&
	    history_find_tests(desk->history, buf_str(&name), &found, &ignored) == 0 &&
	    found.len == 1) {
		return buf_take(&name);
	}
	return mem_str(test->id);
}

/* The test that somebody means, as a row has it. */
static int resolve(struct quarantine_desk *desk, const char *asked, char **out, struct err *err)
{
	CLEANUP(test_facts_list_release) struct test_facts_list found = {0};
	CLEANUP(buf_release) struct buf names = BUF_INIT(BUF_OWN_MAX);
	const char *fault = ledger_test_fault(asked);

	if (fault) {
		return err_set(err, ERR_USAGE, "'%s': %s", asked, fault);
	}
	if (desk->history && history_find_tests(desk->history, asked, &found, err) < 0) {
		return -1;
	}
	if (found.len == 1) {
		*out = quarantine_name(desk, &found.items[0]);
		return 0;
	}
	if (found.len == 0 && strchr(asked, '*')) {
		*out = mem_str(asked);
		return 0;
	}
	for (size_t i = 0; i < found.len && i < 5; i++) {
		buf_str_add(&names, i > 0 ? ", " : ": ");
		test_name_show(&found.items[i].name, &names);
	}
	return err_set(err, ERR_INPUT, "%s: %s%s%s", asked,
		       found.len > 0 ? "several tests match; name one of them"
				     : "no test of that name in the history",
		       buf_str(&names), found.len > 5 ? ", …" : "");
}

static int one_word(const struct strv *words, const char *usage, struct err *err)
{
	return words->len == 1 ? 0
			       : err_set(err, ERR_USAGE,
					 "one test is expected: steady quarantine %s", usage);
}

static int check_options(const struct options *options, struct err *err)
{
	if (str_empty(options->reason) || str_empty(options->owner)) {
		return err_set(err, ERR_USAGE,
			       "--%s is needed: a row says why the test may fail, and who mends it",
			       str_empty(options->reason) ? "reason" : "owner");
	}
	return 0;
}

/* What the options say has to make a row by itself: else the ledger would be blamed for it. */
static int check_row(const struct quarantine_row *row, struct err *err)
{
	CLEANUP(quarantine_list_release) struct quarantine_list read = {0};
	CLEANUP(buf_release) struct buf text = BUF_INIT(LEDGER_MAX);

	row_text(row, 0, "\n", &text);
	if (ledger_parse("the row to be added", buf_str(&text), text.len, &read, err) < 0) {
		err->code = ERR_USAGE;
		return -1;
	}
	return 0;
}

/* Fills what the options say, and the failures on record. */
static int make_row(struct quarantine_desk *desk, const char *asked, struct quarantine_row *row,
		    struct err *err)
{
	const struct options *options = desk->question.options;
	CLEANUP(buf_release) struct buf since = BUF_INIT(64);

	if (resolve(desk, asked, &row->test, err) < 0 ||
	    quarantine_expiry(desk, &row->expires_us, err) < 0) {
		return -1;
	}
	row->reason = mem_str(options->reason);
	row->owner = mem_str(options->owner);
	row->issue = mem_str(options->issue);
	row->job = mem_str(options->only_job);
	row->added_us = desk->now_us / US_PER_DAY * US_PER_DAY;
	row->any_failure = options->any_failure;
	if (row->any_failure) {
		return 0;
	}
	quarantine_signatures(desk, row, &row->signatures);
	row_day(&since, desk->question.window.since_us);
	return row->signatures.len > 0
		       ? 0
		       : err_set(err, ERR_INPUT,
				 "%s: no failure of it is on record since %s: go further back by "
				 "--since, or say --any-failure",
				 row->test, buf_str(&since));
}

static int say(const struct quarantine_desk *desk, const char *verb,
	       const struct quarantine_row *row)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);

	buf_fmt(&text, "%s ", verb);
	escape_terminal(&text, row->test);
	buf_str_add(&text, ": ");
	escape_terminal(&text, desk->ledger.path);
	buf_char(&text, '\n');
	cli_print(&text);
	return EXIT_DONE;
}

int quarantine_add_action(struct quarantine_desk *desk, const struct strv *words, struct err *err)
{
	CLEANUP(quarantine_list_release) struct quarantine_list added = {0};
	struct quarantine_row *row = VEC_PUSH(&added);

	desk->makes = true;
	if (one_word(words, "add TEST --reason TEXT --owner WHO", err) < 0 ||
	    check_options(desk->question.options, err) < 0 || quarantine_open(desk, err) < 0 ||
	    make_row(desk, words->items[0], row, err) < 0 || check_row(row, err) < 0) {
		return -1;
	}
	VEC_EACH (const struct quarantine_row, other, &desk->ledger.rows) {
		if (str_eq(other->test, row->test) && str_eq(other->job, row->job)) {
			return err_set(err, ERR_INPUT,
				       "%s: line %u: %s is there already: remove that row first",
				       desk->ledger.path, other->line, row->test);
		}
	}
	return quarantine_write(desk, &added, err) < 0 ? -1 : say(desk, "added", row);
}

/* A pattern is only taken out by its own words. */
static bool names_alone(const struct quarantine_row *row, const struct test_facts *test)
{
	return !strchr(row->test, '*') && match_test(row, &test->name, test->id);
}

/* Rows that say the same of a test, or name it. */
struct search {
	const char *asked, *job;
	const struct test_facts
		*test; /* that one is called so; NULL: rows are asked for their own words */
	size_t nth, count, of_all_jobs;
};

static void look_at_row(struct search *search, const struct quarantine_row *row, size_t nth)
{
	bool means =
		search->test ? names_alone(row, search->test) : str_eq(row->test, search->asked);

	if (!means || (search->job && !str_eq(row->job, search->job))) {
		return;
	}
	if (search->count == 0 || !row->job) {
		search->nth = nth;
	}
	search->count++;
	search->of_all_jobs += !row->job;
}

static void look_at_rows(struct search *search, const struct quarantine_list *rows)
{
	for (size_t i = 0; i < rows->len; i++) {
		look_at_row(search, &rows->items[i], i);
	}
}

/* The row that says that, or that names the test which is called so; of several that of all jobs. Else -1, with the
 * reason. */
static int find_row(struct quarantine_desk *desk, const char *asked, size_t *nth, struct err *err)
{
	CLEANUP(test_facts_list_release) struct test_facts_list found = {0};
	struct search search = {.asked = asked, .job = desk->question.options->only_job};

	look_at_rows(&search, &desk->ledger.rows);
	if (search.count == 0 && desk->history) {
		if (history_find_tests(desk->history, asked, &found, err) < 0) {
			return -1;
		}
		search.test = found.len == 1 ? &found.items[0] : NULL;
		if (search.test) {
			look_at_rows(&search, &desk->ledger.rows);
		}
	}
	*nth = search.nth;
	if (search.count == 1 || search.of_all_jobs == 1) {
		return 0;
	}
	return err_set(
		err, ERR_INPUT,
		search.count > 0
			? "%s: %s: several rows name it: say the row's own test, or --only-job"
			: "%s: %s: no row names it",
		desk->ledger.path, asked);
}

int quarantine_remove_action(struct quarantine_desk *desk, const struct strv *words,
			     struct err *err)
{
	CLEANUP(buf_release) struct buf after = BUF_INIT(LEDGER_MAX);
	AUTO_FREE char *text = NULL;
	struct edit_text before = {0};
	size_t nth = 0;

	if (one_word(words, "remove TEST", err) < 0 || quarantine_open(desk, err) < 0 ||
	    find_row(desk, words->items[0], &nth, err) < 0) {
		return -1;
	}
	before.path = desk->ledger.path;
	if (read_text(before.path, &text, &before.len, err) < 0) {
		return -1;
	}
	before.text = text;
	if (edit_remove(&before, nth, &after, err) < 0 ||
	    file_write(before.path, buf_str(&after), after.len, err) < 0) {
		return -1;
	}
	return say(desk, "removed", &desk->ledger.rows.items[nth]);
}
