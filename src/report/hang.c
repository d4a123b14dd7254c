/* SPDX-License-Identifier: Apache-2.0 */
#include "report/hang.h"

#include "base/clock.h"
#include "base/str.h"
#include "text/duration.h"

#include <string.h>

/* Of one attempt: the most telling come first, and the whole is in the history. */
#define FINDINGS_MAX 3

struct json *hang_object(const struct attempt *attempt)
{
	const char *text = str_or(attempt->autopsy, "null");
	struct json *out = NULL;
	struct err ignored = ERR_INIT;

	return json_parse(text, strlen(text), &out, &ignored) == 0 ? out : json_new_null();
}

static void add_silence(const struct json *autopsy, const char *prefix, struct strv *out)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);
	int64_t silent_ms = json_number(json_get(autopsy, "silent_ms"));
	const char *line = json_get_str(autopsy, "last_line");

	if (str_empty(line)) {
		return;
	}
	buf_fmt(&text, "%sits last line", prefix);
	if (silent_ms > 0) {
		buf_str_add(&text, ", ");
		duration_show(&text, silent_ms * US_PER_MS);
		buf_str_add(&text, " before");
	}
	buf_fmt(&text, ": %s", line);
	strv_add(out, buf_str(&text));
}

static void add_findings(const struct json *autopsy, const char *prefix, const char *verb,
			 struct strv *out)
{
	const struct json *findings = json_get(autopsy, "findings");
	const struct json *caveats = json_get(autopsy, "caveats");
	size_t len = json_len(findings);

	for (size_t i = 0; i < len && i < FINDINGS_MAX; i++) {
		strv_fmt(out, "%s%s: %s", prefix, verb,
			 str_or(json_get_str(json_at(findings, i), "sentence"), "?"));
	}
	if (len > FINDINGS_MAX) {
		strv_fmt(out, "%sand %zu more, see the history", prefix, len - FINDINGS_MAX);
	}
	if (len == 0 && json_len(caveats) > 0) {
		strv_fmt(out, "%s%s, and why was not to be seen: %s", prefix, verb,
			 str_or(json_text(json_at(caveats, 0)), "?"));
	}
}

void hang_lines(const struct run *run, struct strv *out)
{
	VEC_EACH (const struct attempt, attempt, &run->attempts) {
		AUTO_JSON struct json *autopsy = hang_object(attempt);
		AUTO_FREE char *prefix = attempt->number > 1
						 ? mem_fmt("attempt %d: ", attempt->number)
						 : mem_str("");

		add_findings(autopsy, prefix,
			     attempt->end == END_CANCELLED ? "when stopped" : "hung", out);
		add_silence(autopsy, prefix, out);
	}
}
