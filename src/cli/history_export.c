/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/history.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/str.h"
#include "cli/history_watch.h"
#include "cli/spare.h"
#include "os/file.h"
#include "os/signals.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

static int read_question(const struct options *options, struct export_question *out,
			 struct err *err)
{
	int64_t now_us = clock_wall_us();

	*out = (struct export_question){
		.key = options->run_id,
		.job = options->job,
		.until_us = INT64_MAX,
		.packed = options->output && str_ends(options->output, ".zst"),
	};
	if (options->since &&
	    place_time(options->since, "--since", now_us, &out->since_us, err) < 0) {
		return -1;
	}
	if (options->until &&
	    place_time(options->until, "--until", now_us, &out->until_us, err) < 0) {
		return -1;
	}
	if (options->run_id && (options->since || options->until)) {
		return err_set(err, ERR_USAGE, "--run and a window exclude each other");
	}
	return 0;
}

static int export_to(struct history *history, const struct export_question *question, int fd,
		     struct export_effect *effect, struct err *err)
{
	struct history_watch_line line;
	struct history_watch watch = history_watch_begin(&line, "exporting", "runs");
	int done = history_export(history, question, fd, &watch, effect, err);

	history_watch_end(&line);
	return done;
}

/* A device or a pipe is written to as it is: nothing may take its place. */
static int export_to_device(struct history *history, const struct export_question *question,
			    const char *path, struct export_effect *effect, struct err *err)
{
	AUTO_CLOSE int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0) {
		return err_sys(err, ERR_IO, "%s", path);
	}
	return export_to(history, question, fd, effect, err) < 0 ? err_wrap(err, "%s", path) : 0;
}

/* Under its name only once it is whole. */
static int export_to_file(struct history *history, const struct export_question *question,
			  const char *path, struct export_effect *effect, struct err *err)
{
	AUTO_FREE char *part = mem_fmt("%s.part", path);
	AUTO_CLOSE int fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);

	if (fd < 0) {
		return err_sys(err, ERR_IO, "%s", part);
	}
	if (export_to(history, question, fd, effect, err) < 0) {
		unlink(part);
		return err_wrap(err, "%s", path);
	}
	if (fsync(fd) < 0 || rename(part, path) < 0) {
		err_sys(err, ERR_IO, "%s", path);
		unlink(part);
		return -1;
	}
	return 0;
}

static int export_to_path(struct history *history, const struct export_question *question,
			  const char *path, struct export_effect *effect, struct err *err)
{
	return file_exists(path) && !file_is_regular(path)
		       ? export_to_device(history, question, path, effect, err)
		       : export_to_file(history, question, path, effect, err);
}

static void tell(const char *path, const struct export_effect *effect)
{
	AUTO_FREE char *line =
		mem_fmt("%zu run%s written%s%s", effect->runs, effect->runs == 1 ? "" : "s",
			path ? " to " : "", path ? path : "");

	cli_message(line);
	if (effect->thinned > 0) {
		log_warning(
			"%zu run%s left out: only rollups are left of them, which steady history "
			"merge takes along",
			effect->thinned, effect->thinned == 1 ? "" : "s");
	}
}

static int export_asked(struct place *place, const struct options *options, struct err *err)
{
	const char *path = str_eq(options->output, "-") ? NULL : options->output;
	struct export_effect effect = {0};
	struct export_question question;
	const char *from = place_history(place, options);
	struct history *history = NULL;
	int done;

	if (read_question(options, &question, err) < 0 ||
	    (path && spare_databases(path, from, err) < 0) ||
	    history_open(from, HISTORY_READ, &history, err) < 0) {
		return -1;
	}
	done = path ? export_to_path(history, &question, path, &effect, err)
		    : export_to(history, &question, STDOUT_FILENO, &effect, err);
	history_close(history);
	if (done == 0 && options->run_id && effect.runs == 0) {
		return err_set(err, ERR_NOT_FOUND, "no run %s here", options->run_id);
	}
	if (done == 0) {
		tell(path, &effect);
	}
	return done;
}

int history_export_action(const struct options *options, const struct strv *words)
{
	CLEANUP(place_release) struct place place = {0};
	struct err err = ERR_INIT;

	if (words->len > 0) {
		err_set(&err, ERR_USAGE, "history export takes options only");
		return cli_fail(&err);
	}
	signals_init();
	if (export_asked(&place, options, &err) < 0) {
		return err.code == ERR_CANCELLED ? cli_stopped_code() : cli_fail(&err);
	}
	return EXIT_DONE;
}
