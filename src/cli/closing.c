/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/closing.h"

#include "base/mem.h"
#include "os/outlet.h"
#include "os/terminal.h"

#include <unistd.h>

char *closing_record(const char *path, enum history_mode mode, struct run *run)
{
	struct history *history = NULL;
	struct err err = ERR_INIT, ignored = ERR_INIT;
	int rc = history_open(path, mode, &history, &err);

	if (rc == 0) {
		rc = history_record(history, run, &err);
		if (rc < 0 && history_renew(&history, &err)) {
			rc = history_record(history, run, &err);
		}
	}
	if (rc == 0) {
		history_earlier_waits(history, run, &ignored);
	}
	history_close(history);
	return rc == 0 ? NULL : mem_str(err.msg);
}

void closing_say(const struct summary_input *input)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);
	struct summary_input here = *input;

	here.width = terminal_width(STDERR_FILENO);
	here.colour = terminal_colour(STDERR_FILENO);
	summary_text(&here, &text);
	outlet_say(STDERR_FILENO, buf_str(&text), text.len);
}
