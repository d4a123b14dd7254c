/* SPDX-License-Identifier: Apache-2.0 */
#include "quarantine/row_text.h"

#include "text/duration.h"
#include "text/yaml.h"

#include <string.h>

void row_day(struct buf *out, int64_t us)
{
	CLEANUP(buf_release) struct buf time = BUF_INIT(64);

	time_show(&time, us);
	buf_add(out, buf_str(&time), strcspn(buf_str(&time), "T"));
}

struct writer {
	struct buf *out;
	size_t indent;
	const char *eol;
	bool begun;
};

/* "- " in front of the first key. */
static void key(struct writer *writer, const char *name)
{
	buf_fmt(writer->out, "%*s%s%s:", (int)writer->indent, "", writer->begun ? "  " : "- ",
		name);
	writer->begun = true;
}

static void text(struct writer *writer, const char *name, const char *value)
{
	if (value) {
		key(writer, name);
		buf_char(writer->out, ' ');
		yaml_scalar(writer->out, value);
		buf_str_add(writer->out, writer->eol);
	}
}

static void day(struct writer *writer, const char *name, int64_t us)
{
	if (us > 0) {
		key(writer, name);
		buf_char(writer->out, ' ');
		row_day(writer->out, us);
		buf_str_add(writer->out, writer->eol);
	}
}

void row_text(const struct quarantine_row *row, size_t indent, const char *eol, struct buf *out)
{
	struct writer writer = {out, indent, eol, false};

	text(&writer, "test", row->test);
	text(&writer, "job", row->job);
	text(&writer, "reason", row->reason);
	text(&writer, "owner", row->owner);
	if (!row->owner) { /* refused until somebody says it */
		key(&writer, "owner");
		buf_fmt(out, " # who mends it?%s", eol);
	}
	text(&writer, "issue", row->issue);
	day(&writer, "added", row->added_us);
	day(&writer, "expires", row->expires_us);
	if (row->any_failure) {
		key(&writer, "any-failure");
		buf_fmt(out, " true%s", eol);
		return;
	}
	key(&writer, "signatures");
	buf_str_add(out, eol);
	VEC_EACH (char *, signature, &row->signatures) {
		buf_fmt(out, "%*s    - ", (int)indent, "");
		yaml_scalar(out, *signature);
		buf_str_add(out, eol);
	}
}
