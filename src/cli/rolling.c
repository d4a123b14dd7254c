/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/rolling.h"

#include "cli/command.h"
#include "os/file.h"

#include <unistd.h>

/* Of a report with many thousand flaky tests. */
#define STATE_MAX ((size_t)64 * 1024 * 1024)

int rolling_read(const struct options *options, struct report_state *out, struct err *err)
{
	AUTO_FREE char *text = NULL;
	size_t len = 0;

	*out = (struct report_state){0};
	if (!options->state) {
		return options->comment ? err_set(err, ERR_USAGE,
						  "--comment is told by a state: --state FILE")
					: 0;
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

int rolling_write(const struct options *options, const char *history,
		  const struct report_state *before, const struct report_input *input,
		  struct err *err)
{
	CLEANUP(report_state_release) struct report_state now = {0};
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);

	if (!options->state) {
		return 0;
	}
	report_state_of(input, &now);
	if (options->comment) {
		report_state_compare(before, &now, input, &text);
		if (cli_write(options->comment, history, &text, err) < 0) {
			return -1;
		}
	}
	buf_clear(&text);
	report_state_write(&now, &text);
	return file_write(options->state, buf_str(&text), text.len, err);
}
