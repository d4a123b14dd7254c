/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_CLI_CLASS_RULES_H
#define STEADY_CLI_CLASS_RULES_H

#include "config/options.h"

/* The rules of failures' classes that are in force here. */
struct rules;

/* The project's in front of those of steady; NULL where it has none. The error names file, line and
 * key. The caller frees. */
int class_rules_read(const struct options *options, struct rules **out, struct err *err);
void class_rules_free(struct rules *rules);

#endif
