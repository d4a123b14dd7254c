/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/history.h"

#include "base/buf.h"

#include <inttypes.h>

int history_info_action(const struct options *options, const struct strv *words)
{
	CLEANUP(place_release) struct place place = {0};
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);
	struct history *history = NULL;
	struct history_info info = {0};
	struct err err = ERR_INIT;
	int rc;

	if (words->len) {
		err_set(&err, ERR_USAGE, "history info takes options only");
		return cli_fail(&err);
	}
	rc = history_open(place_history(&place, options), HISTORY_READ, &history, &err);
	if (rc == 0) {
		rc = history_info(history, &info, &err);
	}
	history_close(history);
	if (rc < 0) {
		return cli_fail(&err);
	}
	buf_fmt(&text, "runs %" PRId64 ", tests %" PRId64 ", results %" PRId64 "\n", info.runs,
		info.tests, info.results);
	cli_print(&text);
	return EXIT_DONE;
}
