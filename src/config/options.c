/* SPDX-License-Identifier: Apache-2.0 */
#include "config/options.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"
#include "os/file.h"
#include "text/duration.h"
#include "text/size.h"

#include <ctype.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

static void *field(struct options *options, const struct option *option)
{
	return (char *)options + option->offset;
}

char *option_variable(const struct option *option)
{
	const char *key = option->key ? option->key : "";
	char *name = NULL;

	if (!*key) {
		return mem_str("");
	}
	name = mem_fmt("STEADY_%s", str_starts(key, "run.") ? key + 4 : key);
	for (char *c = name; *c; c++) {
		*c = *c == '.' || *c == '-' ? '_' : (char)toupper((unsigned char)*c);
	}
	return name;
}

static bool is_choice(const char *choices, const char *value)
{
	size_t len = strlen(value);

	while (*choices) {
		size_t width = strcspn(choices, "|");

		if (width == len && strncmp(choices, value, len) == 0) {
			return true;
		}
		choices += width + (choices[width] == '|');
	}
	return false;
}

static int store_flag(const char *value, bool *out, struct err *err)
{
	if (str_eq(value, "true") || str_eq(value, "1")) {
		*out = true;
	} else if (str_eq(value, "false") || str_eq(value, "0")) {
		*out = false;
	} else {
		return err_set(err, ERR_USAGE, "'%s' is neither true nor false", value);
	}
	return 0;
}

static int store_words(const struct option *option, const char *value, struct options *out,
		       struct err *err)
{
	CLEANUP(strv_release) struct strv words = {0};

	for (const char *at = value;; at++) {
		size_t len = strcspn(at, ",");

		strv_give(&words, mem_strn(at, len));
		at += len;
		if (!*at) {
			break;
		}
	}
	VEC_EACH (char *, word, &words) {
		if (!is_choice(option->choices, *word)) {
			return err_set(err, ERR_USAGE, "'%s' is not one of %s", *word,
				       option->choices);
		}
	}
	if (words.len > OPTION_WORDS_MAX) {
		return err_set(err, ERR_USAGE, "more than %d words", OPTION_WORDS_MAX);
	}
	strv_release(field(out, option));
	*(struct strv *)field(out, option) = words;
	words = (struct strv){0};
	return 0;
}

int option_store(const struct option *option, const char *value, struct options *out,
		 struct err *err)
{
	int64_t number = 0;

	switch (option->type) {
	case OPTION_FLAG:
		return store_flag(value, field(out, option), err);
	case OPTION_INT:
		if (!str_to_int64(value, option->min, option->max, &number)) {
			return err_set(err, ERR_USAGE, "'%s' is not a number from %lld to %lld",
				       value, (long long)option->min, (long long)option->max);
		}
		*(int *)field(out, option) = (int)number;
		return 0;
	case OPTION_DURATION:
		if (!duration_parse(value, field(out, option))) {
			return err_set(err, ERR_USAGE,
				       "'%s' is not a duration such as 90s or 1h30m", value);
		}
		return 0;
	case OPTION_SIZE:
		if (!size_parse(value, field(out, option))) {
			return err_set(err, ERR_USAGE, "'%s' is not a size such as 500MB or 2GiB",
				       value);
		}
		return 0;
	case OPTION_STRING:
		if (option->choices && !is_choice(option->choices, value)) {
			return err_set(err, ERR_USAGE, "'%s' is not one of %s", value,
				       option->choices);
		}
		mem_replace(field(out, option), value);
		return 0;
	case OPTION_WORDS:
		return store_words(option, value, out, err);
	case OPTION_LIST:
		strv_add(field(out, option), value);
		return 0;
	}
	return err_set(err, ERR_INTERNAL, "option type %d", (int)option->type);
}

void options_init(struct options *options)
{
	*options = (struct options){0};
}

static void set_defaults(enum command_flags command, struct options *options)
{
	size_t count = 0;
	const struct option *rows = option_table(&count);
	struct err ignored = ERR_INIT;

	for (size_t i = 0; i < count; i++) {
		if (rows[i].fallback && (rows[i].commands & command)) {
			option_store(&rows[i], rows[i].fallback, options, &ignored);
		}
	}
}

void options_release(struct options *options)
{
	size_t count = 0;
	const struct option *rows = option_table(&count);

	for (size_t i = 0; i < count; i++) {
		if (rows[i].type == OPTION_STRING) {
			cleanup_free(field(options, &rows[i]));
		} else if (rows[i].type == OPTION_LIST || rows[i].type == OPTION_WORDS) {
			strv_release(field(options, &rows[i]));
		}
	}
	rule_text_list_release(&options->rules);
	service_text_list_release(&options->services);
	objective_list_release(&options->objectives);
}

/* The row of a flag for this command; NULL unless there is one. */
static const struct option *find_flag(enum command_flags command, const char *name, size_t len)
{
	size_t count = 0;
	const struct option *rows = option_table(&count);

	for (size_t i = 0; i < count; i++) {
		if ((rows[i].commands & command) && strlen(rows[i].name) == len &&
		    strncmp(rows[i].name, name, len) == 0) {
			return &rows[i];
		}
	}
	return NULL;
}

static const struct option *find_letter(enum command_flags command, const char *arg)
{
	size_t count = 0;
	const struct option *rows = option_table(&count);

	for (size_t i = 0; i < count; i++) {
		if ((rows[i].commands & command) && rows[i].letter && arg[1] == rows[i].letter &&
		    (!arg[2] || rows[i].type != OPTION_FLAG)) {
			return &rows[i];
		}
	}
	return NULL;
}

static int unknown_flag(enum command_flags command, const char *arg, struct err *err)
{
	size_t count = 0;
	const struct option *rows = option_table(&count);
	AUTO_FREE char *name = mem_strn(arg, strcspn(arg, "="));
	struct str_guess guess = {0};

	for (size_t i = 0; i < count; i++) {
		if (rows[i].commands & command) {
			str_guess_try(&guess, name + strspn(name, "-"), rows[i].name);
		}
	}
	if (guess.meant) {
		return err_set(err, ERR_USAGE, "unknown option %s (did you mean --%s?)", name,
			       guess.meant);
	}
	return err_set(err, ERR_USAGE, "unknown option %s", name);
}

/* Flags as they were given; stored last, because they weigh most. */
struct given {
	const struct option *option;
	const char *value;
};

struct given_list {
	VEC(struct given)
};

static void given_release(struct given_list *list)
{
	VEC_FREE(list);
}

/* "--jobs=4" or "-j4"; NULL: the value is the next word. */
static const char *joined_value(const char *arg)
{
	const char *equals = strchr(arg, '=');

	if (str_starts(arg, "--")) {
		return equals ? equals + 1 : NULL;
	}
	return arg[2] ? arg + 2 : NULL;
}

static int read_flag(const struct options_request *request, size_t *i, struct given_list *given,
		     struct err *err)
{
	const char *arg = request->argv[*i];
	bool is_long = str_starts(arg, "--");
	size_t len = is_long ? strcspn(arg + 2, "=") : 0;
	const char *joined = joined_value(arg);
	const struct option *option = is_long ? find_flag(request->command, arg + 2, len)
					      : find_letter(request->command, arg);
	struct given *item = NULL;

	if (!option) {
		return unknown_flag(request->command, arg, err);
	}
	if (option->type == OPTION_FLAG && joined) {
		return err_set(err, ERR_USAGE, "--%s takes no value", option->name);
	}
	if (option->type != OPTION_FLAG && !joined && *i + 1 >= request->argc) {
		return err_set(err, ERR_USAGE, "--%s needs a value: %s", option->name,
			       option->metavar);
	}
	item = VEC_PUSH(given);
	item->option = option;
	item->value = joined;
	if (option->type == OPTION_FLAG) {
		item->value = "true";
	} else if (!joined) {
		item->value = request->argv[++*i];
	}
	if (!*item->value) {
		return err_set(err, ERR_USAGE, "--%s needs a value: %s, not ''", option->name,
			       option->metavar);
	}
	return 0;
}

/* Of these the words behind "--" are a command; of the others they are words as any. */
#define WITH_COMMAND (FOR_RUN | FOR_WAIT | FOR_DOCTOR)

static int read_argv(const struct options_request *request, struct given_list *given,
		     struct strv *words, struct strv *command, struct err *err)
{
	struct strv *behind = request->command & WITH_COMMAND ? command : words;

	for (size_t i = 0; i < request->argc; i++) {
		const char *arg = request->argv[i];

		if (strcmp(arg, "--") == 0) {
			for (i++; i < request->argc; i++) {
				strv_add(behind, request->argv[i]);
			}
		} else if (arg[0] == '-' && arg[1]) {
			if (read_flag(request, &i, given, err) < 0) {
				return -1;
			}
		} else {
			strv_add(words, arg);
		}
	}
	return 0;
}

/* A list given at a higher place replaces the one of a lower place. */
static void forget_list(const struct option *option, struct options *out)
{
	if (option->type == OPTION_LIST) {
		strv_release(field(out, option));
	}
}

static int store_environment(const struct options_request *request, struct options *out,
			     struct err *err)
{
	size_t count = 0;
	const struct option *rows = option_table(&count);

	for (size_t i = 0; i < count; i++) {
		AUTO_FREE char *name = option_variable(&rows[i]);
		const char *value = *name && (rows[i].commands & request->command)
					    ? request->getvar(name)
					    : NULL;

		if (!value || !*value) {
			continue;
		}
		forget_list(&rows[i], out);
		while (*value) {
			size_t len =
				rows[i].type == OPTION_LIST ? strcspn(value, "\n") : strlen(value);
			AUTO_FREE char *item = mem_strn(value, len);

			if (*item && option_store(&rows[i], item, out, err) < 0) {
				return err_wrap(err, "%s", name);
			}
			value += len + (value[len] == '\n');
		}
	}
	return 0;
}

char *options_misspelt(const char *variable)
{
	size_t count = 0;
	const struct option *rows = option_table(&count);
	const char *bare = str_starts(variable, "STEADY_") ? variable + strlen("STEADY_") : NULL;
	char *nearest = NULL;

	for (size_t i = 0; bare && i < count; i++) {
		AUTO_FREE char *name = option_variable(&rows[i]);

		if (str_eq(name, variable)) {
			cleanup_free(&nearest);
			return NULL;
		}
		if (*name && !nearest && str_similar(bare, name + strlen("STEADY_"))) {
			nearest = TAKE(name);
		}
	}
	return nearest;
}

static int store_given(const struct given_list *given, struct options *out, struct err *err)
{
	VEC_EACH (const struct given, item, given) {
		bool first = true;

		for (const struct given *before = given->items; before < item; before++) {
			first &= before->option != item->option;
		}
		if (first) {
			forget_list(item->option, out);
		}
		if (option_store(item->option, item->value, out, err) < 0) {
			return err_wrap(err, "--%s", item->option->name);
		}
	}
	return 0;
}

static const char *find_given(const struct given_list *given, const char *name)
{
	const char *value = NULL;

	VEC_EACH (const struct given, item, given) {
		if (strcmp(item->option->name, name) == 0) {
			value = item->value;
		}
	}
	return value;
}

/* A history tells itself what it is. Where it lies is known when it is named, and of `steady history` only compact
 * asks the file for more: a mistake there is none of the others' business. */
static bool needs_file(const struct options_request *request, const struct given_list *given,
		       const struct strv *words)
{
	const char *variable = request->getvar("STEADY_HISTORY");

	return request->command != FOR_HISTORY || words->len == 0 ||
	       strcmp(words->items[0], "compact") == 0 ||
	       (!find_given(given, "history") && (!variable || !*variable));
}

static int store_file(const struct options_request *request, const struct given_list *given,
		      const struct strv *words, struct options *out, struct err *err)
{
	AUTO_FREE char *found = path_join(request->root, ".steady.yml");
	const char *path = find_given(given, "config");

	if (!path && needs_file(request, given, words) && file_exists(found)) {
		path = found;
	}
	return path ? options_load_file(path, request->command, out, err) : 0;
}

int options_load(const struct options_request *request, struct options *out, struct strv *words,
		 struct strv *command, struct err *err)
{
	CLEANUP(given_release) struct given_list given = {0};

	set_defaults(request->command, out);
	if (read_argv(request, &given, words, command, err) < 0) {
		return -1;
	}
	VEC_EACH (const struct given, item, &given) {
		if (strcmp(item->option->name, "help") == 0) {
			out->help = true;
			return 0;
		}
	}
	if (store_file(request, &given, words, out, err) < 0 ||
	    store_environment(request, out, err) < 0) {
		/* not the command line is wrong: its usage would not help */
		err->code = ERR_INPUT;
		return -1;
	}
	return store_given(&given, out, err);
}

void options_help(enum command_flags command, struct buf *out)
{
	size_t count = 0;
	const struct option *rows = option_table(&count);

	for (size_t i = 0; i < count; i++) {
		AUTO_FREE char *flag = NULL;
		AUTO_FREE char *variable = option_variable(&rows[i]);

		if (!(rows[i].commands & command)) {
			continue;
		}
		flag = mem_fmt("--%s%s%s", rows[i].name, rows[i].metavar ? " " : "",
			       str_or(rows[i].metavar, ""));
		buf_fmt(out, "  %-22s %s", flag, rows[i].help);
		if (rows[i].choices) {
			buf_fmt(out, ": %s", rows[i].choices);
		}
		if (rows[i].fallback) {
			buf_fmt(out, " [%s]", rows[i].fallback);
		}
		buf_fmt(out, "%s%s\n", *variable ? "  $" : "", variable);
	}
}

char *options_root(const char *dir)
{
	AUTO_FREE char *at = mem_str(dir);

	for (;;) {
		AUTO_FREE char *git = path_join(at, ".git");
		char *up = NULL;

		if (file_exists(git) || file_is_dir(git)) {
			return TAKE(at);
		}
		up = path_dir(at);
		if (str_eq(up, at) || str_eq(up, ".")) {
			free(up);
			return mem_str(dir);
		}
		free(at);
		at = up;
	}
}
