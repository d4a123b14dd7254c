/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/closing.h"

#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "cli/spare.h"
#include "os/file.h"
#include "os/outlet.h"
#include "os/terminal.h"

#include <fcntl.h>
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

static int write_segment(const char *path, bool more, const struct run *run, const char *history,
			 struct err *err)
{
	AUTO_FREE char *folder = path_dir(path);
	AUTO_CLOSE int fd = -1;

	if (spare_databases(path, history, err) < 0) {
		return -1;
	}
	if (file_make_dirs(folder, 0777, err) < 0) {
		return err_wrap(err, "%s", path);
	}
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | (more ? O_APPEND : O_TRUNC), 0666);
	if (fd < 0) {
		return err_sys(err, ERR_IO, "%s: cannot be made", path);
	}
	return history_write_segment(run, fd, str_ends(path, ".zst"), err) < 0
		       ? err_wrap(err, "%s", path)
		       : 0;
}

void closing_segment(const char *path, bool more, const struct run *run, const char *history)
{
	struct err err = ERR_INIT;

	if (write_segment(path, more, run, history, &err) < 0) {
		log_warning("%s", err.msg);
	}
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
