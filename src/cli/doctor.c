/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/doctor.h"

#include "base/mem.h"
#include "base/str.h"
#include "os/file.h"
#include "text/escape.h"
#include "text/json.h"

#include <stdarg.h>

/* schema steady.doctor/1: docs/schema/steady.doctor-1.schema.json */
static const struct {
	const char *name;
	const char *words; /* in front of the value */
} states[] = {
	[DOCTOR_FACT] = {"fact", ""},
	[DOCTOR_HOLDS] = {"holds", "ok: "},
	[DOCTOR_FAILS] = {"fails", "FAILS: "},
	[DOCTOR_UNPROVEN] = {"unproven", "not proven: "},
};

void doctor_add(struct doctor *doctor, enum doctor_state state, const char *name, const char *fmt,
		...)
{
	struct doctor_row *row = VEC_PUSH(doctor);
	CLEANUP(buf_release) struct buf value = BUF_INIT(BUF_OWN_MAX);
	va_list ap;

	va_start(ap, fmt);
	buf_vfmt(&value, fmt, ap);
	va_end(ap);
	row->name = name;
	row->value = buf_take(&value);
	row->state = state;
}

void doctor_add_from(struct doctor *doctor, const char *name, const char *value, const char *from)
{
	doctor_add(doctor, DOCTOR_FACT, name, "%s", str_or(value, "unknown"));
	doctor->items[doctor->len - 1].from = str_empty(value) ? NULL : from;
}

static void doctor_release(struct doctor *doctor)
{
	VEC_EACH (struct doctor_row, row, doctor) {
		cleanup_free(&row->value);
	}
	VEC_FREE(doctor);
	place_release(&doctor->place);
}

static void add_config(struct doctor *doctor)
{
	AUTO_FREE char *cwd = path_cwd();
	AUTO_FREE char *root = options_root(cwd);
	AUTO_FREE char *found = path_join(root, ".steady.yml");
	const char *config = str_or(doctor->invocation->options.config, found);

	doctor_add(doctor, DOCTOR_FACT, "steady", "%s", STEADY_VERSION);
	doctor_add(doctor, DOCTOR_FACT, "config", "%s",
		   file_exists(config) ? config : "no .steady.yml: defaults");
}

static void add_source(struct doctor *doctor)
{
	CLEANUP(source_release) struct source source = {0};
	const struct options *options = &doctor->invocation->options;
	struct git_repo *repo = place_repo(&doctor->place);
	AUTO_FREE char *job = NULL;

	place_source(&doctor->place, &source);
	job = place_job(options, &source);
	doctor_add_from(doctor, "ci", str_or(source.provider, "none detected"),
			source.from.provider);
	doctor_add_from(doctor, "job", job, place_job_from(options, &source));
	doctor_add_from(doctor, "repository", repo ? str_or(git_root(repo), "bare") : "none here",
			NULL);
	doctor_add_from(doctor, "commit", source.commit, source.from.commit);
	doctor_add_from(doctor, "tree", source.tree, source.from.tree);
	doctor_add_from(doctor, "branch", source.branch, source.from.branch);
	if (source.pull_request) {
		doctor_add_from(doctor, "pull request", source.pull_request,
				source.from.pull_request);
	}
	if (source.head) {
		doctor_add_from(doctor, "head", source.head, source.from.head);
	}
	if (source.base) {
		doctor_add_from(doctor, "base", source.base, source.from.base);
	}
	doctor_add_from(doctor, "dirty",
			!repo          ? "unknown: no repository"
			: source.dirty ? "yes: this content is compared with no other run"
				       : "no",
			NULL);
}

static void add_history(struct doctor *doctor)
{
	const char *path = place_history(&doctor->place, &doctor->invocation->options);
	struct history *history = NULL;
	struct history_info info;
	struct err err = ERR_INIT;

	doctor_add(doctor, DOCTOR_FACT, "history", "%s", path);
	if (history_open(path, HISTORY_READ, &history, &err) < 0 ||
	    history_info(history, &info, &err) < 0) {
		doctor_add(doctor, DOCTOR_FACT, "history", "%s", err.msg);
	} else {
		doctor_add(doctor, DOCTOR_FACT, "history",
			   "%lld runs, %lld tests, %lld results, %lld waits; schema %d",
			   (long long)info.runs, (long long)info.tests, (long long)info.results,
			   (long long)info.waits, info.schema);
	}
	history_close(history);
}

/* A row of the name of the one before goes on with it. */
static void show_text(const struct doctor *doctor, struct buf *out)
{
	const char *before = NULL;

	VEC_EACH (const struct doctor_row, row, doctor) {
		buf_fmt(out, "%-12s %s", str_eq(row->name, before) ? "" : row->name,
			states[row->state].words);
		escape_terminal(out, row->value);
		if (row->from) {
			buf_fmt(out, " (%s)", row->from);
		}
		buf_char(out, '\n');
		before = row->name;
	}
}

static bool is_honest(const struct doctor *doctor)
{
	VEC_EACH (const struct doctor_row, row, doctor) {
		if (row->state == DOCTOR_FAILS) {
			return false;
		}
	}
	return true;
}

static void show_json(const struct doctor *doctor, struct buf *out)
{
	AUTO_JSON struct json *root = json_new_object();
	struct json *rows = json_new_array();

	json_put_str(root, "schema", "steady.doctor/1");
	json_put_bool(root, "honest", is_honest(doctor));
	VEC_EACH (const struct doctor_row, row, doctor) {
		struct json *item = json_new_object();

		json_put_str(item, "name", row->name);
		json_put_str(item, "state", states[row->state].name);
		json_put_str(item, "value", row->value);
		json_put_str(item, "from", row->from);
		json_add(rows, item);
	}
	json_put(root, "rows", rows);
	json_write(root, 2, out);
	buf_char(out, '\n');
}

/* The exit code, with a word on what it comes from. */
static int judge(const struct doctor *doctor)
{
	CLEANUP(strv_release) struct strv names = {0};
	CLEANUP(buf_release) struct buf line = BUF_INIT(BUF_OWN_MAX);

	VEC_EACH (const struct doctor_row, row, doctor) {
		if (row->state == DOCTOR_FAILS && !strv_has(&names, row->name)) {
			buf_fmt(&line, "%s%s",
				names.len ? ", " : "not to be trusted here: ", row->name);
			strv_add(&names, row->name);
		}
	}
	if (names.len == 0) {
		return EXIT_DONE;
	}
	cli_message(buf_str(&line));
	return EXIT_NO;
}

int cmd_doctor(struct invocation *invocation)
{
	CLEANUP(doctor_release) struct doctor doctor = {.invocation = invocation};
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);
	struct err err = ERR_INIT;

	add_config(&doctor);
	add_source(&doctor);
	add_history(&doctor);
	if (doctor_command(&doctor, &err) < 0 ||
	    (!doctor.stop_code && doctor_waits(&doctor, &err) < 0)) {
		cli_fail(&err);
		return EXIT_OWN_FAILURE;
	}
	if (doctor.stop_code) {
		return doctor.stop_code;
	}
	if (str_eq(invocation->options.format, "json")) {
		show_json(&doctor, &text);
	} else {
		show_text(&doctor, &text);
	}
	cli_print(&text);
	return judge(&doctor);
}
