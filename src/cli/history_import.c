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

static void tell(const char *path, const struct segments_effect *effect)
{
	const struct merge_effect *merged = &effect->merged;
	CLEANUP(buf_release) struct buf line = BUF_INIT(BUF_OWN_MAX);

	buf_fmt(&line, "%s: %zu run%s read: %zu new", path, effect->read, plural(effect->read),
		merged->added);
	if (merged->joined > 0) {
		buf_fmt(&line, ", %zu completed", merged->joined);
	}
	buf_fmt(&line, ", %zu known already", merged->known);
	if (effect->stopped) {
		buf_str_add(&line, "; stopped: the same command goes on");
	}
	cli_message(buf_str(&line));
	history_warn_of_twins(path, &merged->twins);
	if (effect->strays_dropped > 0) {
		log_warning("%s: %zu run%s said more than this steady knows, and too much to keep",
			    path, effect->strays_dropped, plural(effect->strays_dropped));
	}
}

/* Each on a line of its own, as other tools name a place in a file. */
static void tell_refused(const char *path, const struct strv *refused)
{
	VEC_EACH (char *, why, refused) {
		AUTO_FREE char *line = mem_fmt("%s:%s", path, *why);

		cli_message(line);
	}
}

static int import_one(struct history *history, const char *path, bool *refused, struct err *err)
{
	CLEANUP(segments_effect_release) struct segments_effect effect = {0};
	bool is_stdin = str_eq(path, "-");
	AUTO_CLOSE int fd = is_stdin ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
	const char *name = is_stdin ? "stdin" : path;
	struct history_watch_line line;
	struct history_watch watch;
	int done;

	if (fd < 0) {
		return err_sys(err, ERR_INPUT, "%s", name);
	}
	watch = history_watch_begin(&line, "taking runs of", name);
	done = history_take_segments(history, fd, &watch, &effect, err);
	history_watch_end(&line);
	tell_refused(name, &effect.refused);
	tell(name, &effect);
	*refused = *refused || effect.refused.len > 0;
	return done < 0 ? err_wrap(err, "%s", name) : 0;
}

/* A file that cannot be used does not stop the others; a history that cannot be used does. */
static int import_all(struct history *history, const struct strv *paths)
{
	bool refused = false;

	VEC_EACH (char *, path, paths) {
		struct err err = ERR_INIT;

		if (signals_look()) {
			break;
		}
		if (import_one(history, *path, &refused, &err) < 0) {
			int code = cli_fail(&err);

			if (err.code != ERR_INPUT) {
				return code;
			}
			refused = true;
		}
	}
	if (signals_look()) {
		return cli_stopped_code();
	}
	return refused ? EXIT_INPUT : EXIT_DONE;
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
