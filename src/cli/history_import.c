/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/history.h"

#include "base/log.h"
#include "base/str.h"
#include "cli/history_watch.h"
#include "os/signals.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

static const char *plural(size_t count)
{
	return count == 1 ? "" : "s";
}

/* The files of one command. */
struct taking {
	struct segments_intake *intake;
	size_t files, read; /* read: runs that were whole */
	bool refused, stopped;
};

static void tell(const struct taking *taking, const char *name, const struct merge_effect *merged)
{
	CLEANUP(buf_release) struct buf line = BUF_INIT(BUF_OWN_MAX);

	buf_fmt(&line, "%s: %zu run%s read: %zu new", name, taking->read, plural(taking->read),
		merged->added);
	if (merged->joined > 0) {
		buf_fmt(&line, ", %zu completed", merged->joined);
	}
	buf_fmt(&line, ", %zu known already", merged->known);
	if (taking->stopped) {
		buf_str_add(&line, "; stopped: the same command goes on");
	}
	cli_message(buf_str(&line));
	history_warn_of_twins(name, &merged->twins);
}

/* Each on a line of its own, as other tools name a place in a file. */
static void tell_trouble(const char *name, const struct segments_effect *effect)
{
	VEC_EACH (char *, why, &effect->refused) {
		AUTO_FREE char *line = mem_fmt("%s:%s", name, *why);

		cli_message(line);
	}
	if (effect->strays_dropped > 0) {
		log_warning("%s: %zu run%s said more than this steady knows, and too much to keep",
			    name, effect->strays_dropped, plural(effect->strays_dropped));
	}
}

static const char *name_of(const char *path)
{
	return str_eq(path, "-") ? "stdin" : path;
}

static int take_file(struct taking *taking, const char *path, struct err *err)
{
	CLEANUP(segments_effect_release) struct segments_effect effect = {0};
	const char *name = name_of(path);
	AUTO_CLOSE int fd =
		str_eq(path, "-") ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
	struct history_watch_line line;
	struct history_watch watch;
	int done;

	if (fd < 0) {
		return err_sys(err, ERR_INPUT, "%s", name);
	}
	watch = history_watch_begin(&line, "taking runs of", name);
	done = segments_intake_take(taking->intake, fd, &watch, &effect, err);
	history_watch_end(&line);
	tell_trouble(name, &effect);
	taking->files++;
	taking->read += effect.read;
	taking->refused = taking->refused || effect.refused.len > 0;
	taking->stopped = effect.stopped;
	return done < 0 ? err_wrap(err, "%s", name) : 0;
}

/* A file that cannot be used does not stop the others; a history that cannot be used does. */
static int take_files(struct taking *taking, const struct strv *paths)
{
	VEC_EACH (char *, path, paths) {
		struct err err = ERR_INIT;

		if (signals_look()) {
			return EXIT_DONE;
		}
		if (take_file(taking, *path, &err) < 0) {
			int code = cli_fail(&err);

			if (err.code != ERR_INPUT) {
				return code;
			}
			taking->refused = true;
		}
	}
	return EXIT_DONE;
}

static int import_all(struct history *history, const struct strv *paths)
{
	CLEANUP(merge_effect_release) struct merge_effect merged = {0};
	struct taking taking = {.intake = segments_intake_new(history)};
	AUTO_FREE char *name = NULL;
	struct err err = ERR_INIT;
	int code = take_files(&taking, paths), ended;

	ended = segments_intake_end(taking.intake, &merged, &err);
	name = paths->len == 1 ? mem_str(name_of(paths->items[0]))
			       : mem_fmt("%zu file%s", taking.files, plural(taking.files));
	if (taking.files > 0) {
		tell(&taking, name, &merged);
	}
	if (code == EXIT_DONE && ended < 0) {
		code = cli_fail(&err);
	}
	if (code != EXIT_DONE) {
		return code;
	}
	if (signals_look()) {
		return cli_stopped_code();
	}
	return taking.refused ? EXIT_INPUT : EXIT_DONE;
}

int history_import_action(const struct options *options, const struct strv *words)
{
	CLEANUP(place_release) struct place place = {0};
	struct history *history = NULL;
	struct err err = ERR_INIT;
	int code;

	if (words->len == 0) {
		err_set(&err, ERR_USAGE, "no files: steady history import FILE… (- for stdin)");
		return cli_fail(&err);
	}
	signals_init();
	if (history_open(place_history(&place, options), place_history_mode(options), &history,
			 &err) < 0) {
		return cli_fail(&err);
	}
	code = import_all(history, words);
	history_close(history);
	return code;
}
