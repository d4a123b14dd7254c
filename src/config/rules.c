/* SPDX-License-Identifier: Apache-2.0 */
#include "config/rules.h"

#include "base/str.h"

#include <stddef.h>
#include <stdlib.h>

#define RULES_MAX ((size_t)100)
#define WORDS_MAX ((size_t)50) /* of one key */

#define AT(field) offsetof(struct rule_text, field)

static const struct {
	const char *key;
	size_t offset;
	bool needed, many;
} fields[] = {
	{"name", AT(name), true, false},    {"class", AT(class_name), true, false},
	{"match", AT(matches), true, true}, {"then", AT(thens), false, true},
	{"in", AT(places), false, true},    {"code", AT(code), false, false},
};

struct reader {
	const char *path;
	struct err *err;
};

static void *field_of(struct rule_text *rule, size_t field)
{
	return (char *)rule + fields[field].offset;
}

static int refuse(const struct reader *reader, unsigned line, const char *what)
{
	return err_set(reader->err, ERR_USAGE, "%s: line %u: " RULES_KEY ": %s", reader->path, line,
		       what);
}

static int refuse_field(const struct reader *reader, unsigned line, size_t field, const char *what)
{
	return err_set(reader->err, ERR_USAGE, "%s: line %u: " RULES_KEY ": %s: %s", reader->path,
		       line, fields[field].key, what);
}

static int unknown_field(const struct reader *reader, const struct yaml_node *node)
{
	struct str_guess guess = {0};

	for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
		str_guess_try(&guess, node->key, fields[i].key);
	}
	if (guess.meant) {
		return err_set(reader->err, ERR_USAGE,
			       "%s: line %u: " RULES_KEY ": unknown key '%s' (did you mean '%s'?)",
			       reader->path, node->line, node->key, guess.meant);
	}
	return err_set(reader->err, ERR_USAGE,
		       "%s: line %u: " RULES_KEY
		       ": unknown key '%s' (there are name, class, match, then, in and code)",
		       reader->path, node->line, node->key);
}

static int add_word(const struct reader *reader, size_t field, const struct yaml_node *node,
		    struct rule_words *out)
{
	struct rule_word *word = NULL;

	if (node->kind != YAML_SCALAR) {
		return refuse_field(reader, node->line, field, "one value is expected");
	}
	if (out->len >= WORDS_MAX) {
		return refuse_field(reader, node->line, field, "more than 50 values");
	}
	word = VEC_PUSH(out);
	word->text = mem_str(node->text);
	word->line = node->line;
	return 0;
}

static int read_field(const struct reader *reader, const struct yaml_node *node,
		      struct rule_text *rule)
{
	size_t field = 0;

	while (field < ARRAY_LEN(fields) && !str_eq(fields[field].key, node->key)) {
		field++;
	}
	if (field == ARRAY_LEN(fields)) {
		return unknown_field(reader, node);
	}
	if (node->kind != YAML_LIST || !fields[field].many) {
		return add_word(reader, field, node, field_of(rule, field));
	}
	VEC_EACH (const struct yaml_node, item, &node->children) {
		if (add_word(reader, field, item, field_of(rule, field)) < 0) {
			return -1;
		}
	}
	return 0;
}

static int read_rule(const struct reader *reader, const struct yaml_node *node,
		     struct rule_text *rule)
{
	rule->line = node->line;
	if (node->kind != YAML_MAP) {
		return refuse(reader, node->line, "keys and values are expected, such as name: …");
	}
	VEC_EACH (const struct yaml_node, child, &node->children) {
		if (read_field(reader, child, rule) < 0) {
			return -1;
		}
	}
	for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
		const struct rule_words *words = field_of(rule, i);

		if (fields[i].needed && words->len == 0) {
			return refuse_field(reader, node->line, i, "missing in this rule");
		}
	}
	return 0;
}

int rules_from_yaml(const char *path, const struct yaml_node *node, struct rule_text_list *out,
		    struct err *err)
{
	struct reader reader = {path, err};

	if (node->kind != YAML_LIST) {
		return refuse(&reader, node->line, "a list of rules is expected");
	}
	if (node->children.len > RULES_MAX) {
		return refuse(&reader, node->line, "more than 100 rules");
	}
	rule_text_list_release(out);
	out->file = mem_str(path);
	VEC_EACH (const struct yaml_node, item, &node->children) {
		if (read_rule(&reader, item, VEC_PUSH(out)) < 0) {
			return -1;
		}
	}
	return 0;
}
