/* SPDX-License-Identifier: Apache-2.0 */
#include "failure/rules.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/str.h"
#include "base/strv.h"
#include "text/literals.h"

#include <stdlib.h>
#include <string.h>

#define LINE_MAX  ((size_t)4096)
#define COUNT_MAX ((size_t)2000)

extern const char embed_classes_rules[];

static const struct {
	const char *word;
	unsigned places;
} place_words[] = {
	{"cause", 1u << PLACE_CAUSE}, {"type", 1u << PLACE_TYPE},  {"head", 1u << PLACE_HEAD},
	{"body", 1u << PLACE_BODY},   {"assertion", IN_ASSERTION},
};

/* A short name for a piece of a pattern. */
struct let {
	char *name, *text;
};

struct reader {
	const char *file;
	struct rules *rules;
	struct {
		VEC(struct let)
	} lets;
	int line;
	struct err *err;
};

static int refuse(struct reader *reader, const char *what, const char *which)
{
	return err_set(reader->err, ERR_INPUT, "%s:%d: %s \"%s\"", reader->file, reader->line, what,
		       which);
}

/* Takes the next word off *rest; "" at the end. */
static char *word(const char **rest)
{
	size_t len = 0;
	char *out = NULL;

	*rest += strspn(*rest, " \t");
	len = strcspn(*rest, " \t");
	out = mem_strn(*rest, len);
	*rest += len;
	return out;
}

static const char *look_up(const struct reader *reader, const char *name, size_t len)
{
	VEC_EACH (const struct let, let, &reader->lets) {
		if (strlen(let->name) == len && strncmp(let->name, name, len) == 0) {
			return let->text;
		}
	}
	return NULL;
}

/* Puts in what "%{name}" stands for. */
static int expand(struct reader *reader, const char *text, struct buf *out)
{
	while (*text) {
		size_t len = strncmp(text, "%{", 2) == 0 ? strcspn(text, "}") : 0;
		const char *piece = len ? look_up(reader, text + 2, len - 2) : NULL;

		if (len && !piece) {
			return refuse(reader, "no such piece:", text);
		}
		if (piece) {
			buf_str_add(out, piece);
			text += len + 1;
		} else {
			buf_char(out, *text++);
		}
	}
	return out->cut ? refuse(reader, "too long:", text) : 0;
}

static int read_let(struct reader *reader, const char *rest)
{
	AUTO_FREE char *name = word(&rest);
	CLEANUP(buf_release) struct buf text = BUF_INIT(LINE_MAX);
	struct let *let = NULL;

	rest += strspn(rest, " \t");
	if (!*name || !*rest) {
		return refuse(reader, "a name and a pattern expected after", "let");
	}
	if (expand(reader, rest, &text) < 0) {
		return -1;
	}
	let = VEC_PUSH(&reader->lets);
	let->name = TAKE(name);
	let->text = buf_take(&text);
	return 0;
}

bool rules_add_place(const char *name, unsigned *places)
{
	for (size_t i = 0; i < ARRAY_LEN(place_words); i++) {
		if (str_eq(name, place_words[i].word)) {
			*places |= place_words[i].places;
			return true;
		}
	}
	return false;
}

/* What may stand behind the class: "in" with places, "weak", "code" with a subcode. */
static int read_details(struct reader *reader, struct rule *rule, const char *rest)
{
	bool in = false;

	while (*(rest += strspn(rest, " \t"))) {
		AUTO_FREE char *next = word(&rest);

		if (str_eq(next, "in")) {
			in = true;
		} else if (str_eq(next, "weak")) {
			rule->weak = true;
		} else if (str_eq(next, "code")) {
			free(rule->code);
			rule->code = word(&rest);
		} else if (!in || !rules_add_place(next, &rule->places)) {
			return refuse(reader, "not understood:", next);
		}
	}
	rule->places = rule->places ? rule->places : IN_ANYWHERE;
	return 0;
}

static int read_rule(struct reader *reader, enum rule_kind kind, const char *rest)
{
	struct rule *rule = VEC_PUSH(&reader->rules->rules);
	AUTO_FREE char *class = NULL;

	rule->kind = kind;
	rule->line = reader->line;
	rule->code = mem_str("");
	rule->name = word(&rest);
	if (!*rule->name) {
		return refuse(reader, "a name expected after", "rule");
	}
	if (kind == RULE_CLASS) {
		class = word(&rest);
		if (!failure_class_parse(class, &rule->class) || rule->class == CLASS_NONE ||
		    rule->class == CLASS_NONDET) {
			return refuse(reader, "no class that a text can tell:", class);
		}
	}
	return read_details(reader, rule, rest);
}

/* A line that is set in belongs to the rule above; one with "then", to the pattern above. */
static int read_pattern(struct reader *reader, const char *text)
{
	struct rules *rules = reader->rules;
	CLEANUP(buf_release) struct buf full = BUF_INIT(LINE_MAX);
	bool then = str_starts(text, "then ");
	struct rule_pattern *pattern = NULL;

	if (rules->rules.len == 0 || rules->patterns.len >= COUNT_MAX) {
		return refuse(reader, "a rule expected in front of", text);
	}
	if (then && (rules->patterns.len == 0 ||
		     rules->patterns.items[rules->patterns.len - 1].rule != rules->rules.len - 1)) {
		return refuse(reader, "a pattern expected in front of", text);
	}
	if (expand(reader, then ? text + strlen("then ") : text, &full) < 0) {
		return -1;
	}
	pattern = VEC_PUSH(&rules->patterns);
	pattern->rule = rules->rules.len - 1;
	pattern->line = reader->line;
	pattern->text = buf_take(&full);
	pattern->coded = strstr(text, "%{") != NULL;
	if (then) {
		pattern[-1].then = rules->patterns.len;
	}
	return 0;
}

static int read_version(struct reader *reader, const char *rest)
{
	free(reader->rules->version);
	reader->rules->version = word(&rest);
	return *reader->rules->version ? 0 : refuse(reader, "a number expected after", "version");
}

static int read_line(struct reader *reader, const char *line)
{
	const char *rest = line;
	AUTO_FREE char *first = NULL;

	if (*line == '\t' || *line == ' ') {
		return read_pattern(reader, line + strspn(line, " \t"));
	}
	first = word(&rest);
	if (str_eq(first, "rule")) {
		return read_rule(reader, RULE_CLASS, rest);
	}
	if (str_eq(first, "quotes")) {
		return read_rule(reader, RULE_QUOTES, rest);
	}
	if (str_eq(first, "unwraps")) {
		return read_rule(reader, RULE_UNWRAPS, rest);
	}
	if (str_eq(first, "let")) {
		return read_let(reader, rest);
	}
	return str_eq(first, "version") ? read_version(reader, rest)
					: refuse(reader, "not understood:", first);
}

static int read_all(struct reader *reader, const char *text)
{
	while (*text) {
		size_t len = strcspn(text, "\n");
		AUTO_FREE char *line = mem_strn(text, len);
		size_t end = strlen(line);

		reader->line++;
		while (end > 0 && strchr(" \t\r", line[end - 1])) {
			line[--end] = '\0';
		}
		if (*line && *line != '#' && read_line(reader, line) < 0) {
			return -1;
		}
		text += len + (text[len] == '\n');
	}
	return 0;
}

/* Patterns that come after a "then" are not looked for. */
static void sharpen(struct rules *rules)
{
	rules->needles = needles_new();
	rules->always = mem_array(NEEDLE_WORDS(rules->patterns.len) + 1, sizeof(uint64_t));
	for (size_t i = 0; i < rules->patterns.len; i++) {
		CLEANUP(strv_release) struct strv literals = {0};
		bool later = i > 0 && rules->patterns.items[i - 1].then == i + 1;
		bool found = true;

		if (later) {
			continue;
		}
		regex_literals(rules->patterns.items[i].text, &literals);
		VEC_EACH (char *, literal, &literals) {
			found &= needles_add(rules->needles, *literal, i);
		}
		if (literals.len == 0 || !found) {
			rules->always[i / 64] |= UINT64_C(1) << (i % 64);
		}
	}
	needles_ready(rules->needles);
}

static int read_text(struct rules *rules, const char *text, const char *file, struct err *err)
{
	struct reader reader = {.file = file, .rules = rules, .err = err};
	int result = read_all(&reader, text);

	VEC_EACH (struct let, let, &reader.lets) {
		free(let->name);
		free(let->text);
	}
	VEC_FREE(&reader.lets);
	return result;
}

int rules_read(const char *text, const char *file, struct rules **out, struct err *err)
{
	struct rules *rules = mem_alloc(sizeof(*rules));

	if (read_text(rules, text, file, err) < 0) {
		rules_free(rules);
		return -1;
	}
	sharpen(rules);
	*out = rules;
	return 0;
}

void rules_complete(struct rules *rules)
{
	struct err err = ERR_INIT;

	if (read_text(rules, embed_classes_rules, "classes.rules", &err) < 0) {
		abort();
	}
	sharpen(rules);
}

struct rules *rules_builtin(void)
{
	static struct rules *rules;

	if (!rules) {
		rules = mem_alloc(sizeof(*rules));
		rules_complete(rules);
	}
	return rules;
}

int rules_check(struct rules *rules, const char *file, struct err *err)
{
	VEC_EACH (struct rule_pattern, pattern, &rules->patterns) {
		if (!pattern->regex && regex_compile(pattern->text, &pattern->regex, err) < 0) {
			return err_wrap(err, "%s:%d", file, pattern->line);
		}
	}
	return 0;
}

struct regex *rules_regex(struct rules *rules, size_t pattern)
{
	struct rule_pattern *chosen = &rules->patterns.items[pattern];
	struct err err = ERR_INIT;

	if (!chosen->regex && regex_compile(chosen->text, &chosen->regex, &err) < 0) {
		return NULL;
	}
	return chosen->regex;
}

bool rules_find(struct rules *rules, size_t pattern, const char *text, size_t len)
{
	bool project = rules->patterns.items[pattern].rule < rules->projects;
	struct regex *regex = rules_regex(rules, pattern);
	int64_t start_us = 0;
	bool found = false;

	if (!project || !regex) {
		return regex && regex_find(regex, text, len);
	}
	if (rules->left_us <= 0) {
		return false;
	}
	start_us = clock_mono_us();
	found = regex_find(regex, text, len);
	rules->left_us -= clock_mono_us() - start_us;
	if (rules->left_us <= 0) {
		log_warning("failures.rules take too long, the last of them \"%s\": from here on "
			    "they are left out",
			    rules->rules.items[rules->patterns.items[pattern].rule].name);
	}
	return found;
}

void rules_free(struct rules *rules)
{
	if (!rules) {
		return;
	}
	VEC_EACH (struct rule, rule, &rules->rules) {
		free(rule->name);
		free(rule->code);
	}
	VEC_EACH (struct rule_pattern, pattern, &rules->patterns) {
		free(pattern->text);
		regex_free(pattern->regex);
	}
	VEC_FREE(&rules->rules);
	VEC_FREE(&rules->patterns);
	needles_free(rules->needles);
	free(rules->always);
	free(rules->version);
	free(rules);
}
