/* SPDX-License-Identifier: Apache-2.0 */
#include "rerun/reporters.h"

#include "base/buf.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/str.h"
#include "os/file.h"
#include "rerun/internal.h"
#include "rerun/project.h"
#include "rerun/script.h"
#include "text/json.h"

#include <string.h>

/* Files that a configuration takes in, and folders above the one it is looked for in. */
#define FILES_MAX    64
#define FOLDER_LEVEL 16

/* A place in the words of one file. */
struct cursor {
	const struct script *script;
	const struct reporters_rule *rule;
	size_t at;
	bool yaml;
};

static const struct token *look(const struct cursor *c, size_t ahead)
{
	size_t i = c->at + ahead;

	return i < c->script->tokens.len ? &c->script->tokens.items[i] : NULL;
}

static bool is_sign(const struct cursor *c, size_t ahead, const char *signs)
{
	const struct token *token = look(c, ahead);

	return token && token->kind == TOKEN_SIGN && strchr(signs, *token->text);
}

static bool is_word(const struct cursor *c, size_t ahead, const char *word)
{
	const struct token *token = look(c, ahead);

	return token && token->kind == TOKEN_WORD && str_eq(token->text, word);
}

static bool take_sign(struct cursor *c, const char *signs)
{
	bool found = is_sign(c, 0, signs);

	c->at += found;
	return found;
}

static bool take_name(struct cursor *c)
{
	const struct token *token = look(c, 0);
	bool is_name =
		token && (token->kind == TOKEN_STRING || (c->yaml && token->kind == TOKEN_WORD));

	if (!is_name || !token->plain || !is_listed(c->rule->known, token->text)) {
		return false;
	}
	c->at++;
	return true;
}

/* "!!process.env.CI ?": whichever it is, one of the two that follow is taken. */
static bool take_condition(struct cursor *c)
{
	size_t i = 0;

	while (is_sign(c, i, "!")) {
		i++;
	}
	if (!is_word(c, i, "process") || !is_sign(c, i + 1, ".") || !is_word(c, i + 2, "env") ||
	    !is_sign(c, i + 3, ".") || !is_sign(c, i + 5, "?")) {
		return false;
	}
	c->at += i + 6;
	return true;
}

/* Whatever it is, up to the bracket that closes this one. */
static bool skip_options(struct cursor *c)
{
	for (size_t depth = 0; look(c, 0); c->at++) {
		if (depth == 0 && is_sign(c, 0, "]")) {
			return true;
		}
		depth += is_sign(c, 0, "[{(");
		depth -= depth && is_sign(c, 0, "]})");
	}
	return false;
}

/* ['name', options] or 'name', also by a condition. */
static bool take_one(struct cursor *c)
{
	if (take_condition(c)) {
		return take_one(c) && take_sign(c, ":") && take_one(c);
	}
	if (take_sign(c, "[")) {
		return take_name(c) && skip_options(c) && take_sign(c, "]");
	}
	return take_name(c);
}

static bool take_list(struct cursor *c)
{
	while (!take_sign(c, "]")) {
		if (!take_one(c) || (!take_sign(c, ",") && !is_sign(c, 0, "]"))) {
			return false;
		}
	}
	return true;
}

/* Nothing may be done with the value: the next thing begins, or all ends. */
static bool ends(const struct cursor *c)
{
	const struct token *next = look(c, 0);

	return !next || is_sign(c, 0, ",;:)}]") || is_word(c, 0, "as") ||
	       (next->on_new_line && (c->yaml || next->kind != TOKEN_SIGN));
}

static bool take_value(struct cursor *c)
{
	if (take_condition(c)) {
		return take_value(c) && take_sign(c, ":") && take_value(c);
	}
	return (take_sign(c, "[") ? take_list(c) : take_name(c)) && ends(c);
}

/* At the key: is what is done with it harmless? A string may also be some value. */
static bool is_harmless_use(struct cursor *c)
{
	const struct token *key = look(c, 0), *next = look(c, 1);
	bool quoted = key && key->kind == TOKEN_STRING;

	c->at++;
	if (is_sign(c, 0, ":=") && !is_sign(c, 1, "=>")) {
		c->at++;
		return take_value(c);
	}
	return !next || next->kind != TOKEN_SIGN || (quoted && !is_sign(c, 0, "]"));
}

static bool names_key(const struct reporters_rule *rule, const struct token *token)
{
	return token->kind != TOKEN_SIGN && is_listed(rule->keys, token->text);
}

static bool is_harmless(const struct script *script, const struct reporters_rule *rule, bool yaml)
{
	for (size_t i = 0; i < script->tokens.len; i++) {
		struct cursor cursor = {script, rule, i, yaml};

		if (names_key(rule, &script->tokens.items[i]) && !is_harmless_use(&cursor)) {
			return false;
		}
	}
	return true;
}

/* What is left to read: paths, each once. */
struct search {
	const struct reporters_rule *rule;
	struct strv paths;
	struct map seen;
	const char *unknown; /* where an unknown reporter was found; NULL nowhere yet */
};

static void search_release(struct search *search)
{
	strv_release(&search->paths);
	map_release(&search->seen);
}

static void search_add(struct search *search, const char *path)
{
	if (file_exists(path) && search->paths.len < FILES_MAX && map_put(&search->seen, path, 0)) {
		strv_add(&search->paths, path);
	}
}

/* The files of the project that this one names: what it takes in may say more. */
static void search_named(struct search *search, const char *path, const struct script *script)
{
	static const char *const ends[] = {"",     ".js",  ".ts",   ".mjs",      ".cjs",
					   ".mts", ".cts", ".json", "/index.js", "/index.ts"};
	AUTO_FREE char *folder = path_dir(path);

	VEC_EACH (struct token, token, &script->tokens) {
		const char *name = token->text;

		if (token->kind == TOKEN_SIGN ||
		    (!str_starts(name, "./") && !str_starts(name, "../"))) {
			continue;
		}
		for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
			AUTO_FREE char *file = mem_fmt("%s/%s%s", folder, name, ends[i]);

			search_add(search, file);
		}
	}
}

static bool has_key(const struct reporters_rule *rule, const char *text)
{
	for (const char *const *key = rule->keys; *key; key++) {
		if (strstr(text, *key)) {
			return true;
		}
	}
	return false;
}

/* Of package.json only the tool's own member, as text. NULL when there is none. */
static char *member_text(const char *text, const char *member)
{
	AUTO_JSON struct json *root = NULL;
	struct err ignored = ERR_INIT;
	struct buf out = BUF_INIT(CONFIG_MAX);

	if (json_parse(text, strlen(text), &root, &ignored) < 0 || !json_get(root, member)) {
		return NULL;
	}
	json_write(json_get(root, member), 0, &out);
	return buf_take(&out);
}

/* The text that counts in this file; NULL when there is none. The caller frees. */
static char *text_of(const struct reporters_rule *rule, const char *path)
{
	AUTO_FREE char *text = file_text(path, CONFIG_MAX, NULL);

	if (text && str_eq(path_base(path), "package.json")) {
		return rule->member ? member_text(text, rule->member) : NULL;
	}
	return TAKE(text);
}

/* "[name]:" and "[name] =": which key that is does not stand here. */
static bool has_computed_key(const char *text)
{
	while ((text = strchr(text, '[')) != NULL) {
		size_t len = strspn(++text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
					    "0123456789_$");
		const char *behind = text + len;

		if (len == 0 || *behind != ']') {
			continue;
		}
		behind += 1 + strspn(behind + 1, " \t");
		if (*behind == ':' || (*behind == '=' && behind[1] != '=')) {
			return true;
		}
	}
	return false;
}

/* A call by that name of which the argument is no literal path. */
static bool calls_unread(const char *text, const char *name)
{
	while ((text = strstr(text, name)) != NULL) {
		text += strlen(name);
		text += strspn(text, " \t\r\n");
		if (!*text || !strchr("'\"`", *text) || text[1] == '#') {
			return true;
		}
	}
	return false;
}

/* Does it take in what is not read here, or write keys so that they cannot be read? */
static bool hides_something(const char *text)
{
	static const char *const always[] = {"dofile",    "loadfile",   "from '#", "from \"#",
					     "import '#", "import \"#", "\\x",     "\\u"};

	for (size_t i = 0; i < ARRAY_LEN(always); i++) {
		if (strstr(text, always[i])) {
			return true;
		}
	}
	return calls_unread(text, "require(") || calls_unread(text, "import(") ||
	       has_computed_key(text);
}

static bool reads_as_harmless(struct search *search, const char *path)
{
	AUTO_FREE char *text = text_of(search->rule, path);
	CLEANUP(script_release) struct script script = {0};
	bool yaml = str_ends(path, ".yml") || str_ends(path, ".yaml");

	if (!text) {
		return true;
	}
	script_read(text, yaml, &script);
	search_named(search, path, &script);
	return !hides_something(text) && !(script.open && has_key(search->rule, text)) &&
	       is_harmless(&script, search->rule, yaml);
}

static void search_folder(struct search *search, const char *folder)
{
	for (const char *const *name = search->rule->files; *name; name++) {
		AUTO_FREE char *path = path_join(folder, *name);

		search_add(search, path);
	}
}

/* A file or folder that the user names, seen from where the tool is started, or JSON itself. */
static void search_option(struct search *search, const char *folder, const char *value)
{
	AUTO_FREE char *path = path_join(folder, value);
	CLEANUP(script_release) struct script script = {0};

	if (*value == '{') {
		script_read(value, false, &script);
		search->unknown = is_harmless(&script, search->rule, false) ? NULL : "--config";
	}
	search_add(search, path);
	search_folder(search, path);
}

static void search_command(struct search *search, const char *folder, const struct command *command)
{
	const struct reporters_rule *rule = search->rule;

	for (size_t i = command->first; i < command->argc; i++) {
		const char *arg = command->argv[i];
		const char *equals = strchr(arg, '=');
		bool known = names_option(rule->options, arg) || names_option(rule->roots, arg);

		if (known && equals) {
			search_option(search, folder, equals + 1);
		} else if (known && i + 1 < command->argc) {
			search_option(search, folder, command->argv[++i]);
		}
	}
}

char *reporters_bar(const struct reporters_rule *rule, const struct command *command)
{
	CLEANUP(search_release) struct search search = {.rule = rule};
	CLEANUP(buf_release) struct buf folder = BUF_INIT(BUF_OWN_MAX);

	buf_str_add(&folder, str_or(command->folder, "."));
	search_command(&search, buf_str(&folder), command);
	for (int level = 0; level < (rule->above ? FOLDER_LEVEL : 1); level++) {
		search_folder(&search, buf_str(&folder));
		buf_str_add(&folder, "/..");
	}
	for (size_t i = 0; i < search.paths.len && !search.unknown; i++) {
		const char *path = search.paths.items[i];

		search.unknown = reads_as_harmless(&search, path) ? NULL : path;
	}
	return search.unknown ? mem_fmt("%s sets reporters that would give way, and one may decide "
					"about the exit code: add a JUnit reporter there and say "
					"--junit FILE",
					search.unknown + (str_starts(search.unknown, "./") ? 2 : 0))
			      : NULL;
}
