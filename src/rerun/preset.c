/* SPDX-License-Identifier: Apache-2.0 */
#include "rerun/go.h"
#include "rerun/internal.h"
#include "rerun/pytest.h"
#include "rerun/reporters.h"
#include "rerun/running.h"

#include "base/buf.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/str.h"
#include "os/file.h"
#include "os/process.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* How far above the current folder a project's Node modules may lie. */
#define MODULE_LEVELS 16

const struct preset *preset_find(const char *name)
{
	const struct preset *preset = NULL;

	for (size_t row = 0; (preset = preset_at(row)) != NULL; row++) {
		if (strcmp(preset->name, name) == 0) {
			break;
		}
	}
	return preset;
}

/* The length of the option's name when arg is "NAME" or "NAME=…" for a name of the list; 0 else. */
static size_t option_length(const char *const *names, const char *arg)
{
	for (; names && *names; names++) {
		size_t len = strlen(*names);

		if (strncmp(arg, *names, len) == 0 && (arg[len] == '\0' || arg[len] == '=')) {
			return len;
		}
	}
	return 0;
}

bool names_option(const char *const *names, const char *arg)
{
	return option_length(names, arg) > 0;
}

/* The last value of one of the options; NULL when none is given. Borrowed. */
static const char *option_value(const char *const *names, const struct command *command)
{
	const char *value = NULL;

	for (size_t i = command->first; i < command->argc; i++) {
		const char *arg = command->argv[i];
		size_t len = option_length(names, arg);

		if (len && arg[len] == '=') {
			value = arg + len + 1;
		} else if (len && i + 1 < command->argc) {
			value = command->argv[++i];
		}
	}
	return value;
}

/* As the command says it, seen from where it is started. The caller frees. */
static char *own_results_path(const struct results_rule *rule, const struct command *command)
{
	const char *prefix = str_or(rule->prefix, "");
	const char *path = option_value(rule->options, command);
	const char *base = option_value(rule->base, command);

	if (!path && rule->variable) {
		path = getenv(rule->variable);
		path = path && str_starts(path, prefix) ? path : NULL;
	}
	if (path && str_starts(path, prefix)) {
		path += strlen(prefix);
	}
	if (path && str_ends(path, "/")) {
		return mem_fmt("%s*.xml", path);
	}
	return path && base ? path_join(base, path) : mem_str(path);
}

char *preset_results_path(const struct preset *preset, const struct command *command)
{
	AUTO_FREE char *path = own_results_path(&preset->results, command);

	return path ? path_join(str_or(command->folder, ""), path) : NULL;
}

char *preset_base(const struct preset *preset, const struct command *command)
{
	const char *base = option_value(preset->results.base, command);

	return path_join(str_or(command->folder, ""), str_or(base, ""));
}

void preset_kept(const struct preset *preset, const struct command *command, struct strv *out)
{
	AUTO_FREE char *base = preset_base(preset, command);

	for (const char *const *glob = preset->results.keeps; glob && *glob; glob++) {
		strv_give(out, path_join(base, *glob));
	}
	for (size_t i = command->first; i + 1 < command->argc; i++) {
		if (names_option(preset->results.keeps_of, command->argv[i])) {
			strv_give(out,
				  path_join(str_or(command->folder, ""), command->argv[i + 1]));
		}
	}
}

/* Is the module installed for the project in this folder? */
static bool has_module(const char *folder, const char *name)
{
	CLEANUP(buf_release) struct buf path = BUF_INIT(4096);

	for (int level = 0; level < MODULE_LEVELS; level++) {
		buf_clear(&path);
		buf_fmt(&path, "%s/", folder);
		for (int up = 0; up < level; up++) {
			buf_str_add(&path, "../");
		}
		buf_fmt(&path, "node_modules/%s", name);
		if (file_is_dir(buf_str(&path))) {
			return true;
		}
	}
	return false;
}

/* Asks with the words that start the program, so that `bundle exec` sees its own gems. */
static bool probe_works(const char *const *probe, const struct command *command)
{
	CLEANUP(strv_release) struct strv argv = {0};
	CLEANUP(buf_release) struct buf ignored = BUF_INIT(1);

	for (size_t i = 0; i + 1 < command->first; i++) {
		strv_add(&argv, command->argv[i]);
	}
	for (; *probe; probe++) {
		strv_add(&argv, *probe);
	}
	return process_ask(strv_argv(&argv), &ignored) == 0;
}

static bool says_own_output(const struct results_rule *rule, const struct command *command)
{
	for (size_t i = command->first; i < command->argc; i++) {
		if (names_option(rule->yields_to, command->argv[i])) {
			return true;
		}
	}
	return false;
}

char *preset_bar(const struct preset *preset, const struct command *command)
{
	const struct results_rule *rule = &preset->results;

	if (rule->bar) {
		return rule->bar(command);
	}
	return rule->reporters && !says_own_output(rule, command)
		       ? reporters_bar(rule->reporters, command)
		       : NULL;
}

bool preset_can_redirect(const struct preset *preset, const struct command *command)
{
	const struct results_rule *rule = &preset->results;
	AUTO_FREE char *own = preset_results_path(preset, command);

	if (!rule->args) {
		return own != NULL;
	}
	return !says_own_output(rule, command) &&
	       (!rule->module || has_module(str_or(command->folder, "."), rule->module)) &&
	       (!rule->probe || probe_works(rule->probe, command));
}

const char *preset_addition(const struct preset *preset)
{
	const struct results_rule *rule = &preset->results;

	return rule->options ? rule->options[0] : rule->args ? rule->args[0] : "";
}

int preset_soft_signal(const struct preset *preset)
{
	return preset ? preset->soft_signal : SIGTERM;
}

bool preset_stranger(const struct preset *preset, const struct command *command,
		     struct test_name *out)
{
	char id[33];
	const char *chance = id + 12; /* in front of it stands the time */

	hash_new_id(id);
	out->suite = mem_fmt("steady_no_such_suite_%s", chance);
	out->class_name = mem_fmt("steady_no_such_class_%s", chance);
	out->name = mem_fmt("steady_no_such_test_%s", chance);
	out->file = mem_fmt("steady_no_such_file_%s", chance);
	return !preset || !preset->stranger || preset->stranger(command, out);
}

bool preset_tries_again(const struct preset *preset, const struct command *command)
{
	return preset && preset->tries_again && preset->tries_again(command);
}

bool preset_forgives(const struct preset *preset, const char *type)
{
	return is_listed(preset->forgives, type);
}

static void add_words(const struct command *command, size_t from, size_t to, struct strv *out)
{
	for (size_t i = from; i < to; i++) {
		strv_add(out, command->argv[i]);
	}
}

/* The framework's own arguments but those for a results file. */
static void add_arguments(const struct preset *preset, const struct command *command,
			  struct strv *out)
{
	for (size_t i = command->first; i < command->argc; i++) {
		const char *arg = command->argv[i];
		size_t len = option_length(preset->results.options, arg);

		if (!len) {
			strv_add(out, arg);
		} else if (arg[len] == '\0') {
			i++;
		}
	}
}

void preset_without_results(const struct preset *preset, const struct command *command,
			    struct strv *out)
{
	add_words(command, 0, command->first, out);
	add_arguments(preset, command, out);
}

/* The word with "{path}" or "{private}" replaced. The caller frees. */
static char *fill_word(const char *word, const struct redirection *to)
{
	const char *brace = strstr(word, "{path}"), *private = strstr(word, "{private}");

	if (brace && to->path) {
		return mem_fmt("%.*s%s%s", (int)(brace - word), word, to->path,
			       brace + strlen("{path}"));
	}
	if (private) {
		return mem_fmt("%.*s%s%s", (int)(private - word), word, to->folder,
			       private + strlen("{private}"));
	}
	return mem_str(word);
}

static void fill(const char *const *words, const struct redirection *to, struct strv *out)
{
	for (; words && *words; words++) {
		strv_give(out, fill_word(*words, to));
	}
}

static int put_files(const struct embedded *place, const struct redirection *to, struct err *err)
{
	for (; place && place->name; place++) {
		AUTO_FREE char *own = path_join(to->folder, place->name);
		AUTO_FREE char *text = fill_word(place->text, to);

		if (file_write(own, text, strlen(text), err) < 0) {
			return -1;
		}
		if (chmod(own, 0700) < 0) {
			return err_sys(err, ERR_IO, "%s", own);
		}
	}
	return 0;
}

int preset_redirect(const struct preset *preset, const struct command *command,
		    const struct redirection *to, struct strv *out, struct strv *env,
		    struct err *err)
{
	const struct results_rule *rule = &preset->results;

	add_words(command, 0, command->first, out);
	if (!rule->at_end) {
		fill(rule->args, to, out);
	}
	add_arguments(preset, command, out);
	if (rule->at_end) {
		fill(rule->args, to, out);
	}
	if (!rule->args && rule->options) {
		strv_add(out, rule->options[0]);
		strv_add(out, to->path);
	}
	fill(rule->env, to, env);
	return put_files(rule->place, to, err);
}

int preset_again(const struct preset *preset, const struct command *command, const char *folder,
		 struct strv *out, struct err *err)
{
	const struct redirection to = {folder, NULL};

	add_words(command, 0, command->first, out);
	fill(preset->again.args, &to, out);
	add_words(command, command->first, command->argc, out);
	return put_files(preset->again.place, &to, err);
}

static bool is_stateful(const struct preset *preset, const struct command *command)
{
	for (size_t i = command->first; i < command->argc; i++) {
		if (names_option(preset->stateful, command->argv[i])) {
			return true;
		}
	}
	return false;
}

void preset_running(const struct preset *preset, const struct last_words *last,
		    struct result_list *out)
{
	if (preset->running) {
		preset->running(last, out);
	}
}

void preset_forget_running(const char *folder)
{
	running_forget(folder);
}

void preset_forget_last_run(const char *folder, int attempt, struct strv *env)
{
	pytest_forget_last_run(folder, attempt, env);
	go_forget_last_run(env);
}

char *preset_doubt(const struct preset *preset, const struct first_run *first, bool *stateful)
{
	const struct attempt *attempt = first->attempt;
	char *doubt = NULL;

	*stateful = false;
	if (attempt->end != END_EXITED || attempt->exit_code == 0 ||
	    (preset->tests_failed_code >= 0 && attempt->exit_code != preset->tests_failed_code)) {
		return NULL;
	}
	if (is_stateful(preset, first->command)) {
		*stateful = true;
		return mem_str("the command selects by its last run");
	}
	if (!preset->doubt) {
		return mem_fmt("nothing proves that exit code %d of %s means failed tests alone",
			       attempt->exit_code, preset->name);
	}
	doubt = preset->doubt(first, stateful);
	if (!doubt && !first->command->direct) {
		doubt = mem_fmt("%s is started by a program that may fail in another way",
				preset->name);
	}
	return doubt;
}
