/* SPDX-License-Identifier: Apache-2.0 */
#include "run/hang.h"

#include "base/log.h"
#include "base/mem.h"
#include "run/dumps.h"
#include "text/ansi.h"

#include <string.h>

#define LINE_MAX ((size_t)4096)

static void forget(struct hang *hang)
{
	autopsy_sample_release(&hang->earlier);
	hang->looked = false;
}

static void look(const struct process_moment *moment, void *payload)
{
	struct hang *hang = payload;
	struct err ignored = ERR_INIT;

	forget(hang);
	hang->looked =
		autopsy_sample(moment->leader, moment->adopter, &hang->earlier, &ignored) == 0;
}

/* The last line with something on it, as people saw it; NULL none. The caller frees. */
static char *last_line(const struct buf *tail)
{
	const char *end = tail->data + tail->len, *start = NULL;
	AUTO_FREE char *line = NULL;
	struct buf plain = BUF_INIT(LINE_MAX);

	while (end > tail->data && strchr("\r\n\t ", end[-1])) {
		end--;
	}
	for (start = end; start > tail->data && !strchr("\r\n", start[-1]); start--) {
	}
	if (start == end) {
		return NULL;
	}
	line = mem_strn(start, (size_t)(end - start));
	ansi_strip(&plain, line);
	return buf_take(&plain);
}

void hang_note_running(struct hang *hang, const struct buf *output)
{
	const struct last_words last = {hang->folder, hang->path, buf_str(output)};

	if (hang->preset) {
		preset_running(hang->preset, &last, &hang->running);
	}
}

/* Before the autopsy, which may take its time: it is what others go on writing. */
static void keep_state(struct hang *hang, const struct process_moment *moment)
{
	hang_note_running(hang, moment->out_tail);
	snapshot_take(&hang->at_limit, hang->globs);
	hang->looked_at_limit = true;
}

/* Of who was just saying something nobody asks why it hangs. */
static bool is_of_interest(const struct process_moment *moment)
{
	return !moment->stopped || moment->silent_us >= PROCESS_SILENCE_US;
}

static bool take(const struct process_moment *moment, void *payload)
{
	struct hang *hang = payload;
	AUTO_FREE char *line = last_line(moment->tail);
	const struct autopsy_hints hints = {
		.subreaper = moment->adopter,
		.silent_us = moment->silent_us,
		.last_line = line,
		/* one of an earlier silence would tell of another time */
		.earlier = hang->looked && moment->silent_us >= PROCESS_SILENCE_US ? &hang->earlier
										   : NULL,
	};
	CLEANUP(autopsy_release) struct autopsy autopsy = {0};
	CLEANUP(buf_release) struct buf text = BUF_INIT(AUTOPSY_JSON_MAX + 1);
	struct err err = ERR_INIT;

	keep_state(hang, moment);
	if (!is_of_interest(moment)) {
		return false;
	}
	if (autopsy_take(moment->leader, &hints, &autopsy, &err) < 0) {
		log_warning("why the command hangs cannot be seen: %s", err.msg);
		return false;
	}
	AUTO_JSON struct json *report = autopsy_json(&autopsy);

	json_write(report, 0, &text);
	mem_replace(&hang->report, buf_str(&text));
	VEC_FREE(&hang->dumps);
	hang->dumps = autopsy.dumps;
	autopsy.dumps = (struct dump_list){0};
	return !moment->stopped && dumps_ask(&hang->dumps, false);
}

static bool ask_last(void *payload)
{
	const struct hang *hang = payload;

	return dumps_ask(&hang->dumps, true);
}

struct process_watcher hang_watcher(struct hang *hang)
{
	return (struct process_watcher){
		.silent = look, .late = take, .last = ask_last, .payload = hang};
}

void hang_release(struct hang *hang)
{
	forget(hang);
	snapshot_release(&hang->at_limit);
	result_list_release(&hang->running);
	cleanup_free(&hang->report);
	VEC_FREE(&hang->dumps);
}
