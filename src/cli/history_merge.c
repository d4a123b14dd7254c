/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/history.h"

#include "base/str.h"
#include "cli/history_watch.h"
#include "os/file.h"
#include "os/signals.h"

#include <inttypes.h>

struct merging {
	const char *path; /* of the one that is written */
	struct history *into;
	struct history_watch_line line;
};

static void merging_end(struct merging *merging)
{
	history_close(merging->into);
}

static const char *plural(size_t count)
{
	return count == 1 ? "" : "s";
}

static void tell(const char *path, const struct merge_effect *effect)
{
	CLEANUP(buf_release) struct buf line = BUF_INIT(BUF_OWN_MAX);

	buf_fmt(&line, "%s: %zu run%s added", path, effect->added, plural(effect->added));
	if (effect->added > 0) {
		buf_fmt(&line, " (%" PRId64 " result%s)", effect->results,
			effect->results == 1 ? "" : "s");
	}
	if (effect->joined > 0) {
		buf_fmt(&line, ", %zu completed", effect->joined);
	}
	buf_fmt(&line, ", %zu known already", effect->known);
	if (effect->left > 0) {
		buf_fmt(&line, "; stopped, %zu left: the same command goes on", effect->left);
	}
	cli_message(buf_str(&line));
	history_warn_of_twins(path, &effect->twins);
}

static int merge_from(struct merging *merging, struct history *from, const char *path,
		      struct err *err)
{
	CLEANUP(merge_effect_release) struct merge_effect effect = {0};
	struct history_watch watch = history_watch_begin(&merging->line, "merging", path);
	int done = history_merge(merging->into, from, &watch, &effect, err);

	history_watch_end(&merging->line);
	tell(path, &effect);
	return done;
}

static int merge_one(struct merging *merging, const char *path, struct err *err)
{
	struct history *from = NULL;
	int done;

	/* it would wait for itself */
	if (file_is_same(path, merging->path)) {
		return err_set(err, ERR_INPUT, "%s: is the history that it would be merged into",
			       path);
	}
	if (history_open(path, HISTORY_READ, &from, err) < 0) {
		return -1;
	}
	done = merge_from(merging, from, path, err);
	history_close(from);
	return done;
}

int history_merge_action(const struct options *options, const struct strv *words)
{
	CLEANUP(place_release) struct place place = {0};
	CLEANUP(merging_end) struct merging merging = {.path = place_history(&place, options)};
	struct err err = ERR_INIT;
	int code = EXIT_DONE;

	if (words->len == 0) {
		err_set(&err, ERR_USAGE, "no histories to merge: steady history merge FILE…");
		return cli_fail(&err);
	}
	signals_init();
	if (history_open(merging.path, place_history_mode(options), &merging.into, &err) < 0) {
		return cli_fail(&err);
	}
	VEC_EACH (char *, word, words) {
		struct err fault = ERR_INIT;

		if (signals_look()) {
			return cli_stopped_code();
		}
		if (merge_one(&merging, *word, &fault) < 0) {
			code = cli_fail(&fault);
		}
	}
	return signals_look() ? cli_stopped_code() : code;
}
