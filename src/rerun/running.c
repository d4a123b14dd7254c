/* SPDX-License-Identifier: Apache-2.0 */
#include "rerun/running.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"
#include "os/file.h"
#include "rerun/internal.h"
#include "text/ansi.h"
#include "text/json.h"

#include <stdlib.h>
#include <string.h>

#define NOTES_MAX   ((size_t)1 << 20)
#define STREAM_MAX  ((size_t)64 << 20)
#define LINE_MAX    ((size_t)16384)
#define RUNNING_MAX 256 /* at a time */

/* --- the list --- */

static void begin(struct result_list *out, const char *class_name, const char *name,
		  const char *file)
{
	if (out->len < RUNNING_MAX && !str_empty(name)) {
		*VEC_PUSH(out) = (struct result){.test = {.class_name = mem_str(class_name),
							  .name = mem_str(name),
							  .file = mem_str(file)}};
	}
}

static void remove_at(struct result_list *out, size_t i)
{
	result_release(&out->items[i]);
	out->items[i] = out->items[--out->len];
}

static bool finish(struct result_list *out, const char *class_name, const char *name)
{
	for (size_t i = out->len; i-- > 0;) {
		const struct test_name *test = &out->items[i].test;

		if (str_eq(test->name, name) &&
		    str_eq(str_or(test->class_name, ""), str_or(class_name, ""))) {
			remove_at(out, i);
			return true;
		}
	}
	return false;
}

/* --- lines --- */

/* Calls fn with each line, without colours and the line break. */
static void each_line(const char *text, void (*fn)(const char *line, void *payload), void *payload)
{
	CLEANUP(buf_release) struct buf plain = BUF_INIT(LINE_MAX);

	while (*text) {
		size_t len = strcspn(text, "\r\n");
		AUTO_FREE char *line = mem_strn(text, len);

		buf_clear(&plain);
		ansi_strip(&plain, line);
		if (plain.len > 0) {
			fn(buf_str(&plain), payload);
		}
		text += len + (text[len] != '\0');
	}
}

/* What stands behind the word at the start of the line, or NULL. */
static const char *behind(const char *line, const char *word)
{
	return str_starts(line, word) ? line + strlen(word) : NULL;
}

/* --- notes --- */

void running_noted(const struct last_words *last, struct result_list *out)
{
	AUTO_FREE char *path = path_join(last->folder, RUNNING_NOTES);
	AUTO_FREE char *text = NULL;
	AUTO_JSON struct json *list = NULL;
	struct err ignored = ERR_INIT;
	size_t len = 0;

	if (file_read(path, NOTES_MAX, &text, &len, &ignored) < 0 ||
	    json_parse(text, len, &list, &ignored) < 0) {
		return;
	}
	for (size_t i = 0; i < json_len(list); i++) {
		const struct json *test = json_at(list, i);

		begin(out, json_get_str(test, "class"), json_get_str(test, "name"),
		      json_get_str(test, "file"));
	}
}

/* --- googletest --- */

/* "Inst/Suite.test/0" up to what is told behind it. */
static void split_google(const char *text, char **suite, char **name)
{
	size_t len = strcspn(text, " ,");
	const char *dot = memchr(text, '.', len);

	*suite = mem_strn(text, dot ? (size_t)(dot - text) : 0);
	*name = dot ? mem_strn(dot + 1, len - (size_t)(dot + 1 - text)) : NULL;
}

static void take_google(const char *line, void *payload)
{
	static const char *const ends[] = {"[       OK ] ", "[  FAILED  ] ", "[  SKIPPED ] "};
	AUTO_FREE char *suite = NULL, *name = NULL;
	const char *text = behind(line, "[ RUN      ] ");
	bool begins = text != NULL;

	for (size_t i = 0; i < ARRAY_LEN(ends) && !text; i++) {
		text = behind(line, ends[i]);
	}
	if (!text) {
		return;
	}
	split_google(text, &suite, &name);
	if (begins) {
		begin(payload, suite, name, NULL);
	} else {
		finish(payload, suite, name);
	}
}

void running_googletest(const struct last_words *last, struct result_list *out)
{
	each_line(last->output, take_google, out);
}

/* --- ctest --- */

/* Behind a number and what follows it; NULL when there is none. */
static const char *behind_number(const char *text, const char *word)
{
	size_t digits = strspn(text += strspn(text, " "), "0123456789");

	return digits > 0 ? behind(text + digits, word) : NULL;
}

/* "1/3 Test  #2: name ......   Passed    0.01 sec": names are cut by none, dots fill the line. */
static void finish_ctest(struct result_list *out, const char *text)
{
	for (size_t i = out->len; i-- > 0;) {
		const char *rest = behind(text, out->items[i].test.name);

		if (rest && str_starts(rest, " ..")) {
			remove_at(out, i);
			return;
		}
	}
}

static void take_ctest(const char *line, void *payload)
{
	const char *text = behind(line + strspn(line, " "), "Start ");
	const char *name = text ? behind_number(text, ": ") : NULL;

	if (name) {
		begin(payload, name, name, NULL);
		return;
	}
	text = behind_number(line, "/");
	text = text ? behind_number(text, " Test ") : NULL;
	text = text ? behind(text + strspn(text, " "), "#") : NULL;
	text = text ? behind_number(text, ": ") : NULL;
	if (text) {
		finish_ctest(payload, text);
	}
}

void running_ctest(const struct last_words *last, struct result_list *out)
{
	each_line(last->output, take_ctest, out);
}

/* --- bats --- */

struct bats {
	struct result_list *out;
	char *file; /* as its report names it: seen from the current folder */
};

static void take_bats(const char *line, void *payload)
{
	struct bats *bats = payload;
	const char *suite = behind(line, "suite "), *begins = behind(line, "begin ");
	const char *ends = behind(line, "ok ");

	ends = ends ? ends : behind(line, "not ok ");
	if (suite) {
		AUTO_FREE char *here = path_cwd();
		const char *below = behind(suite, here);

		mem_replace(&bats->file, below && *below == '/' ? below + 1 : suite);
	} else if (begins && behind_number(begins, " ")) {
		begin(bats->out, bats->file, behind_number(begins, " "), NULL);
	} else if (ends && behind_number(ends, " ")) {
		AUTO_FREE char *title = mem_str(behind_number(ends, " "));
		char *remark = strstr(title, " # ");

		/* a remark, as on skipped tests, unless the title has that too */
		if (!finish(bats->out, bats->file, title) && remark) {
			*remark = '\0';
			finish(bats->out, bats->file, title);
		}
	}
}

void running_bats(const struct last_words *last, struct result_list *out)
{
	AUTO_FREE char *path = mem_fmt("%s.stream", str_or(last->path, ""));
	AUTO_FREE char *text = NULL;
	struct bats bats = {out, NULL};
	struct err ignored = ERR_INIT;
	size_t len = 0;

	if (file_read(path, STREAM_MAX, &text, &len, &ignored) == 0) {
		each_line(text, take_bats, &bats);
	}
	free(bats.file);
}

/* --- go --- */

static void take_go(const char *line, void *payload)
{
	static const char *const begins[] = {"run", "cont", NULL};
	static const char *const ends[] = {"pause", "pass", "fail", "skip", NULL};
	AUTO_JSON struct json *event = NULL;
	struct err ignored = ERR_INIT;
	const char *action = NULL, *package = NULL, *test = NULL;

	/* nearly all are lines of output */
	if (strstr(line, "\"Action\":\"output\"") ||
	    json_parse(line, strlen(line), &event, &ignored) < 0) {
		return;
	}
	action = str_or(json_get_str(event, "Action"), "");
	package = json_get_str(event, "Package");
	test = json_get_str(event, "Test");
	if (test && is_listed(begins, action)) {
		begin(payload, package, test, NULL);
	} else if (test && is_listed(ends, action)) {
		finish(payload, package, test);
	}
}

/* A test that waits for its parts is not what hangs. */
static bool has_part(const struct result_list *list, const struct test_name *test)
{
	size_t len = strlen(test->name);

	VEC_EACH (const struct result, other, list) {
		if (str_starts(other->test.name, test->name) && other->test.name[len] == '/' &&
		    str_eq(str_or(other->test.class_name, ""), str_or(test->class_name, ""))) {
			return true;
		}
	}
	return false;
}

void running_go(const struct last_words *last, struct result_list *out)
{
	AUTO_FREE char *path = path_join(last->folder, RUNNING_GO_EVENTS);
	AUTO_FREE char *text = NULL;
	struct err ignored = ERR_INIT;
	size_t len = 0;

	if (file_read(path, STREAM_MAX, &text, &len, &ignored) < 0) {
		return;
	}
	each_line(text, take_go, out);
	for (size_t i = out->len; i-- > 0;) {
		if (has_part(out, &out->items[i].test)) {
			remove_at(out, i);
		}
	}
}
