/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_FAILURE_PROJECT_H
#define STEADY_FAILURE_PROJECT_H

#include "failure/rules.h"
#include "model/rule_text.h"

/*
 * The rules that a project added, in front of those of steady: of rules that match equally well
 * theirs win. They are bounded, in number, size and the time that they take all together, because
 * anybody's pull request may change them. The error names line and key. The caller frees *out.
 */
int rules_project(const struct rule_text_list *texts, struct rules **out, struct err *err);

#endif
