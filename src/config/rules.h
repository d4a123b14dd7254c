/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_CONFIG_RULES_H
#define STEADY_CONFIG_RULES_H

#include "base/err.h"
#include "model/rule_text.h"
#include "text/yaml.h"

/* The key of the rules for failures' classes: the one value that is neither a word nor a list of
 * words. Inside the room. */
#define RULES_KEY "failures.rules"

/* Reads the shape; what the words mean is not judged here. Errors name file, line and key. */
int rules_from_yaml(const char *path, const struct yaml_node *node, struct rule_text_list *out,
		    struct err *err);

#endif
