/* SPDX-License-Identifier: Apache-2.0 */
#include "failure/project.h"

#include "base/clock.h"
#include "base/map.h"
#include "base/str.h"
#include "text/needles.h"

#include <stdlib.h>
#include <string.h>

#define NAME_MAX_LEN    ((size_t)60)
#define CODE_MAX_LEN    ((size_t)60)
#define PATTERN_MAX_LEN ((size_t)500)
#define PATTERNS_MAX    ((size_t)300)
#define TIME_MAX_US     (3 * US_PER_S)

#define NAME_SIGNS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-"

struct reader {
	struct rules *rules;
	struct map names;
	struct err *err;
};

static void reader_release(struct reader *reader)
{
	map_release(&reader->names);
	rules_free(reader->rules);
}

static int refuse(struct reader *reader, const struct rule_word *word, const char *key,
		  const char *what)
{
	return err_set(reader->err, ERR_INPUT, "line %u: failures.rules: %s: %s", word->line, key,
		       what);
}

static int refuse_word(struct reader *reader, const struct rule_word *word, const char *key,
		       const char *what)
{
	return err_set(reader->err, ERR_INPUT, "line %u: failures.rules: %s: '%.100s' %s",
		       word->line, key, word->text, what);
}

static int read_name(struct reader *reader, const struct rule_word *word, struct rule *rule)
{
	size_t len = strlen(word->text);

	if (len == 0 || len > NAME_MAX_LEN || strspn(word->text, NAME_SIGNS) != len) {
		return refuse_word(reader, word, "name",
				   "is not 1 to 60 letters, digits, dots, dashes and underscores");
	}
	if (!map_put(&reader->names, word->text, 0)) {
		return refuse_word(reader, word, "name", "is there twice");
	}
	rule->name = mem_str(word->text);
	return 0;
}

/* "is not one of refused|not-serving|…": what a text can tell. */
static void list_classes(struct buf *out)
{
	const char *gap = "is not one of ";

	for (size_t i = 0; i < CLASS_COUNT; i++) {
		if (i != CLASS_NONE && i != CLASS_NONDET) {
			buf_fmt(out, "%s%s", gap, failure_class_name((enum failure_class)i));
			gap = "|";
		}
	}
}

static int read_class(struct reader *reader, const struct rule_word *word, struct rule *rule)
{
	CLEANUP(buf_release) struct buf what = BUF_INIT(400);

	if (!failure_class_parse(word->text, &rule->class) || rule->class == CLASS_NONE) {
		list_classes(&what);
		return refuse_word(reader, word, "class", buf_str(&what));
	}
	if (rule->class == CLASS_NONDET) {
		return refuse_word(reader, word, "class",
				   "is nothing that a text can tell: it takes a history");
	}
	return 0;
}

static int read_places(struct reader *reader, const struct rule_words *words, struct rule *rule)
{
	VEC_EACH (const struct rule_word, word, words) {
		if (!rules_add_place(word->text, &rule->places)) {
			return refuse_word(reader, word, "in",
					   "is not one of cause|type|head|body|assertion");
		}
	}
	rule->places = rule->places ? rule->places : IN_ANYWHERE;
	return 0;
}

static int read_code(struct reader *reader, const struct rule_words *words, struct rule *rule)
{
	const char *text = words->len > 0 ? words->items[0].text : "";

	if (strlen(text) > CODE_MAX_LEN) {
		return refuse(reader, &words->items[0], "code", "longer than 60 bytes");
	}
	rule->code = mem_str(text);
	return 0;
}

static int add_pattern(struct reader *reader, const struct rule_word *word, const char *key)
{
	struct rules *rules = reader->rules;
	struct rule_pattern *pattern = NULL;

	if (str_empty(word->text)) {
		return refuse(reader, word, key, "empty, which matches everything");
	}
	if (strlen(word->text) > PATTERN_MAX_LEN) {
		return refuse(reader, word, key, "longer than 500 bytes");
	}
	if (rules->patterns.len >= PATTERNS_MAX) {
		return refuse(reader, word, key, "more than 300 expressions");
	}
	pattern = VEC_PUSH(&rules->patterns);
	pattern->rule = rules->rules.len - 1;
	pattern->line = (int)word->line;
	pattern->text = mem_str(word->text);
	if (regex_compile(pattern->text, &pattern->regex, reader->err) < 0) {
		return err_wrap(reader->err, "line %u: failures.rules: %s", word->line, key);
	}
	return 0;
}

/* Each way to match, and behind each what has to follow. */
static int read_patterns(struct reader *reader, const struct rule_text *text)
{
	struct rules *rules = reader->rules;

	VEC_EACH (const struct rule_word, match, &text->matches) {
		if (add_pattern(reader, match, "match") < 0) {
			return -1;
		}
		VEC_EACH (const struct rule_word, then, &text->thens) {
			if (add_pattern(reader, then, "then") < 0) {
				return -1;
			}
			rules->patterns.items[rules->patterns.len - 2].then = rules->patterns.len;
		}
	}
	return 0;
}

static int read_rule(struct reader *reader, const struct rule_text *text)
{
	struct rule *rule = VEC_PUSH(&reader->rules->rules);

	rule->kind = RULE_CLASS;
	rule->line = (int)text->line;
	if (read_name(reader, &text->name.items[0], rule) < 0 ||
	    read_class(reader, &text->class_name.items[0], rule) < 0 ||
	    read_places(reader, &text->places, rule) < 0 ||
	    read_code(reader, &text->code, rule) < 0) {
		return -1;
	}
	return read_patterns(reader, text);
}

int rules_project(const struct rule_text_list *texts, struct rules **out, struct err *err)
{
	CLEANUP(reader_release)
	struct reader reader = {.rules = mem_alloc(sizeof(*reader.rules)), .err = err};

	VEC_EACH (const struct rule_text, text, texts) {
		if (read_rule(&reader, text) < 0) {
			return -1;
		}
	}
	reader.rules->projects = reader.rules->rules.len;
	reader.rules->left_us = TIME_MAX_US;
	rules_complete(reader.rules);
	*out = TAKE(reader.rules);
	return 0;
}
