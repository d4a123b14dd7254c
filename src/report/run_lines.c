/* SPDX-License-Identifier: Apache-2.0 */
#include "report/run_lines.h"

#include "base/str.h"
#include "report/causes.h"
#include "report/paint.h"
#include "report/quarantine_words.h"
#include "report/ruling_words.h"
#include "report/wait_words.h"
#include "text/utf8.h"

#include <string.h>

/* Names are not cut to the terminal, so that they can be copied; but somewhere. */
#define NAME_WIDTH 200

static enum run_mark mark_of(const struct failed_test *test)
{
	if (test->retry != RETRY_PASSED) {
		return quarantine_carries(test) ? MARK_QUARANTINED : MARK_FAILED;
	}
	return test->service ? MARK_SERVICE : MARK_FLAKY;
}

void run_line_result(const struct summary_input *input, const struct result *result,
		     enum run_mark mark, struct buf *out)
{
	static const struct {
		const char *word, *gap, *colour;
	} marks[] = {
		[MARK_FAILED] = {"FAILED", "  ", PAINT_RED},
		[MARK_FLAKY] = {"FLAKY", "   ", PAINT_YELLOW},
		[MARK_SERVICE] = {"SERVICE", "  ", PAINT_YELLOW},
		[MARK_QUARANTINED] = {"QUARANTINED", "  ", PAINT_YELLOW},
	};
	CLEANUP(buf_release) struct buf name = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);

	test_name_show(&result->test, &name);
	paint_escape(&text, buf_str(&name));
	buf_str_add(out, "  ");
	paint_text(out, input->colour ? marks[mark].colour : NULL, marks[mark].word);
	buf_str_add(out, marks[mark].gap);
	utf8_cut(out, buf_str(&text), NAME_WIDTH);
	buf_str_add(out, ": ");
}

void run_line_failed(const struct summary_input *input, const struct failed_test *test,
		     struct buf *out)
{
	run_line_result(input, test->first, mark_of(test), out);
}

void run_line_ruling(const struct summary_input *input, const struct failed_test *test,
		     struct buf *out)
{
	const struct failure_ruling *ruling = ruling_of(input, test);
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);

	if (ruling) {
		ruling_line(&text, input, ruling);
		paint_wrapped(out, &(struct paint){NULL, 6, input->width}, buf_str(&text));
	}
}

void run_line_more(const struct summary_input *input, size_t count, size_t most, struct buf *out)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(64);

	if (count > most) {
		buf_fmt(&text, "… and %zu more", count - most);
		paint_line(out, &(struct paint){NULL, 2, input->width}, buf_str(&text));
	}
}

static void wrapped(const struct summary_input *input, size_t indent, const char *text,
		    struct buf *out)
{
	paint_wrapped(out, &(struct paint){NULL, indent, input->width}, text);
}

void run_lines_causes(const struct summary_input *input, size_t most, struct buf *out)
{
	CLEANUP(cause_list_release) struct cause_list list = {0};

	causes_of(input->run, input->rules, &list);
	for (size_t i = 0; i < list.len && i < most; i++) {
		AUTO_FREE char *text =
			mem_fmt("%s: %s", list.items[i].text, str_or(list.items[i].detail, ""));

		wrapped(input, 2, text, out);
	}
}

void run_lines_waits(const struct summary_input *input, size_t most, struct buf *out)
{
	size_t count = 0;

	VEC_EACH (const struct wait, wait, &input->run->waits) {
		CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);

		if (wait->ready || wait->cancelled || ++count > most) {
			continue;
		}
		wait_headline(&text, wait);
		wrapped(input, 2, buf_str(&text), out);
		buf_clear(&text);
		wait_details(&text, wait);
		if (text.len > 0) {
			wrapped(input, 6, buf_str(&text), out);
		}
	}
	run_line_more(input, count, most, out);
}

/* How many lines of a service's output are shown. */
#define LOG_LINES 5

static const char *last_lines(const char *log, size_t lines)
{
	const char *at = log + strlen(log);

	while (at > log && at[-1] == '\n') {
		at--;
	}
	for (; at > log; at--) {
		if (at[-1] == '\n' && --lines == 0) {
			break;
		}
	}
	return at;
}

static void service_lines(const struct summary_input *input, const struct started_service *service,
			  struct buf *out)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);
	const char *at = last_lines(str_or(service->log, ""), LOG_LINES);

	buf_fmt(&text, "service %s ", service->name);
	if (!service->by_itself) {
		buf_str_add(&text, "was running");
	} else if (service->signal) {
		buf_fmt(&text, "died by signal %d", service->signal);
	} else {
		buf_fmt(&text, "ended by itself with exit code %d", service->exit_code);
	}
	buf_str_add(&text, *at ? "; its output ends:" : "; it printed nothing");
	wrapped(input, 2, buf_str(&text), out);
	while (*at) {
		size_t len = strcspn(at, "\n");
		AUTO_FREE char *line = mem_strn(at, len);

		if (len > 0) {
			paint_line(out, &(struct paint){NULL, 6, input->width}, line);
		}
		at += len + (at[len] == '\n');
	}
}

void run_lines_services(const struct summary_input *input, struct buf *out)
{
	VEC_EACH (const struct started_service, service, &input->run->services) {
		if (service->by_itself || input->run->outcome == RUN_NOT_READY) {
			service_lines(input, service, out);
		}
	}
}
