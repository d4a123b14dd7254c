/* SPDX-License-Identifier: Apache-2.0 */
#include "report/annotations.h"

#include "base/str.h"
#include "report/headline.h"
#include "report/quarantine_words.h"
#include "report/ruling_words.h"
#include "report/verdict.h"
#include "text/utf8.h"

#include <stdlib.h>
#include <string.h>

#define TITLE_WIDTH 200

/* Line breaks are what ends a command; the rest that nobody sees is left out. */
static void escape(struct buf *out, const char *text, const char *also)
{
	size_t len = strlen(text), used = 0;

	for (size_t at = 0; at < len; at += used) {
		uint32_t point = utf8_decode(text + at, len - at, &used);

		if (point == '%' || point == '\n' || (point < 0x80 && strchr(also, (int)point))) {
			buf_fmt(out, "%%%02X", (unsigned)point);
		} else if (!utf8_is_unsafe(point)) {
			utf8_put(out, point);
		}
	}
}

void annotation_property(struct buf *out, const char *text)
{
	escape(out, text, ":,");
}

void annotation_message(struct buf *out, const char *text)
{
	escape(out, text, "");
}

/* One failure to be told. */
struct note {
	const struct result *result;
	const struct failed_test *test; /* NULL: the framework tried again by itself */
	size_t known;                   /* runs in which it is known to have failed before */
};

struct note_list {
	VEC(struct note)
};

enum note_kind { NOTE_ERROR, NOTE_WARNING, NOTE_EXCUSED, NOTE_KINDS };

static const struct {
	const char *command, *word;
} kinds[NOTE_KINDS] = {
	[NOTE_ERROR] = {"error", "failed"},
	[NOTE_WARNING] = {"warning", "flaky"},
	[NOTE_EXCUSED] = {"notice", "quarantined"},
};

static enum note_kind kind_of(const struct failed_test *test)
{
	if (test->retry == RETRY_PASSED) {
		return NOTE_WARNING;
	}
	return quarantine_carries(test) ? NOTE_EXCUSED : NOTE_ERROR;
}

static int by_known(const void *a, const void *b)
{
	const struct note *left = a, *right = b;

	if (left->known != right->known) {
		return left->known < right->known ? -1 : 1;
	}
	return strcmp(left->result->id, right->result->id);
}

static void collect(const struct summary_input *input, struct note_list lists[NOTE_KINDS])
{
	VEC_EACH (const struct failed_test, test, &input->run->failed) {
		const struct failure_ruling *ruling = ruling_of(input, test);

		*VEC_PUSH(&lists[kind_of(test)]) =
			(struct note){test->first, test, ruling ? ruling->failures : 0};
	}
	if (input->run->attempts.len > 0) {
		ATTEMPT_EACH_RESULT(result, &input->run->attempts.items[0])
		{
			if (result_is_flaky(result)) {
				*VEC_PUSH(&lists[NOTE_WARNING]) = (struct note){result, NULL, 0};
			}
		}
	}
	if (lists[NOTE_WARNING].len > 1) {
		qsort(lists[NOTE_WARNING].items, lists[NOTE_WARNING].len,
		      sizeof(*lists[NOTE_WARNING].items), by_known);
	}
}

/* What happened, what it said, and what the history says of it. */
static void words(const struct summary_input *input, const struct map *failures,
		  const struct note *note, struct buf *out)
{
	const struct failure_ruling *ruling = note->test ? ruling_of(input, note->test) : NULL;
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);

	if (note->test) {
		verdict_words(&text, input->run, failures, note->test);
	} else {
		verdict_own_retry(&text, note->result);
	}
	buf_char(&text, '\n');
	verdict_failure(&text, note->result->failure);
	if (ruling && (ruling->verdict != VERDICT_UNKNOWN || ruling->runs > 0)) {
		buf_char(&text, '\n');
		ruling_line(&text, input, ruling);
	}
	utf8_cut(out, buf_str(&text), ANNOTATION_WIDTH);
}

static void annotate(const struct annotations_input *input, const struct map *failures,
		     enum note_kind kind, const struct note *note, struct buf *out)
{
	CLEANUP(spot_release) struct spot spot = {0};
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(buf_release) struct buf title = BUF_INIT(BUF_OWN_MAX);

	spot_find(note->result, input->locate, input->payload, &spot);
	buf_fmt(&text, "%s: ", kinds[kind].word);
	test_name_show(&note->result->test, &text);
	utf8_cut(&title, buf_str(&text), TITLE_WIDTH);
	buf_fmt(out, "::%s ", kinds[kind].command);
	if (spot.file) {
		buf_str_add(out, "file=");
		annotation_property(out, spot.file);
		buf_char(out, ',');
		if (spot.line > 0) {
			buf_fmt(out, "line=%ld,", spot.line);
		}
	}
	buf_str_add(out, "title=");
	annotation_property(out, buf_str(&title));
	buf_str_add(out, "::");
	buf_clear(&text);
	words(&input->summary, failures, note, &text);
	annotation_message(out, buf_str(&text));
	buf_char(out, '\n');
}

/* The line that people see first in a log, and how many are not shown one by one. It is an error where no other one
 * says that the run failed. */
static void roll_up(const struct summary_input *input, bool is_error, size_t untold,
		    struct buf *out)
{
	CLEANUP(buf_release) struct buf line = BUF_INIT(BUF_OWN_MAX);
	struct summary_input plain = *input;

	plain.colour = false;
	headline_word(&plain, &line);
	buf_str_add(&line, "  ");
	headline_rest(&plain, &line);
	if (untold > 0) {
		buf_fmt(&line, "; %zu more than shown here: see the summary", untold);
	}
	buf_fmt(out, "::%s title=steady::", is_error ? "error" : "notice");
	annotation_message(out, buf_str(&line));
	buf_char(out, '\n');
}

static bool is_dull(const struct summary_input *input, const struct note_list lists[NOTE_KINDS])
{
	return input->run->outcome == RUN_PASSED &&
	       lists[NOTE_ERROR].len + lists[NOTE_WARNING].len + lists[NOTE_EXCUSED].len == 0;
}

void annotations_github(const struct annotations_input *input, struct buf *out)
{
	struct note_list lists[NOTE_KINDS] = {{0}};
	CLEANUP(map_release) struct map failures = {0};
	size_t untold = 0;

	verdict_count(input->summary.run, &failures);
	collect(&input->summary, lists);
	for (size_t kind = 0; kind < NOTE_KINDS; kind++) {
		/* the one that sums up is a notice, too */
		size_t most = kind == NOTE_EXCUSED ? ANNOTATIONS_MAX - 1 : ANNOTATIONS_MAX;

		for (size_t i = 0; i < lists[kind].len && i < most; i++) {
			annotate(input, &failures, (enum note_kind)kind, &lists[kind].items[i],
				 out);
		}
		untold += lists[kind].len > most ? lists[kind].len - most : 0;
	}
	if (!is_dull(&input->summary, lists)) {
		roll_up(&input->summary,
			input->summary.run->exit_code != 0 && lists[NOTE_ERROR].len == 0, untold,
			out);
	}
	for (size_t kind = 0; kind < NOTE_KINDS; kind++) {
		VEC_FREE(&lists[kind]);
	}
}
