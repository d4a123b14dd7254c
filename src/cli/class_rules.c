/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/class_rules.h"

#include "failure/project.h"

int class_rules_read(const struct options *options, struct rules **out, struct err *err)
{
	*out = NULL;
	if (options->rules.len == 0) {
		return 0;
	}
	if (rules_project(&options->rules, out, err) < 0) {
		return err_wrap(err, "%s", options->rules.file);
	}
	return 0;
}

void class_rules_free(struct rules *rules)
{
	rules_free(rules);
}
