/* SPDX-License-Identifier: Apache-2.0 */
#include "rerun/template.h"

#include "base/buf.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/str.h"
#include "os/file.h"
#include "text/json.h"

#include <string.h>

/* As in select.c: what comes near the limits of an argv is not worth building. */
#define ARGUMENT_MAX ((size_t)100000)
#define COMMAND_MAX  ((size_t)1000000)

#define LIST_FILE "tests.txt"
#define JSON_FILE "tests.json"

static const char *const of_a_test[] = {"{tests}", "{class}", "{name}", "{suite}", "{path}"};
static const char *const of_all[] = {"{regex}", "{file}", "{json}"};

bool template_is(const char *text)
{
	return strchr(text, '{') != NULL;
}

static bool holds_any(const char *word, const char *const *marks, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (strstr(word, marks[i])) {
			return true;
		}
	}
	return false;
}

static bool is_of_a_test(const char *word)
{
	return holds_any(word, of_a_test, ARRAY_LEN(of_a_test));
}

/* One word as a shell reads it, without expansions; false for an open quote. */
static bool cut_word(const char **text, struct buf *word)
{
	char quote = '\0';

	for (; **text && (quote || !strchr(" \t\n", **text)); (*text)++) {
		char c = **text;

		if (quote ? c == quote : c == '\'' || c == '"') {
			quote = quote ? '\0' : c;
		} else if (c == '\\' && quote != '\'' && (*text)[1]) {
			buf_char(word, *++*text);
		} else {
			buf_char(word, c);
		}
	}
	return quote == '\0';
}

int template_parse(const char *text, struct strv *words, struct err *err)
{
	bool names = false;

	while (*(text += strspn(text, " \t\n"))) {
		CLEANUP(buf_release) struct buf word = BUF_INIT(ARGUMENT_MAX);

		if (!cut_word(&text, &word)) {
			return err_set(err, ERR_USAGE, "--rerun: a quote is not closed");
		}
		names |= is_of_a_test(buf_str(&word)) ||
			 holds_any(buf_str(&word), of_all, ARRAY_LEN(of_all));
		strv_add(words, buf_str(&word));
	}
	if (!names) {
		return err_set(err, ERR_USAGE,
			       "--rerun: no {tests}, {name}, {class}, {suite}, {path}, {regex}, "
			       "{file} or {json} in the command");
	}
	return 0;
}

bool template_has_results(const struct strv *words)
{
	VEC_EACH (char *, word, words) {
		if (strstr(*word, "{results}")) {
			return true;
		}
	}
	return false;
}

/* ^(?:a|b)$ */
static void add_regex(const struct template_input *input, struct buf *out)
{
	buf_str_add(out, "^(?:");
	for (size_t i = 0; i < input->count; i++) {
		buf_str_add(out, i ? "|" : "");
		for (const char *c = str_or(input->tests[i]->test.name, ""); *c; c++) {
			if (strchr("^$.[]|()*+?\\{}", *c)) {
				buf_char(out, '\\');
			}
			buf_char(out, *c);
		}
	}
	buf_str_add(out, ")$");
}

static void add_names(const struct template_input *input, struct buf *out)
{
	for (size_t i = 0; i < input->count; i++) {
		buf_fmt(out, "%s\n", str_or(input->tests[i]->test.name, ""));
	}
}

static void add_json(const struct template_input *input, struct buf *out)
{
	AUTO_JSON struct json *list = json_new_array();

	for (size_t i = 0; i < input->count; i++) {
		const struct test_name *test = &input->tests[i]->test;
		struct json *item = json_new_object();

		json_put_str(item, "suite", test->suite);
		json_put_str(item, "class", test->class_name);
		json_put_str(item, "name", test->name);
		json_put_str(item, "file", test->file);
		json_add(list, item);
	}
	json_write(list, 0, out);
	buf_char(out, '\n');
}

/* The word with its placeholders replaced; name is empty in words for all tests. */
static void fill(const char *word, const struct template_input *input, const struct test_name *name,
		 struct buf *out)
{
	AUTO_FREE char *list = path_join(input->folder, LIST_FILE);
	AUTO_FREE char *json = path_join(input->folder, JSON_FILE);
	CLEANUP(buf_release) struct buf regex = BUF_INIT(2 * ARGUMENT_MAX);
	const struct {
		const char *mark, *text;
	} rows[] = {
		{"{tests}", name->name},  {"{class}", name->class_name}, {"{name}", name->name},
		{"{suite}", name->suite}, {"{path}", name->file},        {"{file}", list},
		{"{json}", json},         {"{results}", input->results}, {"{regex}", NULL},
	};

	if (strstr(word, "{regex}")) {
		add_regex(input, &regex);
	}
	while (*word) {
		size_t row = 0;

		while (row < ARRAY_LEN(rows) && !str_starts(word, rows[row].mark)) {
			row++;
		}
		if (row == ARRAY_LEN(rows)) {
			buf_char(out, *word++);
			continue;
		}
		buf_str_add(out, str_eq(rows[row].mark, "{regex}") ? buf_str(&regex)
								   : str_or(rows[row].text, ""));
		word += strlen(rows[row].mark);
	}
}

/* The word once for each test, equal results once. */
static void expand_word(const char *word, const struct template_input *input, struct strv *out,
			size_t *total)
{
	CLEANUP(map_release) struct map seen = {0};
	const struct test_name none = {0};
	bool each = is_of_a_test(word);

	for (size_t i = 0; i < (each ? input->count : 1); i++) {
		CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);

		fill(word, input, each ? &input->tests[i]->test : &none, &text);
		if (map_put(&seen, buf_str(&text), 0)) {
			strv_add(out, buf_str(&text));
			*total += text.len <= ARGUMENT_MAX ? text.len : COMMAND_MAX;
		}
	}
}

static int write_file(const char *folder, const char *name, const struct buf *text, struct err *err)
{
	AUTO_FREE char *path = path_join(folder, name);

	return file_write(path, buf_str(text), text->len, err);
}

int template_expand(const struct strv *words, const struct template_input *input, struct strv *out,
		    struct strv *env, struct err *err)
{
	CLEANUP(buf_release) struct buf names = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(buf_release) struct buf json = BUF_INIT(BUF_OWN_MAX);
	size_t total = 0;

	VEC_EACH (char *, word, words) {
		expand_word(*word, input, out, &total);
	}
	if (total >= COMMAND_MAX) {
		return err_set(err, ERR_INPUT, "the names are too long for a command");
	}
	add_names(input, &names);
	add_json(input, &json);
	if (names.len <= ARGUMENT_MAX) {
		strv_fmt(env, "STEADY_TESTS=%s", buf_str(&names));
	}
	return write_file(input->folder, LIST_FILE, &names, err) < 0
		       ? -1
		       : write_file(input->folder, JSON_FILE, &json, err);
}
