/* SPDX-License-Identifier: Apache-2.0 */
#include "config/options.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"
#include "config/objectives.h"
#include "config/rules.h"
#include "config/services.h"
#include "os/file.h"
#include "text/yaml.h"

#include <string.h>

#define CONFIG_MAX ((size_t)1024 * 1024)

/* The row with that key; among rows of one key the one for this command. The path of the history is "history"
 * alone, or stands beside what else is said about it. */
static const struct option *find_key(enum command_flags command, const char *key)
{
	const char *wanted = str_eq(key, "history.path") ? "history" : key;
	size_t count = 0;
	const struct option *rows = option_table(&count);
	const struct option *found = NULL;

	for (size_t i = 0; i < count; i++) {
		if (str_eq(rows[i].key, wanted) && (!found || (rows[i].commands & command))) {
			found = &rows[i];
		}
	}
	return found;
}

static int unknown_key(const char *path, const struct yaml_node *node, const char *key,
		       struct err *err)
{
	size_t count = 0;
	const struct option *rows = option_table(&count);
	const char *nearest = str_distance(key, RULES_KEY) < 4 ? RULES_KEY : NULL;
	unsigned best = nearest ? str_distance(key, nearest) : 4;

	for (size_t i = 0; i < count; i++) {
		unsigned distance = rows[i].key ? str_distance(key, rows[i].key) : best;

		if (distance < best) {
			best = distance;
			nearest = rows[i].key;
		}
	}
	if (nearest) {
		return err_set(err, ERR_USAGE, "%s: line %u: unknown key '%s' (did you mean '%s'?)",
			       path, node->line, key, nearest);
	}
	return err_set(err, ERR_USAGE, "%s: line %u: unknown key '%s'", path, node->line, key);
}

static int store_scalar(const char *path, const struct option *option, const struct yaml_node *node,
			struct options *out, struct err *err)
{
	if (node->kind != YAML_SCALAR) {
		return err_set(err, ERR_USAGE, "%s: line %u: %s: one value is expected", path,
			       node->line, option->key);
	}
	if (option_store(option, node->text, out, err) < 0) {
		return err_wrap(err, "%s: line %u: %s", path, node->line, option->key);
	}
	return 0;
}

static int store_node(const char *path, enum command_flags command, const struct yaml_node *node,
		      const char *key, struct options *out, struct err *err)
{
	const struct option *option = find_key(command, key);

	if (str_eq(key, RULES_KEY)) {
		return command & (FOR_RUN | FOR_EXPLAIN | FOR_REPORT | FOR_SHOW | FOR_QUARANTINE)
			       ? rules_from_yaml(path, node, &out->rules, err)
			       : 0;
	}
	if (!option) {
		return unknown_key(path, node, key, err);
	}
	if (!(option->commands & command)) {
		return 0; /* for another command; its values are checked when that one runs */
	}
	if (option->type != OPTION_LIST || node->kind == YAML_SCALAR) {
		return store_scalar(path, option, node, out, err);
	}
	VEC_EACH (const struct yaml_node, item, &node->children) {
		if (store_scalar(path, option, item, out, err) < 0) {
			return -1;
		}
	}
	return 0;
}

/* What a project names itself, under keys of its own; 1: this is none of them. */
static int store_named(const char *path, enum command_flags command, const struct yaml_node *node,
		       struct options *out, struct err *err)
{
	if (str_eq(node->key, SERVICES_KEY)) {
		return command & (FOR_RUN | FOR_DOCTOR)
			       ? services_from_yaml(path, node, &out->services, err)
			       : 0;
	}
	if (str_eq(node->key, OBJECTIVES_KEY)) {
		return command & FOR_REPORT
			       ? objectives_from_yaml(path, node, &out->objectives, err)
			       : 0;
	}
	return 1;
}

static int store_map(const char *path, enum command_flags command, const struct yaml_node *node,
		     struct options *out, struct err *err)
{
	VEC_EACH (const struct yaml_node, child, &node->children) {
		AUTO_FREE char *key = mem_fmt("%s.%s", node->key, child->key);

		if (store_node(path, command, child, key, out, err) < 0) {
			return -1;
		}
	}
	return 0;
}

static int store_tree(const char *path, enum command_flags command, const struct yaml_node *root,
		      struct options *out, struct err *err)
{
	if (root->kind != YAML_MAP) {
		return err_set(err, ERR_USAGE, "%s: line %u: keys and values are expected", path,
			       root->line);
	}
	VEC_EACH (const struct yaml_node, node, &root->children) {
		int rc = store_named(path, command, node, out, err);

		if (rc > 0) {
			rc = node->kind == YAML_MAP
				     ? store_map(path, command, node, out, err)
				     : store_node(path, command, node, node->key, out, err);
		}
		if (rc < 0) {
			return -1;
		}
	}
	return 0;
}

int options_load_file(const char *path, enum command_flags command, struct options *out,
		      struct err *err)
{
	AUTO_FREE char *text = NULL;
	CLEANUP(yaml_release) struct yaml_node root = {0};
	size_t len = 0;

	if (file_read(path, CONFIG_MAX, &text, &len, err) < 0) {
		err->code = ERR_USAGE;
		return -1;
	}
	if (yaml_parse(text, len, &root, err) < 0) {
		err->code = ERR_USAGE;
		return err_wrap(err, "%s", path);
	}
	return store_tree(path, command, &root, out, err);
}
