/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/waits.h"

#include "base/mem.h"
#include "base/str.h"
#include "cli/command.h"
#include "text/duration.h"

int waits_parse(const struct strv *words, struct target_list *out, struct err *err)
{
	VEC_EACH (char *, word, words) {
		struct target *target = NULL;

		if (target_parse(*word, &target, err) < 0) {
			return -1;
		}
		*VEC_PUSH(out) = target;
	}
	return 0;
}

static void tell(const struct wait *wait, void *payload)
{
	CLEANUP(buf_release) struct buf line = BUF_INIT(2048);

	(void)payload;
	if (wait->cancelled) {
		return;
	}
	buf_fmt(&line, "%s %s%s%s after ", wait->service, wait->open ? "still " : "",
		wait->ready ? "" : "not ", wait->invert ? "gone" : "ready");
	duration_show(&line, wait->duration_us);
	if (!wait->ready) {
		buf_fmt(&line, ": %s (%d attempt%s%s)", str_or(wait->error, "no answer"),
			wait->attempts, wait->attempts == 1 ? "" : "s",
			wait->optional ? ", optional" : "");
	}
	if (wait->open) {
		buf_str_add(&line, "; time alone will hardly help, with fail-fast it ends here");
	}
	cli_message(buf_str(&line));
}

bool waits_run(const struct target_list *targets, int64_t limit_us, struct wait_list *out)
{
	return targets->len == 0 || wait_for_all(targets, limit_us, tell, NULL, out);
}
