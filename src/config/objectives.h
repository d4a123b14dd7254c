/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_CONFIG_OBJECTIVES_H
#define STEADY_CONFIG_OBJECTIVES_H

#include "base/err.h"
#include "model/objective.h"
#include "text/yaml.h"

/* The key of the objectives: a map from names to sentences. */
#define OBJECTIVES_KEY "objectives"

/* Errors name file, line and key. */
int objectives_from_yaml(const char *path, const struct yaml_node *node, struct objective_list *out,
			 struct err *err);

/* Reads one sentence into *out, whose name stays as it is; the error says what is wrong with it and which sentences
 * there are. On failure *out is to be released all the same. */
int objective_parse(const char *sentence, struct objective *out, struct err *err);

/* Where a project promises nothing: one objective, marked as built in. */
void objectives_default(struct objective_list *out);

#endif
