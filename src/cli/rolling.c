/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/rolling.h"

#include "base/str.h"
#include "cli/command.h"
#include "os/file.h"
#include "report/issue.h"

#include <unistd.h>

/* Of a report with many thousand flaky tests. */
#define STATE_MAX ((size_t)64 * 1024 * 1024)

/* Whatever is written last would be all that is there. */
static bool is_one_file(const struct options *options)
{
	const char *paths[] = {options->output, options->state, options->comment};

	for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
		for (size_t k = 0; k < i; k++) {
			if (paths[i] && paths[k] &&
			    (str_eq(paths[i], paths[k]) || file_is_same(paths[i], paths[k]))) {
				return !str_eq(paths[i], "-");
			}
		}
	}
	return false;
}

int rolling_read(const struct options *options, struct report_state *out, struct err *err)
{
	AUTO_FREE char *text = NULL;
	size_t len = 0;

	*out = (struct report_state){0};
	if (options->requests && (!options->state || !str_eq(options->format, "markdown"))) {
		return err_set(err, ERR_USAGE,
			       "--requests: an issue takes --format markdown and --state FILE");
	}
	if (!options->state) {
		return options->comment ? err_set(err, ERR_USAGE,
						  "--comment is told by a state: --state FILE")
					: 0;
	}
	if (is_one_file(options)) {
		return err_set(err, ERR_USAGE,
			       "--output, --state and --comment are three files, not one");
	}
	if (access(options->state, F_OK) < 0) {
		return 0;
	}
	if (file_read(options->state, STATE_MAX, &text, &len, err) < 0) {
		return -1;
	}
	/* made beforehand, or never written to its end */
	if (len == 0) {
		return 0;
	}
	if (report_state_read(text, len, out, err) < 0) {
		err->code = ERR_INPUT;
		return err_wrap(err, "%s", options->state);
	}
	return 0;
}

/* --- requests: list.json is read, the others are written --- */

struct requests {
	const struct options *options;
	const char *history; /* over which nothing is written */
};

/* An answer of the API: a hundred issues of at most 64 KiB, and what goes with them. */
#define ANSWER_MAX ((size_t)32 * 1024 * 1024)

static int put(const struct requests *requests, const char *name, const struct buf *text,
	       struct err *err)
{
	AUTO_FREE char *path = path_join(requests->options->requests, name);

	if (text->len == 0) {
		unlink(path); /* of an earlier time */
		return 0;
	}
	return cli_write(path, requests->history, text, err);
}

static int put_request(const struct requests *requests, const char *name, const char *title,
		       const char *label, const char *body, struct err *err)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);

	if (*body) {
		issue_request(title, label, body, &text);
	}
	return put(requests, name, &text, err);
}

/* The number of the issue that is there already; without list.json nobody asked. */
static int put_number(const struct requests *requests, struct err *err)
{
	AUTO_FREE char *path = path_join(requests->options->requests, "list.json");
	AUTO_FREE char *answer = NULL;
	CLEANUP(buf_release) struct buf text = BUF_INIT(64);
	size_t len = 0;
	int64_t number = 0;

	if (file_exists(path)) {
		if (file_read(path, ANSWER_MAX, &answer, &len, err) < 0) {
			return -1;
		}
		if (issue_find(answer, len, ROLLING_MARKER, &number, err) < 0) {
			err->code = ERR_INPUT;
			return err_wrap(err, "%s", path);
		}
	}
	if (number > 0) {
		buf_fmt(&text, "%lld\n", (long long)number);
	}
	return put(requests, "number", &text, err);
}

static int put_requests(const struct requests *requests, const char *body, const char *comment,
			struct err *err)
{
	const struct options *options = requests->options;

	if (file_make_dirs(options->requests, 0777, err) < 0 || put_number(requests, err) < 0 ||
	    put_request(requests, "create.json", options->title, options->label, body, err) < 0 ||
	    put_request(requests, "edit.json", NULL, NULL, body, err) < 0) {
		return -1;
	}
	return put_request(requests, "comment.json", NULL, NULL, comment, err);
}

int rolling_write(const struct options *options, const char *history,
		  const struct report_state *before, const struct report_input *input,
		  const char *body, struct err *err)
{
	CLEANUP(report_state_release) struct report_state now = {0};
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);

	if (!options->state) {
		return 0;
	}
	report_state_of(input, &now);
	report_state_compare(before, &now, input, &text);
	if (options->requests &&
	    put_requests(&(struct requests){options, history}, body, buf_str(&text), err) < 0) {
		return -1;
	}
	if (options->comment && cli_write(options->comment, history, &text, err) < 0) {
		return -1;
	}
	buf_clear(&text);
	report_state_write(&now, &text);
	return file_write(options->state, buf_str(&text), text.len, err);
}
