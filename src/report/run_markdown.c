/* SPDX-License-Identifier: Apache-2.0 */
#include "report/run_markdown.h"

#include "base/str.h"
#include "report/headline.h"
#include "report/markdown_cells.h"
#include "report/quarantine_words.h"
#include "report/ruling_words.h"
#include "report/verdict.h"
#include "text/escape.h"

#include <string.h>

/* Beyond that the table ends; what the log says is bounded by itself, and cut at the rest. */
#define TABLE_END     ((size_t)600 * 1024)
#define LOG_END       (RUN_MARKDOWN_MAX - 1024)
#define ROWS_MAX      200
#define NAME_WIDTH    160
#define FAILURE_WIDTH 300
#define PROSE_WIDTH   400

static const char *const turn_words[TURNS] = {"**failed**", "quarantined", "flaky"};

static void row(const struct summary_input *input, const struct map *failures,
		const struct failed_test *test, struct buf *out)
{
	const struct failure_ruling *ruling = ruling_of(input, test);
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);

	buf_fmt(out, "| %s |", turn_words[quarantine_turn(test)]);
	test_name_show(&test->first->test, &text);
	markdown_code_cell(out, buf_str(&text), NAME_WIDTH);
	buf_clear(&text);
	verdict_words(&text, input->run, failures, test);
	markdown_cell(out, buf_str(&text), PROSE_WIDTH);
	buf_clear(&text);
	verdict_failure(&text, test->first->failure);
	markdown_code_cell(out, buf_str(&text), FAILURE_WIDTH);
	buf_clear(&text);
	if (ruling) {
		ruling_line(&text, input, ruling);
	}
	markdown_cell(out, buf_str(&text), PROSE_WIDTH);
	buf_char(out, '\n');
}

/* Adds the rows of that turn; false when there is no more room. */
static bool rows(const struct summary_input *input, const struct map *failures,
		 enum failed_turn turn, size_t end, size_t *shown, struct buf *out)
{
	VEC_EACH (const struct failed_test, test, &input->run->failed) {
		CLEANUP(buf_release) struct buf line = BUF_INIT(BUF_OWN_MAX);

		if (quarantine_turn(test) != turn) {
			continue;
		}
		row(input, failures, test, &line);
		if (*shown == ROWS_MAX || !markdown_fits(out, &line, end)) {
			return false;
		}
		++*shown;
	}
	return true;
}

static void table(const struct summary_input *input, size_t end, struct buf *out)
{
	CLEANUP(map_release) struct map failures = {0};
	size_t shown = 0, count = input->run->failed.len;
	bool room = true;

	if (count == 0) {
		return;
	}
	verdict_count(input->run, &failures);
	buf_str_add(out, "\n| | Test | What happened | Failure | Verdict |\n"
			 "| --- | --- | --- | --- | --- |\n");
	for (int turn = 0; turn < TURNS && room; turn++) {
		room = rows(input, &failures, (enum failed_turn)turn, end, &shown, out);
	}
	if (shown < count) {
		buf_fmt(out, "\n%zu more: `steady explain` lists all.\n", count - shown);
	}
}

/* A fence that no line inside can end. */
static size_t fence_of(const char *text)
{
	size_t longest = 2, here = 0;

	for (; *text; text++) {
		here = *text == '`' ? here + 1 : 0;
		longest = here > longest ? here : longest;
	}
	return longest + 1;
}

static void fence(struct buf *out, size_t len)
{
	while (len-- > 0) {
		buf_char(out, '`');
	}
}

/* The lines of the log say all the rest: causes, services, waits, files, what was left running. */
static void log_lines(const struct summary_input *input, size_t end, struct buf *out)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);
	struct summary_input plain = *input;
	size_t len = 0, ticks = 0;

	plain.colour = false;
	plain.hide_flaky = false;
	plain.width = 0;
	summary_text(&plain, &text);
	ticks = fence_of(buf_str(&text));
	if (out->len + text.len + 2 * ticks > end) {
		return;
	}
	len = strlen("steady: ");
	buf_fmt(out, "\n<details%s><summary>As in the log</summary>\n\n",
		input->run->failed.len == 0 ? " open" : "");
	fence(out, ticks);
	buf_fmt(out, "text\n%s", buf_str(&text) + len);
	fence(out, ticks);
	buf_str_add(out, "\n\n</details>\n");
}

/* "❌ FAILED · unit (os=linux)" */
static void name(const struct summary_input *input, struct buf *out)
{
	const struct run *run = input->run;

	static const char *const signs[] = {
		[RUN_PASSED] = "✅",  [RUN_FLAKY] = "⚠️",    [RUN_FAILED] = "❌",
		[RUN_TIMEOUT] = "❌", [RUN_TEARDOWN_HANG] = "❌", [RUN_NOT_READY] = "❌",
		[RUN_CRASHED] = "❌", [RUN_CANCELLED] = "🚫",     [RUN_NO_RESULTS] = "❌",
		[RUN_ERROR] = "❌",
	};
	CLEANUP(buf_release) struct buf job = BUF_INIT(BUF_OWN_MAX);

	buf_fmt(out, "%s ", signs[run->outcome]);
	headline_word(input, out);
	buf_str_add(out, " · ");
	buf_str_add(&job, str_or(run->job, "default"));
	if (!str_empty(run->variant)) {
		buf_fmt(&job, " (%s)", run->variant);
	}
	escape_markdown(out, buf_str(&job));
}

/* What stands between the name and the counts, and between them and what follows. */
static void head(const struct summary_input *input, const char *between, const char *end,
		 struct buf *out)
{
	CLEANUP(buf_release) struct buf line = BUF_INIT(BUF_OWN_MAX);
	struct summary_input plain = *input;

	plain.colour = false;
	name(&plain, out);
	buf_str_add(out, between);
	headline_rest(&plain, &line);
	escape_markdown(out, buf_str(&line));
	buf_str_add(out, end);
}

/* The name as a heading, and counts in a line of their own */
static void title(const struct summary_input *input, struct buf *out)
{
	buf_str_add(out, "### ");
	head(input, "\n\n", "\n", out);
	if (!str_empty(input->run->because)) {
		buf_char(out, '\n');
		markdown_text(out, input->run->because, PROSE_WIDTH);
		buf_char(out, '\n');
	}
}

void run_markdown_line(const struct summary_input *input, struct buf *out)
{
	buf_str_add(out, "- ");
	head(input, ": ", " · ", out);
	markdown_code(out, input->run->key, NAME_WIDTH);
	buf_char(out, '\n');
}

void run_markdown(const struct summary_input *input, struct buf *out)
{
	size_t start = out->len;

	title(input, out);
	table(input, start + TABLE_END, out);
	if (input->run->outcome != RUN_PASSED || input->run->failed.len > 0) {
		log_lines(input, start + LOG_END, out);
	}
	buf_char(out, '\n');
}
