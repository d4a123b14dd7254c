/* SPDX-License-Identifier: Apache-2.0 */
#include "config/objectives.h"

#include "base/mem.h"
#include "base/str.h"
#include "text/utf8.h"

#include <string.h>

#define OBJECTIVES_MAX ((size_t)20)
#define NAME_MAX_BYTES ((size_t)60)

static int refuse(const char *path, const struct yaml_node *node, const char *what, struct err *err)
{
	return err_set(err, ERR_USAGE, "%s: line %u: " OBJECTIVES_KEY ": %s", path, node->line,
		       what);
}

/* It goes into lines and links: no control characters, and no longer than one reads. */
static bool is_name(const char *text)
{
	size_t len = strlen(text);

	return len > 0 && len <= NAME_MAX_BYTES && utf8_is_shown(text);
}

static int read_one(const char *path, const struct yaml_node *node, struct objective_list *out,
		    struct err *err)
{
	struct objective *objective = NULL;

	if (!is_name(node->key)) {
		return refuse(path, node,
			      "a name of 1 to 60 bytes without control characters is expected",
			      err);
	}
	if (node->kind != YAML_SCALAR) {
		return err_set(err, ERR_USAGE,
			       "%s: line %u: " OBJECTIVES_KEY ".%s: one sentence is expected", path,
			       node->line, node->key);
	}
	objective = VEC_PUSH(out);
	objective->name = mem_str(node->key);
	if (objective_parse(node->text, objective, err) < 0) {
		return err_wrap(err, "%s: line %u: " OBJECTIVES_KEY ".%s", path, node->line,
				node->key);
	}
	return 0;
}

int objectives_from_yaml(const char *path, const struct yaml_node *node, struct objective_list *out,
			 struct err *err)
{
	if (node->kind != YAML_MAP) {
		return refuse(path, node, "sentences by their names are expected", err);
	}
	if (node->children.len > OBJECTIVES_MAX) {
		return refuse(path, node, "more than 20 objectives", err);
	}
	VEC_EACH (const struct yaml_node, child, &node->children) {
		if (read_one(path, child, out, err) < 0) {
			return -1;
		}
	}
	return 0;
}

void objectives_default(struct objective_list *out)
{
	struct objective *objective = VEC_PUSH(out);
	struct err ignored = ERR_INIT;

	objective->name = mem_str("runs");
	objective->built_in = true;
	objective_parse("99% of runs not failed by flakes", objective, &ignored);
}
