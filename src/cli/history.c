/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/history.h"

#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"

static const struct {
	struct cli_action told;
	history_action_fn *run;
} actions[] = {
	{{"info", "steady history info", "what is in it, and what takes how much space"},
	 history_info_action},
	{{"check", "steady history check [--repair]", "read all of it: is it sound?"},
	 history_check_action},
	{{"compact", "steady history compact [--dry-run]",
	  "drop what is old, and give the space back"},
	 history_compact_action},
	{{"export", "steady history export", "write runs as segments, which travel"},
	 history_export_action},
	{{"import", "steady history import FILE…", "take the runs of segments"},
	 history_import_action},
	{{"merge", "steady history merge FILE…", "add the runs of other histories"},
	 history_merge_action},
};

const struct cli_action *history_action(size_t i)
{
	return i < ARRAY_LEN(actions) ? &actions[i].told : NULL;
}

static int unknown_action(const char *name)
{
	CLEANUP(buf_release) struct buf names = BUF_INIT(BUF_OWN_MAX);
	struct err err = ERR_INIT;

	for (size_t i = 0; i < ARRAY_LEN(actions); i++) {
		buf_fmt(&names, "%s%s", i > 0 ? ", " : "", actions[i].told.name);
	}
	if (name) {
		err_set(&err, ERR_USAGE, "no action '%s'; there are: %s", name, buf_str(&names));
	} else {
		err_set(&err, ERR_USAGE, "an action is expected: %s", buf_str(&names));
	}
	return cli_fail(&err);
}

int cmd_history(struct invocation *invocation)
{
	CLEANUP(strv_release) struct strv rest = {0};
	const struct strv *words = &invocation->words;

	for (size_t i = 1; i < words->len; i++) {
		strv_add(&rest, words->items[i]);
	}
	for (size_t i = 0; i < ARRAY_LEN(actions) && words->len > 0; i++) {
		if (str_eq(actions[i].told.name, words->items[0])) {
			return actions[i].run(&invocation->options, &rest);
		}
	}
	return unknown_action(words->len > 0 ? words->items[0] : NULL);
}

void history_warn_of_twins(const char *path, const struct strv *twins)
{
	VEC_EACH (char *, twin, twins) {
		log_warning(
			"%s: run %s says something else than the one that was here; both are kept",
			path, *twin);
	}
}
