/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/quarantine.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"
#include "cli/beliefs.h"

static const struct {
	struct cli_action told;
	quarantine_action_fn *run;
} actions[] = {
	{{"list", "steady quarantine list", "the rows, and how their tests do"},
	 quarantine_list_action},
	{{"check", "steady quarantine check", "is there a row that somebody has to look at?"},
	 quarantine_check_action},
	{{"add", "steady quarantine add TEST --reason TEXT --owner WHO",
	  "add a row for failures that are on record"},
	 quarantine_add_action},
	{{"remove", "steady quarantine remove TEST", "take a row out"}, quarantine_remove_action},
	{{"suggest", "steady quarantine suggest [--apply]",
	  "rows for the flaky tests that cost most"},
	 quarantine_suggest_action},
};

const struct cli_action *quarantine_action(size_t i)
{
	return i < ARRAY_LEN(actions) ? &actions[i].told : NULL;
}

static int unknown_action(const char *name, struct err *err)
{
	CLEANUP(buf_release) struct buf names = BUF_INIT(BUF_OWN_MAX);

	for (size_t i = 0; i < ARRAY_LEN(actions); i++) {
		buf_fmt(&names, "%s%s", i > 0 ? ", " : "", actions[i].told.name);
	}
	if (name) {
		err_set(err, ERR_USAGE, "no action '%s'; there are: %s", name, buf_str(&names));
	} else {
		err_set(err, ERR_USAGE, "an action is expected: %s", buf_str(&names));
	}
	return cli_fail(err);
}

static void desk_close(struct quarantine_desk *desk)
{
	ledger_view_release(&desk->ledger);
	survey_release(&desk->survey);
	history_close(desk->history);
	place_release(&desk->place);
}

static int open_history(struct quarantine_desk *desk, struct err *err)
{
	const char *path = place_history(&desk->place, desk->question.options);

	if (history_open(path, HISTORY_READ, &desk->history, err) == 0) {
		return survey_make(&desk->place, desk->history, &desk->question, &desk->survey,
				   err);
	}
	if (err->code != ERR_NOT_FOUND || desk->question.options->history) {
		return -1;
	}
	err_clear(err);
	return 0;
}

int quarantine_open(struct quarantine_desk *desk, struct err *err)
{
	if (open_history(desk, err) < 0 ||
	    ledger_view_make(&desk->place, &desk->question, desk->history, &desk->survey,
			     &desk->ledger, err) < 0) {
		return -1;
	}
	return desk->ledger.trouble && !(desk->makes && desk->ledger.missing)
		       ? err_set(err, ERR_INPUT, "%s", desk->ledger.trouble)
		       : 0;
}

static int read_question(struct quarantine_desk *desk, struct err *err)
{
	const struct options *options = desk->question.options;

	desk->now_us = clock_wall_us();
	desk->question.window = (struct history_window){.until_us = desk->now_us + 1};
	if (beliefs_read(options->prior, &desk->question.prior, err) < 0) {
		return -1;
	}
	return place_time(options->since, "--since", desk->now_us, &desk->question.window.since_us,
			  err);
}

int cmd_quarantine(struct invocation *invocation)
{
	CLEANUP(desk_close)
	struct quarantine_desk desk = {.question = {.options = &invocation->options}};
	CLEANUP(strv_release) struct strv rest = {0};
	const struct strv *words = &invocation->words;
	const char *name = words->len > 0 ? words->items[0] : NULL;
	struct err err = ERR_INIT;
	int code = 0;

	for (size_t i = 1; i < words->len; i++) {
		strv_add(&rest, words->items[i]);
	}
	for (size_t i = 0; i < ARRAY_LEN(actions); i++) {
		if (!str_eq(actions[i].told.name, name)) {
			continue;
		}
		if (read_question(&desk, &err) < 0) {
			return cli_fail(&err);
		}
		code = actions[i].run(&desk, &rest, &err);
		return code < 0 ? cli_fail(&err) : code;
	}
	return unknown_action(name, &err);
}
