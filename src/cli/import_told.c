/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/import_told.h"

#include "base/log.h"
#include "base/mem.h"
#include "cli/command.h"
#include "text/escape.h"
#include "text/json.h"

#include <stdarg.h>
#include <stdlib.h>

static void give(struct told_list *list, enum told_kind kind, struct buf *text)
{
	*VEC_PUSH(list) = (struct told){.kind = kind, .text = buf_take(text)};
}

void told_fmt(struct told_list *list, enum told_kind kind, const char *fmt, ...)
{
	struct buf text = BUF_INIT(BUF_OWN_MAX);
	va_list ap;

	va_start(ap, fmt);
	buf_vfmt(&text, fmt, ap);
	va_end(ap);
	give(list, kind, &text);
}

static void show_json(const struct file_account *account, struct buf *out)
{
	const struct results_file *file = account->file;
	AUTO_JSON struct json *object = json_new_object();
	struct json *warnings = json_new_array();

	VEC_EACH (char *, warning, &file->warnings) {
		json_add(warnings, json_new_str(*warning));
	}
	json_put_str(object, "file", file->path);
	json_put_str(object, "state", file_state_name(file->state));
	json_put_int(object, "tests", (int64_t)file->tests);
	json_put_int(object, "passed", (int64_t)file->passed);
	json_put_int(object, "failed", (int64_t)file->failed);
	json_put_int(object, "errors", (int64_t)file->errors);
	json_put_int(object, "skipped", (int64_t)file->skipped);
	json_put_int(object, "flaky", (int64_t)file->flaky);
	json_put_int(object, "suite_errors", (int64_t)file->suite_errors);
	json_put(object, "time_s",
		 file->time_us < 0 ? json_new_null() : json_new_real((double)file->time_us / 1e6));
	json_put_str(object, "producer", file->producer);
	json_put(object, "warnings", warnings);
	json_put_str(object, "error", file->error);
	json_put_bool(object, "known", account->known);
	json_write(object, 0, out);
	buf_char(out, '\n');
}

static void show_text(const struct file_account *account, struct buf *out)
{
	const struct results_file *file = account->file;

	buf_fmt(out, "%-10s ", account->known ? "known" : file_state_name(file->state));
	escape_terminal(out, file->path);
	if (file->state != FILE_REFUSED) {
		buf_fmt(out, ": %zu test%s, %zu failed, %zu errors, %zu skipped", file->tests,
			file->tests == 1 ? "" : "s", file->failed, file->errors, file->skipped);
	}
	if (file->flaky) {
		buf_fmt(out, ", %zu flaky", file->flaky);
	}
	if (file->suite_errors) {
		buf_fmt(out, ", %zu error%s outside the tests", file->suite_errors,
			file->suite_errors == 1 ? "" : "s");
	}
	buf_char(out, '\n');
}

static bool is_faulty(const struct results_file *file)
{
	return file->state != FILE_OK || file->warnings.len > 0 || file->error;
}

/* Of a known one they were told when it was read. */
static void tell_faults(struct told_list *list, const struct results_file *file)
{
	VEC_EACH (char *, warning, &file->warnings) {
		told_fmt(list, TOLD_MESSAGE, "%s: %s", file->path, *warning);
	}
	if (file->error) {
		told_fmt(list, TOLD_MESSAGE, "%s: %s: %s", file->path, file_state_name(file->state),
			 file->error);
	}
}

void told_file(struct told_list *list, const struct file_account *account)
{
	struct buf line = BUF_INIT(BUF_OWN_MAX);
	bool faulty = !account->known && is_faulty(account->file);

	if (faulty || !account->faults_only) {
		(account->json ? show_json : show_text)(account, &line);
		give(list, TOLD_FILE, &line);
	}
	if (faulty) {
		tell_faults(list, account->file);
	}
}

static void say(const struct told *told)
{
	struct buf line = BUF_INIT(BUF_OWN_MAX);

	switch (told->kind) {
	case TOLD_FILE:
		buf_str_add(&line, told->text);
		cli_print(&line);
		buf_release(&line);
		break;
	case TOLD_MESSAGE:
		cli_message(told->text);
		break;
	case TOLD_WARNING:
		log_warning("%s", told->text);
		break;
	}
}

void told_say(struct told_list *list)
{
	VEC_EACH (const struct told, told, list) {
		say(told);
	}
	told_release(list);
}

void told_release(struct told_list *list)
{
	VEC_EACH (struct told, told, list) {
		free(told->text);
	}
	VEC_FREE(list);
}
