/* SPDX-License-Identifier: Apache-2.0 */
#include "base/mem.h"
#include "base/str.h"
#include "cli/command.h"
#include "cli/place.h"
#include "os/file.h"
#include "rerun/preset.h"
#include "text/escape.h"

/* A label and a value from outside. */
static void row(struct buf *out, const char *label, const char *value)
{
	buf_fmt(out, "%-12s ", label);
	escape_terminal(out, str_or(value, "unknown"));
	buf_char(out, '\n');
}

static void add_source(struct buf *out, struct place *place)
{
	CLEANUP(source_release) struct source source = {0};
	struct git_repo *repo = place_repo(place);

	place_source(place, &source);
	row(out, "ci", str_or(source.provider, "none detected"));
	row(out, "repository", repo ? str_or(git_root(repo), "bare") : "none here");
	row(out, "commit", source.commit);
	row(out, "tree", source.tree);
	row(out, "branch", source.branch);
	row(out, "dirty",
	    !repo          ? "unknown: no repository"
	    : source.dirty ? "yes: this content is compared with no other run"
			   : "no");
}

static void add_history(struct buf *out, const char *path)
{
	struct history *history = NULL;
	struct history_info info;
	struct err err = ERR_INIT;

	row(out, "history", path);
	if (history_open(path, HISTORY_READ, &history, &err) < 0 ||
	    history_info(history, &info, &err) < 0) {
		row(out, "", err.msg);
	} else {
		buf_fmt(out, "%-12s %lld runs, %lld tests, %lld results, %lld waits; schema %d\n",
			"", (long long)info.runs, (long long)info.tests, (long long)info.results,
			(long long)info.waits, info.schema);
	}
	history_close(history);
}

static void add_preset(struct buf *out, const struct strv *argv)
{
	struct command command;
	const struct preset *preset = preset_detect(argv->items, argv->len, &command);
	AUTO_FREE char *path = NULL;

	if (!preset) {
		row(out, "framework", "not recognised: give --junit, and --rerun whole to retry");
		return;
	}
	path = preset_results_path(preset, &command);
	row(out, "framework", preset->name);
	row(out, "results",
	    path                                    ? path
	    : preset_can_redirect(preset, &command) ? "private folder (the option is added)"
						    : "where --junit says");
	if (preset->tests_failed_code >= 0) {
		buf_fmt(out,
			"%-12s exit code %d means that tests failed; others are never retried\n",
			"retries", preset->tests_failed_code);
	}
	row(out, "proof",
	    str_or(preset->proof, "none: a passed retry is confirmed by a run of the "
				  "whole command"));
}

int cmd_doctor(struct invocation *invocation)
{
	CLEANUP(place_release) struct place place = {0};
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);
	AUTO_FREE char *cwd = path_cwd();
	AUTO_FREE char *root = options_root(cwd);
	AUTO_FREE char *config = path_join(root, ".steady.yml");

	row(&text, "steady", STEADY_VERSION);
	row(&text, "config", file_exists(config) ? config : "no .steady.yml: defaults");
	add_source(&text, &place);
	add_history(&text, place_history(&place, &invocation->options));
	if (invocation->command.len) {
		add_preset(&text, &invocation->command);
	}
	cli_print(&text);
	return EXIT_DONE;
}
