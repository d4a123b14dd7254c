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
#include <unistd.h>

#define NOTES_MAX   ((size_t)1 << 20)
#define STREAM_MAX  ((size_t)64 << 20)
#define LINE_MAX    ((size_t)16384)
#define RUNNING_MAX 256 /* at a time */
#define NOTES_FILES 256

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
	out->len--;
	memmove(&out->items[i], &out->items[i + 1], (out->len - i) * sizeof(*out->items));
}

static bool is_of(const struct test_name *test, const char *class_name)
{
	return str_eq(str_or(test->class_name, ""), str_or(class_name, ""));
}

static void finish(struct result_list *out, const char *class_name, const char *name)
{
	for (size_t i = out->len; i-- > 0;) {
		if (str_eq(out->items[i].test.name, name) &&
		    is_of(&out->items[i].test, class_name)) {
			remove_at(out, i);
			return;
		}
	}
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

/* The same with those of a file, of which there may be none. */
static void each_line_in(const char *path, void (*fn)(const char *line, void *payload),
			 void *payload)
{
	AUTO_FREE char *text = file_text(path, STREAM_MAX, NULL);

	if (text) {
		each_line(text, fn, payload);
	}
}

/* What stands behind the word at the start of the line, or NULL. */
static const char *behind(const char *line, const char *word)
{
	return str_starts(line, word) ? line + strlen(word) : NULL;
}

/* --- notes --- */

/* The file of all, or that of one process. The caller frees. */
static char *notes_path(const char *folder, unsigned process)
{
	return process ? mem_fmt("%s/" RUNNING_NOTES "-%u", folder, process)
		       : path_join(folder, RUNNING_NOTES);
}

static void begin_noted(struct result_list *out, const struct json *test)
{
	size_t before = out->len;

	begin(out, json_get_str(test, "class"), json_get_str(test, "name"),
	      json_get_str(test, "file"));
	if (out->len > before) {
		out->items[before].test.suite = mem_str(json_get_str(test, "suite"));
		out->items[before].test.host = mem_str(json_get_str(test, "host"));
	}
}

static void read_notes(const char *path, struct result_list *out)
{
	size_t len = 0;
	AUTO_FREE char *text = file_text(path, NOTES_MAX, &len);
	AUTO_JSON struct json *list = NULL;
	struct err ignored = ERR_INIT;

	if (!text || json_parse(text, len, &list, &ignored) < 0) {
		return;
	}
	for (size_t i = 0; i < json_len(list); i++) {
		begin_noted(out, json_at(list, i));
	}
}

void running_noted(const struct last_words *last, struct result_list *out)
{
	for (unsigned process = 0; process <= NOTES_FILES; process++) {
		AUTO_FREE char *path = notes_path(last->folder, process);

		read_notes(path, out);
	}
}

void running_forget(const char *folder)
{
	for (unsigned process = 0; process <= NOTES_FILES; process++) {
		AUTO_FREE char *path = notes_path(folder, process);

		unlink(path);
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

/* Behind the mark of an end, wherever it stands: a test may leave its last line open. */
static const char *behind_end(const char *line)
{
	static const char *const marks[] = {"[       OK ] ", "[  FAILED  ] ", "[  SKIPPED ] "};

	for (size_t i = 0; i < ARRAY_LEN(marks); i++) {
		const char *found = strstr(line, marks[i]);

		if (found) {
			return found + strlen(marks[i]);
		}
	}
	return NULL;
}

static void take_google(const char *line, void *payload)
{
	AUTO_FREE char *suite = NULL, *name = NULL;
	const char *begins = behind(line, "[ RUN      ] ");
	const char *ends = behind_end(line);

	if (begins || ends) {
		split_google(begins ? begins : ends, &suite, &name);
	}
	if (begins) {
		begin(payload, suite, name, NULL);
	} else if (ends) {
		finish(payload, suite, name);
	}
}

/* One runs at a time: what else seems to have begun, a test has printed. */
void running_googletest(const struct last_words *last, struct result_list *out)
{
	each_line(last->output, take_google, out);
	while (out->len > 1) {
		remove_at(out, out->len - 1);
	}
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
	/* the first runs of a test that is repeated have no number of their own */
	text = behind_number(line, "/");
	text = text ? behind_number(text, " Test ") : behind(line + strspn(line, " "), "Test ");
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

/* A line of an end tells more than the title: the number tells which. */
struct bats_test {
	unsigned long number;
	char *title, *file;
};

struct bats {
	VEC(struct bats_test)
	char *file; /* as its report names it: seen from the current folder */
};

static char *seen_from_here(const char *path)
{
	AUTO_FREE char *here = path_cwd();
	const char *logical = getenv("PWD");
	const char *below = logical ? behind(path, logical) : NULL;

	below = below ? below : behind(path, here);
	return mem_str(below && *below == '/' ? below + 1 : path);
}

static void begin_bats(struct bats *bats, const char *text)
{
	const char *title = behind_number(text, " ");

	if (title && bats->len < RUNNING_MAX) {
		*VEC_PUSH(bats) = (struct bats_test){strtoul(text, NULL, 10), mem_str(title),
						     mem_str(bats->file)};
	}
}

static void finish_bats(struct bats *bats, const char *text)
{
	unsigned long number = strtoul(text, NULL, 10);

	for (size_t i = bats->len; i-- > 0;) {
		if (bats->items[i].number == number) {
			free(bats->items[i].title);
			free(bats->items[i].file);
			bats->items[i] = bats->items[--bats->len];
		}
	}
}

static void take_bats(const char *line, void *payload)
{
	struct bats *bats = payload;
	const char *suite = behind(line, "suite "), *begins = behind(line, "begin ");
	const char *ends = behind(line, "ok ");

	ends = ends ? ends : behind(line, "not ok ");
	if (suite) {
		free(bats->file);
		bats->file = seen_from_here(suite);
	} else if (begins) {
		begin_bats(bats, begins);
	} else if (ends) {
		finish_bats(bats, ends);
	}
}

void running_bats(const struct last_words *last, struct result_list *out)
{
	AUTO_FREE char *path = mem_fmt("%s.stream", str_or(last->path, ""));
	struct bats bats = {0};

	each_line_in(path, take_bats, &bats);
	VEC_EACH (struct bats_test, test, &bats) {
		begin(out, test->file, test->title, NULL);
		free(test->title);
		free(test->file);
	}
	VEC_FREE(&bats);
	free(bats.file);
}

/* --- phpunit --- */

/* Of "##teamcity[event a='x' b='y']" the value of one attribute; NULL none. The caller frees. */
static char *teamcity_value(const char *line, const char *name)
{
	AUTO_FREE char *start = mem_fmt(" %s='", name);
	const char *at = strstr(line, start);
	CLEANUP(buf_release) struct buf value = BUF_INIT(LINE_MAX);

	if (!at) {
		return NULL;
	}
	for (at += strlen(start); *at && *at != '\''; at++) {
		if (*at == '|' && at[1]) {
			at++;
			buf_char(&value, *at == 'n' ? '\n' : *at == 'r' ? '\r' : *at);
		} else {
			buf_char(&value, *at);
		}
	}
	return *at ? mem_str(buf_str(&value)) : NULL;
}

/* "php_qn://FILE::\App\Sub\ATest::testName" as the report spells the class: "App.Sub.ATest". */
static char *php_class(const char *place)
{
	const char *class_name = strstr(place, "::\\"), *end = NULL;
	char *dotted = NULL;

	if (!class_name || !(end = strstr(class_name += 3, "::"))) {
		return NULL;
	}
	dotted = mem_strn(class_name, (size_t)(end - class_name));
	for (char *at = dotted; (at = strchr(at, '\\')) != NULL;) {
		*at = '.';
	}
	return dotted;
}

/* One test runs at a time. */
static void take_phpunit(const char *line, void *payload)
{
	AUTO_FREE char *name = NULL, *place = NULL, *class_name = NULL;
	struct result_list *out = payload;

	if (str_starts(line, "##teamcity[testFinished ")) {
		result_list_release(out);
		return;
	}
	if (!str_starts(line, "##teamcity[testStarted ")) {
		return;
	}
	name = teamcity_value(line, "name");
	place = teamcity_value(line, "locationHint");
	class_name = place ? php_class(place) : NULL;
	if (name && class_name) {
		begin(out, class_name, name, NULL);
	}
}

void running_phpunit(const struct last_words *last, struct result_list *out)
{
	AUTO_FREE char *path = path_join(last->folder, RUNNING_TEAMCITY);

	each_line_in(path, take_phpunit, out);
}

/* --- go --- */

struct go {
	struct result_list *running; /* one after the other */
	struct result_list resumed;  /* that run beside others, after a pause */
};

static bool is_below(const struct test_name *test, const char *package, const char *above)
{
	size_t len = strlen(above);

	return str_starts(test->name, above) && test->name[len] == '/' && is_of(test, package);
}

/* With its parts. */
static void finish_go(struct result_list *list, const char *package, const char *name)
{
	for (size_t i = list->len; i-- > 0;) {
		if (is_below(&list->items[i].test, package, name)) {
			remove_at(list, i);
		}
	}
	finish(list, package, name);
}

/* The end of a part is told with that of its parent, and not at all when a line stands open before
 * it. But where a test begins, those beside it have ended. */
static void finish_beside(struct result_list *list, const char *package, const char *name)
{
	const char *slash = strrchr(name, '/');
	size_t common = slash ? (size_t)(slash - name) + 1 : 0;

	for (size_t i = list->len; i-- > 0;) {
		const struct test_name *test = &list->items[i].test;
		size_t len = strlen(test->name);
		bool above = str_starts(name, test->name) && name[len] == '/';

		if (!above && strncmp(test->name, name, common) == 0 && is_of(test, package)) {
			remove_at(list, i);
		}
	}
}

static void take_go(const char *line, void *payload)
{
	struct go *go = payload;
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
	if (!test) {
		return;
	}
	if (str_eq(action, "run")) {
		finish_beside(go->running, package, test);
		begin(go->running, package, test, NULL);
	} else if (str_eq(action, "cont")) {
		begin(&go->resumed, package, test, NULL);
	} else if (!str_eq(action, "bench")) {
		/* pause, pass, fail, skip */
		finish_go(go->running, package, test);
		finish_go(&go->resumed, package, test);
	}
}

/* A test that waits for its parts is not what hangs. */
static bool has_part(const struct result_list *list, const struct test_name *test)
{
	VEC_EACH (const struct result, other, list) {
		if (is_below(&other->test, test->class_name, test->name)) {
			return true;
		}
	}
	return false;
}

void running_go(const struct last_words *last, struct result_list *out)
{
	AUTO_FREE char *path = path_join(last->folder, RUNNING_GO_EVENTS);
	struct go go = {.running = out};

	each_line_in(path, take_go, &go);
	VEC_EACH (const struct result, result, &go.resumed) {
		begin(out, result->test.class_name, result->test.name, NULL);
	}
	result_list_release(&go.resumed);
	for (size_t i = out->len; i-- > 0;) {
		if (has_part(out, &out->items[i].test)) {
			remove_at(out, i);
		}
	}
}
